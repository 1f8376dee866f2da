"""Transactions: all or nothing, in the file or in memory, and durable ones never in memory alone."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.data import database as module
from bot.data.database import Database
from tests.data.test_database import (
    ADD,
    ALL,
    ONCE,
    full_disk,
    locked,
    read_only,
    stored,
    until_mended,
)
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)


def cut_off(database: Database, *names: str, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Raises KeyError in the midst of a transaction."""
    with database.transaction():
        for name in names:
            database.write(ADD, (name,))
        meanwhile()
        raise KeyError


def add_both(database: Database, added: str, once: str) -> None:
    with database.transaction():
        database.write(ADD, (added,))
        database.write(ONCE, (once,))


def test_a_transaction_is_carried_out_whole_or_not_at_all(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        with database.transaction():
            database.write(ADD, ("one",))
            with database.transaction():
                assert database.write(ADD, ("two",)) == 1
            assert database.read(ALL) == [("one", 1), ("two", 1)]
            assert stored(tmp_path) == []
        assert stored(tmp_path) == [("one", 1), ("two", 1)]
        with pytest.raises(KeyError):
            cut_off(database, "three")
        with pytest.raises(sqlite3.IntegrityError):
            add_both(database, "three", once="one")
        assert database.read(ALL) == [("one", 1), ("two", 1)]
        database.write(ADD, ("four",))
    assert stored(tmp_path) == [("four", 1), ("one", 1), ("two", 1)]


@pytest.mark.parametrize("damage", [locked, read_only])
def test_a_transaction_that_the_file_does_not_take_is_kept_whole_or_not_at_all(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]]
) -> None:
    with Database(tmp_path) as database:
        database.write(ADD, ("old",))
    mend = damage(tmp_path)
    with Database(tmp_path) as database:
        for _ in range(2):  # the first is begun in the file, the second in memory
            with database.transaction():
                database.write(ADD, ("one",))
                database.write(ADD, ("two",))
        with pytest.raises(KeyError):
            cut_off(database, "three")
        with pytest.raises(sqlite3.IntegrityError):
            add_both(database, "three", once="one")
        assert database.read(ALL) == [("old", 1), ("one", 2), ("two", 2)]
        mend()
        until_mended(database)
    assert stored(tmp_path) == [("old", 1), ("one", 2), ("two", 2)]


def test_a_full_disk_takes_all_of_a_transaction_or_nothing(tmp_path: Path) -> None:
    long = "x" * 3_000_000  # more than SQLite keeps in memory, so that it fails in the middle
    with Database(tmp_path) as database:
        with full_disk():
            with database.transaction():
                for name in ("one", long, "one"):
                    database.write(ADD, (name,))
            assert database.trouble is not None
            assert ("one", 2) in database.read(ALL)
        until_mended(database)
    assert sorted(count for _, count in stored(tmp_path)) == [1, 2]


def test_another_thread_waits_for_a_transaction_to_end(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        begun = threading.Event()

        def add_two() -> None:
            with database.transaction():
                database.write(ADD, ("two",))
                begun.set()

        other = threading.Thread(target=add_two)

        def start_other() -> None:
            other.start()
            assert not begun.wait(0.05)  # it cannot begin: this thread holds the lock

        with pytest.raises(KeyError):
            cut_off(database, "one", meanwhile=start_other)
        other.join(PATIENCE)
        assert database.read(ALL) == [("two", 1)]


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    with Database(tmp_path) as database:

        def add() -> None:
            for number in range(50):
                with database.transaction(durable=number % 10 == 0):
                    database.write(ADD, ("one",))
                    database.write(ADD, ("two",))

        threads = [threading.Thread(target=add) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(PATIENCE)
        assert database.read(ALL) == [("one", 200), ("two", 200)]


@pytest.mark.parametrize("damage", [locked, read_only])
def test_a_durable_transaction_is_never_kept_in_memory(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]]
) -> None:
    with Database(tmp_path) as database:
        database.write(ADD, ("old",))
    mend = damage(tmp_path)
    with Database(tmp_path) as database:
        for _ in range(2):  # the first finds out, the second knows
            with pytest.raises(sqlite3.OperationalError), database.transaction(durable=True):
                database.write(ADD, ("new",))
        assert database.read(ALL) == [("old", 1)]
        mend()
        with database.transaction(durable=True):  # it does not wait for the next try
            database.write(ADD, ("new",))
        assert database.trouble is None
    assert stored(tmp_path) == [("new", 1), ("old", 1)]


def test_only_a_durable_transaction_waits_for_the_disk(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        assert database.read("PRAGMA synchronous") == [(1,)]  # NORMAL
        with database.transaction(durable=True):
            assert database.read("PRAGMA synchronous") == [(2,)]  # FULL
        assert database.read("PRAGMA synchronous") == [(1,)]
        with pytest.raises(sqlite3.IntegrityError), database.transaction(durable=True):
            database.write("INSERT INTO digests VALUES (2, '')")
        assert database.read("PRAGMA synchronous") == [(1,)]
