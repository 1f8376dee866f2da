"""The Discord client: least intents, no pings, and every way to ask leading to one decision."""

import asyncio
import logging
import sys
import time
from typing import Any, Final

import discord
from discord import app_commands

from bot.chat import failures
from bot.chat.curators.commands import curate_commands, wording_menu
from bot.chat.curators.entries import Curating
from bot.chat.inflight import Underway
from bot.chat.layout import Audience, Surface, layout
from bot.chat.members import ask_command as commands
from bot.chat.members.browse import Browsing
from bot.chat.members.buttons import NOT_YOURS, OUTDATED, Answering
from bot.chat.members.catch_up import CatchingUp
from bot.chat.members.conversation import HOW, SLOWER, Concern, Conversation
from bot.chat.members.feedback import Learning
from bot.chat.members.incoming import Heard
from bot.chat.members.rate_limit import Pace, Pacing
from bot.chat.permissions import INVITED
from bot.chat.router import FORM, OURS, Control, Pick, Press
from bot.chat.staff.channel import Staff
from bot.chat.staff.jobs import Upkeep
from bot.chat.text import sentence_screen
from bot.content import limits
from bot.content.model import Entry
from bot.content.problems import plural
from bot.data.database import Database
from bot.data.drafts import DraftStore
from bot.data.inbox import Inbox
from bot.data.reply_log import ReplyLog
from bot.data.stats import Stats
from bot.data.watched import Mode, Watched
from bot.live.faqfile import POLL, Changed, FaqFile
from bot.matching import replies
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin
from bot.matching.replies import Reply, reply_to
from bot.ops import health, privacy
from bot.settings import Settings

log = logging.getLogger(__name__)

_COMPONENT: Final = discord.InteractionType.component
_FORM: Final = discord.InteractionType.modal_submit


class _Commands(app_commands.CommandTree["FaqClient"]):
    """The commands, each of which stopping waits for."""

    async def interaction_check(self, interaction: discord.Interaction["FaqClient"], /) -> bool:
        """Before every command: all may use it."""
        interaction.client.underway.join()
        return True


class FaqClient(discord.Client):
    """Answers from what the FAQ file says, and lets curators change it."""

    def __init__(
        self, faq_file: FaqFile, settings: Settings, database: Database, inbox: Inbox, message_content: bool
    ) -> None:
        """`message_content`: whether to ask Discord for the text of all messages, which watched channels need."""
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, and none is missed
        super().__init__(
            # Servers and their channels, and the messages in servers and direct messages. Without the intent for
            # message content, Discord still sends the text of direct messages, mentions and pinging replies.
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        parsers = self._connection.parsers  # what discord.py does about events, by their names
        self._parse_message, parsers["MESSAGE_CREATE"] = parsers["MESSAGE_CREATE"], self._hear
        self.faq_file = faq_file
        self.settings = settings
        self.database = database
        self.records = ReplyLog(database)
        self.watched = Watched(database)
        self.drafts = DraftStore(database)
        self.learning = Learning(inbox, Stats(database, settings.discord_token.encode()))
        self.pacing = Pacing()
        self.staff = Staff(self, settings)
        self.conversation = Conversation(self)
        self._answering = Answering(self)
        self._browsing = Browsing(self)
        self._curating = Curating(self)
        self.sorting = self._curating.sorting
        self._upkeep = Upkeep(self)
        self.underway = Underway()
        self._catching_up = CatchingUp(self, self.records, self.conversation)
        self._online = False  # whether events come
        self._watching: list[asyncio.Task[None]] = []
        self.tree = _Commands(self)
        self.tree.add_command(commands.ask_command(self.answer_privately, self._suggest))
        self.tree.add_command(commands.faq_command(self._browsing.start))
        self.tree.add_command(commands.privacy_command(self._tell_privacy))
        self.tree.add_command(commands.answer_menu(self._answering.preview))
        self.tree.add_command(curate_commands(self, self._curating))
        self.tree.add_command(wording_menu(self._curating))
        self.tree.error(self._command_failed)

    async def setup_hook(self) -> None:
        """Before the first event: know the buttons of earlier messages, and register the commands."""
        self.add_dynamic_items(Press, Pick)
        try:
            await commands.register(self.tree)
        except discord.HTTPException as error:  # mentions and direct messages work all the same
            log.warning("The commands could not be registered; /ask may be missing until the next start: %s", error)

        self._watching = [
            asyncio.create_task(each) for each in (self._watch_file(), self._tell_staff(), self._upkeep.go_on())
        ]

    async def close(self) -> None:
        """Stop watching the file, and disconnect."""
        for task in self._watching:
            task.cancel()
        await super().close()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Let go what discord.py still has to say when the client is closed, such as that it is ready by now; and, of
        each event, of which type it is: to find out that nobody asks takes longer than to ask here.
        """
        if event != "socket_event_type" and not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    @property
    def answerer(self) -> Answerer:
        """What the bot answers from. Replaced as a whole when the FAQ changes."""
        return self.faq_file.answerer

    async def _watch_file(self) -> None:
        """Take in what is changed in the FAQ file, until the bot stops."""
        while True:
            try:
                await self.faq_file.start()
                await self.faq_file.watch()
            except Exception as error:  # whatever it is, the file goes on being watched
                failures.record("Watching the FAQ file", error)
                await asyncio.sleep(POLL)

    async def _tell_staff(self) -> None:
        """Report what happens to the FAQ file, one after the other, until the bot stops."""
        while True:
            news = await self.faq_file.news.get()
            try:
                if isinstance(news, Changed):
                    await self._upkeep.changed(news.change)
            except Exception as error:  # whatever it is, it is reported
                failures.record("Settling what is in the inbox", error)
            try:
                await self.staff.report(news)
            except Exception as error:  # whatever it is, the next is reported
                failures.record("A report to the staff channel", error)

    async def finish(self) -> None:
        """Let what is under way come to its end, as long as stopping can wait; what is cut off is done when the bot is
        back.
        """
        self.say_health()
        cut_off = await self.underway.finish()
        if cut_off:
            log.warning("Stopping cut off %s under way. I answer when I am back.", plural(cut_off, "answer"))
        health.clear(self.settings.data_path)

    def say_health(self) -> None:
        """Say whether all is well: in the health file, and for when the bot comes back."""
        now = time.time()
        health.write(self.settings.data_path, now, connected=self._online)
        if self._online:
            self._catching_up.note(now)

    async def on_disconnect(self) -> None:
        """No events come until the session is resumed, or a new one begins."""
        self._online = False

    async def on_resumed(self) -> None:
        """Discord has sent what came meanwhile."""
        self._online = True

    async def on_ready(self) -> None:
        """Say that the bot is there, and answer what came while it was not."""
        self._online = True
        self.say_health()
        servers = f"{len(self.guilds)} server" + ("" if len(self.guilds) == 1 else "s")
        log.info("Connected as %s, in %s, with %d entries.", self.user, servers, len(self.answerer.faq.entries))
        if not self.guilds:
            log.info("Invite me to your server: %s", self._invitation())
        await self._catching_up.go()

    def _invitation(self) -> str:
        """The address that adds the bot to a server, with the least permissions."""
        assert self.application_id is not None
        return discord.utils.oauth_url(
            self.application_id, permissions=INVITED, scopes=("bot", "applications.commands")
        )

    def watch(self, channel: int, mode: Mode | None) -> None:
        """Watch a channel in this mode from now on, or not at all."""
        self.watched.watch(channel, mode)

    def _hear(self, event: dict[str, Any]) -> None:
        """Read a message from its event, which takes a fifth of the time that discord.py takes to make a Message of it.

        Whatever is wrong with one, the connection goes on.
        """
        try:
            self._read(event)
        except Exception as error:  # it is logged
            failures.record(f"Reading the message {event.get('id')}", error)

    def _read(self, event: dict[str, Any]) -> None:
        if event["author"].get("bot") or self.is_closed():  # every reply of this one comes back as an event
            return
        message = Heard.in_event(event, self.get_guild)
        if message is None:  # a direct message, or a thread that discord.py has not been told of
            self._parse_message(event)
        elif (concern := self.conversation.concern(message)) is not None:
            self.underway.start(self._answer(message, concern))

    async def on_message(self, message: discord.Message) -> None:
        """Reply to a message that discord.py made something of."""
        self.underway.join()
        heard = Heard.of(message)
        if (concern := self.conversation.concern(heard)) is not None:
            await self._answer(heard, concern)

    async def _answer(self, message: Heard, concern: Concern) -> None:
        try:
            await self.conversation.heard(message, concern)
        except Exception as error:  # it is logged
            if self.is_closed():
                log.warning("The reply to %s was cut off by stopping.", message.link)
            else:
                failures.record(f"The reply to {message.link}", error)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Let the reply follow its message. An update without a time of editing adds a link's preview."""
        self.underway.join()
        edited_at = payload.data.get("edited_timestamp")
        if edited_at:
            await self.conversation.edited(Heard.of(payload.message), edited_at)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Remove the reply with its message."""
        self.underway.join()
        await self.conversation.withdraw([payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Remove the replies with their messages."""
        self.underway.join()
        await self.conversation.withdraw(sorted(payload.message_ids))

    async def answer_privately(self, interaction: discord.Interaction[Any], question: str) -> None:
        """Reply to a command, so that only the member sees it."""
        reply = self.reply(question.strip(), HOW)
        if not reply.urgent and self.pacing.ask(interaction.user.id, time.time()) is not Pace.FINE:
            await failures.tell(interaction, SLOWER)
            return
        direct = interaction.guild_id is None
        view = layout(reply, Audience(interaction.user.id, Surface.ALONE if direct else Surface.PRIVATE))
        sent = await interaction.response.send_message(view=view, ephemeral=True)
        origin = Origin.DIRECT if direct else Origin.ASK
        self.learning.decided(question.strip(), reply, origin)
        self.learning.remember(sent.message_id, question.strip(), reply, origin)

    async def _tell_privacy(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(view=sentence_screen(privacy.text(self.settings)), ephemeral=True)

    def _suggest(self, typed: str) -> tuple[Entry, ...]:
        return self.answerer.suggestions(typed, limits.DISCORD_CHOICES)

    def reply(self, question: str, how: str) -> Reply:
        """What to say to a question that was put to the bot; `how` to ask, where it is empty."""
        faq = self.answerer.faq
        if not question:
            return replies.help_with(faq, how)
        reply = reply_to(self.answerer.decide(question), faq)
        assert reply is not None, "a question that was asked got silence"
        return reply

    async def on_control(self, interaction: discord.Interaction[Any], control: Control, value: str) -> None:
        """Do what a button or menu is for; `value` is what was chosen in a menu."""
        self.underway.join()
        if control.action in self._answering.actions:
            await self._answering.use(interaction, control)
        elif control.action in self._browsing.actions:
            await self._browsing.use(interaction, control, value)
        elif control.action in self._curating.actions:
            await self._curating.use(interaction, control, value)
        else:
            await failures.tell(interaction, OUTDATED if interaction.user.id == control.asker else NOT_YOURS)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take forms, and say something about those and about buttons whose ids are nothing that this version knows."""
        self.underway.join()
        data: Any = interaction.data
        if interaction.type is _FORM and (found := FORM.fullmatch(data["custom_id"])):
            await self._curating.submitted(interaction, Control.of(found))
        elif interaction.type is _FORM or (interaction.type is _COMPONENT and not OURS.fullmatch(data["custom_id"])):
            await failures.tell(interaction, OUTDATED)

    async def _command_failed(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        if isinstance(error, app_commands.CheckFailure):
            return  # whoever may not use it has been told so
        name = interaction.command.name if interaction.command else "that I no longer have"
        cause = error.__cause__ or error
        await failures.apologise(interaction, f"The command {name}", cause)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log an event's failure, and apologise where somebody pressed a button."""
        error = sys.exc_info()[1]
        assert error is not None
        if self.is_closed():  # whatever was under way when the bot was stopped
            log.warning("The event %s was cut off by stopping.", event_method)
        elif args and isinstance(args[0], discord.Interaction):
            await failures.apologise(args[0], f"The event {event_method}", error)
        else:
            failures.record(f"The event {event_method}", error)
