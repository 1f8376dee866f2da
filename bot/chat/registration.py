"""Registers the commands with Discord, if its own list differs."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from discord import app_commands

log = logging.getLogger(__name__)

# The parts that define a command and its options; what else Discord returns are ids, versions and translations.
_DEFINING: Final = (
    "name",
    "type",
    "description",
    "options",
    "required",
    "autocomplete",
    "choices",
    "value",
    "min_value",
    "max_value",
    "channel_types",
    "min_length",
    "max_length",
    "nsfw",
    "default_member_permissions",
    "contexts",
    "integration_types",
)


async def register(tree: app_commands.CommandTree[Any]) -> None:
    """Tell Discord the commands, unless it has the same: creating commands is limited to 200 a day.

    Raises discord.HTTPException.
    """
    if await are_registered(tree):
        log.info("The commands are registered already.")
        return
    await tree.sync()
    log.info("Registered the commands: %s.", ", ".join(command.name for command in tree.get_commands()))


async def are_registered(tree: app_commands.CommandTree[Any]) -> bool:
    """Return whether Discord has these commands, and no others. Raises discord.HTTPException."""
    return same(await registered(tree), (command.to_dict(tree) for command in tree.get_commands()))


async def registered(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """Return the commands that Discord has. Raises discord.HTTPException."""
    found = []
    for command in await tree.fetch_commands():
        permissions = command.default_member_permissions
        rest = {"nsfw": command.nsfw, "default_member_permissions": permissions.value if permissions else None}
        found.append({**command.to_dict(), **rest})
    return found


def same(some: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether two lists of commands, as Discord sends or takes them, define the same."""
    return _definitions(some) == _definitions(others)


def _definitions(commands: Iterable[Mapping[str, Any]]) -> list[Any]:
    definitions = [_definition(command) for command in commands]
    return sorted(definitions, key=lambda command: (command["type"], command["name"]))


def _definition(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defining parts that are not empty: Discord leaves out what is, or sends a default."""
    found: dict[str, Any] = {}
    for key in _DEFINING:
        value = part.get(key)
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            found[key] = [_definition(item) for item in value]
        elif isinstance(value, list):
            found[key] = sorted(value)
        elif value not in (None, False, ""):
            found[key] = str(value) if key == "default_member_permissions" else value
    return {key: value for key, value in found.items() if value != []}
