"""The journal: every change of the FAQ file, with who made it and the lines that it changed."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Final

from bot.content.diff import Hunk
from bot.data.database import Database, Rows
from bot.errors import BotError

_LOOKED_THROUGH: Final = 1_000  # changes among which the last one in force is looked for


class JournalError(BotError):
    """The journal cannot be read or written."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the FAQ file."""

    number: int
    at: float  # seconds since 1970
    who: int | None  # id of the curator; None if it was made in the file itself
    what: str  # such as `edited sciatica`
    hunks: tuple[Hunk, ...]
    undoes: int | None = None  # number of the change that it took back


class Journal:
    """The changes of the FAQ file, numbered. Its methods may be called in any thread.

    A change that was begun counts only when it is finished, or when the file is found to be what it leads to.
    What is written survives a power failure. Every method raises JournalError if the database's file is out of order.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

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
        """Note a change of some entries that is about to be made and leads to the file `after`. Return it numbered."""
        packed = json.dumps([astuple(hunk) for hunk in hunks], ensure_ascii=False)
        with self._transaction():
            sql = "INSERT INTO changes (at, who, what, undoes, hunks, leads_to, done) VALUES (?, ?, ?, ?, ?, ?, 0)"
            self._database.write(sql, (now, who, what, undoes, packed, sha256(after).hexdigest()))
            ((number,),) = self._database.read("SELECT last_insert_rowid()")
            for entry in entries:
                self._database.write("INSERT OR IGNORE INTO touched VALUES (?, ?)", (entry, number))
        return Change(number, now, who, what, tuple(hunks), undoes)

    def finish(self, change: Change, after: bytes) -> None:
        """Note that a change was made, and the file that it led to."""
        with self._transaction():
            self._database.write("UPDATE changes SET done = 1 WHERE number = ?", (change.number,))
            self.note(after)

    def drop(self, change: Change) -> None:
        """Forget a change that was not made."""
        with self._transaction():
            self._database.write("DELETE FROM changes WHERE number = ? AND NOT done", (change.number,))

    def settle(self, data: bytes) -> None:
        """Finish or drop the changes that were only begun, by what the file says now."""
        with self._transaction():
            finish = "UPDATE changes SET done = 1 WHERE NOT done AND leads_to = ?"
            if self._database.write(finish, (sha256(data).hexdigest(),)):
                self.note(data)
            self._database.write("DELETE FROM changes WHERE NOT done")

    def note(self, data: bytes) -> None:
        """Note a file that a change led to, or the first one."""
        with self._transaction():
            self._database.write("INSERT OR REPLACE INTO noted VALUES (1, ?)", (data,))

    def noted(self) -> bytes | None:
        """Return the file that the last change led to, or None if there is none yet."""
        found = self._read("SELECT data FROM noted")
        return found[0][0] if found else None

    def changes(self, most: int, *, before: int | None = None, entry: str | None = None) -> list[Change]:
        """Return the last changes, numbered below `before`, of an entry, the newest first, `most` at most."""
        return self._changes(
            "(? IS NULL OR number < ?) AND (? IS NULL OR EXISTS"
            " (SELECT 1 FROM touched WHERE entry = ? AND change = number)) ORDER BY number DESC LIMIT ?",
            (before, before, entry, entry, most),
        )

    def change(self, number: int) -> Change | None:
        """Return the change with a number, or None if there is none."""
        return next(iter(self._changes("number = ?", (number,))), None)

    def last_in_force(self) -> Change | None:
        """Return the last change that neither undid another nor was undone, or None if there is none."""
        undone: set[int] = set()
        for change in self.changes(_LOOKED_THROUGH):
            if change.number not in undone:
                if change.undoes is None:
                    return change
                undone.add(change.undoes)
        return None

    def entries(self) -> set[str]:
        """Return the ids of all entries that changes were about."""
        return {entry for (entry,) in self._read("SELECT DISTINCT entry FROM touched")}

    def _changes(self, condition: str, values: tuple[object, ...]) -> list[Change]:
        sql = f"SELECT number, at, who, what, hunks, undoes FROM changes WHERE done AND {condition}"  # noqa: S608
        return [
            Change(number, at, who, what, tuple(Hunk(*fields) for fields in json.loads(packed)), undoes)
            for number, at, who, what, packed, undoes in self._read(sql, values)
        ]

    def _read(self, sql: str, values: tuple[object, ...] = ()) -> Rows:
        """Return the rows in the file. What is in memory while the file is out of order may be less."""
        with self._transaction():
            return self._database.read(sql, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._database.transaction(durable=True):
                yield
        except sqlite3.Error as error:
            raise JournalError(
                f"My journal cannot be read or written ({error}). Whoever runs me looks after the data folder (room on "
                "the disk? may I write there?); then try again."
            ) from error
