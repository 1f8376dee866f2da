"""A ranking and the situation to a decision: answer, offer, decline, warn, or stay silent."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from bot.core.matching import Ranking
from bot.core.model import Entry

# Probabilities, see matching.Match.score. A wrong answer is worse than none, and one that nobody asked for is worse
# still: at ANSWER an entry is right more often than not, at OVERHEARD in nine cases of ten.
ANSWER: Final = 0.60  # asked: from here on, the best entry is the answer
MARGIN: Final = 0.10  # asked: but only where the runner-up is this far behind
OFFER: Final = 0.20  # asked: from here on, an entry is worth offering
OVERHEARD: Final = 0.90  # overheard: from here on, the best entry is the answer
NEAREST: Final = 0.02  # a declined question's nearest entries are named from here on
OFFERED: Final = 3  # entries in one offer at most


class Situation(Enum):
    """Who the message was for."""

    ASKED = "asked"  # the member addressed the bot
    OVERHEARD = "overheard"  # nobody addressed the bot


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry answers the question."""

    entry: Entry
    rule: str  # which rule decided, as a sentence


@dataclass(frozen=True, slots=True)
class Offer:
    """Two or three entries may answer it: the member chooses."""

    entries: tuple[Entry, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Decline:
    """No entry answers it, and the bot says so."""

    nearest: tuple[Entry, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Warning:
    """The message has a warning sign: see a professional now."""

    sign: str  # the phrase of the file that the message contains
    rule: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody asked, and no entry is sure enough."""

    rule: str


Decision: TypeAlias = Answer | Offer | Decline | Warning | Silence


def decide(ranking: Ranking, situation: Situation) -> Decision:
    """The decision for a ranking. Pure: the same ranking and situation give the same decision."""
    if ranking.warning_sign is not None:
        return Warning(ranking.warning_sign, f'The message contains the warning sign "{ranking.warning_sign}".')
    if situation is Situation.OVERHEARD:
        return _overheard(ranking)
    return _asked(ranking)


def _overheard(ranking: Ranking) -> Decision:
    best = ranking.matches[0]
    if best.score >= OVERHEARD:
        return Answer(best.entry, f"Its score of {best.score:.2f} reaches {OVERHEARD:.2f}.")
    return Silence(f"The best score, {best.score:.2f}, is below {OVERHEARD:.2f}, and nobody asked.")


def _asked(ranking: Ranking) -> Decision:
    best, *others = ranking.matches
    runner_up = others[0].score if others else 0.0
    if best.score >= ANSWER and best.score - runner_up >= MARGIN:
        return Answer(best.entry, f"Its score of {best.score:.2f} reaches {ANSWER:.2f}, {MARGIN:.2f} above the next.")
    worth = tuple(match.entry for match in ranking.matches[:OFFERED] if match.score >= OFFER)
    if len(worth) > 1:
        return Offer(worth, f"{len(worth)} entries score {OFFER:.2f} or more, and none is sure enough to answer.")
    nearest = tuple(match.entry for match in ranking.matches[:OFFERED] if match.score >= NEAREST)
    return Decline(nearest, f"The best score, {best.score:.2f}, is below {ANSWER:.2f}, and there is nothing to choose.")
