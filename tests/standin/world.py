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
LONG_AGO: Final = "2026-01-01T00:00:00+00:00"

# Flags of messages.
EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15

# Types of channels.
TEXT, DM, PUBLIC_THREAD, FORUM = 0, 1, 11, 15

# Types of components.
ROW, BUTTON, SELECT, TEXT_INPUT, TEXT_DISPLAY, FILE, CONTAINER, LABEL, FILE_UPLOAD = 1, 2, 3, 4, 10, 13, 17, 18, 19

# Permissions (reference, "Permissions").
ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
MANAGE_GUILD: Final = 1 << 5
ADD_REACTIONS: Final = 1 << 6
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
MANAGE_MESSAGES: Final = 1 << 13
EMBED_LINKS: Final = 1 << 14
ATTACH_FILES: Final = 1 << 15
READ_MESSAGE_HISTORY: Final = 1 << 16
MENTION_EVERYONE: Final = 1 << 17
USE_EXTERNAL_EMOJIS: Final = 1 << 18
USE_APPLICATION_COMMANDS: Final = 1 << 31
SEND_MESSAGES_IN_THREADS: Final = 1 << 38
ALL: Final = (1 << 53) - 1

ORDINARY: Final = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | ADD_REACTIONS
)
# What Discord calls the permissions in direct messages with an application, where there are no roles.
IN_DIRECT_MESSAGES: Final = ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE | USE_EXTERNAL_EMOJIS

_counter = itertools.count()


def snowflake() -> int:
    """A new id: the time and a counter, as Discord makes them."""
    return (int(time.time() * 1000) - DISCORD_EPOCH << 22) + next(_counter) % (1 << 22)


@dataclass(eq=False)
class Role:
    """A role of a server, with what it permits everywhere in it."""

    name: str
    permissions: int = 0
    id: int = field(default_factory=snowflake)

    def payload(self, position: int) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "icon": None,
            "unicode_emoji": None,
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    """Somebody with an account: a member of every server here, or a bot."""

    name: str
    bot: bool = False
    id: int = field(default_factory=snowflake)
    roles: list[Role] = field(default_factory=list)
    closed: bool = False  # accepts no direct messages

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

    def member(self, guild: Guild) -> dict[str, Any]:
        """The member of a server, as messages carry it: without permissions, which only interactions tell."""
        return {
            "roles": [str(role.id) for role in guild.roles if role in self.roles],
            "joined_at": LONG_AGO,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
        }


@dataclass(eq=False)
class Guild:
    """A server: with its owner, whom nothing is forbidden, and the bot."""

    name: str
    owner: Member
    bot: Member
    id: int = field(default_factory=snowflake)
    channels: list[Channel] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)  # besides @everyone
    everyone: Role = field(init=False)

    def __post_init__(self) -> None:
        self.everyone = Role("@everyone", ORDINARY, self.id)

    def payload(self) -> dict[str, Any]:
        roles = [self.everyone, *self.roles]
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "owner_id": str(self.owner.id),
            "roles": [role.payload(position) for position, role in enumerate(roles)],
            "emojis": [],
            "features": [],
            "member_count": 3,
            "members": [{**self.bot.member(self), "user": self.bot.user()}],
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
            "joined_at": LONG_AGO,
        }


@dataclass(eq=False)
class Channel:
    """A text channel, forum, thread or direct message channel."""

    name: str
    guild: Guild | None = None
    kind: int = TEXT
    recipient: Member | None = None
    parent: Channel | None = None
    owner: Member | None = None  # who opened a thread
    denied: int = 0  # permissions that @everyone lacks here
    denied_to_bot: int = 0  # permissions that the bot lacks here
    id: int = field(default_factory=snowflake)
    messages: list[Message] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        if self.guild is None:
            assert self.recipient is not None
            return {"id": str(self.id), "type": DM, "recipients": [self.recipient.user()], "flags": 0} | self._last()
        payload: dict[str, Any] = {
            "id": str(self.id),
            "type": self.kind,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "parent_id": str(self.parent.id) if self.parent else None,
            "rate_limit_per_user": 0,
            "flags": 0,
        }
        return payload | self._last() | (self._thread() if self.kind == PUBLIC_THREAD else self._lasting(self.guild))

    def permissions(self, member: Member) -> int:
        """What a member may do here (reference, "Permission Overwrites")."""
        if self.guild is None:
            return IN_DIRECT_MESSAGES
        if member is self.guild.owner:
            return ALL
        base = self.guild.everyone.permissions
        for role in self.guild.roles:
            base |= role.permissions if role in member.roles else 0
        if base & ADMINISTRATOR:
            return ALL
        place = self.overwritten
        return base & ~place.denied & ~(place.denied_to_bot if member is self.guild.bot else 0)

    @property
    def overwritten(self) -> Channel:
        """The channel whose overwrites count here: a thread has its parent's."""
        return self.parent if self.kind == PUBLIC_THREAD and self.parent is not None else self

    def _last(self) -> dict[str, Any]:
        open_to_all = [message for message in self.messages if message.only_for is None]
        return {"last_message_id": str(open_to_all[-1].id) if open_to_all else None}

    def _lasting(self, guild: Guild) -> dict[str, Any]:
        """What a channel has and a thread has not."""
        overwrites = [(guild.id, 0, self.denied), (guild.bot.id, 1, self.denied_to_bot)]
        lasting: dict[str, Any] = {
            "position": 0,
            "nsfw": False,
            "topic": None,
            "permission_overwrites": [
                {"id": str(whose), "type": kind, "allow": "0", "deny": str(denied)}
                for whose, kind, denied in overwrites
                if denied
            ],
        }
        if self.kind == FORUM:
            lasting |= {
                "available_tags": [],
                "default_reaction_emoji": None,
                "default_sort_order": None,
                "default_forum_layout": 0,
                "default_auto_archive_duration": 4320,
                "default_thread_rate_limit_per_user": 0,
            }
        return lasting

    def _thread(self) -> dict[str, Any]:
        """What a thread has and a channel has not. A post's first message does not count."""
        written = sum(message.only_for is None and message.id != self.id for message in self.messages)
        thread: dict[str, Any] = {
            "owner_id": str(self.owner.id if self.owner else self.id),
            "message_count": written,
            "total_message_sent": written,
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": LONG_AGO,
                "create_timestamp": LONG_AGO,
                "locked": False,
            },
        }
        if self.parent is not None and self.parent.kind == FORUM:
            thread["applied_tags"] = []
        return thread

    def seen_by(self, member: Member) -> list[Message]:
        """The messages that a member sees here, oldest first."""
        return [message for message in self.messages if message.only_for in (None, member)]


@dataclass(eq=False)
class Attachment:
    """A file with a message, or one that a member uploads."""

    name: str
    data: bytes
    id: int = field(default_factory=snowflake)

    def payload(self, address: str) -> dict[str, Any]:
        url = f"{address}/attachments/{self.id}/{self.name}"
        return {"id": str(self.id), "filename": self.name, "size": len(self.data), "url": url, "proxy_url": url}


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
    reply_pings: bool = False  # a reply that mentions whom it replies to
    pinged: list[str] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    edited_at: datetime | None = None
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
            "timestamp": _written_at(self.id).isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [member.user() for member in self.mentions],
            "mention_roles": self._mentioned_roles(),
            "attachments": [each.payload("https://cdn.invalid") for each in self.attachments],
            "embeds": [] if withheld(self) else self.embeds,
            "components": [] if withheld(self) else self.components,
            "pinned": False,
            "type": 19 if replied else 0,
            "flags": self.flags,
            "channel_type": self.channel.kind,
        }
        if replied is not None:
            guild = replied.channel.guild
            payload["message_reference"] = {
                "type": 0,
                "message_id": str(replied.id),
                "channel_id": str(replied.channel.id),
                **({"guild_id": str(guild.id)} if guild else {}),
            }
            if referenced:
                earlier = None if replied.deleted else replied.payload(withheld, referenced=False)
                payload["referenced_message"] = earlier
        return payload | self.more

    @property
    def edited(self) -> bool:
        """Whether its author has changed it."""
        return self.edited_at is not None

    @property
    def text(self) -> str:
        """All the text that is shown, parts separated by line breaks."""
        texts = [self.content, *(part["content"] for part in self.parts(TEXT_DISPLAY))]
        return "\n".join(text for text in texts if text)

    @property
    def buttons(self) -> dict[str, str]:
        """The labels of the buttons with their ids, in order; buttons that are links have none."""
        return {part["label"]: part["custom_id"] for part in self.parts(BUTTON) if "custom_id" in part}

    @property
    def selects(self) -> dict[str, str]:
        """The placeholders of the selects, or their ids where they have none, with their ids, in order."""
        return {part.get("placeholder") or part["custom_id"]: part["custom_id"] for part in self.parts(SELECT)}

    def options(self, custom_id: str) -> dict[str, str]:
        """The labels of a select's options with their values, in order."""
        return {option["label"]: option["value"] for option in self.select(custom_id)["options"]}

    def select(self, custom_id: str) -> dict[str, Any]:
        """The select with an id, as the bot sent it."""
        return next(part for part in self.parts(SELECT) if part["custom_id"] == custom_id)

    def parts(self, kind: int) -> list[dict[str, Any]]:
        """Its components of a type, in order."""
        return [part for part in walk(self.components) if part["type"] == kind]

    def _mentioned_roles(self) -> list[str]:
        roles = self.channel.guild.roles if self.channel.guild else []
        return [str(role.id) for role in roles if f"<@&{role.id}>" in self.content]


@dataclass(eq=False)
class Interaction:
    """A command, completion, button press, choice or form, and what the client answered to it."""

    member: Member
    channel: Channel
    kind: int
    data: dict[str, Any]
    message: Message | None = None
    id: int = field(default_factory=snowflake)
    sent_at: float = field(default_factory=time.monotonic)
    answered_after: float | None = None  # seconds until the first response
    answered_with: int | None = None  # the first response's type
    answers: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    original: Message | None = None  # what "@original" means to its token
    messages: list[Message] = field(default_factory=list)  # that its token may change
    expired: bool = False

    @property
    def token(self) -> str:
        return f"interaction-{self.id}"

    def expire(self) -> None:
        """Let its token be worth nothing any more, as it is after 15 minutes."""
        self.expired = True

    def payload(self, application: Member) -> dict[str, Any]:
        who: dict[str, Any] = {"user": self.member.user()}
        where: dict[str, Any] = {"context": 1}
        guild = self.channel.guild
        if guild is not None:
            permissions = str(self.channel.permissions(self.member))
            who = {"member": {**self.member.member(guild), "user": self.member.user(), "permissions": permissions}}
            where = {
                "context": 0,
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
                "guild_locale": "en-US",
            }
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
            "app_permissions": str(self.channel.permissions(application)),
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
        for inner in ("accessory", "component"):
            if inner in component:
                yield from walk([component[inner]])


def pings(text: str, allowed: dict[str, Any] | None, everybody: dict[str, Member]) -> list[str]:
    """Who a new message's text notifies, by Discord's rules for allowed mentions."""
    parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse", [])
    users, roles = (allowed or {}).get("users", []), (allowed or {}).get("roles", [])
    found = [f"@{word}" for word in re.findall(r"@(everyone|here)", text) if "everyone" in parse]
    named = [user for user in re.findall(r"<@!?(\d+)>", text) if "users" in parse or user in users]
    found += [everybody[user].name if user in everybody else user for user in named]
    found += [f"role {role}" for role in re.findall(r"<@&(\d+)>", text) if "roles" in parse or role in roles]
    return found


def _written_at(id_: int) -> datetime:
    """The time that is in an id."""
    return datetime.fromtimestamp(((id_ >> 22) + DISCORD_EPOCH) / 1000, UTC)
