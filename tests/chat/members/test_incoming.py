"""What is heard of a message is the same, whether it is read from Discord's event or from discord.py's Message."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord as library
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.members.incoming import Heard
from tests.patience import PATIENCE
from tests.standin import Channel, Member, StandIn
from tests.standin.world import Message


class Client(library.Client):
    """Keeps each message as it is in the event, and as discord.py knows it."""

    def __init__(self) -> None:
        intents = library.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
        super().__init__(intents=intents, max_messages=None, member_cache_flags=library.MemberCacheFlags.none())
        self.seen: asyncio.Queue[tuple[Heard | None, Heard]] = asyncio.Queue()
        self.in_event: Heard | None = None
        parsers = self._connection.parsers
        self.parse, parsers["MESSAGE_CREATE"] = parsers["MESSAGE_CREATE"], self.take

    def take(self, event: dict[str, Any]) -> None:
        self.in_event = Heard.in_event(event, self.get_guild)
        self.parse(event)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event == "message":  # at once, so that the two belong together
            self.seen.put_nowait((self.in_event, Heard.of(args[0])))
        super().dispatch(event, *args, **kwargs)


@pytest.fixture
async def client(discord: StandIn, curator: Member, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    discord.message_content_allowed = True
    monkeypatch.setattr(Route, "BASE", discord.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(discord.gateway_url))
    async with Client() as connected:
        connection = asyncio.create_task(connected.start(discord.token))
        await discord.connected()
        yield connected
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


def comparable(heard: Heard) -> Heard:
    return heard._replace(roles=sorted(heard.roles), mentioned=sorted(heard.mentioned))  # in any order


async def said(client: Client, message: Message) -> tuple[Heard | None, Heard]:
    """A message as it is heard in its event, and of discord.py."""
    while True:
        in_event, of_library = await asyncio.wait_for(client.seen.get(), PATIENCE)
        if of_library.id == message.id:
            return in_event, of_library


async def test_both_roads_hear_the_same(
    discord: StandIn, client: Client, general: Channel, ann: Member, curator: Member
) -> None:
    other = discord.member("OtherBot", bot=True)
    gone = {"channel_id": "1", "message_id": "2"}
    thread = await discord.open_thread(ann, general, "backs")
    first = await discord.say(ann, general, "does it help sciatica")
    await discord.edit(first, "does it help?")
    messages = [
        first,
        await discord.say(curator, general, discord.to_bot("hello"), to=first),
        await discord.say(curator, general, f"<@{ann.id}> <@{other.id}> hello", to=first, ping=False),
        await discord.say(ann, thread, "in a thread"),
        await discord.say(other, general, "beep"),
        await discord.say(ann, general, "from a webhook", webhook_id="5"),
        await discord.say(ann, general, "joined", type=7),
        await discord.say(ann, general, "edited before it came", edited_timestamp="2026-01-01T00:00:00+00:00"),
        await discord.say(ann, general, "", message_reference=gone | {"type": 1}),
        await discord.say(ann, general, "to what is gone", type=19, message_reference=gone, referenced_message=None),
    ]
    for message in messages:
        in_event, of_library = await said(client, message)
        assert in_event is not None
        assert comparable(in_event) == comparable(of_library)
        assert (in_event.link, in_event.at) == (of_library.link, of_library.at)
        assert f"/{message.channel.id}/{message.id}" in in_event.link
    channel = client.get_channel(general.id)
    assert isinstance(channel, library.TextChannel)
    assert channel.last_message_id == messages[-1].id


async def test_a_thread_that_discord_py_has_not_been_told_of_is_left_to_it(
    discord: StandIn, client: Client, general: Channel, ann: Member
) -> None:
    in_event, of_library = await said(client, await discord.say(ann, general, "hello", channel_id="5"))
    assert in_event is None
    assert (of_library.channel.id, of_library.text, of_library.is_direct) == (5, "hello", False)


async def test_a_direct_message_is_left_to_discord_py(discord: StandIn, client: Client, ann: Member) -> None:
    in_event, of_library = await said(client, await discord.say(ann, discord.direct_messages(ann), "hello"))
    assert in_event is None
    assert of_library.is_direct
    assert of_library.text == "hello"
