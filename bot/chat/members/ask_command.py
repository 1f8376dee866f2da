"""`/ask`, `/faq`, `/privacy`, and «Answer from the FAQ» in the menu of any message: answers for one member alone."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.layout import Audience, Visibility, layout
from bot.chat.members.asked import HOW, SLOWER
from bot.chat.members.feedback import Feedback
from bot.chat.members.incoming import without_mentions
from bot.chat.members.rate_limit import Pace, RateLimit
from bot.content import limits
from bot.live.served import Served
from bot.matching.decision import Origin

NO_QUESTION: Final = "There is no text in that message that I could answer."
_EVERYWHERE: Final = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
_INSTALLED: Final = app_commands.AppInstallationType(guild=True, user=False)

Tell: TypeAlias = Callable[[discord.Interaction[Any]], Awaitable[None]]
Command: TypeAlias = app_commands.Command[Any, ..., None]


class AskCommand:
    """Answers commands, so that only the member who uses them sees the answer."""

    def __init__(self, served: Served, feedback: Feedback, rate_limit: RateLimit) -> None:
        self._served = served
        self._feedback = feedback
        self._rate_limit = rate_limit

    async def answer(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Answer a question that was typed."""
        question = typed.strip()
        reply = self._served.now.answerer.reply(question, HOW)
        if not reply.urgent and self._rate_limit.ask(interaction.user.id, time.time()) is not Pace.FINE:
            await failures.tell(interaction, SLOWER)
            return
        direct = interaction.guild_id is None
        view = layout(reply, Audience(interaction.user.id, Visibility.FINAL if direct else Visibility.PRIVATE))
        sent = await interaction.response.send_message(view=view, ephemeral=True)
        origin = Origin.DIRECT if direct else Origin.ASK
        self._feedback.decided(question, reply, origin)
        self._feedback.remember(sent.message_id, question, reply, origin)

    async def preview(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Answer somebody's message, to be posted as a reply to it."""
        assert interaction.client.user is not None
        text = without_mentions(message.content, interaction.client.user.id)
        if not text:
            await failures.tell(interaction, NO_QUESTION)
            return
        if interaction.guild_id is None:
            origin, audience = Origin.DIRECT, Audience(interaction.user.id, Visibility.FINAL)
        else:
            target = None if message.author.bot else message.id
            origin, audience = Origin.MENU, Audience(interaction.user.id, Visibility.PRIVATE, target)
        reply = self._served.now.answerer.reply(text, "")
        sent = await interaction.response.send_message(view=layout(reply, audience), ephemeral=True)
        self._feedback.decided(text, reply, origin, message.id)
        self._feedback.remember(sent.message_id, text, reply, origin, message.id)

    def command(self) -> Command:
        """Return `/ask question:` with completion."""

        @app_commands.command(name="ask", description="Ask the FAQ a question. Only you see the answer.")
        @app_commands.describe(question="Your question, in your own words")
        async def ask(interaction: discord.Interaction, question: str) -> None:
            await self.answer(interaction, question)

        @ask.autocomplete("question")
        async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            found = self._served.now.answerer.suggestions(typed, limits.DISCORD_CHOICES)
            return [app_commands.Choice(name=entry.question, value=entry.question) for entry in found]

        return _everywhere(ask)

    def menu(self) -> app_commands.ContextMenu:
        """Return the message menu's «Answer from the FAQ»."""

        async def answer(interaction: discord.Interaction, message: discord.Message) -> None:
            await self.preview(interaction, message)

        return app_commands.ContextMenu(
            name="Answer from the FAQ",
            callback=answer,
            type=discord.AppCommandType.message,
            allowed_contexts=_EVERYWHERE,
            allowed_installs=_INSTALLED,
        )


def faq_command(browse: Tell) -> Command:
    """Return `/faq`. `browse` shows the FAQ by section."""

    @app_commands.command(name="faq", description="Browse the whole FAQ by section. Only you see it.")
    async def faq(interaction: discord.Interaction) -> None:
        await browse(interaction)

    return _everywhere(faq)


def privacy_command(tell: Tell) -> Command:
    """Return `/privacy`. `tell` says what is kept."""

    @app_commands.command(name="privacy", description="What I keep, for how long, and how to have it deleted.")
    async def privacy(interaction: discord.Interaction) -> None:
        await tell(interaction)

    return _everywhere(privacy)


def _everywhere(command: Command) -> Command:
    """Let a command be used in servers that have the bot, and in direct messages."""
    command.allowed_contexts, command.allowed_installs = _EVERYWHERE, _INSTALLED
    return command
