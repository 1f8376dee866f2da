"""The connection: least intents, commands registered once, and what happens when Discord misbehaves."""

import asyncio
import logging
from typing import Any

import pytest

from bot.chat import registration
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12


NAMES = ["ask", "faq", "privacy", "curate", "Answer from the FAQ", "Add as a wording"]


async def test_only_the_intents_that_are_needed_are_asked_for(discord: StandIn, run: Run) -> None:
    await run()
    assert [session.intents for session in discord.gateway.sessions.values()] == [
        GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES
    ]


async def test_commands_are_registered_once_and_again_when_changed(discord: StandIn, run: Run) -> None:
    async def registrations_after_a_start() -> int:
        task = await run()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return sum(method == "PUT" for method, _, _ in discord.rest.requests)

    assert await registrations_after_a_start() == 1
    assert await registrations_after_a_start() == 1
    discord.rest.commands[0]["description"] = "something older"
    assert await registrations_after_a_start() == 2
    discord.rest.commands[0]["options"][0]["autocomplete"] = False
    assert await registrations_after_a_start() == 3
    discord.rest.commands.append({**discord.rest.commands[0], "name": "gone"})
    assert await registrations_after_a_start() == 4
    discord.rest.commands[0]["default_member_permissions"] = "8"
    assert await registrations_after_a_start() == 5
    assert await registrations_after_a_start() == 5
    assert [command["name"] for command in discord.rest.commands] == NAMES


async def test_a_bot_whose_commands_are_refused_answers_mentions(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.add("PUT /applications/.*/commands", status=400, code=30034)
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(asked)).text
    assert any("could not be registered" in record.getMessage() for record in caplog.records)


async def test_the_command_can_be_used_in_servers_and_direct_messages_only(discord: StandIn, run: Run) -> None:
    await run()
    assert discord.rest.commands[0]["contexts"] == [0, 1]
    assert discord.rest.commands[0]["integration_types"] == [0]


async def test_a_dropped_connection_is_resumed_and_nothing_is_lost(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    await discord.gateway.ask_to_reconnect()
    missed = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.resumed()
    assert "sciatica" in (await discord.reply_to(missed)).text
    later = await discord.say(ann, general, discord.to_bot("is it normal to ask for this"))
    assert "totally normal" in (await discord.reply_to(later)).text
    assert len(discord.replies(missed)) == 1


async def test_a_connection_that_is_cut_comes_back(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    await discord.gateway.drop()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(asked)).text


async def test_an_invalid_session_is_replaced(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    await discord.gateway.invalidate()
    await discord.connected(2)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(asked)).text


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 429, "everywhere": True}, {"status": 502}])
async def test_a_rate_limit_or_passing_error_delays_the_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member, fault: dict[str, Any]
) -> None:
    await run()
    discord.faults.add("POST /channels/.*/messages", **fault)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(asked)).text
    assert len(discord.replies(asked)) == 1


async def test_a_reply_that_discord_refuses_is_logged_and_the_bot_goes_on(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run()
    discord.faults.add("POST /channels/.*/messages", status=400, code=50035)
    refused = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    asked = await discord.say(ann, general, discord.to_bot("is it normal to ask for this"))
    await discord.reply_to(asked)
    assert discord.replies(refused) == []
    failures = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(failures) == 1
    link = f"https://discord.com/channels/{general.guild.id if general.guild else 0}/{general.id}/{refused.id}"
    assert failures[0].startswith(f"The reply to {link} failed, reference ")


@pytest.mark.parametrize(
    ("odd", "is_answered", "failed"),
    [
        ({"member": {}}, True, ""),
        ({"member": None}, False, "Reading an event"),
        ({"referenced_message": {"author": {"id": "5"}}}, True, ""),
        ({"mentions": [None]}, False, ""),
        ({"mentions": None}, False, "Reading an event"),
        ({"type": None}, False, ""),
        ({"content": None}, False, "The reply to "),
        ({"author": {"id": "x"}}, False, "Reading an event"),
        ({"author": None}, False, "Reading an event"),
    ],
    ids=str,
)
async def test_an_odd_message_takes_nothing_else_with_it(
    discord: StandIn,
    run: Run,
    general: Channel,
    ann: Member,
    odd: dict[str, Any],
    is_answered: bool,
    failed: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await run()
    said = await discord.say(ann, general, discord.to_bot("is it normal to ask for this"), tell=False)
    said.more |= odd
    await discord.dispatch_message("MESSAGE_CREATE", said)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(asked)).text
    assert len(discord.replies(said)) == int(is_answered)
    # What cannot be read is logged; what is read and addresses nobody is not.
    logged = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == bool(failed)
    assert all(line.startswith(failed) for line in logged)
    assert len(discord.gateway.sessions) == 1


async def test_a_connection_lost_after_an_event_that_cannot_be_read_loses_no_question(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run()
    elsewhere = discord.channel(general.guild, "elsewhere") if general.guild else general
    unreadable = await discord.say(ann, elsewhere, discord.to_bot("is it normal to ask for this"), tell=False)
    unreadable.more["author"] = None
    await discord.dispatch_message("MESSAGE_CREATE", unreadable)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    await discord.gateway.drop()
    missed = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert "sciatica" in (await discord.reply_to(missed)).text
    assert len(discord.replies(missed)) == 1
    failed = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert failed[0].startswith("Reading an event failed")
    assert all("Looking for what was asked in #elsewhere" in line for line in failed[1:])


async def test_a_command_that_fails_gets_a_private_apology_with_its_number(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run()
    discord.faults.add("POST /interactions/.*/callback", status=400, code=50035)
    asked = await discord.command(ann, general, "ask", question="does it help sciatica")
    apology = await discord.answer_to(asked)
    assert apology.only_for is ann
    reference = apology.text.rsplit(maxsplit=1)[-1].rstrip(".")
    assert any(reference in record.getMessage() for record in caplog.records)
    assert "HTTP" not in apology.text


async def test_a_question_deleted_meanwhile_is_answered_all_the_same(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    general.messages.remove(asked)
    asked.deleted = True
    answer = await discord.until(lambda: general.messages[0] if general.messages else None)
    assert "sciatica" in answer.text


def test_empty_parts_of_a_definition_do_not_count() -> None:
    sparse = {"name": "ask", "type": 1, "description": "d"}
    full = {**sparse, "options": [], "nsfw": False, "default_member_permissions": None, "id": "1", "version": "2"}
    assert registration.same([sparse], [full])
    assert not registration.same([sparse], [{**full, "nsfw": True}])
    menu = {"name": "Answer", "type": 3}
    assert registration.same([menu], [{**menu, "description": ""}])
    choice = {"name": "a", "value": "b"}
    assert not registration.same(
        [{**sparse, "options": [{"name": "o", "type": 3, "choices": [choice]}]}],
        [{**sparse, "options": [{"name": "o", "type": 3, "choices": [choice | {"value": "c"}]}]}],
    )
