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

# An edit is packed as JSON, such as ["Addition", {"entry": {"id": "sciatica", "also": [], "reviewed": "2026-11-22"}}].
_KINDS: Final = {each.__name__: each for each in (Addition, Revision, Removal, OffTopicLines, Undoing, Import)}


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit that a curator has not saved yet."""

    number: int
    who: int  # id of the curator
    edit: Edit
    version: int = 1  # one more each time that the edit changes


class DraftStore:
    """Drafts that last for KEPT seconds after they were last changed. Times are in seconds since 1970."""

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
        packed = json.dumps([type(draft.edit).__name__, asdict(draft.edit)], default=_plain)
        sql = "INSERT OR REPLACE INTO drafts (number, version, at, who, edit) VALUES (?, ?, ?, ?, ?)"
        self._database.write(sql, (draft.number, draft.version, now, draft.who, packed))
        return draft

    def _read(self, condition: str, *values: object) -> list[Draft]:
        sql = f"SELECT number, who, edit, version FROM drafts WHERE {condition}"  # noqa: S608
        found = []
        for number, who, packed, version in self._database.read(sql, values):
            kind, fields = json.loads(packed, object_hook=_made)
            found.append(Draft(number, who, _KINDS[kind](**fields), version))
        return found


def _plain(value: date | bytes) -> str:
    """Return a value in a form that JSON has. A byte that is no UTF-8 becomes a lone surrogate."""
    return value.isoformat() if isinstance(value, date) else value.decode("utf-8", "surrogateescape")


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
