"""The stand-in itself: start it, put servers and members in, let them write, and see what the bot answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Self, TypeVar

from aiohttp import web

from tests.patience import PATIENCE
from tests.standin.description import Description, description
from tests.standin.faults import Faults
from tests.standin.forms import Filled, Form
from tests.standin.gateway import MESSAGE_CONTENT, Gateway, Session
from tests.standin.rest import BASE, Rest
from tests.standin.world import (
    BUTTON,
    DM,
    FORUM,
    PUBLIC_THREAD,
    SELECT,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Member,
    Message,
    Role,
)

T = TypeVar("T")

Value = str | int | float | Member | Channel | Role  # of a command's option; a bool is an int to Python

CHAT_INPUT, MESSAGE_COMMAND = 1, 3  # types of commands
COMMAND, COMPONENT, COMPLETION, SUBMIT = 2, 3, 4, 5  # types of interactions
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2  # types of options, beside those of values

# In this order: a bool is an int, too.
OPTION_TYPES: Final[tuple[tuple[type, int], ...]] = (
    (bool, 5),
    (str, 3),
    (int, 4),
    (float, 10),
    (Member, 6),
    (Channel, 7),
    (Role, 8),
)

CONTENT_LIMITED: Final = 1 << 19  # the application's flag for the intent, in fewer than 100 servers
LINK_PREVIEW: Final = {"type": "link", "url": "https://example.com/", "title": "A page", "description": "About it."}


class StandIn:
    """A Discord of one's own, on a free port of loopback. Use as an asynchronous context manager."""

    def __init__(self, token: str = "stand-in.token.of-nobody", *, message_content_allowed: bool = False) -> None:
        self.token = token
        self.bot = Member("FaqBot", bot=True)
        self.owner = Member("Owner")
        self.members = [self.bot, self.owner]
        self.guilds: list[Guild] = []
        self.channels: dict[str, Channel] = {}
        self.attachments: dict[str, Attachment] = {}  # that members uploaded
        self.description: Description | None = description()  # None: bodies are taken unchecked
        self.faults = Faults()
        self.gateway = Gateway(token, self._greeting)
        self.message_content_allowed = message_content_allowed
        self.rest = Rest(self)
        self.port = 0
        self.gateway_url = ""
        self._changed = asyncio.Condition()
        self._runner = web.AppRunner(self.rest.application, access_log=None, shutdown_timeout=0.5)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway_url = f"ws://127.0.0.1:{self.port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.drop()
        await self._runner.cleanup()

    @property
    def address(self) -> str:
        """The address of everything but the gateway."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """The address of the REST side."""
        return f"{self.address}{BASE}"

    @property
    def message_content_allowed(self) -> bool:
        """Whether the privileged intent for messages' texts is switched on for the bot. A test may set it."""
        return self.gateway.message_content_allowed

    @message_content_allowed.setter
    def message_content_allowed(self, allowed: bool) -> None:
        self.gateway.message_content_allowed = allowed

    @property
    def application_flags(self) -> int:
        """The flags of the bot's application, which tell of its privileged intents."""
        return CONTENT_LIMITED if self.message_content_allowed else 0

    # What is there. Servers, roles and channels are to be made before the bot connects: it is told of them then.

    def guild(self, name: str = "Home") -> Guild:
        """A new server with the bot in it."""
        guild = Guild(name, self.owner, self.bot)
        self.guilds.append(guild)
        return guild

    def channel(self, guild: Guild, name: str = "general", *, thread_of: Channel | None = None) -> Channel:
        """A new channel of a server, or a thread in one."""
        if thread_of is not None:
            return self._add(Channel(name, guild, PUBLIC_THREAD, parent=thread_of, owner=self.owner))
        return self._add(Channel(name, guild))

    def forum(self, guild: Guild, name: str = "questions") -> Channel:
        """A new forum of a server, in which members can only `post`."""
        return self._add(Channel(name, guild, FORUM))

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        """A new role of a server, to be given to members by adding it to their `roles`."""
        role = Role(name, permissions)
        guild.roles.append(role)
        return role

    def member(self, name: str, *, bot: bool = False) -> Member:
        """A new member of every server."""
        member = Member(name, bot)
        self.members.append(member)
        return member

    def permissions(self, member: Member, channel: Channel) -> int:
        """What a member may do in a channel, by roles and overwrites."""
        return channel.permissions(member)

    async def deny(self, channel: Channel, bits: int, *, tell: bool = True) -> None:
        """Deny the bot these permissions in a channel, and no others; 0 gives all back.

        The client is told, as it is by Discord, where `tell`: without, it finds out when it is refused. Events of the
        channel still reach it, even where it may not view it.
        """
        place = channel.overwritten
        place.denied_to_bot = bits
        if tell:
            await self.gateway.broadcast("CHANNEL_UPDATE", place.payload())

    def direct_messages(self, member: Member) -> Channel:
        """The direct message channel of a member and the bot."""
        for channel in self.channels.values():
            if channel.recipient is member:
                return channel
        channel = Channel(f"@{member.name}", kind=DM, recipient=member)
        self.channels[str(channel.id)] = channel
        return channel

    # What members do.

    def to_bot(self, text: str) -> str:
        """A message's text with a mention of the bot before it."""
        return f"<@{self.bot.id}> {text}"

    async def say(
        self,
        member: Member,
        channel: Channel,
        text: str,
        *,
        to: Message | None = None,
        ping: bool = True,
        tell: bool = True,
        **more: Any,
    ) -> Message:
        """Let a member write a message, as a reply to another where `to` is given.

        Without `tell`, its event is to be sent later, by `dispatch_message`. `more` goes into the event as it is: a
        webhook's id, another type of message.
        """
        assert channel.kind != FORUM, "nobody can write in a forum itself: use `post`"
        message = Message(channel, member, text, replies_to=to, reply_pings=to is not None and ping, more=more)
        message.mentions = self._mentioned(message)
        channel.messages.append(message)
        if tell:
            await self.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def edit(self, message: Message, text: str | None = None, *, edited: bool = True) -> None:
        """Let a message's author change its text.

        Without `edited`, Discord itself adds a link's preview: an event of the same kind, but nobody has edited.
        """
        if text is not None:
            message.content = text
            message.mentions = self._mentioned(message)
        if edited:
            message.edited_at = datetime.now(UTC)
        else:
            message.embeds = [LINK_PREVIEW]
        await self.dispatch_message("MESSAGE_UPDATE", message)

    async def delete(self, message: Message) -> None:
        """Let a message be deleted, by its author or a moderator."""
        self._take_away(message)
        if message.only_for is None:
            await self.gateway.broadcast("MESSAGE_DELETE", {"id": str(message.id)} | _where(message.channel))
        await self.notice()

    async def delete_all(self, messages: Sequence[Message]) -> None:
        """Let a moderator delete several messages of one channel at once."""
        (channel,) = {message.channel for message in messages}
        for message in messages:
            self._take_away(message)
        ids = [str(message.id) for message in messages]
        await self.gateway.broadcast("MESSAGE_DELETE_BULK", {"ids": ids} | _where(channel))
        await self.notice()

    async def open_thread(self, member: Member, parent: Channel, name: str) -> Channel:
        """Let a member open a thread in a channel."""
        thread = self._new_thread(member, parent, name)
        await self.gateway.broadcast("THREAD_CREATE", thread.payload() | {"newly_created": True})
        return thread

    async def post(self, member: Member, forum: Channel, title: str, text: str) -> Message:
        """Let a member post in a forum: a thread whose first message has the thread's id. That message."""
        assert forum.kind == FORUM, f"{forum.name} is no forum"
        thread = await self.open_thread(member, forum, title)
        message = Message(thread, member, text, id=thread.id)
        message.mentions = self._mentioned(message)
        thread.messages.append(message)
        await self.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def command(self, member: Member, channel: Channel, name: str, /, **options: Value) -> Interaction:
        """Let a member use a registered slash command; "curate watch" is a subcommand."""
        data = self._command(name, options)
        if resolved := _resolved(options, channel, member):
            data["resolved"] = resolved
        return await self._interact(Interaction(member, channel, COMMAND, data))

    async def complete(self, member: Member, channel: Channel, name: str, /, **options: Value) -> Interaction:
        """Let a member type into the last of a command's options."""
        data = self._command(name, options)
        _innermost(data)["options"][-1]["focused"] = True
        return await self._interact(Interaction(member, channel, COMPLETION, data))

    async def menu(self, member: Member, message: Message, name: str, *, forged: bool = False) -> Interaction:
        """Let a member use a registered command from a message's menu: the bot gets the text whatever its intents."""
        data = {
            "id": self._registered(name, MESSAGE_COMMAND)["id"],
            "name": name,
            "type": MESSAGE_COMMAND,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): message.payload()}},
        }
        _refuse_if_hidden(member, message, forged=forged)
        return await self._interact(Interaction(member, message.channel, COMMAND, data))

    async def press(self, member: Member, message: Message, label: str, *, forged: bool = False) -> Interaction:
        """Let a member press a message's button."""
        return await self.press_id(member, message, message.buttons[label], forged=forged)

    async def select(
        self, member: Member, message: Message, which: str, *values: str, forged: bool = False
    ) -> Interaction:
        """Let a member choose options, by label or value, of a message's select, by placeholder or id."""
        custom_id = message.selects.get(which, which)
        select, options = message.select(custom_id), message.options(custom_id)
        chosen = [options.get(value, value) for value in values]
        if not forged:
            assert set(chosen) <= set(options.values()), f"{values} are not all among {options}"
            assert select.get("min_values", 1) <= len(chosen) <= select.get("max_values", 1), "too few or too many"
        return await self.press_id(member, message, custom_id, kind=SELECT, values=chosen, forged=forged)

    async def press_id(
        self,
        member: Member,
        message: Message,
        custom_id: str,
        *,
        kind: int = BUTTON,
        values: Sequence[str] = (),
        forged: bool = False,
    ) -> Interaction:
        """Let a member press a button or use a select by its id, which need not be in the message.

        Only who sees a private message can do so, unless it is `forged`.
        """
        _refuse_if_hidden(member, message, forged=forged)
        data = {"custom_id": custom_id, "component_type": kind, "id": 1}
        if kind != BUTTON:
            data["values"] = list(values)
        return await self._interact(Interaction(member, message.channel, COMPONENT, data, message))

    async def submit(
        self, member: Member, form: Form, values: dict[str, Filled] | None = None, *, forged: bool = False
    ) -> Interaction:
        """Let a member fill in fields of a form, by their labels, and submit it."""
        filled = values or {}
        assert forged or not form.refused(filled), form.refused(filled)
        components, attachments = form.filled(filled)
        return await self.submit_raw(member, form.opened_by, form.data["custom_id"], components, attachments)

    async def submit_raw(
        self,
        member: Member,
        opened_by: Interaction,
        custom_id: str,
        components: list[dict[str, Any]],
        attachments: dict[str, Attachment] | None = None,
    ) -> Interaction:
        """Let a member submit a form by its id, which the bot need not have sent."""
        files = attachments or {}
        self.attachments |= files
        data: dict[str, Any] = {"custom_id": custom_id, "components": components}
        if files:
            data["resolved"] = {"attachments": {key: each.payload(self.address) for key, each in files.items()}}
        return await self._interact(Interaction(member, opened_by.channel, SUBMIT, data, opened_by.message))

    # What the bot does.

    async def form_of(self, interaction: Interaction) -> Form:
        """The form that the bot opens in answer to an interaction."""
        answer = await self.answer_to(interaction)
        assert isinstance(answer, dict), f"no form but {answer.text}"
        return Form(interaction, answer)

    async def reply_to(self, message: Message) -> Message:
        """The bot's reply to a message, when it comes."""
        return await self.until(lambda: next(self._replies(message), None))

    async def answer_to(self, interaction: Interaction) -> Any:
        """The bot's next response to an interaction, when it comes.

        A message, new or changed; the choices of a completion; or a form as the bot sent it. An acknowledgement alone,
        a deferred response, is none.
        """
        return await asyncio.wait_for(interaction.answers.get(), PATIENCE)

    def replies(self, message: Message) -> list[Message]:
        """The bot's replies to a message so far."""
        return list(self._replies(message))

    async def connected(self, times: int = 1) -> None:
        """Wait until the bot has identified itself with the gateway for the n-th time."""
        async with self.gateway.changed:
            await asyncio.wait_for(self.gateway.changed.wait_for(lambda: self.gateway.identified >= times), PATIENCE)

    async def resumed(self, times: int = 1) -> None:
        """Wait until the bot has resumed its session for the n-th time."""
        async with self.gateway.changed:
            await asyncio.wait_for(self.gateway.changed.wait_for(lambda: self.gateway.resumed >= times), PATIENCE)

    async def until(self, found: Callable[[], T | None]) -> T:
        """Wait for the bot until `found` gives something, looking whenever it has done anything."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: found() is not None), PATIENCE)
        result = found()
        assert result is not None
        return result

    async def notice(self) -> None:
        """Wake those who wait for something that the bot does."""
        async with self._changed:
            self._changed.notify_all()

    async def dispatch_message(self, event: str, message: Message) -> None:
        """Tell the bot about a message, without its text where Discord would withhold it; not about private ones."""
        if message.only_for is not None:
            return
        await self.gateway.broadcast(event, lambda session: self._message_event(session, message))

    def _message_event(self, session: Session, message: Message) -> dict[str, Any]:
        payload = message.payload(lambda each: self.withheld(session.intents, each))
        if message.channel.guild is not None:
            guild = message.channel.guild
            payload = {"guild_id": str(guild.id), "member": message.author.member(guild)} | payload
        return payload

    def withheld(self, intents: int, message: Message) -> bool:
        """Whether a client doesn't see a message's text (gateway reference, "Message Content Intent")."""
        if intents & MESSAGE_CONTENT or message.channel.guild is None:
            return False
        return message.author is not self.bot and self.bot not in message.mentions

    def _replies(self, message: Message) -> Iterator[Message]:
        return (each for each in message.channel.messages if each.author is self.bot and each.replies_to is message)

    def _mentioned(self, message: Message) -> list[Member]:
        """Whom a member's message mentions: by its text, and as a reply."""
        ids = set(re.findall(r"<@!?(\d+)>", message.content))
        mentions = [each for each in self.members if str(each.id) in ids]
        replied = message.replies_to.author if message.replies_to is not None and message.reply_pings else None
        return mentions if replied is None or replied in mentions else [*mentions, replied]

    def _add(self, channel: Channel) -> Channel:
        assert channel.guild is not None
        channel.guild.channels.append(channel)
        self.channels[str(channel.id)] = channel
        return channel

    def _new_thread(self, member: Member, parent: Channel, name: str) -> Channel:
        assert parent.guild is not None, "direct messages have no threads"
        return self._add(Channel(name, parent.guild, PUBLIC_THREAD, parent=parent, owner=member))

    def _take_away(self, message: Message) -> None:
        message.channel.messages.remove(message)
        message.deleted = True

    def _registered(self, name: str, kind: int) -> dict[str, Any]:
        """The command that the bot has registered under a name."""
        for command in self.rest.commands:
            if (command["name"], command.get("type", CHAT_INPUT)) == (name, kind):
                return command
        raise AssertionError(f"no command {name} is registered")

    def _command(self, name: str, options: dict[str, Value]) -> dict[str, Any]:
        """A slash command's data: the words after the first are a subcommand, or its group and it."""
        first, *others = name.split()
        registered = known = self._registered(first, CHAT_INPUT)
        data: dict[str, Any] = {"id": registered["id"], "name": first, "type": CHAT_INPUT}
        inner = data
        for number, word in enumerate(others, 1):
            kind = SUBCOMMAND if number == len(others) else SUBCOMMAND_GROUP
            found = [each for each in known.get("options", []) if (each["name"], each["type"]) == (word, kind)]
            assert found, f"no command {name} is registered"
            known = found[0]
            inner["options"] = [{"name": word, "type": kind}]
            inner = inner["options"][0]
        taken = {(option["name"], option["type"]) for option in known.get("options", [])}
        inner["options"] = [_option(key, value) for key, value in options.items()]
        missing = {(option["name"], option["type"]) for option in inner["options"]} - taken
        assert not missing, f"the command {name} has no such options: {missing}"
        return data

    async def _interact(self, interaction: Interaction) -> Interaction:
        self.rest.interactions[interaction.id] = interaction
        await self.gateway.broadcast("INTERACTION_CREATE", interaction.payload(self.bot))
        return interaction

    def _greeting(self, session: Session) -> Iterator[tuple[str, Any]]:
        yield (
            "READY",
            {
                "v": 10,
                "user": self.bot.user(),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self.guilds],
                "session_id": session.id,
                "resume_gateway_url": self.gateway_url,
                "application": {"id": str(self.bot.id), "flags": self.application_flags},
            },
        )
        for guild in self.guilds:
            yield "GUILD_CREATE", guild.payload()


def _where(channel: Channel) -> dict[str, str]:
    """The ids of a channel and its server, as events name them."""
    guild = {"guild_id": str(channel.guild.id)} if channel.guild is not None else {}
    return {"channel_id": str(channel.id)} | guild


def _refuse_if_hidden(member: Member, message: Message, *, forged: bool) -> None:
    assert forged or message.only_for in (None, member), f"{member.name} doesn't see this private message"


def _option(name: str, value: Value) -> dict[str, Any]:
    """A command's option as a member filled it in: whatever has an id is named by it."""
    kind = next(number for python, number in OPTION_TYPES if isinstance(value, python))
    plain = str(value.id) if isinstance(value, Member | Channel | Role) else value
    return {"name": name, "type": kind, "value": plain}


def _innermost(data: dict[str, Any]) -> dict[str, Any]:
    """The part of a command's data that holds the options with values."""
    options = data.get("options") or []
    nested = bool(options) and options[0]["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)
    return _innermost(options[0]) if nested else data


def _resolved(options: dict[str, Value], channel: Channel, member: Member) -> dict[str, Any]:
    """What Discord tells about the members, channels and roles that a command names."""
    resolved: dict[str, dict[str, Any]] = {}
    guild = channel.guild
    for value in options.values():
        if isinstance(value, Channel):
            payload = value.payload() | {"permissions": str(value.permissions(member))}
            resolved.setdefault("channels", {})[str(value.id)] = payload
        elif isinstance(value, Role) and guild is not None:
            position = guild.roles.index(value) + 1
            resolved.setdefault("roles", {})[str(value.id)] = value.payload(position)
        elif isinstance(value, Member):
            resolved.setdefault("users", {})[str(value.id)] = value.user()
            if guild is not None:
                in_guild = value.member(guild) | {"permissions": str(channel.permissions(value))}
                resolved.setdefault("members", {})[str(value.id)] = in_guild
    return resolved
