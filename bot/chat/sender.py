"""How replies are sent: once for each message, never the same twice in a row, and what Discord refuses told by name."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.chat import failures
from bot.chat.layout import Audience, Surface, components, layout
from bot.chat.members.incoming import link, partial
from bot.chat.members.rate_limit import REPEATED
from bot.chat.permissions import OwnRights, Write, shown
from bot.data.reply_log import ReplyLog, Sent
from bot.matching.decision import Origin
from bot.matching.replies import Reply

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

log = logging.getLogger(__name__)

SHOWN: Final = "I answered this here a moment ago:"
PAUSES: Final = (1.0, 5.0)  # seconds before a reply is sent again that Discord did not take
_NO_PINGS: Final = discord.AllowedMentions.none()
_FIXED: Final = {  # what all replies have in common
    "flags": discord.MessageFlags(components_v2=True).value,
    "allowed_mentions": _NO_PINGS.to_dict() | {"replied_user": False},
    "enforce_nonce": True,
}


class Target(NamedTuple):
    """A message that is replied to."""

    channel: "MessageableChannel"
    message: int
    by: Write

    @property
    def reference(self) -> dict[str, Any]:
        """What makes a message a reply to it, if it is still there."""
        return {"message_id": self.message, "channel_id": self.channel.id, "fail_if_not_exists": False}


class Delivery:
    """Sends, changes and removes replies."""

    def __init__(self, http: HTTPClient, records: ReplyLog) -> None:
        self._http = http
        self._records = records
        self._rights = OwnRights()
        self._turns: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = WeakValueDictionary()

    def target(self, channel: "MessageableChannel", message: int) -> Target | None:
        """A message as one that is replied to; None where the bot may not write in its channel."""
        by = self._rights.to_write(channel)
        return None if by is None else Target(channel, message, by)

    def turn(self, *what: object) -> asyncio.Lock:
        """What concerns one thing happens one after the other: a message may be edited while it is answered."""
        return self._turns.setdefault(what, asyncio.Lock())

    async def send(self, target: Target, reply: Reply, audience: Audience, origin: Origin) -> int | None:
        """Send the reply to a message that was claimed, and give the reply's id. None where Discord does not take it,
        or where the same was just said to somebody who did not ask: then the message is not claimed any more.
        """
        if reply.entry is None or isinstance(target.channel, discord.DMChannel):
            return await self._send(target, reply, audience, origin)
        async with self.turn(target.channel.id, reply.entry.id):  # two may ask for the same at once
            fresh = self.unrepeated(target.channel, reply)
            if fresh is not reply and origin is Origin.WATCHED:
                self._records.forget(target.message)
                return None
            return await self._send(target, fresh, audience, origin)

    def unrepeated(self, channel: "MessageableChannel", reply: Reply, own: int | None = None) -> Reply:
        """The reply, or a link to another than its own message where the same entry was just shown in this channel."""
        if reply.entry is None or isinstance(channel, discord.DMChannel):
            return reply
        earlier = self._records.lately(channel.id, reply.entry.id, time.time() - REPEATED)
        if earlier is None or earlier == own:
            return reply
        return Reply(f"{SHOWN} {link(channel, earlier)}", reply.disclaimer, heading=reply.heading)

    async def show(self, interaction: discord.Interaction[Any], reply: Reply) -> str | None:
        """Post an answer for everyone, to an interaction that was acknowledged. A sentence where it was just posted."""
        assert reply.entry is not None
        assert interaction.channel_id is not None
        async with self.turn(interaction.channel_id, reply.entry.id):
            now = time.time()
            earlier = self._records.lately(interaction.channel_id, reply.entry.id, now - REPEATED)
            if earlier is not None:
                return f"{SHOWN} https://discord.com/channels/{interaction.guild_id}/{interaction.channel_id}/{earlier}"
            view = layout(reply, Audience(interaction.user.id, Surface.OPEN))
            posted = await interaction.followup.send(view=view, wait=True)
            self._records.claim(posted.id, interaction.channel_id, now)
            self._records.sent(posted.id, posted.id, reply.entry.id, Origin.ASK)
        return None

    async def change(self, channel: "MessageableChannel", sent: Sent, reply: Reply, audience: Audience) -> None:
        """Put another reply in place of one that was sent."""
        with failures.unless_gone():
            await partial(channel, sent.reply).edit(view=layout(reply, audience), allowed_mentions=_NO_PINGS)
        self._records.changed(sent.reply, reply.entry.id if reply.entry else None)

    async def remove(self, client: discord.Client, sent: Sent) -> None:
        """Remove a reply."""
        with failures.unless_gone():
            await client.get_partial_messageable(sent.channel).get_partial_message(sent.reply).delete()
        self._records.removed(sent.reply)

    async def _send(self, target: Target, reply: Reply, audience: Audience, origin: Origin) -> int | None:
        try:
            sent = await self._post_patiently(target, reply, audience)
        except discord.HTTPException as error:
            self._records.forget(target.message)
            if error.code in failures.NOT_PERMITTED:
                self._rights.log_refused(target.channel)
            elif (reason := failures.named(error)) is not None:
                log.warning("No reply in %s: %s.", shown(target.channel), reason)
            else:
                raise
            return None
        except Exception:  # the connection. Where the bot is being stopped, the claim says what it still owes
            self._records.forget(target.message)
            raise
        self._rights.wrote(target.channel)
        self._records.sent(target.message, sent, reply.entry.id if reply.entry else None, origin)
        return sent

    async def _post_patiently(self, target: Target, reply: Reply, audience: Audience) -> int:
        """Post a message, again where Discord cannot take it: by its nonce, it comes once."""
        for pause in PAUSES:
            try:
                return await self._post(target, reply, audience)
            except (aiohttp.ClientError, OSError, discord.DiscordServerError) as error:
                log.info("The reply to %d is sent again in %.0f s: %s", target.message, pause, type(error).__name__)
                await asyncio.sleep(pause)
        return await self._post(target, reply, audience)

    async def _post(self, target: Target, reply: Reply, audience: Audience) -> int:
        """Post a message, as a reply where the bot may: Discord knows its nonce for some minutes, so it comes once."""
        message = {**_FIXED, "components": components(reply, audience), "nonce": str(target.message)}
        if target.by is Write.REPLIES:
            try:
                return await self._create(target.channel, {**message, "message_reference": target.reference})
            except discord.HTTPException as error:
                if error.code != failures.NO_HISTORY:
                    raise
        return await self._create(target.channel, message)

    async def _create(self, channel: "MessageableChannel", message: dict[str, Any]) -> int:
        """Create a message. The channel's own `send` takes a view and makes a Message of what Discord says, which costs
        as much as all else that the bot does about a question.
        """
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
        return int((await self._http.request(route, json=message))["id"])
