"""`/ask`, `/faq`, `/privacy`, and «Answer from the FAQ» in the menu of any message: answers for one member alone."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.layout import Audience, Visibility, layout
from bot.chat.members.addressed import HOW, SLOWER
from bot.chat.members.feedback import Feedback
from bot.chat.members.incoming import without_mentions
from bot.chat.members.rate_limit import Pace, RateLimit
from bot.content import limits
from bot.live.served import Served
from bot.matching.decision import Origin
from bot.matching.replies import Reply

NO_QUESTION: Final = "There is no text in that message that I could answer."
_EVERYWHERE: Final[Any] = {  # in servers that have the bot, and in direct messages
    "allowed_contexts": app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    "allowed_installs": app_commands.AppInstallationType(guild=True, user=False),
}

Command: TypeAlias = app_commands.Command[Any, ..., None]


@dataclass
class AskCommand:
    """Answers commands, so that only the member who uses them sees the answer."""

    _served: Served
    _feedback: Feedback
    _rate_limit: RateLimit

    async def answer(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Answer a question that was typed."""
        question = typed.strip()
        reply = await self._served.ask(lambda answerer: answerer.reply(question, HOW))
        if not reply.urgent and self._rate_limit.ask(interaction.user.id, time.time()) is not Pace.FINE:
            await failures.tell(interaction, SLOWER)
            return
        await self._say(interaction, question, reply, Origin.ASK, None)

    async def preview(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Answer somebody's message, to be posted as a reply to it."""
        assert interaction.client.user is not None
        text = without_mentions(message.content, interaction.client.user.id)
        if not text:
            await failures.tell(interaction, NO_QUESTION)
            return
        reply = await self._served.ask(lambda answerer: answerer.reply(text, ""))
        await self._say(interaction, text, reply, Origin.MENU, message)

    async def _say(
        self,
        interaction: discord.Interaction,
        question: str,
        reply: Reply,
        origin: Origin,
        message: discord.Message | None,
    ) -> None:
        """Reply privately to a question, which may stand in somebody's message."""
        audience = Audience(interaction.user.id, Visibility.PRIVATE)
        if interaction.guild_id is None:
            origin, audience = Origin.DIRECT, Audience(interaction.user.id, Visibility.FINAL)
        elif message is not None and not message.author.bot:
            audience = Audience(interaction.user.id, Visibility.PRIVATE, message.id)
        sent = await interaction.response.send_message(view=layout(reply, audience), ephemeral=True)
        self._feedback.decided(sent.message_id, question, reply, origin, message.id if message else None)

    def command(self) -> Command:
        """Return `/ask question:` with completion."""

        async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            found = await self._served.ask(lambda answerer: answerer.suggestions(typed, limits.DISCORD_CHOICES))
            return [app_commands.Choice(name=entry.question, value=entry.question) for entry in found]

        @app_commands.describe(question="Your question, in your own words")
        @app_commands.autocomplete(question=complete)
        async def ask(interaction: discord.Interaction, question: str) -> None:
            await self.answer(interaction, question)

        what = "Ask the FAQ a question. Only you see the answer."
        return app_commands.Command(name="ask", description=what, callback=ask, **_EVERYWHERE)

    def menu(self) -> app_commands.ContextMenu:
        """Return the message menu's «Answer from the FAQ»."""

        async def answer(interaction: discord.Interaction, message: discord.Message) -> None:
            await self.preview(interaction, message)

        return app_commands.ContextMenu(name="Answer from the FAQ", callback=answer, **_EVERYWHERE)


def simple_command(name: str, description: str, run: Callable[[discord.Interaction], Awaitable[None]]) -> Command:
    """Return a command without options."""

    async def callback(interaction: discord.Interaction) -> None:
        await run(interaction)

    return app_commands.Command(name=name, description=description, callback=callback, **_EVERYWHERE)
