"""How often a member may ask: bursts are slowed down with one friendly line. The time is passed in."""

from collections.abc import Hashable
from enum import Enum, auto
from typing import Final

QUESTIONS: Final = 5  # that a member may ask
SECONDS: Final = 20.0  # within this time
REPEATED: Final = 600.0  # seconds in which the same is not said again in a channel
# Members who are remembered at once; the longest quiet is forgotten first. In SECONDS, Discord lets the bot send 1,000
# messages (50 requests a second), and what was said is remembered for longer.
_MEMBERS: Final = 1_000
_SAID: Final = 10_000


class Pace(Enum):
    """How a member asks."""

    FINE = auto()
    FAST = auto()  # for the first time: say so
    STILL_FAST = auto()  # they have been told


class Pacing:
    """When members asked lately."""

    def __init__(self) -> None:
        self._asked: dict[int, list[float]] = {}
        self._told: dict[int, float] = {}

    def ask(self, member: int, now: float) -> Pace:
        """How a member asks who does it `now`, in seconds. What is too fast does not count as asked."""
        asked = [at for at in self._asked.pop(member, ()) if at > now - SECONDS]
        self._asked[member] = asked  # the last asked stand at the end
        while len(self._asked) > _MEMBERS:
            self._told.pop(forgotten := next(iter(self._asked)), None)
            del self._asked[forgotten]
        if len(asked) < QUESTIONS:
            asked.append(now)
            self._told.pop(member, None)
            return Pace.FINE
        if member in self._told:
            return Pace.STILL_FAST
        self._told[member] = now
        return Pace.FAST


class Once:
    """What was said lately, so that it is not said again."""

    def __init__(self) -> None:
        self._said: dict[Hashable, float] = {}

    def first(self, what: Hashable, now: float) -> bool:
        """Whether something is said for the first time in REPEATED seconds; from now on, it is said."""
        said = self._said.get(what)
        if said is not None and now < said + REPEATED:
            return False
        self._said.pop(what, None)
        self._said[what] = now  # the last said stand at the end
        while len(self._said) > _SAID:
            del self._said[next(iter(self._said))]
        return True

    def forget(self, what: Hashable) -> None:
        """What was to be said was not said after all."""
        self._said.pop(what, None)
