"""A rate limit for each member's questions (a sliding window), and what was said lately, so that it is said once."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from bot.recent import Recent

QUESTIONS: Final = 5  # that a member may ask
SECONDS: Final = 20.0  # within this time
REPEATED: Final = 600.0  # seconds in which the same is not said again in a channel
# Members who are remembered at once. In SECONDS, Discord lets the bot send 1,000 messages (50 requests a second).
_MEMBERS: Final = 1_000
_SAID: Final = 10_000


class Pace(Enum):
    """How a member asks."""

    FINE = auto()
    FAST = auto()  # for the first time: say so
    STILL_FAST = auto()  # they have been told


@dataclass
class RateLimit:
    """When members asked lately."""

    _asked: Recent[int, list[float]] = field(default_factory=lambda: Recent(_MEMBERS))
    _told: Recent[int, bool] = field(default_factory=lambda: Recent(_MEMBERS))

    def ask(self, member: int, now: float) -> Pace:
        """Return how a member asks who does it `now`, in seconds. What is too fast does not count as asked."""
        asked = [at for at in self._asked.pop(member) or () if at > now - SECONDS]
        self._asked[member] = asked
        if len(asked) < QUESTIONS:
            asked.append(now)
            self._told.pop(member)
            return Pace.FINE
        if member in self._told:
            return Pace.STILL_FAST
        self._told[member] = True
        return Pace.FAST


@dataclass
class Once:
    """What was said lately."""

    _said: Recent[Hashable, float] = field(default_factory=lambda: Recent(_SAID))

    def first(self, what: Hashable, now: float) -> bool:
        """Return whether something is said for the first time in REPEATED seconds; from now on, it is said."""
        said = self._said.get(what)
        if said is not None and now < said + REPEATED:
            return False
        self._said[what] = now
        return True

    def forget(self, what: Hashable) -> None:
        """Forget something that was to be said, and was not."""
        self._said.pop(what)
