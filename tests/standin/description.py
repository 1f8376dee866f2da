"""What Discord's OpenAPI description demands of a request's body, as JSON schemas.

`discord-api.json` is the part of it that the bot's requests need; `tests.standin.renew` makes it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

PATH: Final = Path(__file__).with_name("discord-api.json")


class Description:
    """Finds the JSON schema of each route's body, and what is wrong with a body."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Take an OpenAPI document whose requests refer to its schemas as "#/components/schemas/NAME"."""
        # Discord takes ids as numbers too (reference, "Snowflakes"), which is how discord.py sends some.
        schemas = document["components"]["schemas"]
        schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
        self._document = document
        # Literal paths before those with parameters: ".../@me" is not an id.
        ordered = sorted(document["paths"], key=lambda template: template.count("{"))
        self._templates = [(_pattern(template), template) for template in ordered]

    def wrong(self, method: str, path: str, body: Any) -> list[str]:
        """Return what is wrong with a body; a route that is not in the description is wrong too."""
        template = next((template for pattern, template in self._templates if pattern.fullmatch(path)), None)
        operation = self._document["paths"][template].get(method.lower()) if template else None
        if operation is None:
            return [f"{method} {path} is no route of Discord's that the bot is known to use"]
        if not operation:
            return [] if body is None else [f"{method} {path} takes no JSON body"]
        errors = self._validator(template, method.lower()).iter_errors(body)
        return [f"{method} {path}: {error.instance_path}: {error.message}" for error in errors]

    @lru_cache(maxsize=64)  # noqa: B019 - one description serves all tests
    def _validator(self, template: str, method: str) -> Draft202012Validator:
        operation = self._document["paths"][template][method]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        return Draft202012Validator({**schema, "components": self._document["components"]})


@lru_cache(maxsize=1)
def description() -> Description:
    """Return the description beside this module."""
    return Description(json.loads(PATH.read_text(encoding="utf-8")))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))
