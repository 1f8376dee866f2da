"""The journal: changes that are begun, finished, dropped or settled, and never kept in memory alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.diff import Hunk
from bot.data.database import Database
from bot.data.journal import Change, Journal, JournalError
from tests.data.test_database import full_disk, locked

ANN = 1
NOW = 1_800_000_000.0
HUNKS = (Hunk(3, "a\n", "old é\n", "new\n", "b\n"),)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path) as opened:
        yield opened


def test_a_change_counts_when_it_is_finished(database: Database) -> None:
    journal = Journal(database)
    journal.note(b"first")
    change = journal.begin(NOW, ANN, "edited one", HUNKS, b"second", entries=("one", "one", "two"))
    assert change == Change(1, NOW, ANN, "edited one", HUNKS)
    assert journal.changes(9) == []
    assert journal.change(1) is None
    assert journal.noted() == b"first"
    journal.finish(change, b"second")
    assert journal.changes(9) == [change]
    assert journal.change(1) == change
    assert journal.noted() == b"second"
    assert journal.entries() == {"one", "two"}


def test_what_was_only_begun_is_settled_by_the_file(database: Database) -> None:
    journal = Journal(database)
    assert journal.noted() is None
    made = journal.begin(NOW, ANN, "edited one", HUNKS, b"one")
    journal.begin(NOW, ANN, "edited two", HUNKS, b"two")
    journal.settle(b"one")
    assert journal.changes(9) == [made]
    assert journal.noted() == b"one"
    dropped = journal.begin(NOW, ANN, "edited three", HUNKS, b"three")
    journal.drop(dropped)
    journal.drop(made)  # which is finished, and stays
    journal.settle(b"three")
    assert journal.changes(9) == [made]
    assert journal.noted() == b"one"


def test_changes_are_found_by_entry_and_page_by_page(database: Database) -> None:
    journal = Journal(database)
    for number in range(6):
        made = journal.begin(NOW + number, ANN, f"change {number}", (), b"", entries=("ab"[number % 2],))
        journal.finish(made, b"")
    assert [each.number for each in journal.changes(2)] == [6, 5]
    assert [each.number for each in journal.changes(9, before=3)] == [2, 1]
    assert [each.number for each in journal.changes(9, entry="a")] == [5, 3, 1]
    assert [each.number for each in journal.changes(1, before=5, entry="a")] == [3]


def test_the_last_change_in_force_is_the_last_that_was_not_undone(database: Database) -> None:
    journal = Journal(database)
    for undoes in (None, None, None, 3, 2):
        journal.finish(journal.begin(NOW, ANN, "some", (), b"", undoes=undoes), b"")
    last = journal.last_in_force()
    assert last is not None
    assert last.number == 1


def test_a_journal_that_cannot_be_written_is_a_sentence_each_time(database: Database, tmp_path: Path) -> None:
    journal = Journal(database)
    known = journal.begin(NOW, ANN, "edited one", (), b"one")
    journal.finish(known, b"one")
    unlock = locked(tmp_path)
    for _ in range(2):
        with pytest.raises(JournalError, match=r"My journal cannot be read or written \(database is locked\)\."):
            journal.begin(NOW, ANN, "edited two", (), b"two")
    with pytest.raises(JournalError):
        journal.noted()  # nobody could tell that it is what the file says
    unlock()
    assert journal.noted() == b"one"  # at once
    assert journal.changes(9) == [known]


def test_a_full_disk_keeps_nothing_of_a_change(database: Database) -> None:
    journal = Journal(database)
    with full_disk(), pytest.raises(JournalError):
        journal.begin(NOW, ANN, "edited one", (Hunk(0, "", "", "x" * 1_000_000, ""),), b"one", entries=("one",))
    assert journal.entries() == set()
    journal.settle(b"one")
    assert journal.changes(9) == []
