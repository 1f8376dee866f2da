"""The inbox as it is kept: redacted, bounded, and gone in time. The time is passed in."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.data import inbox as module
from bot.data.database import NAME, Database
from bot.data.inbox import DAY, Inbox, Reason


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path) as opened:
        yield opened


def kept(inbox: Inbox, now: float) -> list[str]:
    return [each.text for each in inbox.open(now)]


def test_a_text_is_gone_after_its_days(database: Database, tmp_path: Path) -> None:
    inbox = Inbox(database, 30)
    inbox.receive("an old question", Reason.DECLINED, 1000.0)
    inbox.receive("a newer question", Reason.NONE, 1000.0 + DAY)
    last = 1000.0 + 30 * DAY
    assert kept(inbox, last - 1) == ["an old question", "a newer question"]
    assert kept(inbox, last) == ["a newer question"]  # though nobody has cleared up yet
    inbox.expire(last)
    database.close()
    with closing(sqlite3.connect(tmp_path / NAME)) as file:
        assert file.execute("SELECT text FROM inbox").fetchall() == [("a newer question",)]
    assert b"an old question" not in (tmp_path / NAME).read_bytes()


def test_the_oldest_go_where_there_are_too_many(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    inbox = Inbox(database, 30)
    for number in range(6):
        inbox.receive(f"question {number}", Reason.DECLINED, 1000.0 + number)
    inbox.expire(1010.0)
    assert kept(inbox, 1010.0) == ["question 3", "question 4", "question 5"]


def test_an_inbox_that_is_off_keeps_nothing(database: Database) -> None:
    Inbox(database, 30).receive("one", Reason.DECLINED, 1000.0)
    off = Inbox(database, 0)
    off.receive("two", Reason.DECLINED, 1000.0)
    assert kept(off, 1000.0) == []
    off.expire(1000.0)
    assert kept(Inbox(database, 30), 1000.0) == []


def test_no_column_says_who_asked(database: Database) -> None:
    columns = [name for (name,) in database.read("SELECT name FROM pragma_table_info('inbox')")]
    assert columns == ["number", "at", "text", "reason", "entry", "message", "draft", "settled"]


def test_what_a_change_settles_comes_back_with_its_undoing(database: Database) -> None:
    inbox = Inbox(database, 30)
    for text in ("one", "two", "three"):
        inbox.receive(text, Reason.DECLINED, 1000.0)
    numbers = {each.text: each.number for each in inbox.open(1000.0)}
    inbox.take_up([numbers["one"], numbers["two"]], 77)
    assert len(kept(inbox, 1000.0)) == 3
    inbox.saved(77, 5)
    inbox.settle([numbers["three"]], 6)
    assert kept(inbox, 1000.0) == []
    inbox.undone(5)
    assert sorted(kept(inbox, 1000.0)) == ["one", "two"]
    inbox.forget([numbers["one"]])
    assert kept(inbox, 1000.0) == ["two"]


def test_a_message_has_one_text(database: Database) -> None:
    inbox = Inbox(database, 30)
    inbox.receive("helo", Reason.DECLINED, 1000.0, message=9)
    inbox.receive("helo again", Reason.DECLINED, 1000.0, message=9, first=True)
    assert kept(inbox, 1000.0) == ["helo"]
    inbox.receive("hello", Reason.DECLINED, 1001.0, message=9)
    assert kept(inbox, 1001.0) == ["hello"]
    inbox.withdraw(9)
    assert kept(inbox, 1001.0) == []
