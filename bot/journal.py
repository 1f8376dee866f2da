"""What curators do, in the data folder's SQLite: every change of the FAQ file, and drafts that are not saved yet."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from bot import database
from bot.core.changes import Hunk
from bot.core.editing import Addition, Edit, Import, OffTopicLine, Removal, Revision, Undoing
from bot.core.model import Entry
from bot.core.problems import BotError

DRAFTS_KEPT: Final = 7 * 86_400  # seconds after which a draft that nobody saved is forgotten

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who INTEGER, what TEXT NOT NULL, entry TEXT,
        hunks TEXT NOT NULL, leads_to TEXT NOT NULL, done INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS of_entry ON changes (entry, number);
    CREATE TABLE IF NOT EXISTS drafts (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who INTEGER NOT NULL, edit TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS served (one INTEGER PRIMARY KEY CHECK (one = 1), data BLOB NOT NULL);
"""


class JournalError(BotError):
    """The journal cannot be written, so nothing is changed."""

    exit_code = 1

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"My journal cannot be written ({error}), so nothing was changed. Whoever runs me looks after the data "
            "folder (room on the disk? may I write there?); then try again."
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the FAQ file."""

    number: int
    at: float  # seconds since 1970
    who: int | None  # id of the curator; None where it was made in the file itself
    what: str  # such as `edited sciatica`
    entry: str | None  # id of the one entry that it was about, where it was one
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a curator has not saved yet."""

    number: int
    who: int
    edit: Edit


class Journal:
    """Changes and drafts. Use as a context manager, or `close` it."""

    def __init__(self, folder: Path) -> None:
        """Raises DataFolderError where the folder or its database cannot be made or read."""
        self._database = database.opened(folder, _SCHEMA, durable=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    # Changes. One that is begun counts only when it is done, or when the file is found to be what it leads to.

    def begin(
        self, now: float, who: int | None, what: str, entry: str | None, hunks: Sequence[Hunk], after: bytes
    ) -> Change:
        """Note a change that is about to be made, after which the file has the bytes `after`. Raises JournalError."""
        packed = json.dumps([astuple(hunk) for hunk in hunks], ensure_ascii=False)
        with _sentence():
            made = self._database.execute(
                "INSERT INTO changes (at, who, what, entry, hunks, leads_to, done) VALUES (?, ?, ?, ?, ?, ?, 0)",
                (now, who, what, entry, packed, _hash(after)),
            )
        assert made.lastrowid is not None
        return Change(made.lastrowid, now, who, what, entry, tuple(hunks))

    def finish(self, change: Change, after: bytes) -> None:
        """Note that a change was made. Raises JournalError."""
        with _sentence():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.execute("UPDATE changes SET done = 1 WHERE number = ?", (change.number,))
                self._database.execute("INSERT OR REPLACE INTO served VALUES (1, ?)", (after,))
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def drop(self, change: Change) -> None:
        """Forget a change that was not made. Raises JournalError."""
        with _sentence():
            self._database.execute("DELETE FROM changes WHERE number = ? AND NOT done", (change.number,))

    def settle(self, data: bytes) -> None:
        """Decide about changes that were begun and neither finished nor dropped, by what the file says now."""
        with _sentence():
            made = self._database.execute("UPDATE changes SET done = 1 WHERE NOT done AND leads_to = ?", (_hash(data),))
            self._database.execute("DELETE FROM changes WHERE NOT done")
        if made.rowcount:
            self.serve(data)

    def serve(self, data: bytes) -> None:
        """Note which file the bot answers from. Raises JournalError."""
        with _sentence():
            self._database.execute("INSERT OR REPLACE INTO served VALUES (1, ?)", (data,))

    def served(self) -> bytes | None:
        """The file that the bot answered from last; None where it never did."""
        found = self._database.execute("SELECT data FROM served").fetchone()
        return found[0] if found else None

    def changes(self, most: int, *, before: int | None = None, entry: str | None = None) -> list[Change]:
        """The last changes, the newest first: of one entry, before a number, where these are given."""
        found = self._database.execute(
            "SELECT number, at, who, what, entry, hunks FROM changes WHERE done AND (? IS NULL OR number < ?)"
            " AND (? IS NULL OR entry = ?) ORDER BY number DESC LIMIT ?",
            (before, before, entry, entry, most),
        )
        return [_change(row) for row in found]

    def change(self, number: int) -> Change | None:
        """The change with a number."""
        found = self._database.execute(
            "SELECT number, at, who, what, entry, hunks FROM changes WHERE done AND number = ?", (number,)
        ).fetchone()
        return _change(found) if found else None

    def entries(self) -> set[str]:
        """The ids of all entries that changes were about."""
        return {row[0] for row in self._database.execute("SELECT DISTINCT entry FROM changes WHERE entry IS NOT NULL")}

    # Drafts.

    def draft(self, now: float, who: int, edit: Edit) -> Draft:
        """Keep a new draft. Raises JournalError."""
        with _sentence():
            self._database.execute("DELETE FROM drafts WHERE at < ?", (now - DRAFTS_KEPT,))
            made = self._database.execute(
                "INSERT INTO drafts (at, who, edit) VALUES (?, ?, ?)", (now, who, _packed(edit))
            )
        assert made.lastrowid is not None
        return Draft(made.lastrowid, who, edit)

    def redraft(self, draft: Draft, edit: Edit) -> Draft:
        """Keep what a draft has become. Raises JournalError."""
        with _sentence():
            self._database.execute("UPDATE drafts SET edit = ? WHERE number = ?", (_packed(edit), draft.number))
        return Draft(draft.number, draft.who, edit)

    def drafted(self, number: int) -> Draft | None:
        """The draft with a number, unless it was saved, discarded or forgotten."""
        found = self._database.execute("SELECT number, who, edit FROM drafts WHERE number = ?", (number,)).fetchone()
        return Draft(found[0], found[1], _unpacked(found[2])) if found else None

    def discard(self, draft: Draft) -> None:
        """Forget a draft. Raises JournalError."""
        with _sentence():
            self._database.execute("DELETE FROM drafts WHERE number = ?", (draft.number,))


@contextmanager
def _sentence() -> Iterator[None]:
    """Let what SQLite refuses be a sentence for curators."""
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(error) from error


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _change(row: Sequence[Any]) -> Change:
    number, at, who, what, entry, packed = row
    return Change(number, at, who, what, entry, tuple(Hunk(*fields) for fields in json.loads(packed)))


_KINDS: Final[dict[str, type[Any]]] = {
    each.__name__: each for each in (Addition, Revision, Removal, OffTopicLine, Undoing, Import)
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
    "data": lambda text: text.encode("utf-8", "surrogateescape"),
}
