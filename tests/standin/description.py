"""What Discord's OpenAPI description demands of a request's body, as JSON schemas.

`discord-api.json` is the part of it that the bot's requests need; `tests.standin.renew` makes it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PATH: Final = Path(__file__).with_name("discord-api.json")

_BODY: Final = ("requestBody", "content", "application/json", "schema")  # where an operation has it


class Description:
    """Finds the JSON schema of each route's body, and what is wrong with a body."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Discord takes ids as numbers too (reference, "Snowflakes"), which is how discord.py sends some.
        schemas = document["components"]["schemas"]
        schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
        self._paths = document["paths"]
        self._registry: Registry[Any] = Registry().with_resource("discord:", DRAFT202012.create_resource(document))
        # Literal paths before those with parameters: ".../@me" is not an id.
        ordered = sorted(self._paths, key=lambda template: template.count("{"))
        self._templates = [(_pattern(template), template) for template in ordered]

    def wrong(self, method: str, path: str, body: Any) -> list[str]:
        """Return what is wrong with a body; a route that is not in the description is wrong too."""
        template = next((template for pattern, template in self._templates if pattern.fullmatch(path)), None)
        operation = self._paths[template].get(method.lower()) if template else None
        if operation is None:
            return [f"{method} {path} is no route of Discord's that the bot is known to use"]
        if not operation:
            return [] if body is None else [f"{method} {path} takes no JSON body"]
        validator = self._validator(template, method.lower())
        return [f"{method} {path}: {error.json_path}: {error.message}" for error in validator.iter_errors(body)]

    @lru_cache(maxsize=64)  # noqa: B019 - one description serves all tests
    def _validator(self, template: str, method: str) -> Draft202012Validator:
        parts = ("paths", template, method, *_BODY)
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)
        return Draft202012Validator({"$ref": f"discord:#/{pointer}"}, registry=self._registry)


@lru_cache(maxsize=1)
def description() -> Description:
    """Return the description beside this module."""
    return Description(json.loads(PATH.read_text(encoding="utf-8")))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))
