"""Killed at any moment: the file is the old one or the new one, and the journal agrees with it."""

import asyncio
import multiprocessing
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from bot.content import diff as changes
from bot.data.database import Database
from bot.data.journal import Journal
from bot.live.served import Served, load
from bot.live.watcher import Watcher
from tests.content.yaml.test_mistakes import GOOD
from tests.live.killed import CURATOR, edit_for_ever
from tests.patience import PATIENCE

LANES = 4  # folders, each with a process at a time


def killed_again_and_again(folder: Path, kills: int) -> int:
    """Each process goes on where the one before was killed; what came since is undone, change by change, to there.

    Gives how many were killed between the journal's first word about a change and its last.
    """
    path, made, between = folder / "faq.yaml", 0, 0
    path.write_text(GOOD)
    random = Random(str(folder.name))
    context = multiprocessing.get_context("forkserver")
    for _ in range(kills):
        before = path.read_text()
        started = context.Event()
        process = context.Process(target=edit_for_ever, args=(str(folder), random.randrange(10**9), started))
        process.start()
        assert started.wait(PATIENCE)
        time.sleep(random.uniform(0, 0.04))  # the moment is what is tried
        process.kill()
        process.join()
        with sqlite3.connect(folder / "data" / "bot.sqlite3") as database:
            between += database.execute("SELECT count(*) FROM changes WHERE NOT done").fetchone()[0]
        database.close()
        with Database(folder / "data") as data:
            journal = Journal(data)
            asyncio.run(Watcher(path, Served(load(path)), journal).start())  # raises if the file is broken
            came = [change for change in journal.changes(10_000) if change.number > made]
            assert {change.who for change in came} == {CURATOR}  # a file that no change led to would be one by hand
            text = path.read_text()
            for change in came:
                text = changes.undone(text, change.hunks)
            assert text == before
            made = came[0].number
        assert list(folder.glob(".faq.yaml.*")) == []
    return between


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("kills", [40, pytest.param(500, marks=pytest.mark.slow)])
def test_a_process_killed_while_it_edits_loses_nothing(tmp_path: Path, kills: int) -> None:
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.live.killed"])
    folders = [tmp_path / f"{number}" for number in range(LANES)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(LANES) as lanes:
        between = list(lanes.map(killed_again_and_again, folders, [kills // LANES] * LANES))
    assert sum(between) > kills // 50  # killed in the midst of saving, that is
