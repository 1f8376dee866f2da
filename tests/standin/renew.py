"""Makes `discord-api.json`, the part of Discord's OpenAPI description that the bot's requests need.

    python -m tests.standin.renew WHOLE.json

The whole is specs/openapi_preview.json of https://github.com/discord/discord-api-spec (MIT licence). The part has the
requests in USED, and every schema that they refer to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.standin.description import PATH

_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"
_WEBHOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
USED: Final = (
    ("put", "/applications/{application_id}/commands"),
    ("post", "/users/@me/channels"),
    ("post", "/channels/{channel_id}/messages"),
    ("patch", _MESSAGE),
    ("delete", _MESSAGE),
    ("post", "/interactions/{interaction_id}/{interaction_token}/callback"),
    ("post", _WEBHOOK),
    ("patch", f"{_WEBHOOK}/messages/@original"),
    ("delete", f"{_WEBHOOK}/messages/@original"),
    ("patch", f"{_WEBHOOK}/messages/{{message_id}}"),
    ("delete", f"{_WEBHOOK}/messages/{{message_id}}"),
)
TOLD: Final = {"description", "title", "example", "examples", "deprecated"}  # keywords that only people read


def part(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a whole description that USED needs, without what only people read."""
    paths: dict[str, Any] = {}
    for method, template in USED:
        body = whole["paths"][template][method].get("requestBody")
        schema = body and _plain(body["content"]["application/json"]["schema"])
        kept = {"requestBody": {"content": {"application/json": {"schema": schema}}}} if body else {}
        paths.setdefault(template, {})[method] = kept
    schemas: dict[str, Any] = {}
    wanted = {"SnowflakeType", *_referred(paths)}
    while wanted:
        name = wanted.pop()
        schemas[name] = _plain(whole["components"]["schemas"][name])
        wanted |= set(_referred(schemas[name])) - schemas.keys()
    info = {key: whole["info"][key] for key in ("title", "version", "license")}
    return {
        "openapi": whole["openapi"],
        "info": info,
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _plain(schema: Any) -> Any:
    """Return a schema without the keywords in TOLD; a property of such a name stays."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _plain(value) for key, value in schema.items() if key not in TOLD and key != "properties"}
    if "properties" in schema:
        kept["properties"] = {name: _plain(value) for name, value in schema["properties"].items()}
    return kept


def _referred(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for each in inner:
        yield from _referred(each)
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield schema["$ref"].removeprefix("#/components/schemas/")


def main() -> None:
    """Write the part of the description whose file is named on the command line."""
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    PATH.write_text(json.dumps(part(whole), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
