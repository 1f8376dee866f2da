"""The one connection to the data folder's SQLite database, which goes on in memory while the file is out of order."""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from bot.data import schema
from bot.data.spare import WRONG, Rows, Statement, bring_over, in_memory, roll_back, rows_in
from bot.errors import BotError

log = logging.getLogger(__name__)

NAME: Final = "bot.sqlite3"
PATIENCE: Final = 1.0  # seconds to wait for another program's lock, and between two tries to write again
UNWRITTEN: Final = 100_000  # statements kept in memory while the file takes none; the oldest are dropped first
CACHE: Final = 256  # KiB of the file kept in memory: enough for what the last hours brought


class DataFolderError(BotError):
    """The data folder cannot be used, or a newer version of the bot wrote it."""


class Database:
    """The database of a data folder. Its methods may be called in any thread; a lock lets in one at a time.

    While the file is locked, read-only, corrupt or gone, a copy in memory takes its place. What is written meanwhile is
    carried out there, and again in the file as soon as that takes it.
    """

    def __init__(self, folder: Path) -> None:
        """Open or make the database, and bring it to this version's schema.

        Raises DataFolderError if the folder cannot be used at all, or if a newer version of the bot wrote it.
        """
        self.trouble: str | None = None  # what is wrong with the file
        self._folder = folder
        self._lock = threading.RLock()
        self._open = False  # whether a transaction is open: it is this thread's, since the lock lets in one
        self._durable = False  # whether it must reach the disk
        self._statements: list[Statement] = []  # what it has carried out
        self._unwritten: deque[Statement] = deque(maxlen=UNWRITTEN)
        self._next_try = 0.0
        self._used: sqlite3.Connection  # the file, or while it is in trouble the copy in memory
        self._identity: tuple[int, int] | None = None
        try:
            self._take(_opened(folder))
        except DataFolderError as error:
            if not isinstance(error.__cause__, sqlite3.Error) or not (folder / NAME).is_file():
                raise
            self._go_on_in_memory(_readable_rows(folder), error.__cause__)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring to the file what it lacks, if it takes it, and close it."""
        with self._lock:
            self._mend(at_once=True)
            if self._unwritten:
                log.warning("%d changes in the data folder are lost: %s", len(self._unwritten), self.trouble)
            self._used.close()

    def write(self, sql: str, values: tuple[object, ...] = ()) -> int:
        """Carry out a statement that changes something, and return how many rows it changed.

        It is a transaction of its own, or part of the one that this thread has open.
        """
        with self.transaction():
            _, changed = self._execute(sql, values)
            self._statements.append((sql, values))
        return changed

    def read(self, sql: str, values: tuple[object, ...] = ()) -> Rows:
        """Return the rows that a query finds."""
        with self._lock:
            if not self._open:
                self._mend()
            rows, _ = self._execute(sql, values)
        return rows

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """Make all that is written within the block one transaction: all of it is carried out, or nothing.

        `durable`: whether it must be on the disk when the block ends, so that it survives a power failure. Such a
        transaction is never kept in memory: it raises sqlite3.Error if the file does not take it.

        A block must not await anything: other tasks of the thread would write into the same transaction. Within a
        block, another joins it.
        """
        with self._lock:
            if self._open:
                assert self._durable or not durable, "a durable transaction within one that is not"
                yield
                return
            try:
                self._begin(durable)
                yield
                self._execute("COMMIT")
                if self.trouble is not None:
                    self._unwritten.extend(self._statements)
            except BaseException:
                roll_back(self._used)
                raise
            finally:
                self._open = self._durable = False
                self._statements = []
                if durable and self.trouble is None:
                    self._used.execute("PRAGMA synchronous=NORMAL")

    def probe(self) -> None:
        """Find out whether the file can be written, even if there is nothing to write."""
        with self._lock:
            self._notice_other_file()
            self._mend()
            if self.trouble is None:
                self._execute("BEGIN IMMEDIATE")
                roll_back(self._used)

    def _begin(self, durable: bool) -> None:
        self._notice_other_file()
        self._mend(at_once=durable)
        if durable and self.trouble is not None:
            raise sqlite3.OperationalError(self.trouble)
        self._durable = durable
        if durable:
            self._execute("PRAGMA synchronous=FULL")  # not possible within a transaction
        self._execute("BEGIN")
        self._open = True

    def _execute(self, sql: str, values: tuple[object, ...] = ()) -> tuple[Rows, int]:
        """Carry out a statement in the file, or else in memory. Return the rows found, and how many were changed."""
        try:
            found = self._used.execute(sql, values)
            return found.fetchall(), found.rowcount
        except sqlite3.Error as error:
            if self.trouble is not None:
                raise
            self._fail(error)
        return self._execute(sql, values)

    def _fail(self, error: Exception) -> None:
        """Go on in memory with what the file held and with the open transaction.

        Raises the error if it is the statement that is wrong, or if the transaction is a durable one.
        """
        if isinstance(error, WRONG):
            raise error
        file = self._used
        roll_back(file)
        self._go_on_in_memory(rows_in(file), error)
        file.close()
        if self._durable:
            raise error
        if self._open:
            self._used.execute("BEGIN")
            for sql, values in self._statements:
                self._used.execute(sql, values)

    def _go_on_in_memory(self, rows: dict[str, Rows], error: Exception) -> None:
        self._used = in_memory(rows)
        self.trouble = str(error)
        self._next_try = time.monotonic() + PATIENCE
        log.warning(
            "The data folder %s cannot be written or read (%s). I answer on, and keep what is new in memory until it "
            "can. Look after the folder: room on the disk, my right to write there, another program that uses %s, or a "
            "copy to put in its place.",
            self._folder,
            error,
            NAME,
        )

    def _mend(self, *, at_once: bool = False) -> None:
        """Go on in the file, if it takes what it lacks. `at_once`: whether to try though it has just failed."""
        if self.trouble is None or (time.monotonic() < self._next_try and not at_once):
            return
        self._next_try = time.monotonic() + PATIENCE
        try:
            fresh = _opened(self._folder, patience=0.0)
            lost = bring_over(self._used, self._unwritten, fresh)
        except (DataFolderError, sqlite3.Error):
            return
        spare = self._used
        self._take(fresh)
        spare.close()
        is_whole = not lost and len(self._unwritten) < UNWRITTEN
        self._unwritten.clear()
        for error in lost:
            log.error("A change in the data folder is lost: %s", error)
        log.info("The data folder can be written again%s.", ", and nothing is lost" if is_whole else "")

    def _take(self, file: sqlite3.Connection) -> None:
        """Use a file from now on."""
        file.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        self._used, self._identity = file, _identity(self._folder / NAME)
        self.trouble = None

    def _notice_other_file(self) -> None:
        """Notice that the file was removed or replaced: SQLite would go on with the old one, which nobody sees."""
        if self.trouble is not None or _identity(self._folder / NAME) == self._identity:
            return
        with suppress(sqlite3.Error):  # nothing may stay in the write-ahead log: it would be taken for the new file's
            self._used.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._fail(OSError(f"{NAME} was removed or replaced"))
        self._mend(at_once=True)


def to_read(folder: Path) -> closing[sqlite3.Connection]:
    """Open the file in a folder for reading alone, as a context manager. Raises sqlite3.Error."""
    return closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True))


def _opened(folder: Path, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open or make the file in a folder, in this version's schema. Raises DataFolderError.

    `patience`: seconds to wait for another program's lock. What is deleted is overwritten (secure_delete).
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = sqlite3.connect(folder / NAME, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _prepare(file, folder)
        except BaseException:
            file.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be used: {error}. Set DATA_PATH to a folder that I may write to."
        ) from error
    return file


def _prepare(file: sqlite3.Connection, folder: Path) -> None:
    if schema.version(file) > len(schema.STEPS):
        raise DataFolderError(
            f"The data folder {folder} was written by a newer version of me. "  # noqa: S608 - no SQL
            "Update me, or set DATA_PATH to another folder."
        )
    file.executescript(
        f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA cache_size=-{CACHE};"
    )
    schema.upgrade(file)


def _readable_rows(folder: Path) -> dict[str, Rows]:
    """Return all rows that can be read in a folder's file, by table, if it cannot be opened for writing."""
    with suppress(sqlite3.Error), to_read(folder) as file:
        return rows_in(file)
    return {}


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that takes its place; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
