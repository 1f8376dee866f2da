"""The data folder's SQLite database, and how the bot goes on where its file cannot be read or written."""

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Self

from bot.errors import BotError

log = logging.getLogger(__name__)

NAME: Final = "bot.sqlite3"
MOMENT: Final = 0.05  # seconds for which something that is written may wait for more
UNWRITTEN: Final = 100_000  # statements that are kept in memory while the file takes none; the oldest go first


class DataFolderError(BotError):
    """The data folder cannot be used."""

    exit_code = 2

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(
            f"The data folder {folder} cannot be used: {error}. Set DATA_PATH to a folder that I may write to."
        )


PATIENCE: Final = 1.0  # seconds to wait for another connection that writes, once: members wait as long
# What says that it is the statement, or a value in it, and not the file.
_WRONG: Final = (sqlite3.IntegrityError, sqlite3.ProgrammingError, ValueError, OverflowError)
CACHE: Final = 256  # KiB of the file that are kept in memory: enough for what the last hours brought
_PROBED: Final = "CREATE TABLE IF NOT EXISTS probed (one INTEGER);"  # always empty


def opened(
    folder: Path, schema: str, *, durable: bool = False, threads: bool = False, patience: float = PATIENCE
) -> sqlite3.Connection:
    """The database in a folder, with the tables of `schema`. Each statement is a transaction of its own.

    `durable`: whether what is written survives a power failure; `threads`: whether it is used in several, by one after
    the other; `patience`: seconds to wait for others that write. What is deleted is overwritten. Raises
    DataFolderError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(folder / NAME, timeout=patience, isolation_level=None, check_same_thread=not threads)
    except (OSError, sqlite3.Error) as error:
        raise DataFolderError(folder, error) from error
    try:
        synchronous = "FULL" if durable else "NORMAL"
        database.executescript(
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA secure_delete=ON; "
            f"PRAGMA cache_size=-{CACHE}; {_PROBED} {schema}"
        )
    except sqlite3.Error as error:
        database.close()
        raise DataFolderError(folder, error) from error
    return database


def is_damaged(folder: Path, error: DataFolderError) -> bool:
    """Whether the folder can be used, and it is the database in it that is locked, read-only or corrupt."""
    return isinstance(error.__cause__, sqlite3.Error) and (folder / NAME).is_file()


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the database's file is corrupt, so that only another one could help."""
    code = getattr(error, "sqlite_errorcode", 0)  # none where it is Python that objects
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """A database that goes on working while its file does not.

    What need not be in the file at once can be put off for a moment, and is then written with all else that was, in one
    transaction: that is what takes time (SQLite, "FAQ", 19). What is written while the file is locked, read-only,
    corrupt or gone is kept in memory, and brought to the file when that takes it again. What the file held before stays
    there, and is read as long as it can be. Not for several threads.
    """

    def __init__(
        self, folder: Path, schema: str, later: Callable[[float, Callable[[], None]], object] | None = None
    ) -> None:
        """`schema`: statements that make the tables that are not there yet; `later`: has something done after some
        seconds, without which nothing is put off. Raises DataFolderError where the folder cannot be used at all.
        """
        self.trouble: str | None = None  # what is wrong with the file
        self._folder, self._schema, self._later = folder, schema, later
        self._put_off: dict[object, tuple[str, tuple[object, ...]]] = {}  # by what they are about
        self._unwritten: deque[tuple[str, tuple[object, ...]]] = deque(maxlen=UNWRITTEN)
        self._spare = self._in_memory()
        self._next_try = 0.0
        self._file: sqlite3.Connection | None = None
        try:
            self._file = opened(folder, schema)
        except DataFolderError as error:
            if not is_damaged(folder, error):
                self._spare.close()
                raise
            self._fail(error.__cause__ or error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Bring to the file what it lacks, if it takes it, and close it."""
        self.flush()
        self._next_try = 0.0
        self._mend()
        if self._unwritten:
            log.warning("%d changes in the data folder are lost: %s", len(self._unwritten), self.trouble)
        self._spare.close()
        if self._file is not None:
            self._file.close()

    def write(self, statement: str, values: tuple[object, ...] = ()) -> int:
        """Carry out a statement that changes something; how many rows it changed."""
        self.flush()
        if self._mend() and self._file is not None:
            try:
                return self._file.execute(statement, values).rowcount
            except sqlite3.DatabaseError as error:
                self._fail(error)
        return self._keep(statement, values)

    def write_soon(self, statement: str, values: tuple[object, ...], about: object = None) -> None:
        """Carry out a statement that changes something within a MOMENT, and before anything else is written or read.

        Whoever kills the process in between takes it back. `about`: what it is about, where it says all that there is
        to say of that: then it is carried out in place of another about the same that was put off, where that stood.
        """
        if self._later is None:
            self.write(statement, values)
            return
        if not self._put_off:
            self._later(MOMENT, self.flush)
        self._put_off[object() if about is None else about] = statement, values

    def flush(self) -> None:
        """Carry out what was put off: all of it, or nothing."""
        if not self._put_off:
            return
        statements, self._put_off = list(self._put_off.values()), {}
        if self._mend() and self._file is not None:
            try:
                _carry_out(self._file, statements)
            except _WRONG:
                self._carry_out_others(statements)
                return
            except sqlite3.DatabaseError as error:
                self._fail(error)
            else:
                return
        for statement, values in statements:
            self._keep(statement, values)

    def _carry_out_others(self, statements: Iterable[tuple[str, tuple[object, ...]]]) -> None:
        """Carry out statements one by one, and leave out what is wrong: whoever put it off is not there any more."""
        for statement, values in statements:
            try:
                self.write(statement, values)
            except _WRONG as error:
                log.error("A change in the data folder is lost: %s", error)  # noqa: TRY400

    def read(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query finds; those that the file lacks come first."""
        self.flush()
        self._mend()
        found = self._spare.execute(statement, values).fetchall() if self.trouble else []
        if self._file is not None:
            try:
                found += self._file.execute(statement, values).fetchall()
            except sqlite3.DatabaseError as error:
                self._fail(error)
        return found

    def probe(self) -> None:
        """Find out whether the file takes anything, though there may be nothing to write."""
        if self._mend():
            self.write("DELETE FROM probed")

    def _keep(self, statement: str, values: tuple[object, ...]) -> int:
        """Carry out a statement in memory, and in the file when that takes it again."""
        self._unwritten.append((statement, values))
        return self._spare.execute(statement, values).rowcount

    def _in_memory(self) -> sqlite3.Connection:
        spare = sqlite3.connect(":memory:", isolation_level=None)
        spare.executescript(_PROBED + self._schema)
        return spare

    def _fail(self, error: BaseException) -> None:
        """Note that the file does not do what it should, unless it is the statement that is wrong."""
        if isinstance(error, _WRONG):
            raise error
        if self.trouble is None:
            self.trouble = str(error)
            log.warning(
                "The data folder %s cannot be written or read (%s). I answer on, and keep what is new in memory until "
                "it can. Look after the folder: room on the disk, my right to write there, another program that uses "
                "%s, or a copy to put in its place.",
                self._folder,
                error,
                NAME,
            )
        self._next_try = time.monotonic() + PATIENCE

    def _mend(self) -> bool:
        """Whether the file takes what is written, after it was given what it lacks."""
        if self.trouble is None:
            return True
        if time.monotonic() < self._next_try:
            return False
        try:
            self._open_again()
            self._bring_to_file()
        except (DataFolderError, sqlite3.Error):
            self._next_try = time.monotonic() + PATIENCE
            return False
        log.info("The data folder can be written again, and nothing is lost.")
        self.trouble = None
        self._unwritten.clear()
        self._spare.close()
        self._spare = self._in_memory()
        return True

    def _open_again(self) -> None:
        """Open what is there now: another file may have taken the place of a broken one."""
        fresh = opened(self._folder, self._schema, patience=0.0)
        if self._file is not None:
            self._file.close()
        self._file = fresh

    def _bring_to_file(self) -> None:
        assert self._file is not None
        _carry_out(self._file, self._unwritten)
        self._file.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")


def _carry_out(file: sqlite3.Connection, statements: Iterable[tuple[str, tuple[object, ...]]]) -> None:
    """Carry out statements in one transaction."""
    file.execute("BEGIN IMMEDIATE")
    try:
        for statement, values in statements:
            file.execute(statement, values)
        file.execute("COMMIT")
    except BaseException:
        if file.in_transaction:
            file.execute("ROLLBACK")
        raise
