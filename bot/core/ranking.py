"""What the matcher found: entries by the probability that they are right, each with its evidence."""

from dataclasses import dataclass

from bot.core.model import Entry


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the question that counted: as which concept, and how much of the word view's similarity."""

    typed: str
    concept: str  # the stem of a word, or of a list of synonyms
    share: float  # in 0..1


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that the question may mean."""

    entry: Entry
    score: float  # the probability that this entry is right, in 0..1
    wording: str  # the entry's wording that is nearest to the question
    words: tuple[WordShare, ...]  # what question and wording have in common, most important first


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the matcher found for one question: matches, best first, and the warning phrase in it, if any."""

    question: str
    matches: tuple[Match, ...]
    warning_sign: str | None = None
