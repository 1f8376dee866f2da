"""The stand-in itself: start it, put servers and members in, let them write, and see what the bot answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.standin.description import description
from tests.standin.faults import Faults
from tests.standin.gateway import MESSAGE_CONTENT, Gateway, Session
from tests.standin.rest import BASE, Rest
from tests.standin.world import DM, PUBLIC_THREAD, Channel, Guild, Interaction, Member, Message

T = TypeVar("T")

PATIENCE = 10.0  # seconds to wait for the bot before a test fails


class StandIn:
    """A Discord of one's own, on a free port of loopback. Use as an asynchronous context manager."""

    def __init__(self, token: str = "stand-in.token.of-nobody") -> None:
        self.token = token
        self.bot = Member("FaqBot", bot=True)
        self.owner = Member("Owner")
        self.members = [self.bot, self.owner]
        self.guilds: list[Guild] = []
        self.channels: dict[str, Channel] = {}
        self.description = description()
        self.faults = Faults()
        self.gateway = Gateway(token, self._greeting)
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
    def api_url(self) -> str:
        """The address of the REST side."""
        return f"http://127.0.0.1:{self.port}{BASE}"

    # What is there.

    def guild(self, name: str = "Home") -> Guild:
        """A new server with the bot in it."""
        guild = Guild(name)
        self.guilds.append(guild)
        return guild

    def channel(self, guild: Guild, name: str = "general", *, thread_of: Channel | None = None) -> Channel:
        """A new channel of a server, or a thread in one."""
        channel = Channel(name, guild, PUBLIC_THREAD if thread_of else 0, parent=thread_of)
        guild.channels.append(channel)
        self.channels[str(channel.id)] = channel
        return channel

    def member(self, name: str, *, bot: bool = False) -> Member:
        """A new member of every server."""
        member = Member(name, bot)
        self.members.append(member)
        return member

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
        self, member: Member, channel: Channel, text: str, *, to: Message | None = None, ping: bool = True, **more: Any
    ) -> Message:
        """Let a member write a message, as a reply to another where `to` is given.

        `more` goes into the event as it is: a webhook's id, another type of message.
        """
        mentions = [each for each in self.members if f"<@{each.id}>" in text or f"<@!{each.id}>" in text]
        if to is not None and ping and to.author not in mentions:
            mentions.append(to.author)
        message = Message(channel, member, text, replies_to=to, mentions=mentions, more=more)
        channel.messages.append(message)
        await self.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def command(self, member: Member, channel: Channel, name: str, **options: str) -> Interaction:
        """Let a member use a registered slash command."""
        return await self._interact(Interaction(member, channel, 2, self._command(name, options)))

    async def complete(self, member: Member, channel: Channel, name: str, **options: str) -> Interaction:
        """Let a member type into the last of a command's options."""
        data = self._command(name, options)
        data["options"][-1]["focused"] = True
        return await self._interact(Interaction(member, channel, 4, data))

    async def press(self, member: Member, message: Message, label: str) -> Interaction:
        """Let a member press a message's button."""
        return await self.press_id(member, message, message.buttons[label])

    async def press_id(self, member: Member, message: Message, custom_id: str) -> Interaction:
        """Let a member press a button by its id."""
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        return await self._interact(Interaction(member, message.channel, 3, data, message))

    # What the bot does.

    async def reply_to(self, message: Message) -> Message:
        """The bot's reply to a message, when it comes."""
        return await self.until(lambda: next(self._replies(message), None))

    async def answer_to(self, interaction: Interaction) -> Any:
        """The bot's next response to an interaction, when it comes: a message, or the choices of a completion."""
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
        """Tell the bot about a message, without its text where Discord would withhold it."""
        await self.gateway.broadcast(event, lambda session: self._message_event(session, message))

    def _message_event(self, session: Session, message: Message) -> dict[str, Any]:
        payload = message.payload(lambda each: self._withheld(session, each))
        if message.channel.guild is not None:
            payload = {"guild_id": str(message.channel.guild.id), "member": message.author.member()} | payload
        return payload

    def _withheld(self, session: Session, message: Message) -> bool:
        """Whether a client doesn't see a message's text (gateway reference, "Message Content Intent")."""
        if session.intents & MESSAGE_CONTENT or message.channel.guild is None:
            return False
        return message.author is not self.bot and self.bot not in message.mentions

    def _replies(self, message: Message) -> Iterator[Message]:
        return (each for each in message.channel.messages if each.author is self.bot and each.replies_to is message)

    def _command(self, name: str, options: dict[str, str]) -> dict[str, Any]:
        registered = next(command for command in self.rest.commands if command["name"] == name)
        values = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        return {"id": registered["id"], "name": name, "type": 1, "options": values}

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
                "application": {"id": str(self.bot.id), "flags": 0},
            },
        )
        for guild in self.guilds:
            yield "GUILD_CREATE", guild.payload(self.owner, self.bot)
