"""The data folder out of order while the bot runs: it answers on, says so once, and loses nothing."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.data.database import NAME
from tests.chat.conftest import Logged
from tests.conftest import Run
from tests.data.test_database import corrupt, locked, read_only
from tests.standin import Channel, Member, StandIn

BEFORE, AFTER = "who won the football", "which ski boots are best"


@pytest.mark.parametrize("damage", [locked, read_only, corrupt])
async def test_the_bot_answers_on_and_loses_nothing(
    discord: StandIn,
    run: Run,
    general: Channel,
    ann: Member,
    staff: Channel,
    logged: Logged,
    tmp_path: Path,
    damage: Callable[[Path], Callable[[], None]],
) -> None:
    data = tmp_path / "data"
    first = await run(staff_channel=staff.id, data_path=data)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot(BEFORE)))
    await discord.answer_to(await discord.command(ann, general, "privacy"))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    mend = damage(data)
    await run(staff_channel=staff.id, data_path=data)
    asked = await discord.say(ann, general, discord.to_bot(AFTER))
    reply = await discord.reply_to(asked)
    assert reply.text.startswith("I don't know")
    answer = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    assert answer.text.startswith("### ")
    told = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert told.text.startswith("My data folder cannot be written or read (")
    mend()
    await discord.until(lambda: True if len(staff.messages) > 1 else None)
    assert staff.messages[1].text == "My data folder can be written again, and nothing is lost."
    await discord.delete(asked)  # its reply was noted in memory, and goes all the same
    await discord.until(lambda: reply.deleted or None)
    assert len(staff.messages) == 2
    with closing(sqlite3.connect(data / NAME)) as file:
        texts = [text for (text,) in file.execute("SELECT text FROM inbox").fetchall()]
        assert file.execute("SELECT sum(count) FROM counts").fetchone() == (3,)
    assert BEFORE in texts
    lines = []
    while not logged.nothing_else():
        lines.append(await logged.line())
    assert sum("The data folder" in line for line in lines) == 1
    assert sum("My journal" in line for line in lines) <= 1
    assert not any("reference" in line for line in lines)
