"""Each question is answered once: through lost sessions, stops and kills, events that come twice, late or never."""

import asyncio
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.chat.conftest import Logged
from tests.chat.desk import eventually
from tests.chat.test_run import Process
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn
from tests.standin.world import READ_MESSAGE_HISTORY

SCIATICA, NORMAL = "does it help sciatica", "is it normal to ask for this"


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_is_asked_while_the_bot_is_away_is_answered_when_it_is_back(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    thread = discord.channel(general.guild, "thread", thread_of=general) if general.guild else general
    direct = discord.direct_messages(ann)
    first = await run()
    before = await discord.say(ann, general, discord.to_bot(SCIATICA))
    written = await discord.say(ann, direct, SCIATICA)
    for each in (before, written):
        await discord.reply_to(each)
    await discord.until(lambda: discord.replies(written) or None)
    await stop(first)
    ben = discord.member("Ben")
    missed = [
        await discord.say(ben, general, discord.to_bot(NORMAL)),
        await discord.say(ben, thread, discord.to_bot(SCIATICA)),
        await discord.say(ann, direct, NORMAL),
    ]
    chat = await discord.say(ben, general, SCIATICA)
    await run()
    for each in missed:
        assert (await discord.reply_to(each)).text
    later = await discord.say(discord.member("Cleo"), general, discord.to_bot("what is sciatica"))
    await discord.reply_to(later)
    for each in (before, written, *missed):
        assert len(discord.replies(each)) == 1
    assert discord.replies(chat) == []


async def test_a_reply_that_fails_in_the_catch_up_takes_no_other_with_it(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    await stop(await run())
    lost = await discord.say(ann, general, discord.to_bot(SCIATICA))
    missed = await discord.say(discord.member("Ben"), general, discord.to_bot(NORMAL))
    discord.faults.add("POST /channels/.*/messages", status=400, code=50035)
    await run()
    assert (await discord.reply_to(missed)).text
    assert discord.replies(lost) == []
    assert f"/{lost.id} failed" in await logged.line()


async def test_what_only_the_record_leads_back_to_is_in_the_file_before_the_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    """A first direct message, and one that was addressed to the bot later: no history would show them after a crash."""
    await run()
    written = await discord.say(ann, discord.direct_messages(ann), SCIATICA)
    await discord.reply_to(written)
    assert claimed(tmp_path) == {written.id}
    edited = await discord.say(ann, general, NORMAL)
    await discord.edit(edited, discord.to_bot(NORMAL))
    await discord.reply_to(edited)
    assert claimed(tmp_path) == {written.id, edited.id}


def claimed(folder: Path) -> set[int]:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        return {message for (message,) in database.execute("SELECT message FROM replies")}


async def test_what_is_asked_between_two_sessions_is_answered(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    await run()
    await discord.reply_to(await discord.say(ann, general, discord.to_bot(SCIATICA)))
    await eventually((tmp_path / "health.json").is_file)
    await discord.gateway.invalidate()
    missed = await discord.say(ann, general, discord.to_bot(NORMAL))  # nobody has a session to be told
    await discord.reply_to(missed)
    await eventually(lambda: discord.gateway.identified == 2)
    await discord.answer_to(await discord.command(ann, general, "ask", question=NORMAL))  # in the second session
    assert len(discord.replies(missed)) == 1


async def test_where_the_history_cannot_be_read_the_loss_is_logged(
    discord: StandIn, run: Run, general: Channel, ann: Member, logged: Logged
) -> None:
    first = await run()
    await discord.reply_to(await discord.say(ann, general, discord.to_bot(SCIATICA)))
    await stop(first)
    await discord.say(ann, general, discord.to_bot(NORMAL))
    await discord.deny(general, READ_MESSAGE_HISTORY)
    await run()
    line = await logged.line()
    assert line.startswith(f"What was asked in #general ({general.id}) while I was away is lost: give me")
    await discord.answer_to(await discord.command(ann, general, "ask", question=NORMAL))  # and it goes on


async def test_events_that_come_twice_or_late_are_answered_once(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    twice = await discord.say(ann, general, discord.to_bot(SCIATICA))
    await discord.dispatch_message("MESSAGE_CREATE", twice)
    late = await discord.say(discord.member("Ben"), general, discord.to_bot("how much"), tell=False)
    await discord.edit(late, discord.to_bot(NORMAL))
    await discord.reply_to(late)
    await discord.dispatch_message("MESSAGE_CREATE", late)
    gone = await discord.say(discord.member("Cleo"), general, discord.to_bot("what is sciatica"), tell=False)
    await discord.delete(gone)
    await discord.dispatch_message("MESSAGE_CREATE", gone)
    await discord.dispatch_message("MESSAGE_CREATE", twice)
    last = await discord.say(discord.member("Dora"), general, discord.to_bot("how much does it cost"))
    await discord.reply_to(last)
    assert [len(discord.replies(each)) for each in (twice, late, gone, last)] == [1, 1, 0, 1]
    assert sum(each.author is discord.bot for each in general.messages) == 3


@pytest.fixture
def process(discord: StandIn, tmp_path: Path) -> Process:
    return Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)


async def test_stopping_finishes_the_reply_that_is_under_way(
    discord: StandIn, process: Process, general: Channel, ann: Member
) -> None:
    await process.start()
    await discord.connected()
    discord.faults.add("POST /channels/.*/messages", delay=1.5)
    asked = await discord.say(ann, general, discord.to_bot(SCIATICA))
    used = await discord.command(ann, general, "ask", question=NORMAL)
    await discord.until(lambda: True if any("/messages" in path for _, path, _ in discord.rest.requests) else None)
    process.send(signal.SIGTERM)
    code, _, errors = await process.ended()
    assert code == 0
    assert len(discord.replies(asked)) == 1
    assert used.answered_after is not None
    assert errors.splitlines()[-1].endswith("Stopping.")
    assert "cut off" not in errors


@pytest.mark.parametrize("sent", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
async def test_a_reply_that_was_cut_off_comes_after_the_restart(
    discord: StandIn, process: Process, general: Channel, ann: Member, sent: signal.Signals
) -> None:
    await process.start()
    await discord.connected()
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    discord.faults.add("POST /channels/.*/messages", delay=60)
    asked = await discord.say(ann, general, discord.to_bot(SCIATICA))
    await discord.until(lambda: True if sum("/messages" in path for _, path, _ in discord.rest.requests) == 2 else None)
    started = time.monotonic()
    process.send(sent)
    code, _, errors = await process.ended()
    assert time.monotonic() - started < 5
    if sent is signal.SIGTERM:
        assert code == 0
        assert "Stopping cut off 1 answer under way." in errors
    await process.start()
    assert (await discord.reply_to(asked)).text.startswith("### Does a butt massage help sciatica?")
    process.send(signal.SIGTERM)
    await process.ended()
    assert len(discord.replies(asked)) == 1


@pytest.mark.slow
async def test_a_reply_that_arrived_before_the_kill_is_not_sent_again(
    discord: StandIn, process: Process, general: Channel, ann: Member
) -> None:
    await process.start()
    await discord.connected()
    discord.faults.add("POST /channels/.*/messages", delay=60, late=True)
    asked = await discord.say(ann, general, discord.to_bot(SCIATICA))
    await discord.reply_to(asked)
    process.send(signal.SIGKILL)
    await process.ended()
    await process.start()
    await discord.connected(2)
    other = await discord.say(discord.member("Ben"), general, discord.to_bot("how much does it cost"))
    await discord.reply_to(other)
    await discord.edit(asked, discord.to_bot(NORMAL))
    reply = discord.replies(asked)[0]
    await discord.until(lambda: True if "normal" in reply.text else None)
    process.send(signal.SIGTERM)
    await process.ended()
    assert len(discord.replies(asked)) == 1


@pytest.mark.slow
async def test_a_second_bot_with_the_same_data_folder_does_not_start(
    discord: StandIn, process: Process, general: Channel, tmp_path: Path
) -> None:
    assert general.guild is not None
    await process.start()
    await discord.connected()
    second = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, LOG_LEVEL="warning")
    assert await second.run() == (
        1,
        "",
        "bot: Another bot is running with the data folder data. Stop it first, or set DATA_PATH to another folder for "
        "this one.\n",
    )
    process.send(signal.SIGKILL)
    await process.ended()
    await process.start()
    await discord.connected(2)
    process.send(signal.SIGTERM)
    assert (await process.ended())[0] == 0
