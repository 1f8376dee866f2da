"""Watched channels, and which message got which reply: ids and times, in the data folder."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.data.database import Database

KEPT: Final = 30 * 86_400  # seconds for which a reply still follows its message; ids older than that are forgotten

BY_HEART: Final = 1_000  # claims that are known without asking the database, and last replies
ALWAYS: Final = 2**63 - 1  # more than any id of Discord's

SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS watched (channel INTEGER PRIMARY KEY, mode TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS replies (
        message INTEGER PRIMARY KEY, channel INTEGER NOT NULL, reply INTEGER, entry TEXT,
        way TEXT NOT NULL DEFAULT 'asked', edited TEXT, at REAL NOT NULL
    );
    CREATE TABLE IF NOT EXISTS there (one INTEGER PRIMARY KEY CHECK (one = 1), at REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS sent ON replies (reply) WHERE reply IS NOT NULL;
    CREATE INDEX IF NOT EXISTS aged ON replies (at);
    DROP INDEX IF EXISTS answered; -- of earlier versions
"""


NO_REPLY: Final = 0  # in place of a reply's id: none is wanted, or it is gone. NULL says that it was not sent yet


class Mode(Enum):
    """What the bot does in a channel with messages that nobody addressed to it."""

    ON = "on"  # it answers where it is sure
    DRY_RUN = "dry run"  # it reports to the staff channel what it would have answered


class Way(Enum):
    """How a message came to its reply."""

    ASKED = "asked"
    OVERHEARD = "overheard"
    POSTED = "posted"  # by a member's choice, so that it stays when the message is edited


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that the bot gave."""

    channel: int
    reply: int
    entry: str | None  # the entry that answered, where one did
    way: Way = Way.ASKED


class Records:
    """Ids and times, never a text."""

    def __init__(self, database: Database) -> None:
        """`database`: with the tables of SCHEMA. Nobody else may change them meanwhile: see instance.py."""
        self._database = database
        # What is known without asking the database. Of messages later than one, all that were claimed, each with its
        # channel and when; and since one time, the reply that each entry gave last in each channel, with when.
        last = [row[0] or 0 for row in database.read("SELECT max(message) FROM replies")]
        self._since: int = ALWAYS if database.trouble else max(last)
        self._claimed: dict[int, tuple[int, float]] = {}
        self._last: dict[tuple[int, str], tuple[float, int]] = {}
        self._last_since = math.inf  # nothing is known yet, or not any more

    def watch(self, channel: int, mode: Mode | None) -> None:
        """Watch a channel in this mode from now on, or not at all."""
        if mode is None:
            self._database.write("DELETE FROM watched WHERE channel = ?", (channel,))
        else:
            self._database.write("INSERT OR REPLACE INTO watched VALUES (?, ?)", (channel, mode.value))

    def watched(self) -> dict[int, Mode]:
        """The watched channels with their modes."""
        return {channel: Mode(mode) for channel, mode in self._database.read("SELECT channel, mode FROM watched")}

    def claim(self, message: int, channel: int, now: float) -> bool:
        """Whether nobody has replied to a message yet; from now on, somebody has. `now` in seconds since 1970."""
        if message in self._claimed or (message <= self._since and self._is_claimed(message)):
            return False
        self._claimed[message] = (channel, now)
        if len(self._claimed) > BY_HEART:
            self._since = max(self._since, forgotten := next(iter(self._claimed)))
            del self._claimed[forgotten]
        claim = "INSERT OR IGNORE INTO replies (message, channel, at) VALUES (?, ?, ?)"
        self._database.write_soon(claim, (message, channel, now), ("reply to", message))
        return True

    def _is_claimed(self, message: int) -> bool:
        return bool(self._database.read("SELECT 1 FROM replies WHERE message = ?", (message,)))

    def flush(self) -> None:
        """Bring to the file what was noted last, without waiting for more."""
        self._database.flush()

    def expire(self, now: float) -> None:
        """Forget what is older than KEPT seconds."""
        self._database.write("DELETE FROM replies WHERE at < ?", (now - KEPT,))

    def sent(self, message: int, reply: int, entry: str | None, way: Way = Way.ASKED) -> None:
        """Remember the reply that a claimed message got."""
        claimed = self._claimed.get(message)
        if claimed is None:
            self._forget_last()
            self._database.write(
                "UPDATE replies SET reply = ?, entry = ?, way = ? WHERE message = ?", (reply, entry, way.value, message)
            )
            return
        channel, now = claimed
        self._database.write_soon(
            "INSERT INTO replies (message, channel, reply, entry, way, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT"
            " (message) DO UPDATE SET reply = excluded.reply, entry = excluded.entry, way = excluded.way",
            (message, channel, reply, entry, way.value, now),
            ("reply to", message),
        )
        if entry is not None:
            self._note_last(channel, entry, (now, reply))

    def changed(self, reply: int, entry: str | None) -> None:
        """Remember that a reply now shows another entry, or none."""
        self._forget_last()
        self._database.write("UPDATE replies SET entry = ? WHERE reply = ?", (entry, reply))

    def edited(self, message: int, at: str) -> bool:
        """Whether a message that was replied to was edited at a time that is not known yet; from now on, it is."""
        known = self._database.write(
            "UPDATE replies SET edited = ? WHERE message = ? AND edited IS NOT ?", (at, message, at)
        )
        return known == 1

    def sent_for(self, message: int) -> Sent | None:
        """The reply that a message got, where it got one."""
        found = self._database.read(
            "SELECT channel, reply, entry, way FROM replies WHERE message = ? AND reply > 0", (message,)
        )
        if not found:
            return None
        channel, reply, entry, way = found[0]
        return Sent(channel, reply, entry, Way(way))

    def lately(self, channel: int, entry: str, since: float) -> int | None:
        """The last reply in a channel that an entry answered since then, in seconds since 1970."""
        if self._last_since == math.inf:
            self._look_back(since)
        known = self._last.get((channel, entry))
        if since <= self._last_since:
            known = max(
                self._database.read(
                    "SELECT at, reply FROM replies WHERE at >= ? AND channel = ? AND entry = ? AND reply > 0"
                    " ORDER BY at DESC LIMIT 1",
                    (since, channel, entry),
                ),
                default=None,
            )
        return known[1] if known is not None and known[0] >= since else None

    def _look_back(self, since: float) -> None:
        self._last_since = since
        for channel, entry, at, reply in self._database.read(
            "SELECT channel, entry, at, reply FROM replies WHERE at >= ? AND entry IS NOT NULL AND reply > 0"
            " ORDER BY at",
            (since,),
        ):
            self._note_last(channel, entry, (at, reply))

    def _note_last(self, channel: int, entry: str, reply: tuple[float, int]) -> None:
        what = channel, entry
        self._last[what] = max(reply, self._last.pop(what, reply))  # the last noted stand at the end
        if len(self._last) > BY_HEART:
            at, _ = self._last.pop(next(iter(self._last)))
            self._last_since = max(self._last_since, at)

    def _forget_last_if(self, changed: int) -> None:
        """Forget it where rows were changed, or where it isn't known whether they were."""
        if changed or self._database.trouble:
            self._forget_last()

    def _forget_last(self) -> None:
        self._last.clear()
        self._last_since = math.inf

    def forget(self, message: int) -> None:
        """Forget that a message was replied to."""
        self._claimed.pop(message, None)
        if not self.release(message):
            self._forget_last_if(self._database.write("DELETE FROM replies WHERE message = ?", (message,)))

    def removed(self, reply: int) -> None:
        """Forget which reply a message got: it is gone, and the message gets no other."""
        gone = "UPDATE replies SET reply = ?, entry = NULL WHERE reply = ?"
        self._forget_last_if(self._database.write(gone, (NO_REPLY, reply)))

    def unwanted(self, message: int) -> None:
        """Remember that a claimed message gets no reply."""
        self._database.write("UPDATE replies SET reply = ? WHERE message = ?", (NO_REPLY, message))

    def release(self, message: int) -> bool:
        """Let a message be claimed again whose reply was never sent; whether there is such a claim."""
        released = self._database.write("DELETE FROM replies WHERE message = ? AND reply IS NULL", (message,)) > 0
        if released:
            self._claimed.pop(message, None)
        return released

    def unsent(self, since: float) -> dict[int, list[int]]:
        """By channel, the messages that were claimed since then, in seconds since 1970, and got no reply so far."""
        found: dict[int, list[int]] = {}
        for channel, message in self._database.read(
            "SELECT channel, message FROM replies WHERE reply IS NULL AND at >= ?", (since,)
        ):
            found.setdefault(channel, []).append(message)
        return found

    def channels(self, since: float, most: int) -> list[int]:
        """The channels in which somebody was answered since then, in seconds since 1970, the last first."""
        found = self._database.read(
            "SELECT channel, max(at) AS last FROM replies WHERE at >= ? GROUP BY channel ORDER BY last DESC LIMIT ?",
            (since, most),
        )
        return [channel for channel, _ in found]

    def note_there(self, now: float) -> None:
        """Note that the bot was there, in seconds since 1970."""
        self._database.write("INSERT OR REPLACE INTO there VALUES (1, ?)", (now,))

    def there(self) -> float | None:
        """When the bot was there for the last time; None where it never was."""
        found = self._database.read("SELECT at FROM there")
        return float(found[0][0]) if found else None
