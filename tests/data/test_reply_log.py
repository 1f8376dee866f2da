"""Records: what outlives a restart."""

import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data import reply_log as records
from bot.data.database import Database
from bot.data.reply_log import SCHEMA, Mode, Records, Sent, Way


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
        kept.sent(20, 21, None)
        kept.expire(1000.0 + records.KEPT)
        assert kept.sent_for(10) is not None
        kept.expire(1000.0 + records.KEPT + 1)
        assert kept.sent_for(10) is None
        assert kept.sent_for(20) is not None


def test_a_claim_outlives_the_process_and_what_is_known_by_heart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BY_HEART", 3)
    with kept_in(tmp_path) as kept:
        assert all(kept.claim(message, 1, 1000.0) for message in (10, 30, 20, 40, 50, 60))
        assert not any(kept.claim(message, 1, 1000.0) for message in (10, 20, 30, 40, 50, 60))
        assert kept.claim(25, 1, 1000.0)  # which came late
    with kept_in(tmp_path) as kept:
        assert not any(kept.claim(message, 1, 1000.0) for message in (10, 20, 25, 30, 40, 50, 60))
        assert kept.claim(55, 1, 1000.0)
        assert kept.claim(70, 1, 1000.0)


def test_a_claim_without_a_reply_can_be_released(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        for message in (10, 20):
            kept.claim(message, 1, 1000.0)
        kept.sent(20, 21, None)
        kept.release(10)
        kept.release(20)
        assert kept.claim(10, 1, 1001.0)
        assert not kept.claim(20, 1, 1001.0)


def test_the_last_reply_of_an_entry_is_the_latest(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert kept.lately(1, "posture", 0.0) is None
        for message, at in ((10, 1000.0), (20, 1002.0), (30, 1001.0)):
            kept.claim(message, 1, at)
            kept.sent(message, message + 1, "posture")
        assert kept.lately(1, "posture", 1002.0) == 21
        assert kept.lately(1, "posture", 1003.0) is None
        assert kept.lately(2, "posture", 0.0) is None
        kept.changed(21, "sciatica")
        assert kept.lately(1, "posture", 0.0) == 31
        assert kept.lately(1, "sciatica", 0.0) == 21
    with kept_in(tmp_path) as kept:
        assert kept.lately(1, "posture", 0.0) == 31


def test_what_others_delete_costs_no_look_at_old_replies(tmp_path: Path) -> None:
    class Counting(Database):
        reads = 0

        def read(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
            self.reads += 1
            return super().read(statement, values)

    with Counting(tmp_path, SCHEMA) as database:
        kept = Records(database)
        kept.lately(1, "posture", 900.0)
        for message in (10, 20):
            kept.claim(message, 1, 1000.0)
        kept.sent(10, 11, "posture")
        before = database.reads
        kept.removed(5)
        kept.forget(20)
        assert kept.lately(1, "posture", 950.0) == 11
        assert kept.lately(1, "sciatica", 950.0) is None
        assert database.reads == before


def test_a_reply_that_is_removed_while_the_file_is_locked_is_not_linked_to(tmp_path: Path) -> None:
    with Database(tmp_path, SCHEMA) as database:
        kept = Records(database)
        kept.lately(1, "posture", 900.0)
        for message in (10, 20):
            kept.claim(message, message, 1000.0)
            kept.sent(message, message + 1, "posture")
        with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            kept.removed(11)
            kept.forget(20)
        until = time.monotonic() + 20.0
        while database.trouble is not None and time.monotonic() < until:  # the file is not tried all the time
            database.probe()
            time.sleep(0.01)
        assert database.trouble is None
        assert [kept.lately(channel, "posture", 950.0) for channel in (10, 20)] == [None, None]


def test_what_a_slow_clock_notes_late_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BY_HEART", 3)
    with kept_in(tmp_path) as kept:
        kept.lately(1, "posture", 900.0)
        for message, entry in ((10, "posture"), (11, "one"), (12, "two"), (13, "three")):
            kept.claim(message, 1, 1000.0 + message)
            kept.sent(message, message + 100, entry)
        kept.claim(14, 1, 1005.0)
        kept.sent(14, 114, "posture")
        assert kept.lately(1, "posture", 900.0) == 110


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from("abcde"), st.sampled_from(("sent", "changed", "gone")))))
def test_the_last_reply_is_the_same_by_heart(said: list[tuple[int, str, str]]) -> None:
    sent: dict[int, tuple[int, str, float]] = {}  # by reply: its channel, its entry, and when
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch, kept_in(Path(folder)) as kept:
        patch.setattr(records, "BY_HEART", 3)
        for number, (channel, entry, what) in enumerate(said, start=1):
            now, reply = float(number), 1000 + number
            kept.claim(number, channel, now)
            kept.sent(number, reply, entry)
            sent[reply] = (channel, entry, now)
            if what == "changed":
                other = max((each for each in sent if each < reply), default=reply)
                kept.changed(other, "e")
                sent[other] = (sent[other][0], "e", sent[other][2])
            elif what == "gone":
                kept.removed(reply)
                del sent[reply]
            for place, asked in product((1, 2), "abcde"):
                fits = [reply for reply, told in sent.items() if told[:2] == (place, asked) and told[2] >= now - 4.0]
                assert kept.lately(place, asked, now - 4.0) == max(fits, default=None)


def test_no_text_is_kept(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1.0)
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
        columns = database.execute("SELECT name FROM pragma_table_info('replies')").fetchall()
    assert [name for (name,) in columns] == ["message", "channel", "reply", "entry", "way", "edited", "at"]
