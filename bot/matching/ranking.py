"""What the matcher found: entries by the probability that they are right, and, where asked, why."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.content.model import Entry

CANDIDATES: Final = 5  # entries of a ranking, where no other number is asked for


class Match(NamedTuple):
    """An entry that the question may mean."""

    entry: Entry
    score: float  # the probability that this entry is right, in 0..1


class Ranking(NamedTuple):
    """What the matcher found for one question: matches, best first, and the warning phrase in it, if any."""

    question: str
    matches: tuple[Match, ...]
    warning_sign: str | None = None


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the question, or a synonym of several words, that counted."""

    typed: str
    concept: str  # what it counted as: the stem of a word, or of a list of synonyms
    share: float  # how far it moved the log-odds: towards the entry (above 0) or to what is off topic (below)


@dataclass(frozen=True, slots=True)
class WordingShare:
    """A wording of the entry, or an off-topic line, that is like the question."""

    text: str
    alike: float  # in 0..1


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry got its score."""

    entry: Entry
    start: float  # the log-odds that a question of this length is on topic, before its words move them
    total: float  # and after; with those of the best entry, its score is computed
    words: tuple[WordShare, ...]  # in the order of the question
    wordings: tuple[WordingShare, ...]  # the entry's own, most alike first
    off_topic: tuple[WordingShare, ...]  # off-topic lines, most alike first
