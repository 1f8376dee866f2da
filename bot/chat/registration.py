"""Registers the commands with Discord, if its own list differs."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import discord
from discord import app_commands

log = logging.getLogger(__name__)

# The parts that define a command and its options; what else Discord returns are ids, versions and translations.
_DEFINING: Final = (
    "name type description options required autocomplete choices value min_value max_value channel_types min_length "
    "max_length nsfw default_member_permissions contexts integration_types"
)


async def register(tree: app_commands.CommandTree[Any]) -> None:
    """Tell Discord the commands, unless it has the same: creating commands is limited to 200 a day.

    Raises discord.HTTPException.
    """
    if same(await registered(tree.client), [command.to_dict(tree) for command in tree.get_commands()]):
        log.info("The commands are registered already.")
        return
    await tree.sync()
    log.info("Registered the commands: %s.", ", ".join(command.name for command in tree.get_commands()))


async def registered(client: discord.Client) -> Sequence[Mapping[str, Any]]:
    """Return the commands that Discord has. Raises discord.HTTPException.

    As Discord sends them: discord.py 2.7 loses on the way to its own AppCommand in which places a command may be used.
    """
    assert client.application_id is not None
    return await client.http.get_global_commands(client.application_id)


def same(some: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether two lists of commands, as Discord sends or takes them, define the same."""
    return _definitions(some) == _definitions(others)


def _definitions(commands: Iterable[Mapping[str, Any]]) -> list[Any]:
    return sorted(map(_definition, commands), key=lambda command: (command["type"], command["name"]))


def _definition(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defining parts that are not empty: Discord leaves out what is, or sends a default."""
    found: dict[str, Any] = {}
    for key in _DEFINING.split():
        value = part.get(key)
        if value in (None, False, "", []):
            continue
        if isinstance(value, list):
            found[key] = [_definition(item) for item in value] if isinstance(value[0], Mapping) else sorted(value)
        else:
            found[key] = str(value) if key == "default_member_permissions" else value
    return found
