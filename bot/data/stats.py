"""What is counted: decisions and votes by day, entry and surface, never who; one vote for each member and answer."""

import csv
import hmac
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from hashlib import sha256
from typing import Final

from bot.data.database import Database

KEPT: Final = 400  # days for which counts are kept: a year, and the month to compare it with
VOTES_KEPT: Final = 30  # days for which a vote can be changed

SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS counts (
        day TEXT, what TEXT, surface TEXT, entry TEXT, count INTEGER NOT NULL, PRIMARY KEY (day, what, surface, entry)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS votes (mark BLOB PRIMARY KEY, day TEXT NOT NULL, helpful INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS digests (one INTEGER PRIMARY KEY CHECK (one = 1), day TEXT NOT NULL);
"""


class What(Enum):
    """What is counted."""

    ANSWERED = "answered"
    OFFERED = "offered"
    DECLINED = "declined"
    WARNED = "warned"
    CHOSEN = "chosen"  # an entry out of an offer
    NONE = "none of these"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not helpful"


DECISIONS: Final = (What.ANSWERED, What.OFFERED, What.DECLINED, What.WARNED)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened on a day."""

    day: date
    what: What
    surface: str  # how it was asked, such as `ask` or `mention`; "" for what was done with a reply
    entry: str  # id of the entry that it is about, or ""
    count: int


class Tally:
    """Counts of what the bot did. Days are passed in."""

    def __init__(self, database: Database, key: bytes) -> None:
        """`database`: with the tables of SCHEMA; `key`: a secret that is not in the data folder."""
        self._database = database
        self._key = sha256(b"votes:" + key).digest()

    def count(self, day: date, what: What, surface: str, entry: str = "", by: int = 1) -> None:
        """Count something once more, or by another number."""
        self._database.write_soon(
            "INSERT INTO counts VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (day, what, surface, entry) DO UPDATE SET count = count + excluded.count",
            (day.isoformat(), what.value, surface, entry, by),
        )

    def vote(self, day: date, member: int, answer: int, entry: str, *, helpful: bool) -> None:
        """Count a member's vote on an answer, given as its message's id, in place of the one that they gave before.

        What is kept of the member is a mark that only whoever has the key could compare with a member's; not that it
        was given, nor on which answer. A vote is changed on the day that it was given, so that each counts once.
        """
        mark = hmac.digest(self._key, f"{answer}:{member}:{entry}".encode(), "sha256")[:16]
        for voted, was in self._database.read("SELECT day, helpful FROM votes WHERE mark = ?", (mark,))[:1]:
            if bool(was) is helpful:
                return
            self.count(date.fromisoformat(voted), _vote(helpful=bool(was)), "", entry, by=-1)
            day = date.fromisoformat(voted)
        self._database.write("INSERT OR REPLACE INTO votes VALUES (?, ?, ?)", (mark, day.isoformat(), int(helpful)))
        self.count(day, _vote(helpful=helpful), "", entry)

    def expire(self, today: date) -> None:
        """Forget counts and votes that are too old."""
        self._database.write("DELETE FROM counts WHERE day < ?", ((today - timedelta(KEPT)).isoformat(),))
        self._database.write("DELETE FROM votes WHERE day < ?", ((today - timedelta(VOTES_KEPT)).isoformat(),))

    def counts(self, first: date, last: date) -> list[Count]:
        """All counts from one day to another, both included."""
        found = self._database.read(
            "SELECT day, what, surface, entry, count FROM counts WHERE day BETWEEN ? AND ? AND count <> 0 ORDER BY day",
            (first.isoformat(), last.isoformat()),
        )
        return [
            Count(date.fromisoformat(day), What(what), surface, entry, number)
            for day, what, surface, entry, number in found
        ]

    def digested(self) -> date | None:
        """The day of the last weekly digest; None where there was none yet."""
        found = self._database.read("SELECT day FROM digests")
        return date.fromisoformat(found[0][0]) if found else None

    def digest(self, day: date) -> None:
        """Note that the weekly digest was given on a day, or that the first week began."""
        self._database.write("INSERT OR REPLACE INTO digests VALUES (1, ?)", (day.isoformat(),))


def table(counts: Iterable[Count]) -> str:
    """Counts as CSV, a line each."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("day", "what", "surface", "entry", "count"))
    writer.writerows((each.day.isoformat(), each.what.value, each.surface, each.entry, each.count) for each in counts)
    return text.getvalue()


def _vote(*, helpful: bool) -> What:
    return What.HELPFUL if helpful else What.NOT_HELPFUL
