"""What the matcher found: entries by the probability that they are right, and, if asked, why."""

from dataclasses import dataclass
from typing import Final

from bot.content.model import Entry

CANDIDATES: Final = 5  # entries of a ranking, unless another number is asked for


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that the question may mean."""

    entry: Entry
    score: float  # the probability that this entry is right, in 0..1


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the matcher found for one question: matches, best first, and the warning phrase in it, if any."""

    question: str
    matches: tuple[Match, ...]
    warning_sign: str | None = None


@dataclass(frozen=True, slots=True)
class WordShare:
    """A word of the question, or a synonym of several words, that counted."""

    typed: str
    term: str  # what it counted as: the stem of a word, or the term that stands for its list of synonyms
    share: float  # how far it moved the log-odds: towards the entry (above 0) or towards off topic (below)


@dataclass(frozen=True, slots=True)
class SimilarText:
    """A wording of the entry, or an off-topic line, that is similar to the question."""

    text: str
    similarity: float  # cosine, in 0..1


@dataclass(frozen=True, slots=True)
class MeaningShare:
    """What the question means, and how that counted."""

    share: float  # how far it moved the log-odds, as WordShare.share
    nearest: tuple[SimilarText, ...]  # wordings of the entry and sentences of its answer, nearest in meaning first
    off_topic: tuple[SimilarText, ...]  # off-topic lines of the FAQ's own, likewise


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry got its score."""

    entry: Entry
    start: float  # the log-odds that a question of this length is on topic, before its words move them
    # And with its words and its meaning. The score of the best entry is computed from these, unless the question is a
    # wording word for word; in a FAQ that was learned in several groups, with the mean of their scores for off topic
    # instead of that of the entry's group.
    total: float
    words: tuple[WordShare, ...]  # in the order of the question
    meaning: MeaningShare | None  # None if the FAQ was learned without meaning
    wordings: tuple[SimilarText, ...]  # the entry's own, most similar first
    off_topic: tuple[SimilarText, ...]  # off-topic lines, most similar first
