"""The reply log: what outlives a restart."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.data import reply_log as module
from bot.data.database import NAME, Database
from bot.data.inbox import Inbox, Reason
from bot.data.reply_log import ReplyLog, Sent
from bot.data.stats import Event, Stats
from bot.matching.decision import Origin
from tests.data.test_database import locked, until_mended

ASKED = Origin.MENTION


@contextlib.contextmanager
def kept_in(folder: Path) -> Iterator[ReplyLog]:
    with Database(folder) as database:
        yield ReplyLog(database)


def test_a_message_is_claimed_once(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert kept.claim(10, 1, 1000.0)
        assert not kept.claim(10, 1, 1001.0)
        assert kept.sent_for(10) is None
        kept.sent(10, 11, "sciatica", ASKED)
    with kept_in(tmp_path) as kept:
        assert not kept.claim(10, 1, 1002.0)
        assert kept.sent_for(10) == Sent(1, 11, "sciatica", ASKED)
        assert kept.lately(1, "sciatica", 999.0) == 11
        assert kept.lately(1, "sciatica", 1000.5) is None
        assert kept.lately(2, "sciatica", 999.0) is None
        assert [kept.edited(10, "noon"), kept.edited(10, "noon"), kept.edited(10, "one")] == [True, False, True]
        kept.changed(11, "posture")
        assert kept.sent_for(10) == Sent(1, 11, "posture", ASKED)
        assert kept.lately(1, "posture", 999.0) == 11
        kept.removed(11)
        assert kept.sent_for(10) is None
        assert kept.lately(1, "sciatica", 999.0) is None
        assert not kept.claim(10, 1, 1003.0)
        kept.forget(10)
        assert kept.claim(10, 1, 1004.0)


def test_a_claim_is_in_the_file_at_once(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert all(kept.claim(message, 1, 1000.0) for message in (10, 30, 20))
        with contextlib.closing(sqlite3.connect(tmp_path / NAME)) as file:  # as after a kill
            assert file.execute("SELECT message FROM replies").fetchall() == [(10,), (20,), (30,)]
    with kept_in(tmp_path) as kept:
        assert not any(kept.claim(message, 1, 1000.0) for message in (10, 20, 30))
        assert kept.claim(25, 1, 1000.0)  # which came late


@pytest.mark.parametrize("origin", list(Origin))
def test_how_a_question_came_is_kept(tmp_path: Path, origin: Origin) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1000.0)
        kept.sent(10, 11, None, origin)
    with kept_in(tmp_path) as kept:
        sent = kept.sent_for(10)
        assert sent == Sent(1, 11, None, origin)
        assert sent.is_posted == (origin in (Origin.ASK, Origin.MENU))


def test_who_asked_what_directly_is_not_kept(tmp_path: Path) -> None:
    """The channel of a direct message says who asked."""
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1000.0)
        kept.sent(10, 11, "sciatica", Origin.DIRECT)
        assert kept.sent_for(10) == Sent(1, 11, None, Origin.DIRECT)
        kept.changed(11, "posture")
        assert kept.sent_for(10) == Sent(1, 11, None, Origin.DIRECT)


def test_old_replies_are_forgotten(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1000.0)
        kept.sent(10, 11, None, ASKED)
        kept.claim(20, 1, 1000.0 + module.KEPT - 1)
        assert kept.sent_for(10) is not None
        kept.sent(20, 21, None, ASKED)
        kept.expire(1000.0 + module.KEPT)
        assert kept.sent_for(10) is not None
        kept.expire(1000.0 + module.KEPT + 1)
        assert kept.sent_for(10) is None
        assert kept.sent_for(20) is not None


def test_a_claim_without_a_reply_can_be_released(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        for message in (10, 20, 30):
            kept.claim(message, 1, 1000.0)
        kept.sent(20, 21, None, ASKED)
        kept.unwanted(30)
        assert [kept.release(message) for message in (10, 20, 30, 40)] == [True, False, False, False]
        assert kept.claim(10, 1, 1001.0)
        assert not kept.claim(20, 1, 1001.0)
        assert not kept.claim(30, 1, 1001.0)


def test_what_is_owed_and_where_somebody_was_answered(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        for message, channel in ((10, 1), (20, 2), (30, 1), (40, 3), (50, 2)):
            kept.claim(message, channel, 1000.0 + message)
        kept.sent(20, 21, None, ASKED)
        kept.unwanted(40)
        assert kept.unsent(1000.0) == {1: [10, 30], 2: [50]}
        assert kept.unsent(1030.0) == {1: [30], 2: [50]}
        assert kept.channels(1000.0, 9) == [2, 3, 1]
        assert kept.channels(1000.0, 2) == [2, 3]
        assert kept.channels(1035.0, 9) == [2, 3]


def test_when_the_bot_was_there_is_kept(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert kept.last_seen() is None
        kept.note_seen(1000.0)
        kept.note_seen(1001.5)
    with kept_in(tmp_path) as kept:
        assert kept.last_seen() == 1001.5


def test_the_last_reply_of_an_entry_is_the_latest(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        assert kept.lately(1, "posture", 0.0) is None
        for message, at in ((10, 1000.0), (20, 1002.0), (30, 1001.0)):
            kept.claim(message, 1, at)
            kept.sent(message, message + 1, "posture", ASKED)
        assert kept.lately(1, "posture", 1002.0) == 21
        assert kept.lately(1, "posture", 1003.0) is None
        assert kept.lately(2, "posture", 0.0) is None
        kept.changed(21, "sciatica")
        assert kept.lately(1, "posture", 0.0) == 31
        assert kept.lately(1, "sciatica", 0.0) == 21
    with kept_in(tmp_path) as kept:
        assert kept.lately(1, "posture", 0.0) == 31


def test_a_reply_that_is_removed_while_the_file_is_locked_is_not_linked_to(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        kept = ReplyLog(database)
        for message in (10, 20):
            kept.claim(message, message, 1000.0)
            kept.sent(message, message + 1, "posture", ASKED)
        unlock = locked(tmp_path)
        kept.removed(11)
        kept.forget(20)
        assert not kept.claim(10, 10, 1000.0)  # as the file says
        for _ in ("while it is locked", "afterwards"):
            assert [kept.lately(channel, "posture", 950.0) for channel in (10, 20)] == [None, None]
            if database.trouble is not None:
                unlock()
                until_mended(database)


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from("abcde"), st.sampled_from(("sent", "changed", "gone")))))
def test_the_last_reply_is_the_one_that_still_shows_the_entry(said: list[tuple[int, str, str]]) -> None:
    sent: dict[int, tuple[int, str, float]] = {}  # by reply: its channel, its entry, and when
    with tempfile.TemporaryDirectory() as folder, kept_in(Path(folder)) as kept:
        for number, (channel, entry, what) in enumerate(said, start=1):
            now, reply = float(number), 1000 + number
            kept.claim(number, channel, now)
            kept.sent(number, reply, entry, ASKED)
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


def test_what_an_answer_writes_can_be_one_transaction(tmp_path: Path) -> None:
    day = date(2027, 1, 15)

    def answer(database: Database, message: int, *, cut_off: bool) -> None:
        with database.transaction():
            ReplyLog(database).sent(message, message + 1, "sciatica", ASKED)
            Stats(database, b"").count(day, Event.ANSWERED, ASKED, "sciatica")
            Inbox(database, 30).receive("what does it cost", Reason.DECLINED, 1000.0, message=message)
            if cut_off:
                raise KeyError

    def written(database: Database) -> list[int]:
        tables = {"replies": "reply IS NOT NULL", "counts": "TRUE", "inbox": "TRUE"}
        return [
            database.read(f"SELECT count(*) FROM {table} WHERE {which}")[0][0]  # one of the three above
            for table, which in tables.items()
        ]

    with Database(tmp_path) as database:
        for message in (10, 20):
            ReplyLog(database).claim(message, 1, 1000.0)
        with pytest.raises(KeyError):
            answer(database, 10, cut_off=True)
        assert written(database) == [0, 0, 0]
        answer(database, 10, cut_off=False)
        assert written(database) == [1, 1, 1]


def test_the_last_reply_is_found_by_an_index(tmp_path: Path) -> None:
    """It is looked for before each answer, and there can be a hundred thousand."""
    seen: list[str] = []
    with Database(tmp_path) as database:
        plan = database.read(
            "EXPLAIN QUERY PLAN SELECT reply FROM replies WHERE channel = 1 AND entry = 'a' AND at >= 0 AND reply > 0"
            " ORDER BY at DESC, reply DESC LIMIT 1"
        )
        seen += [row[-1] for row in plan]
    assert "replies_by_entry (channel=? AND entry=? AND at>?)" in seen[0]


def test_no_text_is_kept(tmp_path: Path) -> None:
    with kept_in(tmp_path) as kept:
        kept.claim(10, 1, 1.0)
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
        columns = database.execute("SELECT name FROM pragma_table_info('replies')").fetchall()
    assert [name for (name,) in columns] == ["message", "channel", "reply", "entry", "origin", "edited", "at"]
