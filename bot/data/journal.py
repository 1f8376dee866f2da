"""What curators do, in the data folder's SQLite: every change of the FAQ file, and drafts that are not saved yet."""

import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from bot.data import database
from bot.content.diff import Hunk
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry
from bot.errors import BotError
from bot.data.database import DataFolderError

log = logging.getLogger(__name__)

DRAFTS_KEPT: Final = 7 * 86_400  # seconds after which a draft that nobody saved is forgotten

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who INTEGER, what TEXT NOT NULL, undoes INTEGER,
        hunks TEXT NOT NULL, leads_to TEXT NOT NULL, done INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS touched (entry TEXT, change INTEGER, PRIMARY KEY (entry, change)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS drafts (
        number INTEGER PRIMARY KEY, version INTEGER NOT NULL, at REAL NOT NULL, who INTEGER NOT NULL, edit TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS noted (one INTEGER PRIMARY KEY CHECK (one = 1), data BLOB NOT NULL);
"""


class JournalError(BotError):
    """The journal cannot be read or written."""

    exit_code = 1

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"My journal cannot be read or written ({error}). Whoever runs me looks after the data folder (room on the "
            "disk? may I write there?); then try again."
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the FAQ file."""

    number: int
    at: float  # seconds since 1970
    who: int | None  # id of the curator; None where it was made in the file itself
    what: str  # such as `edited sciatica`
    hunks: tuple[Hunk, ...]
    undoes: int | None = None  # the number of the change that it took back


@dataclass(frozen=True, slots=True)
class Draft:
    """What a curator has not saved yet."""

    number: int
    who: int
    edit: Edit
    version: int = 1  # one more whenever it becomes something else


class Journal:
    """Changes and drafts. Use as a context manager, or `close` it. Its methods may be called in any thread.

    Each raises JournalError where the database does not do what it should, but those that keep and forget drafts: these
    are kept in memory then.
    """

    def __init__(self, folder: Path) -> None:
        """Raises DataFolderError where the folder cannot be used at all. A database in it that is locked, read-only or
        corrupt is tried again at each use.
        """
        self._folder = folder
        self._database: sqlite3.Connection | None = None
        try:
            self._database = self._opened()
        except DataFolderError as error:
            if not database.is_damaged(folder, error):
                raise
        self._lock = threading.Lock()
        self._unwritten: dict[int, Draft] = {}  # drafts that the database did not take

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database, when whoever uses it has finished."""
        with self._lock:
            if self._database is not None:
                self._database.close()

    def _opened(self) -> sqlite3.Connection:
        return database.opened(self._folder, _SCHEMA, durable=True, threads=True)

    # Changes. One that is begun counts only when it is done, or when the file is found to be what it leads to.

    def begin(
        self,
        now: float,
        who: int | None,
        what: str,
        hunks: Sequence[Hunk],
        after: bytes,
        *,
        entries: Iterable[str] = (),
        undoes: int | None = None,
    ) -> Change:
        """Note a change that is about to be made, after which the file has the bytes `after`.

        `entries`: ids of those that it is about; `undoes`: the number of a change that it takes back.
        """
        packed = json.dumps([astuple(hunk) for hunk in hunks], ensure_ascii=False)
        with self._transaction() as database:
            made = database.execute(
                "INSERT INTO changes (at, who, what, undoes, hunks, leads_to, done) VALUES (?, ?, ?, ?, ?, ?, 0)",
                (now, who, what, undoes, packed, _hash(after)),
            )
            number = made.lastrowid
            assert number is not None
            database.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", [(each, number) for each in entries])
        return Change(number, now, who, what, tuple(hunks), undoes)

    def finish(self, change: Change, after: bytes) -> None:
        """Note that a change was made, and the file with it."""
        with self._transaction() as database:
            database.execute("UPDATE changes SET done = 1 WHERE number = ?", (change.number,))
            database.execute("INSERT OR REPLACE INTO noted VALUES (1, ?)", (after,))

    def drop(self, change: Change) -> None:
        """Forget a change that was not made."""
        with self._transaction() as database:
            database.execute("DELETE FROM changes WHERE number = ? AND NOT done", (change.number,))

    def settle(self, data: bytes) -> None:
        """Decide about changes that were begun and neither finished nor dropped, by what the file says now."""
        with self._transaction() as database:
            made = database.execute("UPDATE changes SET done = 1 WHERE NOT done AND leads_to = ?", (_hash(data),))
            if made.rowcount:
                database.execute("INSERT OR REPLACE INTO noted VALUES (1, ?)", (data,))
            database.execute("DELETE FROM changes WHERE NOT done")

    def note(self, data: bytes) -> None:
        """Note a file that no change led to: the first."""
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO noted VALUES (1, ?)", (data,))

    def noted(self) -> bytes | None:
        """The file that the last change led to; None where there is none yet."""
        with self._transaction() as database:
            found = database.execute("SELECT data FROM noted").fetchone()
        return found[0] if found else None

    def changes(self, most: int, *, before: int | None = None, entry: str | None = None) -> list[Change]:
        """The last changes, the newest first: of one entry, before a number, where these are given."""
        with self._transaction() as database:
            found = database.execute(
                f"SELECT {_COLUMNS} FROM changes WHERE done AND (? IS NULL OR number < ?) AND (? IS NULL OR EXISTS"  # noqa: S608
                " (SELECT 1 FROM touched WHERE entry = ? AND change = number)) ORDER BY number DESC LIMIT ?",
                (before, before, entry, entry, most),
            ).fetchall()
        return [_change(row) for row in found]

    def change(self, number: int) -> Change | None:
        """The change with a number."""
        with self._transaction() as database:
            found = database.execute(f"SELECT {_COLUMNS} FROM changes WHERE done AND number = ?", (number,)).fetchone()  # noqa: S608
        return _change(found) if found else None

    def last_in_force(self) -> Change | None:
        """The last change that took none back, and was not taken back itself."""
        undone: set[int] = set()
        for change in self.changes(1_000):
            if change.number in undone:
                continue
            if change.undoes is None:
                return change
            undone.add(change.undoes)
        return None

    def entries(self) -> set[str]:
        """The ids of all entries that changes were about."""
        with self._transaction() as database:
            found = database.execute("SELECT DISTINCT entry FROM touched").fetchall()
        return {row[0] for row in found}

    # Drafts.

    def draft(self, now: float, who: int, edit: Edit) -> Draft:
        """Keep a new draft."""
        draft = Draft(secrets.randbelow(10**15) + 1, who, edit)
        self._keep(now, draft)
        return draft

    def redraft(self, now: float, draft: Draft, edit: Edit) -> Draft:
        """Keep what a draft has become."""
        changed = Draft(draft.number, draft.who, edit, draft.version + 1)
        self._keep(now, changed)
        return changed

    def drafted(self, number: int) -> Draft | None:
        """The draft with a number, unless it was saved, discarded or forgotten."""
        if number in self._unwritten:
            return self._unwritten[number]
        with self._transaction() as database:
            found = database.execute(
                "SELECT number, who, edit, version FROM drafts WHERE number = ?", (number,)
            ).fetchone()
        return _draft(found) if found else None

    def drafts(self, who: int, most: int) -> list[Draft]:
        """A curator's drafts, the newest first."""
        with self._transaction() as database:
            found = database.execute(
                "SELECT number, who, edit, version FROM drafts WHERE who = ? ORDER BY at DESC LIMIT ?", (who, most)
            ).fetchall()
        return [draft for draft in self._unwritten.values() if draft.who == who] + [_draft(row) for row in found]

    def discard(self, draft: Draft) -> None:
        """Forget a draft. Where the database cannot yet, it does after a week."""
        self._unwritten.pop(draft.number, None)
        try:
            with self._transaction() as database:
                database.execute("DELETE FROM drafts WHERE number = ?", (draft.number,))
        except JournalError as error:
            log.warning("A draft is forgotten later: %s", error)

    def _keep(self, now: float, draft: Draft) -> None:
        try:
            with self._transaction() as database:
                database.execute("DELETE FROM drafts WHERE at < ?", (now - DRAFTS_KEPT,))
                database.execute(
                    "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
                    (draft.number, draft.version, now, draft.who, _packed(draft.edit)),
                )
            self._unwritten.pop(draft.number, None)
        except JournalError as error:  # what was typed must not be lost for it
            log.warning("A draft is kept in memory alone: %s", error)
            self._unwritten[draft.number] = draft

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """The database, for all or none of what is done with it. What it refuses is a sentence for curators."""
        with self._lock:
            try:
                if self._database is None:
                    self._database = self._opened()
                self._database.execute("BEGIN")
                try:
                    yield self._database
                    self._database.execute("COMMIT")
                except BaseException:
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    raise
            except DataFolderError as error:
                raise JournalError(error.__cause__ or error) from error
            except sqlite3.Error as error:
                if database.is_broken(error) and self._database is not None:  # a good one may take its place
                    self._database.close()
                    self._database = None
                raise JournalError(error) from error


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


_COLUMNS: Final = "number, at, who, what, hunks, undoes"


def _change(row: Sequence[Any]) -> Change:
    number, at, who, what, packed, undoes = row
    return Change(number, at, who, what, tuple(Hunk(*fields) for fields in json.loads(packed)), undoes)


def _draft(row: Sequence[Any]) -> Draft:
    number, who, packed, version = row
    return Draft(number, who, _unpacked(packed), version)


_KINDS: Final[dict[str, type[Any]]] = {
    each.__name__: each for each in (Addition, Revision, Removal, OffTopicLines, Undoing, Import)
}


def _packed(edit: Edit) -> str:
    return json.dumps([type(edit).__name__, asdict(edit)], default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _unpacked(text: str) -> Edit:
    name, fields = json.loads(text)
    made: Edit = _KINDS[name](**{key: _UNPACK.get(key, _same)(value) for key, value in fields.items()})
    return made


def _same(value: Any) -> Any:
    return value


def _entry(fields: dict[str, Any]) -> Entry:
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    reviewed = fields["reviewed"] and date.fromisoformat(fields["reviewed"])
    return Entry(**{**fields, **lists, "reviewed": reviewed})


_UNPACK: Final[dict[str, Any]] = {
    "entry": _entry,
    "found": _entry,
    "wanted": _entry,
    "hunks": lambda found: tuple(Hunk(**fields) for fields in found),
    "texts": tuple,
    "data": lambda text: text.encode("utf-8", "surrogateescape"),
}
