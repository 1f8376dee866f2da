"""The inbox: questions that found no answer, without who asked, until a curator or time settles them."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.data.database import Database
from bot.data.redact import redacted

MOST: Final = 10_000  # texts that are kept; the oldest go first
DAY: Final = 86_400.0  # seconds


class Reason(Enum):
    """Why a question is in the inbox."""

    DECLINED = "declined"  # the bot had no answer
    NONE = "none of these"  # the member chose none of what was offered
    OTHER_TOPIC = "another topic"  # the answer was not helpful: it is about something else
    NOT_ANSWERED = "not answered"  # the answer was not helpful: it is about this, and leaves the question open


@dataclass(frozen=True, slots=True)
class Received:
    """A question in the inbox."""

    number: int
    text: str
    reason: Reason
    entry: str | None = None  # id of the entry whose answer was not helpful


@dataclass
class Inbox:
    """Questions that are redacted before they are kept, and forgotten after some days. Times: seconds since 1970."""

    _database: Database
    days: int  # for which a text is kept; 0 if none is kept at all

    def receive(
        self,
        text: str,
        reason: Reason,
        now: float,
        *,
        entry: str | None = None,
        message: int | None = None,
        first: bool = False,
    ) -> None:
        """Keep a question, if there is an inbox, and if redaction leaves anything of the text.

        `message`: id of the member's message: its text is replaced when another comes, and is forgotten when it is
        deleted. `first`: whether a text of the same message stays if there is one.
        """
        kept = redacted(text)
        if not self.days or not kept:
            return
        with self._database.transaction():
            if message is not None and not first:
                self.withdraw(message)
            self._database.write(
                "INSERT INTO inbox (number, at, text, reason, entry, message) SELECT ?, ?, ?, ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE message = ?)",
                (secrets.randbelow(10**15) + 1, now, kept, reason.value, entry, message, message),
            )

    def withdraw(self, message: int) -> None:
        """Forget the text of a message that was deleted, or that has an answer since it was edited."""
        self._database.write("DELETE FROM inbox WHERE message = ?", (message,))

    def expire(self, now: float) -> None:
        """Forget what is too old, and the oldest texts if there are more than MOST."""
        with self._database.transaction():
            self._database.write("DELETE FROM inbox WHERE at <= ?", (now - self.days * DAY,))
            too_many = "DELETE FROM inbox WHERE at <= (SELECT at FROM inbox ORDER BY at DESC LIMIT 1 OFFSET ?)"
            self._database.write(too_many, (MOST,))

    def open(self, now: float) -> list[Received]:
        """Return the questions that wait for a curator, the oldest first."""
        query = "SELECT number, text, reason, entry FROM inbox WHERE settled IS NULL AND at > ? ORDER BY at, number"
        found = self._database.read(query, (now - self.days * DAY,))
        return [Received(number, text, Reason(reason), entry) for number, text, reason, entry in found]

    def texts(self, now: float, most: int) -> tuple[str, ...]:
        """Return the texts that wait for a curator, each once, those asked most often first, `most` at most."""
        return tuple(text for text, _ in Counter(each.text for each in self.open(now)).most_common(most))

    def forget(self, numbers: Iterable[int]) -> None:
        """Forget some questions for good."""
        self._write_each("DELETE FROM inbox WHERE number = ?", numbers)

    # A change of the FAQ settles questions. If it is taken back, they are open again.

    def take_up(self, numbers: Iterable[int], draft: int) -> None:
        """Note that a curator's draft is about some questions."""
        self._write_each("UPDATE inbox SET draft = ? WHERE number = ?", numbers, draft)

    def saved(self, draft: int, change: int) -> None:
        """Note that a draft became a change, which settles the questions that the draft was about."""
        self._database.write("UPDATE inbox SET settled = ? WHERE draft = ? AND settled IS NULL", (change, draft))

    def settle(self, numbers: Iterable[int], change: int) -> None:
        """Note that a change settles some questions."""
        self._write_each("UPDATE inbox SET settled = ? WHERE number = ?", numbers, change)

    def undone(self, change: int) -> None:
        """Open the questions again that a change had settled."""
        self._database.write("UPDATE inbox SET settled = NULL, draft = NULL WHERE settled = ?", (change,))

    def _write_each(self, sql: str, numbers: Iterable[int], *values: int) -> None:
        with self._database.transaction():
            for number in numbers:
                self._database.write(sql, (*values, number))
