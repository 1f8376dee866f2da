"""A ranking, and how the question came, to a decision: answer, offer, decline, warn, or stay silent."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from bot.content.model import Entry
from bot.matching.ranking import Ranking
from bot.matching.shape import looks_like_question, says_nothing

# Thresholds on probabilities, see ranking.Match.score. A wrong answer is worse than a choice, a choice is worse than a
# wrong "I don't know", and an answer that nobody asked for is the worst. ANSWER follows from how many off-topic
# messages may get an answer, 2%, and OVERHEARD is above all that were measured (docs/matching.md, "What was tried").
# The scores of all entries add up to 1 at most, so that no second entry comes near an answer.
ANSWER: Final = 0.75  # asked: if the best score is at least this, its entry is the answer
OFFER: Final = 0.30  # asked: if the best scores add up to at least this, their entries are offered
MOST: Final = 3  # entries in one offer
# The least score of an entry that is offered, or named when the bot declines. If MOST add up to an offer, one has it.
OFFERED: Final = 0.03
OVERHEARD: Final = 0.985  # overheard: if the best score is at least this, its entry is the answer


class Origin(Enum):
    """How a question came to the bot."""

    ASK = "ask"  # the command, or the terminal
    MENTION = "mention"  # or a reply to the bot
    MENU = "menu"  # the message menu
    DIRECT = "direct"  # a direct message, or the command in one
    WATCHED = "watched"  # overheard: nobody addressed the bot


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry answers the question."""

    entry: Entry
    rule: str  # which rule decided, as a sentence; so in all of these


@dataclass(frozen=True, slots=True)
class Offer:
    """One to three entries may answer it: the member chooses."""

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
    """Nobody asked, and no entry is sure enough, or the message does not look like a question."""

    rule: str


Decision: TypeAlias = Answer | Offer | Decline | Warning | Silence


def decide(ranking: Ranking, origin: Origin) -> Decision:
    """Return the decision for a ranking. Pure: the same ranking and origin give the same decision."""
    if ranking.warning_sign is not None:
        return Warning(ranking.warning_sign, f'The message contains the warning sign "{ranking.warning_sign}".')
    if says_nothing(ranking.question):
        rule = "It is code, or the same words again and again."
        return Silence(rule) if origin is Origin.WATCHED else Decline((), rule)
    best = ranking.matches[0]
    least = OVERHEARD if origin is Origin.WATCHED else ANSWER
    low = f"The best score, {_rounded_down(best.score)}, is below {least}"
    if origin is Origin.WATCHED and best.score < OVERHEARD:
        return Silence(f"{low}, and nobody asked.")
    if origin is Origin.WATCHED and not looks_like_question(ranking.question):
        return Silence("It is not shaped like a question, and nobody asked.")
    if best.score >= least:
        return Answer(best.entry, f"Its score of {_rounded_down(best.score)} reaches {least}.")
    nearest = ranking.matches[:MOST]
    near = tuple(match.entry for match in nearest if match.score >= OFFERED)
    together = sum(match.score for match in nearest)
    if together >= OFFER:
        return Offer(near, f"{low}, but the best {MOST} together, {_rounded_down(together)}, reach {OFFER}.")
    return Decline(near, f"{low}, and the best {MOST} together, {_rounded_down(together)}, do not reach {OFFER}.")


def _rounded_down(score: float) -> str:
    """Return a score to be shown beside a threshold: rounded up, one that is below could look as if it reached it."""
    return f"{math.floor(score * 1000.0) / 1000.0:.3f}"
