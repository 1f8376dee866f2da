"""Questions that came while the bot was not there, or that it was cut off in: answered when it is back, or logged."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

import aiohttp
import discord

from bot.chat import failures
from bot.chat.members.incoming import Incoming
from bot.chat.members.message_events import MessageEvents
from bot.chat.permissions import shown
from bot.data.reply_log import ReplyLog

log = logging.getLogger(__name__)

LATEST: Final = 3_600.0  # seconds: what was asked longer ago is not answered any more
MARGIN: Final = 120.0  # seconds before the last sign of life: a dead connection is noticed after a minute
MOST: Final = 1_000  # messages of a channel that are looked through
AT_ONCE: Final = 8  # channels that are looked through at once: Discord answers 50 requests a second
PARTNERS: Final = 100  # direct message channels that are looked through, those used last
_WEEK: Final = 7 * 86_400.0
_NO_HISTORY: Final = "give me the permission Read Message History there"

_OfServer: TypeAlias = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
_Readable: TypeAlias = _OfServer | discord.DMChannel


@dataclass
class CatchUp:
    """Looks through what was written since the bot last saw anything. Discord drops events only if a session is lost;
    what a resumed session missed, Discord sends again.
    """

    _messages: MessageEvents
    _reply_log: ReplyLog
    _guilds: Callable[[], Sequence[discord.Guild]]
    _fetch_channel: Callable[[int], Awaitable[object]]
    _me: Callable[[], int]  # returns the bot's own user id
    _seen: float = field(init=False)  # when the bot last saw events, in seconds since 1970
    _looked: bool = False  # whether it was looked for what came before this start
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        known = self._reply_log.last_seen()
        self._seen = time.time() if known is None else known
        if known is None:
            self._reply_log.note_seen(self._seen)

    def note(self, now: float) -> None:
        """Note that all that happened up to `now`, in seconds since 1970, has reached the bot."""
        if self._looked and not self._looking.locked():
            self._seen = now
            self._reply_log.note_seen(now)

    async def go(self) -> None:
        """Answer what was missed. To be called whenever a new session begins."""
        seen = self._seen  # for there may be another new session before it was looked for what the last one missed
        async with self._looking:
            await self._go(seen, time.time())
            self._looked = True

    async def _go(self, seen: float, now: float) -> None:
        since = max(seen - MARGIN, now - LATEST)
        unsent = self._reply_log.unsent(now - LATEST)
        if seen < now - LATEST:
            log.warning("I was away since %s. What was asked before %s gets no answer.", _at(seen), _at(since))
        at_once = asyncio.Semaphore(AT_ONCE)

        async def answered_in(channel: _Readable) -> int:
            started = min([_snowflake(since), *(message - 1 for message in unsent.get(channel.id, ()))])
            async with at_once:
                try:
                    return await self._look_through(channel, started)
                except Exception as error:  # whatever it is, the other channels are looked through
                    failures.record(f"Looking for what was asked in {shown(channel)} while I was away", error)
                    return 0

        channels: list[_Readable] = [*self._channels(since, unsent)]
        channels += [channel async for channel in self._partners()]
        if answered := sum(await asyncio.gather(*map(answered_in, channels))):
            log.info("Answered %d messages that came while I was away.", answered)

    def _channels(self, since: float, unsent: Container[int]) -> Iterator[_OfServer]:
        """Yield the channels of servers in which something may have been asked since then."""
        for guild in self._guilds():
            threads = [thread for thread in guild.threads if thread.parent is not None]  # else no rights are known
            kinds = (guild.text_channels, guild.voice_channels, guild.stage_channels, threads)
            for channel in (channel for kind in kinds for channel in kind):
                rights = channel.permissions_for(guild.me)
                is_new = (channel.last_message_id or 0) >= _snowflake(since) or channel.id in unsent
                if not (is_new and rights.view_channel):
                    continue
                if rights.read_message_history:
                    yield channel
                else:
                    log.warning("What was asked in %s while I was away is lost: %s.", shown(channel), _NO_HISTORY)

    async def _partners(self) -> AsyncIterator[discord.DMChannel]:
        """Yield the channels of direct messages that the bot remembers: Discord gives no list."""
        known = {channel.id for guild in self._guilds() for channel in (*guild.channels, *guild.threads)}
        for number in self._reply_log.channels(time.time() - _WEEK, PARTNERS):
            if number in known:
                continue
            try:
                found = await self._fetch_channel(number)
            except (discord.NotFound, discord.Forbidden):  # nobody waits there any more
                continue
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                failures.record(f"Looking for what was asked in channel {number} while I was away", error)
                continue
            if isinstance(found, discord.DMChannel):
                yield found

    async def _look_through(self, channel: _Readable, after: int) -> int:
        """Answer what has no reply of those messages of a channel that are younger than `after`; how many it was."""
        found = [each async for each in channel.history(limit=MOST, after=discord.Object(after), oldest_first=True)]
        own = [each for each in found if each.author.id == self._me()]
        replies = {each.reference.message_id: each.id for each in own if each.reference is not None}
        answered = 0
        for incoming in (Incoming.of(message, self._me()) for message in found):
            try:
                answered += await self._messages.missed(incoming, replies.get(incoming.id))
            except Exception as error:  # whatever it is, the next message is answered
                failures.record(f"The reply to {incoming.link}", error)
        if len(found) == MOST:
            log.warning("I look through %d messages of those in %s that I missed, not more.", MOST, shown(channel))
        return answered


def _snowflake(at: float) -> int:
    return discord.utils.time_snowflake(datetime.fromtimestamp(at, UTC))


def _at(when: float) -> str:
    return f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M} UTC"
