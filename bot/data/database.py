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
    """The data folder cannot be used."""

    exit_code = 2

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used: {error}. Set DATA_PATH to a folder that I may write to."
        )


class NewerDataError(DataFolderError):
    """A newer version of the bot wrote the database."""

    def __init__(self, folder: Path) -> None:
        BotError.__init__(
            self,
            f"The data folder {folder} was written by a newer version of me. "  # noqa: S608 - no SQL
            "Update me, or set DATA_PATH to another folder.",
        )


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
        self._file: sqlite3.Connection | None = None  # None while it is in trouble: then there is a spare one
        self._spare: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        try:
            self._take(_opened(folder))
        except DataFolderError as error:
            if not isinstance(error.__cause__, sqlite3.Error) or not (folder / NAME).is_file():
                raise
            self._fail(error.__cause__)

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
            for each in (self._file, self._spare):
                if each is not None:
                    each.close()

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
                self._commit()
            except BaseException:
                roll_back(self._file, self._spare)
                raise
            finally:
                self._open = self._durable = False
                self._statements = []
                if durable and self._file is not None:
                    self._file.execute("PRAGMA synchronous=NORMAL")

    def probe(self) -> None:
        """Find out whether the file can be written, even if there is nothing to write."""
        with self._lock:
            self._notice_other_file()
            self._mend()
            if self._file is not None:
                self._execute("BEGIN IMMEDIATE", ())
                roll_back(self._file, self._spare)

    def _begin(self, durable: bool) -> None:
        self._notice_other_file()
        self._mend(at_once=durable)
        if durable and self._file is None:
            raise sqlite3.OperationalError(self.trouble)
        self._durable = durable
        if durable:
            self._execute("PRAGMA synchronous=FULL", ())  # not possible within a transaction
        self._execute("BEGIN", ())
        self._open = True

    def _commit(self) -> None:
        self._execute("COMMIT", ())
        if self._file is None:
            self._unwritten.extend(self._statements)

    def _execute(self, sql: str, values: tuple[object, ...]) -> tuple[Rows, int]:
        """Carry out a statement in the file, or else in memory. Return the rows found, and how many were changed."""
        if self._file is not None:
            try:
                found = self._file.execute(sql, values)
                return found.fetchall(), found.rowcount
            except sqlite3.Error as error:
                self._fail(error)
        assert self._spare is not None
        found = self._spare.execute(sql, values)
        return found.fetchall(), found.rowcount

    def _fail(self, error: Exception) -> None:
        """Go on in memory with what the file held and with the open transaction.

        Raises the error if it is the statement that is wrong, or if the transaction is a durable one.
        """
        if isinstance(error, WRONG):
            raise error
        roll_back(self._file)
        self._spare = in_memory(rows_in(self._file) if self._file is not None else _rows_of(self._folder))
        if self._file is not None:
            self._file.close()
            self._file = None
        self._note_trouble(error)
        if self._durable:
            raise error
        if self._open:
            self._spare.execute("BEGIN")
            for sql, values in self._statements:
                self._spare.execute(sql, values)

    def _note_trouble(self, error: Exception) -> None:
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
        if self._spare is None or (time.monotonic() < self._next_try and not at_once):
            return
        self._next_try = time.monotonic() + PATIENCE
        try:
            fresh = _opened(self._folder, patience=0.0)
        except DataFolderError:
            return
        try:
            lost = bring_over(self._spare, self._unwritten, fresh)
        except sqlite3.Error:
            fresh.close()
            return
        self._take(fresh)
        is_whole = not lost and len(self._unwritten) < UNWRITTEN
        self._spare.close()
        self._spare = self.trouble = None
        self._unwritten.clear()
        for error in lost:
            log.error("A change in the data folder is lost: %s", error)
        log.info("The data folder can be written again%s.", ", and nothing is lost" if is_whole else "")

    def _take(self, file: sqlite3.Connection) -> None:
        """Use a file from now on."""
        file.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        self._file, self._identity = file, _identity(self._folder / NAME)

    def _notice_other_file(self) -> None:
        """Notice that the file was removed or replaced: SQLite would go on with the old one, which nobody sees."""
        if self._file is None or _identity(self._folder / NAME) == self._identity:
            return
        with suppress(sqlite3.Error):  # nothing may stay in the write-ahead log: it would be taken for the new file's
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._fail(OSError(f"{NAME} was removed or replaced"))
        self._mend(at_once=True)


def _opened(folder: Path, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open or make the file in a folder, in this version's schema. Raises DataFolderError.

    `patience`: seconds to wait for another program's lock. What is deleted is overwritten (secure_delete).
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = sqlite3.connect(folder / NAME, timeout=patience, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(folder, error) from error
    try:
        schema.refuse_newer(file)
        file.executescript(
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON; PRAGMA cache_size=-{CACHE};"
        )
        schema.upgrade(file)
    except schema.NewerVersionError as error:
        file.close()
        raise NewerDataError(folder) from error
    except sqlite3.Error as error:
        file.close()
        raise DataFolderError(folder, error) from error
    return file


def _rows_of(folder: Path) -> dict[str, Rows]:
    """Return all rows that can be read in a folder's file, by table, if it cannot be opened for writing."""
    try:
        with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True, timeout=0.0)) as file:
            return rows_in(file)
    except sqlite3.Error:
        return {}


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that takes its place; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
