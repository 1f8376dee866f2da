"""Nightly copies: whole, the last seven, and made while the bot runs."""

import signal
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.data import backups as copies
from bot.data.database import NAME, Database
from bot.data.reply_log import ReplyLog
from tests.chat.desk import eventually
from tests.chat.test_run import Process
from tests.conftest import Run
from tests.data.test_database import corrupt
from tests.standin import StandIn

DAY = date(2027, 1, 30)
FAQ = b"title: Ours\n"


def test_a_copy_has_what_was_written_last(tmp_path: Path) -> None:
    with Database(tmp_path) as kept:
        ReplyLog(kept).claim(17, 4, 1_800_000_000.0)
        copies.make(tmp_path, FAQ, "ours.yaml", DAY)
    copy = tmp_path / copies.FOLDER / "2027-01-30"
    assert (copy / "ours.yaml").read_bytes() == FAQ
    with closing(sqlite3.connect(copy / NAME)) as restored:
        assert restored.execute("SELECT message FROM replies").fetchall() == [(17,)]
    assert copy.stat().st_mode & 0o077 == 0
    assert not copies.due(tmp_path, DAY)
    assert copies.due(tmp_path, DAY + timedelta(1))


def test_the_last_seven_are_kept_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    with Database(tmp_path):
        pass
    (tmp_path / copies.FOLDER / "2027-99-99").mkdir(parents=True)
    days = [DAY + timedelta(number) for number in range(10)]
    for day in days:
        copies.make(tmp_path, FAQ, "ours.yaml", day)
    assert copies.made(tmp_path) == days[3:]
    assert (tmp_path / copies.FOLDER / "2027-99-99").is_dir()


def test_what_was_not_finished_is_no_copy_and_is_made_anew(tmp_path: Path) -> None:
    with Database(tmp_path):
        pass
    mend = corrupt(tmp_path)
    with pytest.raises(sqlite3.Error):
        copies.make(tmp_path, FAQ, "ours.yaml", DAY)
    assert copies.due(tmp_path, DAY)
    mend()
    copies.make(tmp_path, FAQ, "ours.yaml", DAY)
    assert copies.made(tmp_path) == [DAY]


async def test_a_running_bot_makes_one_that_another_can_go_on_from(discord: StandIn, run: Run, tmp_path: Path) -> None:
    data = tmp_path / "data"
    await run(data_path=data)
    await eventually(lambda: len(copies.made(data)) == 1)
    copy = data / copies.FOLDER / copies.made(data)[0].isoformat()
    assert (copy / "faq.yaml").read_bytes() == (tmp_path / "faq.yaml").read_bytes()
    variables = {"DATA_PATH": str(copy), "FAQ_PATH": str(copy / "faq.yaml")}
    restored = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, **variables)
    await restored.start()
    await discord.connected(2)
    restored.send(signal.SIGTERM)
    assert (await restored.ended())[0] == 0
