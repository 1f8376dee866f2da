"""Watched channels: who turns them on, what is answered there without being addressed, and what is not."""

import asyncio
import logging

import pytest

from bot.chat.curators.watch import NO_CONTENT
from bot.chat.permissions import NO_HOME, NOT_A_CURATOR
from tests.chat.conftest import Logged
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn
from tests.standin.world import ADMINISTRATOR, MANAGE_MESSAGES

MANAGE_GUILD = 1 << 5
SURE = "does a butt massage help sciatica?"
SCIATICA = "### Does a butt massage help sciatica?"


@pytest.fixture
def curator(discord: StandIn, general: Channel) -> Member:
    """A member who may manage the home server."""
    assert general.guild is not None
    discord.message_content_allowed = True
    member = discord.member("Cleo")
    member.roles.append(discord.role(general.guild, "Managers", MANAGE_GUILD))
    return member


async def watch(discord: StandIn, curator: Member, channel: Channel, mode: str) -> str:
    """What `/curate watch` says."""
    used = await discord.command(curator, channel, "curate watch", channel=channel, mode=mode)
    said = await discord.answer_to(used)
    assert said.only_for is curator
    return str(said.text)


async def test_a_watched_channel_is_answered_where_the_bot_is_sure(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    await run(message_content=True)
    before = await discord.say(ann, general, SURE)
    assert f"I now watch <#{general.id}>" in await watch(discord, curator, general, "on")
    sure = await discord.say(ann, general, SURE)
    assert (await discord.reply_to(sure)).text.startswith(SCIATICA)
    unsure = await discord.say(ann, general, "how much does it cost?")
    story = await discord.say(ann, general, "went for a butt massage because of my sciatica yesterday and it was great")
    assert "no longer" in await watch(discord, curator, general, "off")
    after = await discord.say(ann, general, "is it normal to ask for a butt massage?")
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    assert [discord.replies(each) for each in (before, unsure, story, after)] == [[]] * 4


async def test_a_warning_sign_is_overheard_too(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    await run(message_content=True)
    await watch(discord, curator, general, "on")
    said = await discord.say(ann, general, "my groin has gone numb since the massage and I can't hold my pee")
    assert "Please get help now" in (await discord.reply_to(said)).text


async def test_a_warning_that_discord_refused_is_said_at_the_next_message(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    await run(message_content=True)
    await watch(discord, curator, general, "on")
    discord.faults.add("POST /channels/.*/messages", status=400, code=200000)
    refused = await discord.say(ann, general, "my groin has gone numb since the massage")
    await discord.until(lambda: discord.faults.are_met() or None)
    await discord.reply_to(await discord.say(discord.member("Ben"), general, discord.to_bot("what is sciatica")))
    again = await discord.say(ann, general, "and now i can't hold my pee, my groin is numb")
    assert "Please get help now" in (await discord.reply_to(again)).text
    assert discord.replies(refused) == []


async def test_the_bot_keeps_out_of_what_is_not_for_it(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    assert general.guild is not None
    ben, other = discord.member("Ben"), discord.member("OtherBot", bot=True)
    staff = [discord.owner]
    for name, rights in (("Admin", ADMINISTRATOR), ("Moderator", MANAGE_MESSAGES), ("Editor", 0)):
        staff.append(discord.member(name))
        staff[-1].roles.append(discord.role(general.guild, f"{name}s", rights))
    await run(message_content=True, curator_role=staff[-1].roles[0].id)
    await watch(discord, curator, general, "on")
    chat = await discord.say(ben, general, "good morning")
    kept_out_of = [
        await discord.say(ann, general, SURE, to=chat),
        await discord.say(ann, general, f"<@{ben.id}> {SURE}"),
        await discord.say(other, general, SURE),
        await discord.say(ann, general, SURE, webhook_id="5"),
        *[await discord.say(member, general, SURE) for member in (curator, *staff)],
    ]
    await discord.reply_to(await discord.say(ann, general, SURE))
    assert [discord.replies(each) for each in kept_out_of] == [[]] * len(kept_out_of)


async def test_a_watched_question_that_is_edited_away_loses_its_answer(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    await run(message_content=True)
    await watch(discord, curator, general, "on")
    asked = await discord.say(ann, general, SURE)
    reply = await discord.reply_to(asked)
    await discord.edit(asked, "what time is the raid tonight?")
    await discord.until(lambda: reply.deleted or None)


async def test_threads_are_watched_with_their_channel(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    await run(message_content=True)
    await watch(discord, curator, general, "on")
    thread = await discord.open_thread(ann, general, "backs")
    assert (await discord.reply_to(await discord.say(ann, thread, SURE))).text.startswith(SCIATICA)


async def test_a_forum_post_is_read_with_its_title(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    assert general.guild is not None
    forum = discord.forum(general.guild, "questions")
    await run(message_content=True)
    used = await discord.command(curator, general, "curate watch", channel=forum, mode="on")
    assert f"I now watch <#{forum.id}>" in (await discord.answer_to(used)).text
    first = await discord.post(ann, forum, "Does a butt massage help sciatica?", "Asking for a friend.")
    assert (await discord.reply_to(first)).text.startswith(SCIATICA)


async def test_a_dry_run_reports_and_says_nothing(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    assert general.guild is not None
    staff = discord.channel(general.guild, "staff")
    await run(message_content=True, staff_channel=staff.id)
    assert "without saying it" in await watch(discord, curator, general, "dry run")
    asked = await discord.say(ann, general, SURE)
    report = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert f"https://discord.com/channels/{general.guild.id}/{general.id}/{asked.id}" in report.text
    assert "Does a butt massage help sciatica?" in report.text
    assert SURE not in report.text
    assert discord.replies(asked) == []


async def test_a_staff_channel_that_is_gone_is_logged_once(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, logged: Logged
) -> None:
    await run(message_content=True, staff_channel=12345678901234567)
    await watch(discord, curator, general, "dry run")
    for text in (SURE, "is it normal to ask for a butt massage?", "what is sciatica?"):
        await discord.say(ann, general, text)
    assert (await logged.line()).startswith("I may not write in the channel 12345678901234567")
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("how much does it cost")))
    assert logged.nothing_else()


async def test_nobody_is_warned_or_reported_again_and_again(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    assert general.guild is not None
    staff = discord.channel(general.guild, "staff")
    await run(message_content=True, staff_channel=staff.id)
    await watch(discord, curator, general, "on")
    for _ in range(4):
        last = await discord.say(ann, general, "my groin is numb")
    ben = await discord.say(discord.member("Ben"), general, "my groin is numb too")
    await discord.reply_to(ben)
    assert discord.replies(last) == []
    await watch(discord, curator, general, "dry run")
    for number in range(3):
        await discord.say(discord.member(f"{number}"), general, SURE)
    await discord.say(discord.member("Cy"), general, "is it normal to ask for a butt massage?")
    await discord.until(lambda: len(staff.messages) == 2 or None)


@pytest.mark.parametrize("again", [{}, {"message_content": True}])
async def test_an_answer_stays_where_the_bot_can_no_longer_tell(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, again: dict[str, bool]
) -> None:
    first = await run(message_content=True)
    await watch(discord, curator, general, "on")
    asked = await discord.say(ann, general, SURE)
    reply = await discord.reply_to(asked)
    if again:
        await watch(discord, curator, general, "off")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run(**again)
    await discord.edit(asked, f"{SURE} thanks")
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    assert not reply.deleted


async def test_what_is_watched_is_remembered(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    first = await run(message_content=True)
    await watch(discord, curator, general, "on")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run(message_content=True)
    assert (await discord.reply_to(await discord.say(ann, general, SURE))).text.startswith(SCIATICA)


async def test_without_the_intent_the_curator_is_told_what_is_missing(
    discord: StandIn, run: Run, general: Channel, curator: Member
) -> None:
    await run()
    assert (await watch(discord, curator, general, "on")).endswith(NO_CONTENT)


async def test_an_intent_that_discord_refuses_is_one_line_and_the_bot_runs_without(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run(message_content=True)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    assert (await discord.reply_to(asked)).text.startswith(SCIATICA)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    assert "Message Content Intent in the Developer Portal" in said[0]


async def test_a_member_without_rights_reaches_nothing_of_the_curators(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member
) -> None:
    elsewhere = discord.channel(discord.guild("Elsewhere"))
    await run(message_content=True, home_server=general.guild.id if general.guild else None)
    assert await watch(discord, ann, general, "on") == NOT_A_CURATOR
    assert await watch(discord, curator, elsewhere, "on") == NOT_A_CURATOR
    direct = await discord.command(
        curator, discord.direct_messages(curator), "curate watch", channel=general, mode="on"
    )
    assert (await discord.answer_to(direct)).text == NOT_A_CURATOR
    asked = await discord.say(ann, general, SURE)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    assert discord.replies(asked) == []


async def test_in_several_servers_the_home_server_has_to_be_named(
    discord: StandIn, run: Run, general: Channel, curator: Member
) -> None:
    discord.channel(discord.guild("Elsewhere"))
    await run()
    assert await watch(discord, curator, general, "on") == NO_HOME


async def test_the_curator_role_is_enough(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    assert general.guild is not None
    role = discord.role(general.guild, "Curators")
    ann.roles.append(role)
    await run(curator_role=role.id)
    assert "I now watch" in await watch(discord, ann, general, "on")
