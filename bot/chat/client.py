"""The Discord client: least intents, no pings, and every way to ask leading to one decision."""

import logging
import sys
from typing import Any, Final

import discord
from discord import app_commands

from bot.chat import commands, failures
from bot.chat.buttons import Press
from bot.chat.listener import question_in
from bot.chat.render import layout
from bot.core import limits, replies
from bot.core.knowledge import Knowledge
from bot.core.model import Entry
from bot.core.replies import Reply, reply_to

log = logging.getLogger(__name__)

PERMISSIONS: Final = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)

HOW: Final = "Mention me with your question, or use /ask for an answer that only you see. For example:"
HOW_DIRECT: Final = "Write me your question. For example:"
NOT_YOURS: Final = "These buttons are for the member who asked. Use /ask to ask a question of your own."
GONE: Final = "This entry is no longer in the FAQ. Use /ask to ask again."
OUTDATED: Final = "This button is from an older version of me. Use /ask to ask again."


class FaqClient(discord.Client):
    """Answers from what it knows. `knowledge` is replaced as a whole when the FAQ changes."""

    def __init__(self, knowledge: Knowledge) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, and none is missed
        super().__init__(
            # Servers and their channels, and the messages in servers and direct messages. Without the intent for
            # message content, Discord still sends the text of direct messages, mentions and pinging replies.
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.knowledge = knowledge
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(commands.ask_command(self.answer_privately, self._suggest))
        self.tree.error(self._command_failed)

    async def setup_hook(self) -> None:
        """Before the first event: know the buttons of earlier messages, and register the commands."""
        self.add_dynamic_items(Press)
        try:
            await commands.register(self.tree)
        except discord.HTTPException as error:  # mentions and direct messages work all the same
            log.warning("The commands could not be registered; /ask may be missing until the next start: %s", error)

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        servers = f"{len(self.guilds)} server" + ("" if len(self.guilds) == 1 else "s")
        log.info("Connected as %s, in %s, with %d entries.", self.user, servers, len(self.knowledge.faq.entries))
        if not self.guilds:
            log.info("Invite me to your server: %s", self._invitation())

    def _invitation(self) -> str:
        """The address that adds the bot to a server, with the least permissions."""
        assert self.application_id is not None
        return discord.utils.oauth_url(
            self.application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
        )

    async def on_message(self, message: discord.Message) -> None:
        """Reply to a message that addresses the bot."""
        assert self.user is not None
        question = question_in(message, self.user)
        if question is None:
            return
        reference = message.to_reference(fail_if_not_exists=False)
        how = HOW_DIRECT if isinstance(message.channel, discord.DMChannel) else HOW
        view = layout(self.reply(question, how), message.author.id)
        await message.channel.send(view=view, reference=reference, mention_author=False)

    async def answer_privately(self, interaction: discord.Interaction[Any], question: str) -> None:
        """Reply to a command, so that only the member sees it."""
        view = layout(self.reply(question.strip(), HOW), interaction.user.id)
        await interaction.response.send_message(view=view, ephemeral=True)

    def _suggest(self, typed: str) -> tuple[Entry, ...]:
        return self.knowledge.suggestions(typed, limits.DISCORD_CHOICES)

    def reply(self, question: str, how: str) -> Reply:
        """What to say to a question that was put to the bot; `how` to ask, where it is empty."""
        faq = self.knowledge.faq
        if not question:
            return replies.help_with(faq, how)
        reply = reply_to(self.knowledge.decide(question), faq)
        assert reply is not None, "a question that was asked got silence"
        return reply

    async def on_press(self, interaction: discord.Interaction[Any], press: Press) -> None:
        """Do what a button is for, or say why not."""
        if interaction.user.id != press.asker:
            await failures.tell(interaction, NOT_YOURS)
            return
        faq = self.knowledge.faq
        match press.action:
            case "choose":
                entry = faq.entry(press.entry or "")
                if entry is None:
                    await failures.tell(interaction, GONE)
                    return
                reply = replies.answer(entry, faq)
            case "none":
                reply = replies.chosen_none(faq)
            case _:
                await failures.tell(interaction, OUTDATED)
                return
        await interaction.response.edit_message(view=layout(reply, press.asker))

    async def _command_failed(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        name = interaction.command.name if interaction.command else "that I no longer have"
        cause = error.__cause__ or error
        await failures.apologise(interaction, f"The command {name}", cause)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log an event's failure, and apologise where somebody pressed a button."""
        error = sys.exc_info()[1]
        assert error is not None
        if args and isinstance(args[0], discord.Interaction):
            await failures.apologise(args[0], f"The event {event_method}", error)
        else:
            failures.record(f"The event {event_method}", error)
