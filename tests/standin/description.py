"""Discord's published description of its API, where it is at hand: is a request's body as it says?"""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

# Beside the checkout, or where DISCORD_OPENAPI says.
PATH = Path(os.environ.get("DISCORD_OPENAPI", Path(__file__).parents[3] / "shared" / "discord-openapi.json"))


class Description:
    """Finds the schema of each route's JSON body, and what is wrong with a body."""

    def __init__(self, path: Path = PATH) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        # Discord takes ids as numbers too (reference, "Snowflakes"), which is how discord.py sends some.
        schemas = document["components"]["schemas"]
        schemas["SnowflakeType"] = {"anyOf": [schemas["SnowflakeType"], {"type": "integer", "minimum": 0}]}
        self._paths = document["paths"]
        self._registry: Registry[Any] = Registry().with_resource("discord:", DRAFT202012.create_resource(document))
        # Literal paths before those with parameters: ".../@me" is not an id.
        ordered = sorted(self._paths, key=lambda template: template.count("{"))
        self._templates = [(_pattern(template), template) for template in ordered]

    def wrong(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a body by the description; a route that it doesn't know is wrong too."""
        template = next((template for pattern, template in self._templates if pattern.fullmatch(path)), None)
        operation = self._paths[template].get(method.lower()) if template else None
        if operation is None:
            return [f"{method} {path} is no route of Discord's"]
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return [] if body is None else [f"{method} {path} takes no JSON body"]
        validator = self._validator(template, method.lower())
        return [f"{method} {path}: {error.json_path}: {error.message}" for error in validator.iter_errors(body)]

    @lru_cache(maxsize=64)  # noqa: B019 - one description serves all tests
    def _validator(self, template: str, method: str) -> Draft202012Validator:
        pointer = "/".join(
            part.replace("~", "~0").replace("/", "~1")
            for part in ("paths", template, method, "requestBody", "content", "application/json", "schema")
        )
        return Draft202012Validator({"$ref": f"discord:#/{pointer}"}, registry=self._registry)


@lru_cache(maxsize=1)
def description() -> Description | None:
    """The description, or None where it is not at hand."""
    return Description() if PATH.exists() else None


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)))
