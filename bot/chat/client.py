"""The Discord client: least intents, no pings, and each event led to what handles it."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import discord
from discord import app_commands

from bot.chat import failures, registration
from bot.chat.members.catch_up import CatchUp
from bot.chat.members.incoming import Incoming
from bot.chat.members.message_events import MessageEvents
from bot.chat.permissions import INVITED
from bot.chat.router import Router
from bot.content.problems import plural
from bot.live.served import Served
from bot.ops.health import Heartbeat

log = logging.getLogger(__name__)

GRACE: Final = 3.5  # seconds that stopping waits: systemd and Docker kill after 10 at the earliest


@dataclass
class Inflight:
    """The tasks in which something is answered at the moment, so that stopping waits for them."""

    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def join(self) -> None:
        """Count the running task until it ends."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> int:
        """Wait for all tasks, GRACE seconds at most, and cancel the rest. Returns how many were cancelled."""
        if not self._tasks:
            return 0
        _, left = await asyncio.wait(self._tasks, timeout=GRACE)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)


@dataclass(frozen=True)
class Parts:
    """What the client leads events to."""

    messages: MessageEvents
    router: Router
    catch_up: CatchUp
    heartbeat: Heartbeat
    served: Served
    background: Sequence[Callable[[], Awaitable[None]]]  # what runs for ever beside the answering


class _Commands(app_commands.CommandTree["FaqClient"]):
    """The commands. Stopping waits for those that are being answered."""

    async def interaction_check(self, interaction: discord.Interaction["FaqClient"], /) -> bool:
        """Let everybody use a command, and count it as being answered."""
        interaction.client.inflight.join()
        return True

    async def on_error(
        self, interaction: discord.Interaction["FaqClient"], error: app_commands.AppCommandError, /
    ) -> None:
        """Log a command's failure, and apologise. Who may not use a command has been told so."""
        if isinstance(error, app_commands.CheckFailure):
            return
        name = interaction.command.name if interaction.command else "that I no longer have"
        await failures.apologise(interaction, f"The command {name}", error.__cause__ or error)


class FaqClient(discord.Client):
    """The connection to Discord."""

    parts: Parts  # made when there is a client, whose functions some of them use

    def __init__(self, *, message_content: bool) -> None:
        """`message_content`: whether to ask Discord for the text of all messages, which watched channels need."""
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here, and none is missed
        # Servers and their channels, and the messages in servers and direct messages. Without the intent for message
        # content, Discord still sends the text of direct messages, mentions and pinging replies.
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.inflight = Inflight()
        self.tree = _Commands(self)
        self._running: list[asyncio.Future[None]] = []

    async def setup_hook(self) -> None:
        """Before the first event: register the commands, and begin what runs in the background."""
        try:
            await registration.register(self.tree)
        except discord.HTTPException as error:  # mentions and direct messages work all the same
            log.warning("The commands could not be registered; /ask may be missing until the next start: %s", error)
        self._running = [asyncio.ensure_future(run()) for run in self.parts.background]

    async def close(self) -> None:
        """Stop what runs in the background, and disconnect."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await super().close()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Drop events that come when the client is closed: discord.py 2.7 has no event loop for them any more."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def finish(self) -> None:
        """Let what is being answered come to its end, as long as stopping can wait; the next start does the rest."""
        self.parts.heartbeat.beat()
        cut_off = await self.inflight.finish()
        if cut_off:
            log.warning("Stopping cut off %s under way. I answer when I am back.", plural(cut_off, "answer"))
        self.parts.heartbeat.stop()

    async def on_disconnect(self) -> None:
        """No events come until the session is resumed, or a new one begins."""
        self.parts.heartbeat.connected = False

    async def on_resumed(self) -> None:
        """Discord has sent what came meanwhile."""
        self.parts.heartbeat.connected = True

    async def on_ready(self) -> None:
        """Say that the bot is there, and answer what came while it was not."""
        self.parts.heartbeat.connected = True
        self.parts.heartbeat.beat()
        servers, entries = plural(len(self.guilds), "server"), len(self.parts.served.now.faq.entries)
        log.info("Connected as %s, in %s, with %d entries.", self.user, servers, entries)
        if not self.guilds:
            log.info("Invite me to your server: %s", invitation(self.application_id))
        self.inflight.join()
        await self.parts.catch_up.go()

    async def on_message(self, message: discord.Message) -> None:
        """Reply to a message that addresses the bot, or that it overhears."""
        if message.author.bot:  # each reply of the bot's own comes back as an event
            return
        self.inflight.join()
        incoming = Incoming.of(message, self.me())
        try:
            await self.parts.messages.received(incoming)
        except Exception as error:  # whatever it is, it is logged with where to find the message
            self._failed(f"The reply to {incoming.link}", error)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Let the reply follow its message. An update without a time of editing adds a link's preview."""
        self.inflight.join()
        edited_at = payload.data.get("edited_timestamp")
        if edited_at:
            await self.parts.messages.edited(Incoming.of(payload.message, self.me()), edited_at)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Remove the reply with its message."""
        self.inflight.join()
        await self.parts.messages.deleted([payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Remove the replies with their messages."""
        self.inflight.join()
        await self.parts.messages.deleted(sorted(payload.message_ids))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Handle buttons, menus and forms. Commands are the tree's."""
        if interaction.type in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            self.inflight.join()
            await self.parts.router.use(interaction)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log an event's failure."""
        error = sys.exc_info()[1]
        assert error is not None
        self._failed(f"The event {event_method}", error)

    def _failed(self, what: str, error: BaseException) -> None:
        if self.is_closed():  # whatever was under way when the bot was stopped
            log.warning("%s was cut off by stopping.", what)
        else:
            failures.record(what, error)

    def me(self) -> int:
        """Return the bot's user id."""
        assert self.user is not None
        return self.user.id


def invitation(application: int | None) -> str:
    """Return the address that adds the bot to a server, with the least permissions."""
    assert application is not None
    return discord.utils.oauth_url(application, permissions=INVITED, scopes=("bot", "applications.commands"))
