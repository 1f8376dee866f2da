"""The reply log: which message got which reply, as ids and times, never a text."""

from dataclasses import dataclass
from typing import Final

from bot.data.database import Database
from bot.matching.decision import Origin

KEPT: Final = 30 * 86_400  # seconds for which a reply follows its message; older ids are forgotten
NO_REPLY: Final = 0  # in place of a reply's id: none is wanted, or it is gone. NULL means that none was sent yet


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that the bot gave."""

    channel: int
    reply: int
    entry: str | None  # id of the entry that answered, if one did
    origin: Origin

    @property
    def is_posted(self) -> bool:
        """Return whether a member chose to post it: then it stays as it is when the message is edited."""
        return self.origin in (Origin.ASK, Origin.MENU)


class ReplyLog:
    """Messages with their replies, each message claimed before it is answered. Times are in seconds since 1970."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, message: int, channel: int, now: float) -> bool:
        """Return whether nobody has claimed a message yet. From now on, it is claimed."""
        claim = "INSERT OR IGNORE INTO replies (message, channel, at) VALUES (?, ?, ?)"
        return self._database.write(claim, (message, channel, now)) == 1

    def sent(self, message: int, reply: int, entry: str | None, origin: Origin) -> None:
        """Note the reply that a message got, with the entry unless it is a direct one: its channel says who asked."""
        change = "UPDATE replies SET reply = ?, entry = ?, origin = ? WHERE message = ?"
        self._database.write(change, (reply, None if origin is Origin.DIRECT else entry, origin.value, message))

    def sent_for(self, message: int) -> Sent | None:
        """Return the reply that a message got, or None if it has none."""
        query = "SELECT channel, reply, entry, origin FROM replies WHERE message = ? AND reply > 0"
        for channel, reply, entry, origin in self._database.read(query, (message,)):
            return Sent(channel, reply, entry, Origin(origin))
        return None

    def lately(self, channel: int, entry: str, since: float) -> int | None:
        """Return the last reply in a channel that an entry answered since then, or None if there is none."""
        found = self._database.read(
            "SELECT reply FROM replies WHERE channel = ? AND entry = ? AND at >= ? AND reply > 0"
            " ORDER BY at DESC, reply DESC LIMIT 1",
            (channel, entry, since),
        )
        return found[0][0] if found else None

    def edited(self, message: int, at: str) -> bool:
        """Return whether a message in the log was edited at a time that is not noted yet. From now on, it is noted."""
        change = "UPDATE replies SET edited = ? WHERE message = ? AND edited IS NOT ?"
        return self._database.write(change, (at, message, at)) == 1

    def changed(self, reply: int, entry: str | None) -> None:
        """Note that a reply now shows another entry, or none."""
        change = "UPDATE replies SET entry = ? WHERE reply = ? AND origin <> ?"
        self._database.write(change, (entry, reply, Origin.DIRECT.value))

    def removed(self, reply: int) -> None:
        """Forget which reply a message got, because it is gone. The message gets no other."""
        self._database.write("UPDATE replies SET reply = ?, entry = NULL WHERE reply = ?", (NO_REPLY, reply))

    def unwanted(self, message: int) -> None:
        """Note that a claimed message gets no reply."""
        self._database.write("UPDATE replies SET reply = ? WHERE message = ?", (NO_REPLY, message))

    def release(self, message: int) -> bool:
        """Let a message be claimed again if its reply was never sent. Return whether there was such a claim."""
        return self._database.write("DELETE FROM replies WHERE message = ? AND reply IS NULL", (message,)) == 1

    def forget(self, message: int) -> None:
        """Forget a message and its reply."""
        self._database.write("DELETE FROM replies WHERE message = ?", (message,))

    def unsent(self, since: float) -> dict[int, list[int]]:
        """Return, by channel, the messages that were claimed since then and have no reply yet."""
        found: dict[int, list[int]] = {}
        query = "SELECT channel, message FROM replies WHERE reply IS NULL AND at >= ?"
        for channel, message in self._database.read(query, (since,)):
            found.setdefault(channel, []).append(message)
        return found

    def channels(self, since: float, most: int) -> list[int]:
        """Return the channels in which somebody was answered since then, the last first, `most` at most."""
        query = "SELECT channel FROM replies WHERE at >= ? GROUP BY channel ORDER BY max(at) DESC LIMIT ?"
        return [channel for (channel,) in self._database.read(query, (since, most))]

    def expire(self, now: float) -> None:
        """Forget what is older than KEPT seconds."""
        self._database.write("DELETE FROM replies WHERE at < ?", (now - KEPT,))

    def note_seen(self, now: float) -> None:
        """Note that the bot was there, and has seen all that happened."""
        self._database.write("INSERT OR REPLACE INTO last_seen VALUES (1, ?)", (now,))

    def last_seen(self) -> float | None:
        """Return when the bot was there for the last time, or None if it never was."""
        found = self._database.read("SELECT at FROM last_seen")
        return float(found[0][0]) if found else None
