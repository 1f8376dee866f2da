"""A ranking and the origin to a decision: answer, offer, decline, warn, or stay silent."""

from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from bot.content.model import Entry
from bot.matching.ranking import Ranking
from bot.matching.shape import asks

# Probabilities, see ranking.Match.score. A wrong answer is worse than a choice, a choice than a wrong "I don't know",
# and an answer that nobody asked for is the worst. ANSWER and OVERHEARD follow from how many off-topic messages may get
# an answer, 2% and 0.3%: among the 150 of the known questions, the third scores 0.77, the fourth 0.70 and the first
# 0.94; among 160 others, by somebody who had not read the FAQ, it was 0.76, 0.60 and 0.83 when these were set.
# The scores of all entries add up to 1 at most, so that no runner-up comes near an answer.
ANSWER: Final = 0.72  # asked: from here on, the best entry is the answer
OFFER: Final = 0.30  # asked: from here on, the best entries, their scores added, are offered
OFFERED: Final = 0.03  # and this is what an entry needs to be among them, or to be named when the bot declines
MOST: Final = 3  # entries in one offer
OVERHEARD: Final = 0.96  # overheard: from here on, the best entry is the answer


class Origin(Enum):
    """How a question came to the bot."""

    ASK = "ask"  # the command, or the terminal
    MENTION = "mention"  # or a reply to the bot
    MENU = "menu"  # the message menu
    DIRECT = "direct"  # a direct message, or the command in one
    WATCHED = "watched"  # overheard: nobody addressed the bot


class Answer(NamedTuple):
    """One entry answers the question."""

    entry: Entry
    score: float
    least: float  # that its score had to reach

    @property
    def rule(self) -> str:
        """Which rule decided."""
        return f"Its score of {self.score:.2f} reaches {self.least:.2f}."


class Offer(NamedTuple):
    """Two or three entries may answer it: the member chooses."""

    entries: tuple[Entry, ...]
    best: float  # score

    @property
    def rule(self) -> str:
        """Which rule decided."""
        return f"The best score, {self.best:.2f}, is below {ANSWER:.2f}; together they reach {OFFER:.2f}."


class Decline(NamedTuple):
    """No entry answers it, and the bot says so."""

    nearest: tuple[Entry, ...]
    together: float  # the best scores, added

    @property
    def rule(self) -> str:
        """Which rule decided."""
        return f"The best scores reach {self.together:.2f} together: not enough, or nothing to choose from."


class Warning(NamedTuple):
    """The message has a warning sign: see a professional now."""

    sign: str  # the phrase of the file that the message contains

    @property
    def rule(self) -> str:
        """Which rule decided."""
        return f'The message contains the warning sign "{self.sign}".'


class Silence(NamedTuple):
    """Nobody asked, and no entry is sure enough, or the message is not shaped like a question."""

    best: float  # score

    @property
    def rule(self) -> str:
        """Which rule decided."""
        if self.best >= OVERHEARD:
            return "It is not shaped like a question, and nobody asked."
        return f"The best score, {self.best:.2f}, is below {OVERHEARD:.2f}, and nobody asked."


# Each says by which rule it was decided, as a sentence; it is made where somebody asks.
Decision: TypeAlias = Answer | Offer | Decline | Warning | Silence


def decide(ranking: Ranking, origin: Origin) -> Decision:
    """The decision for a ranking. Pure: the same ranking and origin give the same decision."""
    if ranking.warning_sign is not None:
        return Warning(ranking.warning_sign)
    if origin is Origin.WATCHED:
        return _overheard(ranking)
    return _asked(ranking)


def _overheard(ranking: Ranking) -> Decision:
    best = ranking.matches[0]
    if best.score >= OVERHEARD and asks(ranking.question):
        return Answer(best.entry, best.score, OVERHEARD)
    return Silence(best.score)


def _asked(ranking: Ranking) -> Decision:
    best = ranking.matches[0]
    if best.score >= ANSWER:
        return Answer(best.entry, best.score, ANSWER)
    nearest = ranking.matches[:MOST]
    near = tuple(match.entry for match in nearest if match.score >= OFFERED)
    together = sum(match.score for match in nearest)
    if together >= OFFER and len(near) > 1:
        return Offer(near, best.score)
    return Decline(near, together)
