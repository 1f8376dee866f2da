"""Commands for everybody, and their registration with Discord where it has changed."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from bot.content.model import Entry

log = logging.getLogger(__name__)

# The parts that a command and its options are made of; what else Discord returns are ids, versions and translations.
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


Answer: TypeAlias = Callable[[discord.Interaction, str], Awaitable[None]]
Suggest: TypeAlias = Callable[[str], Iterable[Entry]]


def ask_command(answer: Answer, suggest: Suggest) -> app_commands.Command[Any, ..., None]:
    """`/ask question:` with completion. `answer` replies to a question, `suggest` gives entries for what is typed."""

    @app_commands.command(name="ask", description="Ask the FAQ a question. Only you see the answer.")
    @app_commands.describe(question="Your question, in your own words")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def ask(interaction: discord.Interaction, question: str) -> None:
        await answer(interaction, question)

    @ask.autocomplete("question")
    async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=entry.question, value=entry.question) for entry in suggest(typed)]

    return ask


def faq_command(browse: Callable[[discord.Interaction], Awaitable[None]]) -> app_commands.Command[Any, ..., None]:
    """`/faq`. `browse` shows the FAQ by section."""

    @app_commands.command(name="faq", description="Browse the whole FAQ by section. Only you see it.")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def faq(interaction: discord.Interaction) -> None:
        await browse(interaction)

    return faq


def privacy_command(tell: Callable[[discord.Interaction], Awaitable[None]]) -> app_commands.Command[Any, ..., None]:
    """`/privacy`. `tell` says what is kept."""

    @app_commands.command(name="privacy", description="What I keep, for how long, and how to have it deleted.")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def privacy(interaction: discord.Interaction) -> None:
        await tell(interaction)

    return privacy


def answer_menu(preview: Callable[[discord.Interaction, discord.Message], Awaitable[None]]) -> app_commands.ContextMenu:
    """The message menu's «Answer from the FAQ». `preview` shows the answer to somebody's message."""

    async def answer(interaction: discord.Interaction, message: discord.Message) -> None:
        await preview(interaction, message)

    return app_commands.ContextMenu(
        name="Answer from the FAQ",
        callback=answer,
        type=discord.AppCommandType.message,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )


async def register(tree: app_commands.CommandTree[Any]) -> None:
    """Tell Discord the commands, where its own list differs: creating commands is limited to 200 a day."""
    client = tree.client
    assert client.application_id is not None
    registered = await client.http.get_global_commands(client.application_id)
    wanted = [command.to_dict(tree) for command in tree.get_commands()]
    if same(registered, wanted):
        log.info("The commands are registered already.")
        return
    await tree.sync()
    log.info("Registered the commands: %s.", ", ".join(str(command["name"]) for command in wanted))


def same(some: Iterable[Mapping[str, Any]], others: Iterable[Mapping[str, Any]]) -> bool:
    """Whether two lists of commands, as Discord sends or takes them, define the same."""
    return _definitions(some) == _definitions(others)


def _definitions(commands: Iterable[Mapping[str, Any]]) -> list[Any]:
    return sorted(
        (_definition(command) for command in commands), key=lambda command: (command["type"], command["name"])
    )


def _definition(part: Mapping[str, Any]) -> dict[str, Any]:
    """The defining parts that are not empty: Discord leaves out what is, or sends a default."""
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
