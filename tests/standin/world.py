"""What the stand-in keeps: servers, channels, members and messages, and their payloads as Discord sends them."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

DISCORD_EPOCH: Final = 1_420_070_400_000
EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15
TEXT, DM, PUBLIC_THREAD = 0, 1, 11

_counter = itertools.count()


def snowflake() -> int:
    """A new id: the time and a counter, as Discord makes them."""
    return (int(time.time() * 1000) - DISCORD_EPOCH << 22) + next(_counter) % (1 << 22)


@dataclass(eq=False)
class Member:
    """Somebody with an account: a member of every server here, or a bot."""

    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)

    def user(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name,
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }

    def member(self) -> dict[str, Any]:
        return {
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": "2147483647",
            "nick": None,
            "avatar": None,
        }


@dataclass(eq=False)
class Guild:
    """A server."""

    name: str
    id: int = field(default_factory=snowflake)
    channels: list[Channel] = field(default_factory=list)

    def payload(self, owner: Member, bot: Member) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "owner_id": str(owner.id),
            "roles": [_everyone(self.id)],
            "emojis": [],
            "features": [],
            "member_count": 3,
            "members": [{**bot.member(), "user": bot.user()}],
            "channels": [channel.payload() for channel in self.channels if channel.kind != PUBLIC_THREAD],
            "threads": [channel.payload() for channel in self.channels if channel.kind == PUBLIC_THREAD],
            "stickers": [],
            "large": False,
            "unavailable": False,
            "premium_tier": 0,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "system_channel_flags": 0,
            "preferred_locale": "en-US",
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "premium_progress_bar_enabled": False,
            "afk_timeout": 300,
            "joined_at": "2026-01-01T00:00:00+00:00",
        }


@dataclass(eq=False)
class Channel:
    """A text channel, thread or direct message channel."""

    name: str
    guild: Guild | None = None
    kind: int = TEXT
    recipient: Member | None = None
    parent: Channel | None = None
    id: int = field(default_factory=snowflake)
    messages: list[Message] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        if self.guild is None:
            assert self.recipient is not None
            return {"id": str(self.id), "type": DM, "recipients": [self.recipient.user()], "last_message_id": None}
        payload: dict[str, Any] = {
            "id": str(self.id),
            "type": self.kind,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "position": 0,
            "permission_overwrites": [],
            "parent_id": str(self.parent.id) if self.parent else None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "topic": None,
            "flags": 0,
        }
        if self.kind == PUBLIC_THREAD:
            payload |= {
                "owner_id": str(self.id),
                "message_count": 0,
                "member_count": 1,
                "thread_metadata": {
                    "archived": False,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    "locked": False,
                },
                "member": {"user_id": "0", "join_timestamp": "2026-01-01T00:00:00+00:00", "flags": 0},
            }
        return payload

    def seen_by(self, member: Member) -> list[Message]:
        """The messages that a member sees here, oldest first."""
        return [message for message in self.messages if message.only_for in (None, member)]


@dataclass(eq=False)
class Message:
    """A message, with everything that somebody sees of it."""

    channel: Channel
    author: Member
    content: str = ""
    components: list[dict[str, Any]] = field(default_factory=list)
    flags: int = 0
    replies_to: Message | None = None
    only_for: Member | None = None  # the one who sees a private message
    mentions: list[Member] = field(default_factory=list)
    pinged: list[str] = field(default_factory=list)
    edited: bool = False
    deleted: bool = False
    nonce: str | int | None = None
    more: dict[str, Any] = field(default_factory=dict)  # what its events carry besides
    id: int = field(default_factory=snowflake)

    def payload(
        self, withheld: Callable[[Message], bool] = lambda _: False, *, referenced: bool = True
    ) -> dict[str, Any]:
        """The message as an event carries it, without the text of messages whose text is `withheld`.

        The message that it replies to comes along where `referenced`: Discord sends one level of them.
        """
        replied = self.replies_to
        payload = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.user(),
            "content": "" if withheld(self) else self.content,
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": datetime.now(UTC).isoformat() if self.edited else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [member.user() for member in self.mentions],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [] if withheld(self) else self.components,
            "pinned": False,
            "type": 19 if replied else 0,
            "flags": self.flags,
            "channel_type": self.channel.kind,
        }
        if replied is not None:
            payload["message_reference"] = {"message_id": str(replied.id), "channel_id": str(replied.channel.id)}
            if referenced:
                earlier = None if replied.deleted else replied.payload(withheld, referenced=False)
                payload["referenced_message"] = earlier
        return payload | self.more

    @property
    def text(self) -> str:
        """All the text that is shown, parts separated by line breaks."""
        texts = [self.content, *(part["content"] for part in walk(self.components) if part["type"] == 10)]
        return "\n".join(text for text in texts if text)

    @property
    def buttons(self) -> dict[str, str]:
        """The labels of the buttons with their ids, in order."""
        return {part["label"]: part["custom_id"] for part in walk(self.components) if part["type"] == 2}


@dataclass(eq=False)
class Interaction:
    """A command, completion or button press, and what the client answered to it."""

    member: Member
    channel: Channel
    kind: int
    data: dict[str, Any]
    message: Message | None = None
    id: int = field(default_factory=snowflake)
    sent_at: float = field(default_factory=time.monotonic)
    answered_after: float | None = None  # seconds until the first response
    answers: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    @property
    def token(self) -> str:
        return f"interaction-{self.id}"

    def payload(self, application: Member) -> dict[str, Any]:
        who: dict[str, Any] = {"user": self.member.user()}
        where: dict[str, Any] = {"context": 1}
        if self.channel.guild is not None:
            who = {"member": {**self.member.member(), "user": self.member.user()}}
            where = {"context": 0, "guild_id": str(self.channel.guild.id), "guild": {"id": str(self.channel.guild.id)}}
        payload = {
            "id": str(self.id),
            "application_id": str(application.id),
            "type": self.kind,
            "data": self.data,
            "token": self.token,
            "version": 1,
            "channel_id": str(self.channel.id),
            "channel": self.channel.payload(),
            "locale": "en-US",
            "app_permissions": "2147483647",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "attachment_size_limit": 10_485_760,
        }
        if self.message is not None:
            payload["message"] = self.message.payload()
        return payload | who | where


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All components, those inside others included."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "accessory" in component:
            yield from walk([component["accessory"]])


def pings(text: str, allowed: dict[str, Any] | None, everybody: dict[str, Member]) -> list[str]:
    """Who a new message's text notifies, by Discord's rules for allowed mentions."""
    parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse", [])
    users, roles = (allowed or {}).get("users", []), (allowed or {}).get("roles", [])
    found = [f"@{word}" for word in re.findall(r"@(everyone|here)", text) if "everyone" in parse]
    named = [user for user in re.findall(r"<@!?(\d+)>", text) if "users" in parse or user in users]
    found += [everybody[user].name if user in everybody else user for user in named]
    found += [f"role {role}" for role in re.findall(r"<@&(\d+)>", text) if "roles" in parse or role in roles]
    return found


def _everyone(guild_id: int) -> dict[str, Any]:
    return {
        "id": str(guild_id),
        "name": "@everyone",
        "permissions": "2147483647",
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
