"""The stand-in refuses what Discord refuses, or the tests that rely on it would prove nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord as library
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.standin import Channel, Interaction, Member, Message, StandIn
from tests.standin.description import Description, description
from tests.standin.gateway import MESSAGE_CONTENT
from tests.standin.renew import USED, part
from tests.standin.world import (
    ADMINISTRATOR,
    ALL,
    IN_DIRECT_MESSAGES,
    LOADING,
    MANAGE_GUILD,
    MANAGE_MESSAGES,
    ORDINARY,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
    pings,
)

BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "faq:a"}
ROW = {"type": 1, "components": [BUTTON]}
TEXT = {"type": 10, "content": "hello"}
OPTION = {"label": "Red", "value": "red"}
SELECT = {"type": 3, "custom_id": "colours", "placeholder": "Choose", "options": [OPTION]}


def row(*parts: dict[str, object]) -> dict[str, object]:
    """A message with one row of components."""
    return {"content": "x", "components": [{"type": 1, "components": list(parts)}]}


def buttons(count: int) -> list[dict[str, object]]:
    return [BUTTON | {"custom_id": f"faq:{number}"} for number in range(count)]


def options(count: int) -> list[dict[str, object]]:
    return [{"label": "a", "value": str(number)} for number in range(count)]


WRONG_BY_RULE = {
    "components v2 with content": {"flags": 1 << 15, "content": "x", "components": [TEXT]},
    "components v2 without the flag": {"components": [TEXT]},
    "an empty message": {"content": ""},
    "too much text": {"flags": 1 << 15, "components": [TEXT | {"content": "x" * 2001}] * 2},
    "a custom id twice": {"content": "x", "components": [ROW, ROW]},
    "a button's label of the wrong length": {
        "content": "x",
        "components": [{"type": 1, "components": [BUTTON | {"label": "x" * 81}]}],
    },
    "a custom id of the wrong length": row(BUTTON | {"custom_id": "x" * 101}),
    "a row with other than one select or up to five buttons": row(*buttons(6)),
    "a select without 1 to 25 options": row(SELECT | {"options": options(26)}),
    "an option's text of the wrong length": row(SELECT | {"options": [OPTION | {"description": "x" * 101}]}),
    "an option's value twice": row(SELECT | {"options": [OPTION, OPTION]}),
    "a placeholder too long": row(SELECT | {"placeholder": "x" * 151}),
}
RIGHT = {
    "five buttons": row(*buttons(5)),
    "a full select": row(
        SELECT
        | {
            "options": [
                {"label": "x" * 100, "value": f"{number:0100}", "description": "x" * 100} for number in range(25)
            ],
            "placeholder": "x" * 150,
            "custom_id": "x" * 100,
        }
    ),
}
WRONG_BY_DESCRIPTION = {
    "a custom id too long": {
        "content": "x",
        "components": [{"type": 1, "components": [BUTTON | {"custom_id": "x" * 101}]}],
    },
    "a button without a style": {
        "content": "x",
        "components": [{"type": 1, "components": [{"type": 2, "label": "a"}]}],
    },
    "content that is a number": {"content": 7},
    "a text too long": {"flags": 1 << 15, "components": [TEXT | {"content": "x" * 4001}]},
}


async def send(discord: StandIn, body: object, token: str | None = None) -> tuple[int, dict[str, object]]:
    channel = discord.channel(discord.guild())
    headers = {"Authorization": f"Bot {token or discord.token}"}
    address = f"{discord.api_url}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(address, json=body) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(("rule", "body"), WRONG_BY_RULE.items(), ids=WRONG_BY_RULE.keys())
async def test_a_message_against_discords_rules_is_caught(rule: str, body: object) -> None:
    async with StandIn() as standin:
        standin.description = None
        status, answer = await send(standin, body)
        assert (status, answer["code"]) == (400, 50035)
        assert standin.rest.violations[0] == rule


@pytest.mark.parametrize("mixed", [row(SELECT, BUTTON), row(SELECT, SELECT | {"custom_id": "b"}), row()])
async def test_a_row_holds_buttons_or_one_select(mixed: object) -> None:
    async with StandIn() as standin:
        standin.description = None
        assert (await send(standin, mixed))[0] == 400
        assert standin.rest.violations == ["a row with other than one select or up to five buttons"]


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT.keys())
async def test_a_message_at_its_limits_is_taken(discord: StandIn, body: object) -> None:
    assert (await send(discord, body))[0] == 200


@pytest.mark.parametrize("body", WRONG_BY_DESCRIPTION.values(), ids=WRONG_BY_DESCRIPTION.keys())
async def test_a_body_against_discords_description_is_caught(body: object) -> None:
    async with StandIn() as standin:
        status, answer = await send(standin, body)
        assert (status, answer["code"]) == (400, 50035)
        assert len(standin.rest.violations) == 1


def test_a_route_that_discord_does_not_have_is_caught() -> None:
    known = description()
    (wrong,) = known.wrong("POST", "/channels/1/massages", {})
    assert wrong.startswith("POST /channels/1/massages is no route of Discord's")
    assert known.wrong("DELETE", "/channels/1/messages/2", None) == []
    assert known.wrong("DELETE", "/channels/1/messages/2", {}) == ["DELETE /channels/1/messages/2 takes no JSON body"]


WHOLE = {
    "openapi": "3.1.0",
    "info": {"title": "API", "version": "10", "license": {"name": "MIT"}, "description": "for people"},
    "paths": {
        path: {method: {"description": "for people", "requestBody": {"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/Body"}}}}} for method in ("put", "post", "patch", "delete")}
        for _, path in USED
    },
    "components": {"schemas": {
        "Body": {"title": "A body", "properties": {"description": {"$ref": "#/components/schemas/Text"}}},
        "Text": {"type": "string", "description": "for people", "maxLength": 3},
        "SnowflakeType": {"type": "string"},
        "Unused": {"type": "string"},
    }},
}  # fmt: skip


def test_a_part_of_a_description_has_what_its_requests_refer_to() -> None:
    made = part(WHOLE)
    assert sorted(made["components"]["schemas"]) == ["Body", "SnowflakeType", "Text"]
    assert made["components"]["schemas"]["Body"]["properties"].keys() == {"description"}  # a property's name stays
    assert "for people" not in str(made)
    known = Description(made)
    assert known.wrong("POST", "/users/@me/channels", {"description": "abc"}) == []
    assert len(known.wrong("POST", "/users/@me/channels", {"description": "abcd"})) == 1


async def test_a_right_message_is_taken_and_a_wrong_token_refused(discord: StandIn) -> None:
    assert (await send(discord, {"content": "hello"}))[0] == 200
    assert (await send(discord, {"content": "hello"}, token="wrong"))[0] == 401


def test_pings_follow_the_allowed_mentions() -> None:
    ann = Member("Ann")
    text = f"@everyone <@{ann.id}> <@&5>"
    everybody = {str(ann.id): ann}
    assert pings(text, None, everybody) == ["@everyone", "Ann", "role 5"]
    assert pings(text, {"parse": []}, everybody) == []
    assert pings(text, {"parse": ["users"]}, everybody) == ["Ann"]
    assert pings(text, {"parse": [], "roles": ["5"]}, everybody) == ["role 5"]


# Roles and permissions.


def test_permissions_follow_roles_and_overwrites() -> None:
    discord = StandIn()
    home, away = discord.guild(), discord.guild("Away")
    general, ann = discord.channel(home), discord.member("Ann")
    thread = discord.channel(home, "thread", thread_of=general)
    assert discord.permissions(ann, general) == discord.permissions(discord.bot, general) == ORDINARY
    assert discord.permissions(discord.owner, general) == ALL
    assert discord.permissions(ann, discord.direct_messages(ann)) == IN_DIRECT_MESSAGES
    ann.roles = [discord.role(home, "staff", MANAGE_GUILD), discord.role(away, "boss", ADMINISTRATOR)]
    assert discord.permissions(ann, general) == ORDINARY | MANAGE_GUILD
    assert discord.permissions(ann, discord.channel(away)) == ALL
    general.denied, general.denied_to_bot = SEND_MESSAGES, READ_MESSAGE_HISTORY
    for place in (general, thread):
        assert discord.permissions(ann, place) == (ORDINARY | MANAGE_GUILD) & ~SEND_MESSAGES
        assert discord.permissions(discord.bot, place) == ORDINARY & ~SEND_MESSAGES & ~READ_MESSAGE_HISTORY
    assert ann.member(home)["roles"] == [str(ann.roles[0].id)]


def test_interactions_tell_what_member_and_bot_may_do() -> None:
    discord = StandIn()
    general, ann = discord.channel(discord.guild()), discord.member("Ann")
    general.denied_to_bot = SEND_MESSAGES
    told = Interaction(ann, general, 2, {}).payload(discord.bot)
    assert told["member"]["permissions"] == str(ORDINARY)
    assert told["app_permissions"] == str(ORDINARY & ~SEND_MESSAGES)


def test_only_what_is_denied_is_an_overwrite() -> None:
    discord = StandIn()
    general = discord.channel(discord.guild())
    assert general.guild is not None
    assert general.payload()["permission_overwrites"] == []
    general.denied, general.denied_to_bot = SEND_MESSAGES, VIEW_CHANNEL
    assert general.payload()["permission_overwrites"] == [
        {"id": str(general.guild.id), "type": 0, "allow": "0", "deny": "2048"},
        {"id": str(discord.bot.id), "type": 1, "allow": "0", "deny": "1024"},
    ]


async def ask(discord: StandIn, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """A request of the bot's: the status, and the error's code where there is one."""
    headers = {"Authorization": f"Bot {discord.token}"}
    address = f"{discord.api_url}{path}"
    async with aiohttp.ClientSession(headers=headers) as session, session.request(method, address, json=body) as told:
        return told.status, (await told.json()).get("code") if told.status != 204 else None


async def write(discord: StandIn, channel: Channel, **more: object) -> tuple[int, Any]:
    return await ask(discord, "POST", f"/channels/{channel.id}/messages", {"content": "hello", **more})


async def written(discord: StandIn, channel: Channel) -> Message:
    await write(discord, channel)
    return channel.messages[-1]


async def test_the_bot_may_write_only_where_it_is_permitted(discord: StandIn, general: Channel, ann: Member) -> None:
    assert general.guild is not None
    thread = discord.channel(general.guild, "thread", thread_of=general)
    question = await discord.say(ann, general, "hello?")
    reply = {"message_reference": {"message_id": str(question.id)}}
    await discord.deny(general, SEND_MESSAGES)
    assert await write(discord, general) == (403, 50013)
    assert await write(discord, thread) == (200, None)
    await discord.deny(thread, SEND_MESSAGES_IN_THREADS)
    assert await write(discord, thread) == (403, 50013)
    assert await write(discord, general, **reply) == (200, None)
    await discord.deny(general, READ_MESSAGE_HISTORY)
    assert await write(discord, general) == (200, None)
    assert await write(discord, general, **reply) == (403, 160002)
    await discord.deny(general, VIEW_CHANNEL)
    assert await write(discord, general) == (403, 50001)
    await discord.deny(general, 0)
    assert await write(discord, general, **reply) == (200, None)
    assert await write(discord, discord.forum(general.guild)) == (400, 50008)


async def test_who_is_closed_gets_no_direct_messages(discord: StandIn, ann: Member) -> None:
    direct = discord.direct_messages(ann)
    assert await ask(discord, "POST", "/users/@me/channels", {"recipient_id": str(ann.id)}) == (200, None)
    assert await write(discord, direct) == (200, None)
    ann.closed = True
    assert await write(discord, direct) == (403, 50007)


async def test_only_ones_own_messages_are_edited_and_deleted(discord: StandIn, general: Channel, ann: Member) -> None:
    own, other = await written(discord, general), await discord.say(ann, general, "mine")
    at_own, at_other = (f"/channels/{general.id}/messages/{each.id}" for each in (own, other))
    await discord.deny(general, SEND_MESSAGES)
    assert await ask(discord, "PATCH", at_other, {"content": "yours"}) == (403, 50005)
    assert await ask(discord, "DELETE", at_other) == (403, 50013)
    assert await ask(discord, "PATCH", at_own, {"content": "changed"}) == (200, None)
    assert (own.text, own.edited, other.text) == ("changed", True, "mine")
    assert await ask(discord, "DELETE", at_own) == (204, None)
    assert await ask(discord, "DELETE", at_own) == (404, 10008)
    discord.bot.roles.append(discord.role(discord.guilds[0], "moderator", MANAGE_MESSAGES))
    assert await ask(discord, "DELETE", at_other) == (204, None)
    assert general.messages == []


async def test_a_fault_carries_its_code(discord: StandIn, general: Channel) -> None:
    discord.faults.add("POST /channels/.*/messages", status=400, code=200000)
    assert await write(discord, general) == (400, 200000)
    assert await write(discord, general) == (200, None)


# Interactions.


async def respond(discord: StandIn, interaction: Interaction, kind: int, data: object = None) -> tuple[int, Any]:
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    return await ask(discord, "POST", path, {"type": kind} if data is None else {"type": kind, "data": data})


def hook(discord: StandIn, interaction: Interaction, message: object = None) -> str:
    path = f"/webhooks/{discord.bot.id}/{interaction.token}"
    return path if message is None else f"{path}/messages/{message}"


@pytest.fixture
async def pressed(discord: StandIn, general: Channel, ann: Member) -> Interaction:
    """A press on a private message's button."""
    asked = await discord.press_id(ann, Message(general, discord.bot), "faq:a")
    await respond(discord, asked, 4, row(BUTTON) | {"flags": 64})
    return await discord.press(ann, await discord.answer_to(asked), "a")


async def test_a_deferred_response_is_written_later(discord: StandIn, pressed: Interaction, ann: Member) -> None:
    ben = discord.member("Ben")
    assert await respond(discord, pressed, 5, {"flags": 64}) == (200, None)
    assert (pressed.answered_with, pressed.answers.empty()) == (5, True)
    assert await ask(discord, "PATCH", hook(discord, pressed, "@original"), {"content": "at last"}) == (200, None)
    answer = await discord.answer_to(pressed)
    assert (answer.text, answer.only_for, answer.edited) == ("at last", ann, False)
    assert answer not in pressed.channel.seen_by(ben)
    assert not answer.flags & LOADING


async def test_the_first_follow_up_of_a_deferred_response_takes_its_place(
    discord: StandIn, pressed: Interaction, ann: Member
) -> None:
    await respond(discord, pressed, 5, {"flags": 64})
    for text in ("first", "second"):
        assert await ask(discord, "POST", hook(discord, pressed), {"content": text}) == (200, None)
    first, second = await discord.answer_to(pressed), await discord.answer_to(pressed)
    assert first is pressed.original
    assert first is not None
    assert (first.only_for, second.only_for) == (ann, None)


async def test_follow_ups_are_private_by_their_flag(discord: StandIn, pressed: Interaction, ann: Member) -> None:
    await respond(discord, pressed, 6)
    assert await ask(discord, "POST", hook(discord, pressed), {"content": "psst", "flags": 64}) == (200, None)
    assert (await discord.answer_to(pressed)).only_for is ann


async def test_a_private_message_that_is_changed_stays_private(
    discord: StandIn, pressed: Interaction, ann: Member
) -> None:
    assert await respond(discord, pressed, 7, {"content": "chosen", "components": []}) == (200, None)
    changed = await discord.answer_to(pressed)
    assert changed is pressed.message
    assert changed is not None
    assert (changed.text, changed.buttons, changed.only_for) == ("chosen", {}, ann)
    path = f"/channels/{changed.channel.id}/messages/{changed.id}"
    assert await ask(discord, "PATCH", path, {"content": "by its id"}) == (404, 10008)


async def test_a_form_is_answered_as_it_was_sent(discord: StandIn, pressed: Interaction) -> None:
    text = {"type": 4, "custom_id": "text", "style": 1, "label": "Text"}
    form = {"custom_id": "form", "title": "Form", "components": [{"type": 1, "components": [text]}]}
    assert await respond(discord, pressed, 9, form) == (200, None)
    assert await discord.answer_to(pressed) == form
    assert await ask(discord, "GET", hook(discord, pressed, "@original")) == (404, 10008)


async def test_a_token_reaches_its_own_messages_and_dies(
    discord: StandIn, pressed: Interaction, general: Channel
) -> None:
    assert await ask(discord, "GET", hook(discord, pressed, "@original")) == (404, 10015)
    await respond(discord, pressed, 4, {"content": "hello"})
    answer, elsewhere = await discord.answer_to(pressed), await written(discord, general)
    for which in ("@original", answer.id):
        assert await ask(discord, "PATCH", hook(discord, pressed, which), {"content": "changed"}) == (200, None)
    assert await ask(discord, "GET", hook(discord, pressed, elsewhere.id)) == (404, 10008)
    assert await ask(discord, "DELETE", hook(discord, pressed, "@original")) == (204, None)
    assert await ask(discord, "GET", hook(discord, pressed, "@original")) == (404, 10008)
    pressed.expire()
    assert await respond(discord, pressed, 4, {"content": "late"}) == (404, 10062)
    assert await ask(discord, "POST", hook(discord, pressed), {"content": "late"}) == (401, 50027)


async def test_responses_that_do_not_belong_are_caught(ann: Member, general: Channel) -> None:
    async with StandIn() as standin:
        standin.rest.commands = [{"id": "1", "name": "ask"}]
        asked = await standin.command(ann, general, "ask")
        for kind, data in ((6, None), (7, {"content": "x"}), (8, {"choices": []}), (5, {"flags": 1 << 15})):
            assert await respond(standin, asked, kind, data) == (400, 50035)
        assert len(standin.rest.violations) == 4


async def test_a_private_message_is_pressed_by_who_sees_it(
    discord: StandIn, pressed: Interaction, general: Channel
) -> None:
    ben = discord.member("Ben")
    assert pressed.message is not None
    with pytest.raises(AssertionError, match="Ben doesn't see"):
        await discord.press(ben, pressed.message, "a")
    forged = await discord.press(ben, pressed.message, "a", forged=True)
    assert forged.data == {"custom_id": "faq:a", "component_type": 2, "id": 1}


async def test_options_are_chosen_by_label_or_value(discord: StandIn, general: Channel, ann: Member) -> None:
    choices = [OPTION, {"label": "Blue", "value": "blue"}]
    await write(discord, general, components=[{"type": 1, "components": [SELECT | {"options": choices}]}])
    offer = general.messages[-1]
    assert offer.selects == {"Choose": "colours"}
    assert offer.options("colours") == {"Red": "red", "Blue": "blue"}
    for which, value in (("Choose", "Blue"), ("colours", "blue")):
        chosen = await discord.select(ann, offer, which, value)
        assert chosen.data == {"custom_id": "colours", "component_type": 3, "id": 1, "values": ["blue"]}
    for values in (("green",), ("red", "blue"), ()):
        with pytest.raises(AssertionError):
            await discord.select(ann, offer, "Choose", *values)
    assert (await discord.select(ann, offer, "Choose", "green", forged=True)).data["values"] == ["green"]


# Gateway: what a client of the library's own makes of the events.


class Client(library.Client):
    """Keeps what the library made of the events, as "kind: text"."""

    def __init__(self, *, content: bool = False) -> None:
        intents = library.Intents(guilds=True, guild_messages=True, message_content=content)
        super().__init__(intents=intents, max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(app_commands.ContextMenu(name="Answer this", callback=self.answer_this))
        curate = app_commands.Group(name="curate", description="For curators")
        curate.command(name="watch", description="Watch a channel")(watch)
        self.tree.add_command(curate)
        self.seen: asyncio.Queue[str] = asyncio.Queue()

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def answer_this(self, interaction: library.Interaction, message: library.Message) -> None:
        await interaction.response.send_message(f"{message.author.name}: {message.content}", ephemeral=True)

    async def on_message(self, message: library.Message) -> None:
        await self.seen.put(f"message: {message.content} in {message.channel}")

    async def on_raw_message_edit(self, event: library.RawMessageUpdateEvent) -> None:
        await self.seen.put(f"edit: {event.message.content}, edited {event.message.edited_at is not None}")

    async def on_raw_message_delete(self, event: library.RawMessageDeleteEvent) -> None:
        await self.seen.put(f"delete: {event.message_id}")

    async def on_raw_bulk_message_delete(self, event: library.RawBulkMessageDeleteEvent) -> None:
        await self.seen.put(f"delete: {sorted(event.message_ids)}")

    async def on_thread_create(self, thread: library.Thread) -> None:
        await self.seen.put(f"thread: {thread.name} in {thread.parent} of {thread.owner_id}")

    async def on_guild_channel_update(self, _: object, channel: library.abc.GuildChannel) -> None:
        await self.seen.put(f"permissions: {channel.permissions_for(channel.guild.me).value}")


async def watch(
    interaction: library.Interaction, channel: library.TextChannel, mode: str, who: library.Member, days: int
) -> None:
    rights = interaction.permissions.value
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content=f"{channel.name}, {mode}, {who.name}, {days}, {rights}")


@pytest.fixture
async def connected(
    discord: StandIn, general: Channel, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[Client]:
    """A client of the library's own, connected; with the intent for texts where the test says so."""
    assert general.guild is not None
    discord.forum(general.guild, "questions")
    monkeypatch.setattr(Route, "BASE", discord.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(discord.gateway_url))
    client = Client(content=getattr(request, "param", False))
    discord.message_content_allowed = True
    async with client:
        connection = asyncio.create_task(client.start(discord.token))
        await discord.connected()
        yield client
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def test_edits_and_deletions_reach_the_client(
    discord: StandIn, connected: Client, general: Channel, ann: Member
) -> None:
    asked = await discord.say(ann, general, "hello")
    await discord.edit(asked, edited=False)
    await discord.edit(asked, discord.to_bot("hello"))
    assert asked.mentions == [discord.bot]
    await discord.edit(asked, "never mind")
    await discord.delete(asked)
    others = [await discord.say(ann, general, "hello") for _ in range(2)]
    await discord.delete_all(others)
    assert [await connected.seen.get() for _ in range(8)] == [
        "message:  in general",
        "edit: , edited False",
        f"edit: {discord.to_bot('hello')}, edited True",
        "edit: , edited True",
        f"delete: {asked.id}",
        *["message:  in general"] * 2,
        f"delete: {[each.id for each in others]}",
    ]
    assert (general.messages, asked.deleted) == ([], True)


async def test_the_bots_own_edits_and_deletions_reach_it_too(
    discord: StandIn, connected: Client, general: Channel
) -> None:
    own = await written(discord, general)
    path = f"/channels/{general.id}/messages/{own.id}"
    await ask(discord, "PATCH", path, {"content": "changed"})
    await ask(discord, "DELETE", path)
    seen = [await connected.seen.get() for _ in range(3)]
    assert seen == ["message: hello in general", "edit: changed, edited True", f"delete: {own.id}"]


@pytest.mark.parametrize("connected", [True], indirect=True)
async def test_posts_and_threads_reach_the_client(
    discord: StandIn, connected: Client, general: Channel, ann: Member
) -> None:
    assert general.guild is not None
    forum = general.guild.channels[-1]
    post = await discord.post(ann, forum, "Sciatica", "does it help?")
    assert post.id == post.channel.id
    await discord.say(ann, await discord.open_thread(ann, general, "aside"), "hello")
    assert [await connected.seen.get() for _ in range(4)] == [
        f"thread: Sciatica in questions of {ann.id}",
        "message: does it help? in Sciatica",
        f"thread: aside in general of {ann.id}",
        "message: hello in aside",
    ]


async def test_what_is_denied_reaches_the_client_where_it_is_told(
    discord: StandIn, connected: Client, general: Channel
) -> None:
    await discord.deny(general, SEND_MESSAGES, tell=False)
    await discord.deny(general, READ_MESSAGE_HISTORY)
    assert await connected.seen.get() == f"permissions: {ORDINARY & ~READ_MESSAGE_HISTORY}"


async def test_a_menu_command_gets_the_text(discord: StandIn, connected: Client, general: Channel, ann: Member) -> None:
    answer = await discord.answer_to(
        await discord.menu(ann, await discord.say(ann, general, "does it help?"), "Answer this")
    )
    assert (answer.text, answer.only_for) == ("Ann: does it help?", ann)


async def test_a_subcommand_gets_its_options(
    discord: StandIn, connected: Client, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    asked = await discord.command(ann, general, "curate watch", channel=general, mode="on", who=ben, days=3)
    answer = await discord.answer_to(asked)
    assert (answer.text, answer.only_for) == (f"general, on, Ben, 3, {ORDINARY}", ann)
    assert asked.answered_with == 5
    for name, options in (("curate unwatch", {}), ("curate watch", {"days": "3"}), ("ask", {})):
        with pytest.raises(AssertionError):
            await discord.command(ann, general, name, **options)


async def test_texts_need_the_switch_and_the_intent(discord: StandIn) -> None:
    async def code() -> int | None:
        identify = {"token": discord.token, "intents": MESSAGE_CONTENT}
        async with aiohttp.ClientSession() as session, session.ws_connect(discord.gateway_url) as socket:
            await socket.receive()
            await socket.send_json({"op": 2, "d": identify})
            await socket.receive()
            return socket.close_code

    assert await code() == 4014
    discord.message_content_allowed = True
    assert await code() is None
    assert discord.gateway.identified == 1
