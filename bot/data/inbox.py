"""The inbox: questions that found no answer, without who asked, until curators or time settle them."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.data.redact import redacted
from bot.data.database import Database

MOST: Final = 10_000  # texts that are kept; the oldest go first
DAY: Final = 86_400.0  # seconds

SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS inbox (
        number INTEGER PRIMARY KEY, at REAL NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, entry TEXT,
        message INTEGER, draft INTEGER, settled INTEGER
    );
    CREATE INDEX IF NOT EXISTS received ON inbox (at);
    CREATE INDEX IF NOT EXISTS asked_in ON inbox (message);
"""


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


class Inbox:
    """Texts that are redacted before they are kept, and gone after some days. All times in seconds since 1970."""

    def __init__(self, database: Database, days: int) -> None:
        """`database`: with the tables of SCHEMA; `days`: for which a text is kept, 0 where none shall be."""
        self._database = database
        self.days = days

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
        """Keep a question, where there is an inbox and anything is left of it without what names somebody.

        `message`: id of the member's message, with which the text is replaced or goes; `first`: whether a text that is
        there stays instead.
        """
        kept = redacted(text)
        if not self.days or not kept:
            return
        if message is not None and not first:
            self.withdraw(message)
        self._database.write_soon(
            "INSERT INTO inbox (number, at, text, reason, entry, message) SELECT ?, ?, ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM inbox WHERE message = ?)",
            (secrets.randbelow(10**15) + 1, now, kept, reason.value, entry, message, message),
        )

    def withdraw(self, message: int) -> None:
        """Forget the text of a message that was deleted, or edited so that it has an answer."""
        self._database.write_soon("DELETE FROM inbox WHERE message = ?", (message,))

    def expire(self, now: float) -> None:
        """Forget what is too old, and the oldest where there is too much."""
        self._database.write("DELETE FROM inbox WHERE at <= ?", (now - self.days * DAY,))
        self._database.write(
            "DELETE FROM inbox WHERE at <= (SELECT at FROM inbox ORDER BY at DESC LIMIT 1 OFFSET ?)", (MOST,)
        )

    def open(self, now: float) -> list[Received]:
        """The questions that wait for a curator, the oldest first."""
        found = self._database.read(
            "SELECT number, text, reason, entry, at FROM inbox WHERE settled IS NULL AND at > ? ORDER BY at, number",
            (now - self.days * DAY,),
        )
        return [Received(number, text, Reason(reason), entry) for number, text, reason, entry, _ in found]

    def texts(self, now: float, most: int) -> tuple[str, ...]:
        """The texts that wait for a curator, each once, those asked most often first."""
        counted = Counter(each.text for each in self.open(now))
        return tuple(text for text, _ in counted.most_common(most))

    def forget(self, numbers: Iterable[int]) -> None:
        """Forget some questions for good."""
        for number in numbers:
            self._database.write("DELETE FROM inbox WHERE number = ?", (number,))

    # Questions that are settled by a change of the FAQ wait again when it is taken back.

    def take_up(self, numbers: Iterable[int], draft: int) -> None:
        """Note that a curator's draft is about some questions."""
        for number in numbers:
            self._database.write("UPDATE inbox SET draft = ? WHERE number = ?", (draft, number))

    def saved(self, draft: int, change: int) -> None:
        """The questions that a draft was about are settled by the change that came of it."""
        self._database.write("UPDATE inbox SET settled = ? WHERE draft = ? AND settled IS NULL", (change, draft))

    def settle(self, numbers: Sequence[int], change: int) -> None:
        """Some questions are answered since a change."""
        for number in numbers:
            self._database.write("UPDATE inbox SET settled = ? WHERE number = ?", (change, number))

    def undone(self, change: int) -> None:
        """What a change had settled is open again."""
        self._database.write("UPDATE inbox SET settled = NULL, draft = NULL WHERE settled = ?", (change,))
