"""What goes wrong: Discord's named errors, missing permissions, and everything else, each on the one road."""

import pytest

from tests.chat.conftest import Logged
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

SEND_MESSAGES, READ_HISTORY, SEND_IN_THREADS = 1 << 11, 1 << 16, 1 << 38
SCIATICA = "### Does a butt massage help sciatica?"


@pytest.mark.parametrize("tell", [True, False])
async def test_where_the_bot_may_not_write_is_logged_once(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged, tell: bool
) -> None:
    assert general.guild is not None
    other = discord.channel(general.guild, "other")
    await run()
    await discord.deny(general, SEND_MESSAGES, tell=tell)
    refused = []
    for number in range(3):  # one after the other: when the other channel is answered, the refusal has come
        refused.append(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
        await discord.reply_to(await discord.say(discord.member(f"{number}"), other, discord.to_bot("how much is it")))
        tried = sum(f"/{general.id}/" in path for _, path, _ in discord.rest.requests)
    assert tried == (0 if tell else 3)
    assert [discord.replies(each) for each in refused] == [[]] * 3
    line = await logged.line()
    assert line.startswith(f"I may not write in #general ({general.id}): give me the permissions")
    assert logged.nothing_else()
    await discord.deny(general, 0)
    assert (await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))).text


async def test_a_thread_needs_a_permission_of_its_own(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    await run()
    await discord.deny(general, SEND_IN_THREADS)
    thread = await discord.open_thread(ann, general, "backs")
    refused = await discord.say(ann, thread, discord.to_bot("does it help sciatica"))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    assert discord.replies(refused) == []
    line = await logged.line()
    assert "Send Messages in Threads" in line


@pytest.mark.parametrize("tell", [True, False])
async def test_without_the_history_the_answer_comes_as_a_message_of_its_own(
    discord: StandIn, run: Run, general: Channel, ann: Member, tell: bool
) -> None:
    await run()
    await discord.deny(general, READ_HISTORY, tell=tell)
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    answer = await discord.until(lambda: next((each for each in general.messages if each.author is discord.bot), None))
    assert answer.text.startswith(SCIATICA)
    assert discord.replies(asked) == []


@pytest.mark.parametrize(
    ("status", "code", "line"),
    [
        (403, 50007, "the member takes no direct messages from the bot"),
        (400, 200000, "AutoMod blocked the text"),
        (404, 10008, "the message is gone"),
        (404, 10003, "the message is gone"),
    ],
)
async def test_named_errors_are_one_line_and_the_bot_goes_on(
    discord: StandIn,
    run: Run,
    general: Channel,
    ann: Member,
    logged: Logged,
    status: int,
    code: int,
    line: str,
) -> None:
    await run()
    discord.faults.add("POST /channels/.*/messages", status=status, code=code)
    refused = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    assert discord.replies(refused) == []
    said = await logged.line()
    assert line in said


async def test_an_interaction_that_expired_is_logged_and_not_apologised_for(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    await run()
    discord.faults.add("POST /interactions/.*/callback", status=404, code=10062)
    late = await discord.command(ann, general, "ask", question="does it help sciatica")
    await discord.answer_to(await discord.command(ann, general, "ask", question="what is sciatica"))
    assert late.answers.empty()
    said = await logged.line()
    assert said.startswith("The command ask failed, reference ")
    assert "it came too late" in said


async def test_a_reply_that_is_gone_when_its_question_changes_is_no_failure(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    reply = await discord.reply_to(asked)
    general.messages.remove(reply)
    await discord.edit(asked, discord.to_bot("what is sciatica"))
    await discord.delete(asked)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    assert logged.nothing_else()


@pytest.mark.parametrize("custom_id", ["faq2:choose:1", "something else", "faq:choose", "pick:section:x"])
async def test_ids_of_no_version_get_a_private_sentence(
    discord: StandIn, run: Run, general: Channel, ann: Member, custom_id: str
) -> None:
    await run()
    shown = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    said = await discord.answer_to(await discord.press_id(ann, shown, custom_id))
    assert said.only_for is ann
    assert said.text.startswith("This button is from an older version of me.")
