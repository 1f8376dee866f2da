"""Curators' drafts: edits of the FAQ that are not saved yet."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from bot.content.diff import Hunk
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry
from bot.data.database import Database

KEPT: Final = 7 * 86_400  # seconds after which a draft that nobody saved is forgotten


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit that a curator has not saved yet."""

    number: int
    who: int  # id of the curator
    edit: Edit
    version: int = 1  # one more each time that the edit changes


class DraftStore:
    """Drafts that last for KEPT seconds after they were last changed. Times are in seconds since 1970.

    While the file is out of order they are kept in memory, so that nothing that was typed is lost.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, now: float, who: int, edit: Edit) -> Draft:
        """Keep and return a new draft."""
        return self._keep(now, Draft(secrets.randbelow(10**15) + 1, who, edit))

    def update(self, now: float, draft: Draft, edit: Edit) -> Draft:
        """Keep and return what a draft has become."""
        return self._keep(now, Draft(draft.number, draft.who, edit, draft.version + 1))

    def get(self, number: int, now: float) -> Draft | None:
        """Return the draft with a number, or None if it was saved, discarded or forgotten."""
        return next(iter(self._read("number = ? AND at >= ?", number, now - KEPT)), None)

    def of(self, who: int, most: int, now: float) -> list[Draft]:
        """Return a curator's drafts, the newest first, `most` at most."""
        return self._read("who = ? AND at >= ? ORDER BY at DESC LIMIT ?", who, now - KEPT, most)

    def discard(self, draft: Draft) -> None:
        """Forget a draft."""
        self._database.write("DELETE FROM drafts WHERE number = ?", (draft.number,))

    def expire(self, now: float) -> None:
        """Forget drafts that nobody has changed for KEPT seconds."""
        self._database.write("DELETE FROM drafts WHERE at < ?", (now - KEPT,))

    def _keep(self, now: float, draft: Draft) -> Draft:
        self._database.write(
            "INSERT OR REPLACE INTO drafts (number, version, at, who, edit) VALUES (?, ?, ?, ?, ?)",
            (draft.number, draft.version, now, draft.who, _packed(draft.edit)),
        )
        return draft

    def _read(self, condition: str, *values: object) -> list[Draft]:
        sql = f"SELECT number, who, edit, version FROM drafts WHERE {condition}"  # noqa: S608
        return [
            Draft(number, who, _unpacked(packed), version)
            for number, who, packed, version in self._database.read(sql, values)
        ]


# An edit is packed as JSON, such as ["Addition", {"entry": {"id": "sciatica", "also": [], "reviewed": "2026-11-22"}}].

_KINDS: Final = {each.__name__: each for each in (Addition, Revision, Removal, OffTopicLines, Undoing, Import)}


def _packed(edit: Edit) -> str:
    return json.dumps([type(edit).__name__, asdict(edit)], default=_plain)


def _plain(value: object) -> object:
    """Return a value in a form that JSON has."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")  # a byte that is no UTF-8 becomes a lone surrogate
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _unpacked(text: str) -> Edit:
    name, fields = json.loads(text, object_hook=_made)
    edit: Edit = _KINDS[name](**fields)
    return edit


def _made(fields: dict[str, Any]) -> Any:
    """Return what an object in JSON stands for: an entry, a hunk, or the fields of an edit."""
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    match fields:
        case {"reviewed": reviewed}:
            return Entry(**{**fields, "reviewed": reviewed and date.fromisoformat(reviewed)})
        case {"line": _}:
            return Hunk(**fields)
        case {"data": data}:
            return {"data": data.encode("utf-8", "surrogateescape")}
    return fields
