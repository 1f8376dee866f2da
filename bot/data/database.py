"""The one connection to the data folder's SQLite database, which goes on in memory while the file is out of order."""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from sqlite3 import DataError, IntegrityError, InterfaceError, ProgrammingError
from typing import Any, Final, Self, TypeAlias

from bot.data import schema
from bot.errors import BotError

log = logging.getLogger(__name__)

Statement: TypeAlias = tuple[str, tuple[object, ...]]  # in SQL, with its values
Rows: TypeAlias = list[tuple[Any, ...]]

# Errors that are about a statement or its values, and not about the file.
_WRONG: Final = (IntegrityError, ProgrammingError, DataError, InterfaceError, ValueError, OverflowError)

NAME: Final = "bot.sqlite3"
PATIENCE: Final = 1.0  # seconds to wait for another program's lock, and between two tries to write again
UNWRITTEN: Final = 100_000  # statements kept in memory while the file takes none; the oldest are dropped first
CACHE: Final = 256  # KiB of the file kept in memory: enough for what the last hours brought
_TROUBLE: Final = (
    "The data folder %s cannot be written or read (%s). I answer on, and keep what is new in memory until it can. "
    "Look after the folder: room on the disk, my right to write there, another program that uses %s, or a copy to put "
    "in its place."
)


class DataFolderError(BotError):
    """The data folder cannot be used, or a newer version of the bot wrote it."""


class Database:
    """The database of a data folder. Its methods may be called in any thread; a lock lets in one at a time.

    While the file is locked, read-only, corrupt or gone, a copy in memory takes its place. What is written meanwhile is
    carried out there, and again in the file as soon as that takes it.
    """

    def __init__(self, folder: Path) -> None:
        """Open or make the database, and bring it to this version's schema. Raises DataFolderError."""
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
        except (OSError, sqlite3.Error) as error:
            if isinstance(error, OSError) or not (folder / NAME).is_file():
                cannot = f"The data folder {folder} cannot be used: {error}."
                raise DataFolderError(f"{cannot} Set DATA_PATH to a folder that I may write to.") from error
            rows: Mapping[str, Rows] = {}
            with suppress(sqlite3.Error), to_read(folder) as file:
                rows = _rows_in(file)
            self._go_on_in_memory(rows, error)

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
        """Carry out a statement, as a transaction or part of this thread's, and return how many rows it changed."""
        with self.transaction():
            _, changed = self._execute(sql, values)
            self._statements.append((sql, values))
        return changed

    def read(self, sql: str, values: tuple[object, ...] = ()) -> Rows:
        """Return the rows that a query finds."""
        with self._lock:
            if not self._open:
                self._mend()
            return self._execute(sql, values)[0]

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """Make all that is written within the block one transaction: all of it is carried out, or nothing.

        `durable`: whether it must be on the disk when the block ends, so that it survives a power failure. Such a
        transaction is never kept in memory: it raises sqlite3.Error if the file does not take it. A block within
        another joins it. It must not await anything: other tasks of the thread would write into the same transaction.
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
                _roll_back(self._used)
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
                _roll_back(self._used)

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
        """Go on in memory. Raises the error if the statement is wrong, or if the open transaction is a durable one."""
        if isinstance(error, _WRONG):
            raise error
        file = self._used
        _roll_back(file)
        self._go_on_in_memory(_rows_in(file), error)
        file.close()
        if self._durable:
            raise error
        if self._open:
            self._used.execute("BEGIN")
            for sql, values in self._statements:
                self._used.execute(sql, values)

    def _go_on_in_memory(self, rows: Mapping[str, Rows], error: Exception) -> None:
        self._used = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._used.execute(
            "PRAGMA temp_store = MEMORY"
        )  # large queries use files otherwise, on what may be a full disk
        schema.upgrade(self._used)
        _insert(self._used, rows)
        self.trouble = str(error)
        self._next_try = time.monotonic() + PATIENCE
        log.warning(_TROUBLE, self._folder, error, NAME)

    def _mend(self, *, at_once: bool = False) -> None:
        """Go on in the file, if it takes what it lacks. `at_once`: whether to try though it has just failed."""
        if self.trouble is None or (time.monotonic() < self._next_try and not at_once):
            return
        self._next_try = time.monotonic() + PATIENCE
        try:
            fresh = _opened(self._folder, patience=0.0)
            lost = _bring_over(self._used, self._unwritten, fresh)
        except (DataFolderError, OSError, sqlite3.Error):
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
    """Open or make the file in a folder, in this version's schema. Raises OSError, sqlite3.Error or DataFolderError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = sqlite3.connect(folder / NAME, timeout=patience, isolation_level=None, check_same_thread=False)
    with ExitStack() as if_it_fails:
        if_it_fails.callback(file.close)
        if schema.version(file) > len(schema.STEPS):
            newer = f"The data folder {folder} was written by a newer version of me."
            raise DataFolderError(f"{newer} Update me, or set DATA_PATH to another folder.")  # noqa: S608 - no SQL
        for setting in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", f"cache_size=-{CACHE}"):
            file.execute(f"PRAGMA {setting}").fetchall()
        schema.upgrade(file)
        if_it_fails.pop_all()
    return file


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that takes its place; None if there is none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _rows_in(database: sqlite3.Connection) -> dict[str, Rows]:
    """Return all rows that can be read in a database, by table: none of a locked one, or of another version's."""
    found: dict[str, Rows] = {}
    with suppress(sqlite3.Error):
        database.execute("PRAGMA busy_timeout = 0")
        database.execute("BEGIN")  # so that all rows are those of one moment
        if schema.version(database) == len(schema.STEPS):
            for table in schema.tables(database):
                with suppress(sqlite3.Error):  # a corrupt file can have tables that are sound
                    found[table] = database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
    _roll_back(database)
    return found


def _bring_over(spare: sqlite3.Connection, unwritten: Iterable[Statement], file: sqlite3.Connection) -> list[Exception]:
    """Bring a file up to date in one transaction: by the statements that it did not take, or if it has no rows, by all
    rows of the spare database. Return the errors of statements that are wrong by themselves, which are left out.

    Closes the file and raises sqlite3.Error if it does not take the rest, or if it is corrupt.
    """
    lost: list[Exception] = []
    try:
        file.execute("BEGIN IMMEDIATE")
        schema.refuse_damaged(file)
        if any(file.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall() for table in schema.tables(file)):  # noqa: S608
            for sql, values in unwritten:
                try:
                    file.execute(sql, values)
                except _WRONG as error:
                    lost.append(error)
        else:
            _insert(file, _rows_in(spare))
        file.execute("COMMIT")
    except BaseException:
        file.close()  # which takes back what was not committed
        raise
    return lost


def _roll_back(database: sqlite3.Connection) -> None:
    """Take back the transaction that is open, if any: SQLite has taken back some by itself."""
    with suppress(sqlite3.Error):
        database.rollback()


def _insert(database: sqlite3.Connection, rows: Mapping[str, Rows]) -> None:
    for table in schema.tables(database):
        if found := rows.get(table):
            marks = ", ".join("?" * len(found[0]))
            database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", found)  # noqa: S608
