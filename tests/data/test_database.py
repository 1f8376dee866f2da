"""The data folder's database: it goes on where its file is locked, read-only, corrupt or gone, and loses nothing."""

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.data import database
from bot.data.database import NAME, Database, DataFolderError
from tests.patience import PATIENCE

SCHEMA = "CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY, count INTEGER);"
ADD = "INSERT INTO things VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET count = count + 1"
ALL = "SELECT name, count FROM things ORDER BY name"


def stored(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / NAME)) as file:
        return file.execute(ALL).fetchall()


def until_mended(kept: Database) -> None:
    deadline = time.monotonic() + PATIENCE
    while kept.trouble is not None and time.monotonic() < deadline:
        kept.probe()
        time.sleep(0.05)
    assert kept.trouble is None


def locked(folder: Path) -> Callable[[], None]:
    """Locks the file; gives what unlocks it."""
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


@pytest.mark.parametrize("damage", [locked, read_only, corrupt])
def test_a_start_with_a_damaged_file_goes_on_and_loses_nothing(
    tmp_path: Path, damage: Callable[[Path], Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    with Database(tmp_path, SCHEMA) as kept:
        kept.write(ADD, ("old",))
    mend = damage(tmp_path)
    with Database(tmp_path, SCHEMA) as kept:
        for _ in range(3):
            kept.write(ADD, ("new",))
        assert ("new", 3) in kept.read(ALL)
        assert kept.trouble is not None
        mend()
        until_mended(kept)
        assert kept.read(ALL) == [("new", 3), ("old", 1)]
    assert stored(tmp_path) == [("new", 3), ("old", 1)]
    (warning,) = [each for each in caplog.records if each.levelname == "WARNING"]
    assert "cannot be written or read" in warning.getMessage()
    assert str(tmp_path) in warning.getMessage()


def test_a_lock_that_comes_while_it_runs_is_waited_for_once(tmp_path: Path) -> None:
    with Database(tmp_path, SCHEMA) as kept:
        kept.write(ADD, ("one",))
        unlock = locked(tmp_path)
        for name in ("one", "two", "two"):
            kept.write(ADD, (name,))
        started = time.monotonic()
        for _ in range(50):
            kept.write(ADD, ("two",))
        assert time.monotonic() - started < 10 * database.PATIENCE  # a wait for each would be 50 times that
        assert kept.trouble == "database is locked"
        assert ("one", 1) in kept.read(ALL)  # what the file has can be read
        unlock()
        until_mended(kept)
        assert kept.read(ALL) == [("one", 2), ("two", 52)]


def test_a_good_file_takes_the_place_of_a_broken_one(tmp_path: Path) -> None:
    """As an operator does it who has a copy."""
    with Database(tmp_path, SCHEMA) as kept:
        kept.write(ADD, ("old",))
    good = (tmp_path / NAME).read_bytes()
    corrupt(tmp_path)
    with Database(tmp_path, SCHEMA) as kept:
        kept.write(ADD, ("new",))
        (tmp_path / "copy").write_bytes(good)
        (tmp_path / "copy").replace(tmp_path / NAME)
        until_mended(kept)
    assert stored(tmp_path) == [("new", 1), ("old", 1)]


def test_what_is_deleted_is_not_in_the_file(tmp_path: Path) -> None:
    with Database(tmp_path, SCHEMA) as kept:
        kept.write(ADD, ("a secret of mine",))
        kept.write("DELETE FROM things")
    assert b"a secret of mine" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_statement_that_is_wrong_is_no_trouble_of_the_file(tmp_path: Path) -> None:
    with Database(tmp_path, SCHEMA) as kept:
        kept.write("INSERT INTO things VALUES ('one', 1)")
        with pytest.raises(sqlite3.IntegrityError):
            kept.write("INSERT INTO things VALUES ('one', 1)")
        assert kept.trouble is None


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("a file where the folder should be")
    with pytest.raises(DataFolderError, match="Set DATA_PATH to a folder that I may write to"):
        Database(folder, SCHEMA)


class Clock:
    """Has things done later: when a test says so."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        assert seconds == database.MOMENT
        self.due.append(action)

    def pass_(self) -> None:
        due, self.due = self.due, []
        for action in due:
            action()


def test_what_is_put_off_is_written_with_all_else_and_before_anything_is_read(tmp_path: Path) -> None:
    clock = Clock()
    with Database(tmp_path, SCHEMA, clock.later) as kept:
        for _ in range(3):
            kept.write_soon(ADD, ("one",))
        assert stored(tmp_path) == []
        assert len(clock.due) == 1
        clock.pass_()
        assert stored(tmp_path) == [("one", 3)]
        kept.write_soon(ADD, ("one",))
        assert kept.read(ALL) == [("one", 4)]
        kept.write_soon(ADD, ("two",))
        assert kept.write("UPDATE things SET count = 7 WHERE name = 'two'") == 1
        assert stored(tmp_path) == [("one", 4), ("two", 7)]
        kept.write_soon(ADD, ("three",))
    assert ("three", 1) in stored(tmp_path)
    clock.pass_()  # when there is nothing left to do


def test_without_a_later_nothing_is_put_off(tmp_path: Path) -> None:
    with Database(tmp_path, SCHEMA) as kept:
        kept.write_soon(ADD, ("one",))
        assert stored(tmp_path) == [("one", 1)]


@pytest.mark.parametrize("damage", [locked, read_only])
def test_what_is_put_off_outlives_damage(tmp_path: Path, damage: Callable[[Path], Callable[[], None]]) -> None:
    clock = Clock()
    with Database(tmp_path, SCHEMA, clock.later) as kept:
        kept.write(ADD, ("old",))
        kept.write_soon(ADD, ("one",))
        mend = damage(tmp_path)
        clock.pass_()
        kept.write_soon(ADD, ("one",))
        assert ("one", 2) in kept.read(ALL)
        assert kept.trouble is not None
        mend()
        until_mended(kept)
    assert stored(tmp_path) == [("old", 1), ("one", 2)]


def test_a_full_disk_takes_all_of_it_or_nothing(tmp_path: Path) -> None:
    clock = Clock()
    long = "x" * 3_000_000  # more than SQLite keeps in memory
    with Database(tmp_path, SCHEMA, clock.later) as kept:
        with full_disk():
            for name in ("one", long, "one"):
                kept.write_soon(ADD, (name,))
            clock.pass_()
            assert kept.trouble is not None
            assert ("one", 2) in kept.read(ALL)
        until_mended(kept)
    assert sorted(count for _, count in stored(tmp_path)) == [1, 2]


def test_a_wrong_statement_among_what_was_put_off_takes_nothing_else_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Database(tmp_path, SCHEMA, Clock().later) as kept:
        kept.write_soon(ADD, ("one",))
        kept.write_soon("INSERT INTO things VALUES ('one', 1)", ())
        kept.write_soon(ADD, (2**64,))
        kept.write_soon(ADD, ("two",))
        assert kept.read(ALL) == [("one", 1), ("two", 1)]
        assert kept.trouble is None
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "A change in the data folder is lost"
    ] * 2


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
