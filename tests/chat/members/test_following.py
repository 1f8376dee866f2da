"""Replies follow their message: its edits and deletion, once each; and nobody gets too much of them."""

import asyncio
import logging

import pytest

from bot.chat.members import rate_limit
from bot.chat.members.addressed import SLOWER
from bot.chat.members.rate_limit import Once, Pace, RateLimit
from tests.chat.conftest import Logged
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

SCIATICA = "Does a butt massage help sciatica?"


async def test_an_edited_question_is_decided_again(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("how much does it cost"))
    reply = await discord.reply_to(asked)
    assert reply.text.startswith("I don't know")
    await discord.edit(asked, discord.to_bot("does it help sciatica"))
    await discord.until(lambda: reply.text.startswith(f"### {SCIATICA}") or None)
    assert discord.replies(asked) == [reply]


async def test_a_question_taken_back_takes_its_reply_along(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    reply = await discord.reply_to(asked)
    await discord.edit(asked, "never mind")
    await discord.until(lambda: reply.deleted or None)


async def test_a_mention_that_was_forgotten_can_be_added(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    asked = await discord.say(ann, general, "does it help sciatica")
    await discord.edit(asked, discord.to_bot("does it help sciatica"))
    reply = await discord.reply_to(asked)
    assert reply.text.startswith(f"### {SCIATICA}")
    await discord.press(ann, reply, "Remove")
    await discord.until(lambda: reply.deleted or None)
    await discord.edit(asked, discord.to_bot("does it help my sciatica"))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it safe")))
    assert discord.replies(asked) == []


async def test_a_links_preview_is_no_edit(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    reply = await discord.reply_to(asked)
    await discord.edit(asked, asked.content, edited=False)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    assert not reply.edited


async def test_a_deleted_questions_reply_is_removed(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    asked = [await discord.say(ann, general, discord.to_bot(text)) for text in ("what is sciatica", "is it safe", "hi")]
    replies = [await discord.reply_to(each) for each in asked]
    await discord.delete(asked[0])
    await discord.until(lambda: replies[0].deleted or None)
    assert not replies[1].deleted
    await discord.delete_all(asked[1:])
    await discord.until(lambda: all(each.deleted for each in replies) or None)


async def test_a_question_that_is_deleted_at_once_keeps_no_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.delete(asked)
    answered = await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    await discord.until(lambda: [each for each in general.messages if each.author is discord.bot] == [answered] or None)


@pytest.mark.parametrize("answered", [True, False])
async def test_a_question_deleted_while_it_is_answered_keeps_no_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member, answered: bool
) -> None:
    await run()
    discord.faults.add("POST /channels/.*/messages", delay=0.2)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.until(lambda: any(method == "POST" for method, _, _ in discord.rest.requests) or None)
    if answered:
        reply = await discord.reply_to(asked)
    await discord.delete(asked)
    await discord.until(lambda: any(method == "DELETE" for method, _, _ in discord.rest.requests) or None)
    await discord.until(lambda: not any(each.author is discord.bot for each in general.messages) or None)
    assert not answered or reply.deleted


async def test_a_question_edited_while_it_is_answered_gets_the_later_answer(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    discord.faults.add("POST /channels/.*/messages", delay=0.2)
    asked = await discord.say(ann, general, discord.to_bot("how much does it cost"))
    await discord.until(lambda: any(method == "POST" for method, _, _ in discord.rest.requests) or None)
    await discord.edit(asked, discord.to_bot("does it help sciatica"))
    reply = await discord.reply_to(asked)
    await discord.until(lambda: reply.text.startswith(f"### {SCIATICA}") or None)


async def test_what_a_member_had_posted_stays_when_the_message_is_edited(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    question = await discord.say(ben, general, "does it help sciatica")
    preview = await discord.answer_to(await discord.menu(ann, question, "Answer from the FAQ"))
    await discord.answer_to(await discord.press(ann, preview, "Post as reply"))
    (reply,) = discord.replies(question)
    await discord.edit(question, "does it help sciatica? my doctor asks")
    await discord.reply_to(await discord.say(ben, general, discord.to_bot("is it safe")))
    assert not reply.deleted
    await discord.delete(question)
    await discord.until(lambda: reply.deleted or None)


async def test_edits_and_deletions_are_followed_after_a_restart(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    first = await run()
    asked = await discord.say(ann, general, discord.to_bot("how much does it cost"))
    reply = await discord.reply_to(asked)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()
    await discord.edit(asked, discord.to_bot("does it help sciatica"))
    await discord.until(lambda: reply.text.startswith(f"### {SCIATICA}") or None)
    await discord.delete(asked)
    await discord.until(lambda: reply.deleted or None)


async def test_a_message_that_is_delivered_twice_gets_one_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    first = await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(asked)
    await discord.dispatch_message("MESSAGE_CREATE", asked)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()
    await discord.dispatch_message("MESSAGE_CREATE", asked)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    assert len(discord.replies(asked)) == 1


async def test_the_same_entry_again_in_a_channel_is_a_link_to_the_earlier_answer(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    assert general.guild is not None
    ben, other = discord.member("Ben"), discord.channel(general.guild, "other")
    await run()
    first = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    again = await discord.reply_to(await discord.say(ben, general, discord.to_bot("can it ease sciatica")))
    assert f"https://discord.com/channels/{general.guild.id}/{general.id}/{first.id}" in again.text
    assert again.text.startswith(f"### {SCIATICA}\nI answered this here a moment ago")
    elsewhere = await discord.reply_to(await discord.say(ben, other, discord.to_bot("does it help sciatica")))
    assert elsewhere.text == first.text
    await discord.press(ann, first, "Remove")
    await discord.until(lambda: first.deleted or None)
    anew = await discord.reply_to(await discord.say(ben, general, discord.to_bot("does it help my sciatica")))
    assert anew.text == first.text


async def test_a_burst_is_slowed_down_with_one_line(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    ben = discord.member("Ben")
    await run()
    burst = [
        await discord.say(ann, general, discord.to_bot(f"how much does it cost, {number} times"))
        for number in range(rate_limit.QUESTIONS + 3)
    ]
    others = await discord.reply_to(await discord.say(ben, general, discord.to_bot("does it help sciatica")))
    said = [discord.replies(each) for each in burst]
    assert [len(each) for each in said] == [1] * (rate_limit.QUESTIONS + 1) + [0, 0]
    assert SLOWER in said[rate_limit.QUESTIONS][0].text
    lines = [record.getMessage() for record in caplog.records if "reason=too-fast" in record.getMessage()]
    assert lines == [f"decision=silence origin=mention reason=too-fast message={each.id}" for each in burst[-2:]]
    assert others.text.startswith(f"### {SCIATICA}")


async def test_a_warning_is_said_however_fast_a_member_asks(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    direct = discord.direct_messages(ann)
    for number in range(rate_limit.QUESTIONS + 2):
        await discord.say(ann, direct, f"please help {number}")
    urgent = await discord.say(ann, direct, "my groin has gone numb and I can't hold my pee")
    assert "Please get help now" in (await discord.reply_to(urgent)).text
    command = await discord.command(ann, general, "ask", question="my groin has gone numb")
    assert "Please get help now" in (await discord.answer_to(command)).text


async def test_an_edit_is_no_way_round_the_pace(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    burst = [
        await discord.say(ann, general, discord.to_bot(f"how much does it cost, {number} times"))
        for number in range(rate_limit.QUESTIONS + 1)
    ]
    slower = await discord.reply_to(burst[-1])
    await discord.edit(burst[-1], discord.to_bot("does it help sciatica"))
    await discord.reply_to(await discord.say(discord.member("Ben"), general, discord.to_bot("is it safe")))
    assert SLOWER in slower.text


async def test_a_chosen_answer_stays_when_something_else_about_the_message_changes(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("how much does it cost"))
    offer = await discord.reply_to(asked)
    await discord.edit(asked, discord.to_bot("can u get injurd from a bum massage"))
    await discord.until(lambda: ("None of these" in offer.buttons) or None)
    await discord.answer_to(await discord.press(ann, offer, "Is a glute massage safe?"))
    await discord.edit(asked, edited=False)  # pinned, or its link got a preview
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    assert offer.text.startswith("### Is a glute massage safe?")


async def test_what_was_chosen_counts_as_shown(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    ben = discord.member("Ben")
    await run()
    asked = await discord.say(ann, general, discord.to_bot("can u get injurd from a bum massage"))
    offer = await discord.reply_to(asked)
    await discord.answer_to(await discord.press(ann, offer, "Is a glute massage safe?"))
    again = await discord.reply_to(await discord.say(ben, general, discord.to_bot("is a glute massage safe")))
    assert again.text.startswith("### Is a glute massage safe?\nI answered this here a moment ago")


async def test_two_who_ask_at_once_get_one_answer_and_a_link(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    discord.faults.add("POST /channels/.*/messages", delay=0.2)
    both = [await discord.say(each, general, discord.to_bot("does it help sciatica")) for each in (ann, ben)]
    said = [(await discord.reply_to(each)).text for each in both]
    assert sorted("I answered this here" in text for text in said) == [False, True]


async def test_an_answer_that_a_moderator_deleted_is_given_again(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    first = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    await discord.delete(first)
    again = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help my sciatica")))
    assert again.text == first.text


async def test_a_reply_that_cannot_be_removed_keeps_no_others(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    await run()
    asked = [await discord.say(ann, general, discord.to_bot(text)) for text in ("what is sciatica", "is it safe", "hi")]
    replies = [await discord.reply_to(each) for each in asked]
    discord.faults.add("DELETE /channels/.*/messages", status=403, code=50013)
    await discord.delete_all(asked)
    await discord.until(lambda: sum(each.deleted for each in replies) == 2 or None)
    assert (await logged.line()).startswith("Removing a reply failed, reference ")


async def test_a_burst_of_commands_gets_private_lines(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    said = [
        await discord.answer_to(await discord.command(ann, general, "ask", question="is it safe"))
        for _ in range(rate_limit.QUESTIONS + 2)
    ]
    assert [each.text == SLOWER for each in said] == [False] * rate_limit.QUESTIONS + [True, True]
    assert {each.only_for for each in said} == {ann}


def test_what_was_said_is_not_said_again_for_a_while() -> None:
    once = Once()
    assert [once.first("a", 0.0), once.first("b", 1.0), once.first("a", 2.0)] == [True, True, False]
    assert [once.first("a", rate_limit.REPEATED - 1), once.first("a", rate_limit.REPEATED)] == [False, True]


@pytest.mark.parametrize("now", [0.0, 1e9])
def test_pacing_forgets(now: float) -> None:
    paced = RateLimit()
    assert [paced.ask(1, now) for _ in range(rate_limit.QUESTIONS)] == [Pace.FINE] * rate_limit.QUESTIONS
    assert [paced.ask(1, now + 1), paced.ask(1, now + 2)] == [Pace.FAST, Pace.STILL_FAST]
    assert paced.ask(2, now) is Pace.FINE
    assert paced.ask(1, now + rate_limit.SECONDS + 1) is Pace.FINE
    for member in range(3, 20_000):
        paced.ask(member, now)
    assert paced.ask(1, now + rate_limit.SECONDS + 2) is Pace.FINE
