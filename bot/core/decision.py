"""A ranking and the situation to a decision: answer, offer, decline, warn, or stay silent."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from bot.core.model import Entry
from bot.core.ranking import Ranking

# Probabilities, see ranking.Match.score. A wrong answer is worse than a choice, a choice than a wrong "I don't know",
# and an answer that nobody asked for is the worst. Of the known questions, these answer 44% rightly and 1% wrongly,
# and offer a right entry for another 36%.
ANSWER: Final = 0.70  # asked: from here on, the best entry is the answer
MARGIN: Final = 0.30  # asked: but only where the runner-up is this far behind
OFFER: Final = 0.15  # asked: from here on, the best entries are offered
OFFERED: Final = 0.03  # and this is what an entry needs to be among them, or to be named when the bot declines
MOST: Final = 3  # entries in one offer
OVERHEARD: Final = 0.90  # overheard: from here on, the best entry is the answer


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
    near = tuple(match.entry for match in ranking.matches[:MOST] if match.score >= OFFERED)
    if best.score >= OFFER and len(near) > 1:
        return Offer(near, f"The best score, {best.score:.2f}, reaches {OFFER:.2f}, but is not sure enough to answer.")
    return Decline(near, f"The best score, {best.score:.2f}, is not sure enough to answer, nor to offer a choice.")
