"""Records: what outlives a restart."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot import records
from bot.database import Database
from bot.records import SCHEMA, Mode, Records, Sent, Way


@contextlib.contextmanager
def kept_in(folder: Path) -> Iterator[Records]:
    with Database(folder, SCHEMA) as database:
        yield Records(database)


def test_what_is_watched_is_kept(tmp_path: Path) -> None:
    with kept_in(tmp_path / "deep" / "data") as kept:
        kept.watch(1, Mode.ON)
        kept.watch(2, Mode.DRY_RUN)
        kept.watch(3, Mode.ON)
        kept.watch(1, Mode.DRY_RUN)
        kept.watch(3, None)
    with kept_in(tmp_path / "deep" / "data") as kept:
        assert kept.watched() == {1: Mode.DRY_RUN, 2: Mode.DRY_RUN}


def test_a_message_is_claimed_once(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert kept.claim(10, 1, 1000.0)
        assert not kept.claim(10, 1, 1001.0)
        assert kept.sent_for(10) is None
        kept.sent(10, 11, "sciatica")
    with kept_in(tmp_path) as kept:
        assert not kept.claim(10, 1, 1002.0)
        assert kept.sent_for(10) == Sent(1, 11, "sciatica")
        assert kept.lately(1, "sciatica", 999.0) == 11
        assert kept.lately(1, "sciatica", 1000.5) is None
        assert kept.lately(2, "sciatica", 999.0) is None
        assert [kept.edited(10, "noon"), kept.edited(10, "noon"), kept.edited(10, "one")] == [True, False, True]
        kept.changed(11, "posture")
        assert kept.sent_for(10) == Sent(1, 11, "posture", Way.ASKED)
        assert kept.lately(1, "posture", 999.0) == 11
        kept.removed(11)
        assert kept.sent_for(10) is None
        assert kept.lately(1, "sciatica", 999.0) is None
        assert not kept.claim(10, 1, 1003.0)
        kept.forget(10)
        assert kept.claim(10, 1, 1004.0)


def test_old_replies_are_forgotten(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1000.0)
        kept.sent(10, 11, None)
        kept.claim(20, 1, 1000.0 + records.KEPT - 1)
        assert kept.sent_for(10) is not None
        kept.claim(30, 1, 1000.0 + records.KEPT + 1)
        assert kept.sent_for(10) is None


def test_two_processes_do_not_both_claim(tmp_path: Path) -> None:
    with kept_in(tmp_path) as one, kept_in(tmp_path) as other:
        assert [one.claim(10, 1, 1.0), other.claim(10, 1, 1.0)] == [True, False]


def test_no_text_is_kept(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1.0)
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
        columns = database.execute("SELECT name FROM pragma_table_info('replies')").fetchall()
    assert [name for (name,) in columns] == ["message", "channel", "reply", "entry", "way", "edited", "at"]
