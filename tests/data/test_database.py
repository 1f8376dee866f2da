"""The database: it goes on while its file is locked, read-only, corrupt, full or gone, and loses nothing."""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.data import database as module
from bot.data.database import NAME, Database, DataFolderError
from tests.patience import PATIENCE

ADD = "INSERT INTO counts VALUES ('', '', '', ?, 1) ON CONFLICT DO UPDATE SET count = count + 1"
ALL = "SELECT entry, count FROM counts ORDER BY entry"
ONCE = "INSERT INTO counts VALUES ('', '', '', ?, 1)"  # wrong if it is there


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.1)


def stored(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / NAME)) as file:
        return file.execute(ALL).fetchall()


def until_mended(database: Database) -> None:
    deadline = time.monotonic() + PATIENCE
    while database.trouble is not None and time.monotonic() < deadline:
        database.probe()
        time.sleep(0.05)
    assert database.trouble is None


def locked(folder: Path) -> Callable[[], None]:
    """Locks the file for writing; gives what unlocks it."""
    other = sqlite3.connect(folder / NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def unlock() -> None:
        other.execute("ROLLBACK")
        other.close()

    return unlock


def read_only(folder: Path) -> Callable[[], None]:
    """Makes the file one that SQLite reads and never writes: its header names a format from the future."""
    path = folder / NAME
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def set_version(version: int) -> None:
        with path.open("r+b") as file:
            file.seek(18)  # the file format's write version ("Database File Format", 1.3.3)
            file.write(bytes([version]))

    set_version(9)
    return lambda: set_version(2)


def corrupt(folder: Path) -> Callable[[], None]:
    path = folder / NAME
    good = path.read_bytes()
    path.write_bytes(b"this is no database" + good[19:])

    def put_back() -> None:
        path.write_bytes(good)

    return put_back


def removed(folder: Path) -> Callable[[], None]:
    for each in folder.glob(f"{NAME}*"):
        each.unlink()
    return lambda: None


def removed_with_its_folder(folder: Path) -> Callable[[], None]:
    removed(folder)
    folder.rmdir()
    return lambda: None


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow, as on a full disk."""
    import resource  # not on Windows

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("damage", [locked, read_only, corrupt])
def test_a_start_with_a_damaged_file_goes_on_and_loses_nothing(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Database(tmp_path) as database:
        database.write(ADD, ("old",))
    mend = damage(tmp_path)
    with Database(tmp_path) as database:
        for _ in range(3):
            database.write(ADD, ("new",))
        assert ("new", 3) in database.read(ALL)
        assert database.trouble is not None
        mend()
        until_mended(database)
        assert database.read(ALL) == [("new", 3), ("old", 1)]
    assert stored(tmp_path) == [("new", 3), ("old", 1)]
    (warning,) = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert "cannot be written or read" in warning
    assert str(tmp_path) in warning
    (line,) = [each.getMessage() for each in caplog.records if each.levelname == "INFO"]
    assert line == "The data folder can be written again, and nothing is lost."


@pytest.mark.parametrize("damage", [locked, read_only])
def test_what_a_damaged_file_holds_is_read_and_changed(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]]
) -> None:
    with Database(tmp_path) as database:
        for name in ("one", "one", "two", "three"):
            database.write(ADD, (name,))
    mend = damage(tmp_path)
    with Database(tmp_path) as database:
        database.write(ADD, ("one",))
        assert database.write("DELETE FROM counts WHERE entry = 'two'") == 1
        assert database.trouble is not None
        assert database.read(ALL) == [("one", 3), ("three", 1)]
        mend()
        until_mended(database)
    assert stored(tmp_path) == [("one", 3), ("three", 1)]


def test_a_lock_that_comes_while_it_runs_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    with Database(tmp_path) as database:
        database.write(ADD, ("one",))
        unlock = locked(tmp_path)
        for name in ("one", "two", "two"):
            database.write(ADD, (name,))
        started = time.monotonic()
        for _ in range(50):
            database.write(ADD, ("two",))
        assert time.monotonic() - started < module.PATIENCE
        assert database.trouble == "database is locked"
        assert database.read(ALL) == [("one", 2), ("two", 52)]
        unlock()
        until_mended(database)
        assert database.read(ALL) == [("one", 2), ("two", 52)]


def test_a_lock_is_noticed_though_nothing_is_written(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        unlock = locked(tmp_path)
        database.probe()
        assert database.trouble == "database is locked"
        unlock()
        until_mended(database)


def test_a_good_file_takes_the_place_of_a_broken_one(tmp_path: Path) -> None:
    """As an operator does it who has a copy."""
    with Database(tmp_path) as database:
        database.write(ADD, ("old",))
    good = (tmp_path / NAME).read_bytes()
    corrupt(tmp_path)
    with Database(tmp_path) as database:
        database.write(ADD, ("new",))
        (tmp_path / "copy").write_bytes(good)
        (tmp_path / "copy").replace(tmp_path / NAME)
        until_mended(database)
    assert stored(tmp_path) == [("new", 1), ("old", 1)]


def test_a_file_that_is_moved_over_the_one_in_use_is_used(tmp_path: Path) -> None:
    """An operator goes back to a copy and does not stop the bot."""
    with Database(tmp_path) as database:
        database.write(ADD, ("in the copy",))
    (tmp_path / "copy").write_bytes((tmp_path / NAME).read_bytes())
    with Database(tmp_path) as database:
        database.write(ADD, ("not in the copy",))
        (tmp_path / "copy").replace(tmp_path / NAME)
        database.write(ADD, ("new",))
        assert database.read(ALL) == [("in the copy", 1), ("new", 1)]
    assert stored(tmp_path) == [("in the copy", 1), ("new", 1)]
    with closing(sqlite3.connect(tmp_path / NAME)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("damage", [removed, removed_with_its_folder])
def test_a_file_that_is_removed_is_made_anew_with_all_that_it_held(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]]
) -> None:
    folder = tmp_path / "data"
    with Database(folder) as database:
        database.write(ADD, ("old",))
        damage(folder)
        with database.transaction(durable=True):
            database.write(ADD, ("new",))
        assert stored(folder) == [("new", 1), ("old", 1)]
        damage(folder)
        database.probe()
        assert database.trouble is None
        assert stored(folder) == [("new", 1), ("old", 1)]


def test_a_file_that_is_corrupt_in_the_middle_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Database(tmp_path) as database:
        database.write("INSERT INTO watched VALUES (1, 'on')")
        for number in range(1_000):
            database.write(ADD, (f"a name that takes some room {number}",))
        ((page,),) = database.read("SELECT rootpage FROM sqlite_master WHERE name = 'counts'")
    with (tmp_path / NAME).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with Database(tmp_path) as database:
        assert database.read(ALL) == []
        assert database.trouble is not None
        assert database.read("SELECT channel FROM watched") == [(1,)]
        deadline = time.monotonic() + 3 * module.PATIENCE
        while time.monotonic() < deadline:  # it is tried again and again
            database.write(ADD, ("new",))
            database.probe()
        assert database.trouble is not None
        assert len(caplog.records) == 1


def test_rows_that_are_not_the_bots_stop_nothing(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        database.write("CREATE TABLE somebodys (name TEXT)")
        database.write("INSERT INTO somebodys VALUES ('a')")
        database.write(ADD, ("old",))
        unlock = locked(tmp_path)
        database.write(ADD, ("new",))
        assert database.read(ALL) == [("new", 1), ("old", 1)]
        unlock()
        until_mended(database)
        assert database.read("SELECT name FROM somebodys") == [("a",)]


def test_what_is_deleted_is_not_in_the_file(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        database.write(ADD, ("a secret of mine",))
        database.write("DELETE FROM counts")
    assert b"a secret of mine" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_statement_that_is_wrong_is_no_trouble_of_the_file(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        database.write(ONCE, ("one",))
        with pytest.raises(sqlite3.IntegrityError):
            database.write(ONCE, ("one",))
        with pytest.raises(OverflowError):
            database.write(ADD, (10**60,))
        assert database.trouble is None
        assert database.read(ALL) == [("one", 1)]


def test_a_statement_that_is_wrong_while_the_file_is_in_trouble_stops_nothing(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        unlock = locked(tmp_path)
        database.write(ONCE, ("one",))
        with pytest.raises(sqlite3.IntegrityError):
            database.write(ONCE, ("one",))
        with pytest.raises(OverflowError):
            database.write(ADD, (10**60,))
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            database.write("DELETE FROM nowhere")
        database.write(ADD, ("two",))
        unlock()
        until_mended(database)
        database.write(ADD, ("three",))
    assert stored(tmp_path) == [("one", 1), ("three", 1), ("two", 1)]


def test_a_kept_statement_that_is_wrong_in_the_file_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Database(tmp_path) as database:
        database.write(ONCE, ("one",))
    put_back = corrupt(tmp_path)
    with Database(tmp_path) as database:
        for name in ("zero", "one", "two"):  # whether the file has one, nobody can tell
            database.write(ONCE, (name,))
        put_back()
        until_mended(database)
        database.write(ADD, ("three",))
    assert stored(tmp_path) == [("one", 1), ("three", 1), ("two", 1), ("zero", 1)]
    (error,) = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert error.startswith("A change in the data folder is lost: UNIQUE")


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("a file where the folder should be")
    with pytest.raises(DataFolderError, match="Set DATA_PATH to a folder that I may write to"):
        Database(folder)


# Transactions.


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
