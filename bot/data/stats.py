"""Statistics: how often what happened, by day, origin and entry, never who; and one vote for each member and answer."""

import csv
import hmac
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Final

from bot.data.database import Database
from bot.matching.decision import Origin

KEPT: Final = 400  # days for which counts are kept: a year, and the month to compare it with
VOTES_KEPT: Final = 30  # days for which a vote can be changed


class Event(Enum):
    """What is counted."""

    ANSWERED = "answered"
    OFFERED = "offered"
    DECLINED = "declined"
    WARNED = "warned"
    CHOSEN = "chosen"  # an entry out of an offer
    NONE = "none of these"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not helpful"


DECISIONS: Final = (Event.ANSWERED, Event.OFFERED, Event.DECLINED, Event.WARNED)
_VOTES: Final = {True: Event.HELPFUL, False: Event.NOT_HELPFUL}


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened on a day."""

    day: date
    event: Event
    origin: Origin | None  # how the question came; None for what was done with a reply
    entry: str  # id of the entry, or "" if there is none
    count: int


class Stats:
    """Counts of what the bot did. Days are passed in."""

    def __init__(self, database: Database, key: bytes) -> None:
        """`key`: a secret that is not in the data folder."""
        self._database = database
        self._key = sha256(b"votes:" + key).digest()

    def count(self, day: date, event: Event, origin: Origin | None, entry: str = "", by: int = 1) -> None:
        """Count an event once more, or by another number."""
        self._database.write(
            "INSERT INTO counts VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (day, event, origin, entry) DO UPDATE SET count = count + excluded.count",
            (day.isoformat(), event.value, origin.value if origin else "", entry, by),
        )

    def vote(self, day: date, member: int, answer: int, entry: str, *, helpful: bool) -> None:
        """Count a member's vote on an answer (the id of its message), in place of the one that they gave before.

        Of the member, only a keyed hash (HMAC) is kept, with neither the answer nor the entry: it can be compared with
        a member's id only with the key. A changed vote counts for the day of the first, so that each counts once.
        """
        mark = hmac.digest(self._key, f"{answer}:{member}:{entry}".encode(), "sha256")[:16]
        with self._database.transaction():
            for voted, was in self._database.read("SELECT day, helpful FROM votes WHERE mark = ?", (mark,)):
                if bool(was) is helpful:
                    return
                day = date.fromisoformat(voted)
                self.count(day, _VOTES[bool(was)], None, entry, by=-1)
            self._database.write("INSERT OR REPLACE INTO votes VALUES (?, ?, ?)", (mark, day.isoformat(), int(helpful)))
            self.count(day, _VOTES[helpful], None, entry)

    def expire(self, today: date) -> None:
        """Forget counts and votes that are too old."""
        with self._database.transaction():
            self._database.write("DELETE FROM counts WHERE day < ?", ((today - timedelta(KEPT)).isoformat(),))
            self._database.write("DELETE FROM votes WHERE day < ?", ((today - timedelta(VOTES_KEPT)).isoformat(),))

    def counts(self, first: date, last: date) -> list[Count]:
        """Return all counts from one day to another, both included, in the order of days."""
        found = self._database.read(
            "SELECT day, event, origin, entry, count FROM counts WHERE day BETWEEN ? AND ? AND count <> 0 ORDER BY day",
            (first.isoformat(), last.isoformat()),
        )
        return [
            Count(date.fromisoformat(day), Event(event), Origin(origin) if origin else None, entry, number)
            for day, event, origin, entry, number in found
        ]

    def digested(self) -> date | None:
        """Return the day of the last weekly digest, or None if there was none yet."""
        found = self._database.read("SELECT day FROM digests")
        return date.fromisoformat(found[0][0]) if found else None

    def digest(self, day: date) -> None:
        """Note that the weekly digest was given on a day, or that the first week began."""
        self._database.write("INSERT OR REPLACE INTO digests VALUES (1, ?)", (day.isoformat(),))


def today() -> date:
    """Return the day that things are counted on, in UTC."""
    return datetime.now(UTC).date()


def table(counts: Iterable[Count]) -> str:
    """Return counts as CSV with a header, one line each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("day", "event", "origin", "entry", "count"))
    for each in counts:
        origin = each.origin.value if each.origin else ""
        writer.writerow((each.day, each.event.value, origin, each.entry, each.count))
    return text.getvalue()
