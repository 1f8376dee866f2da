"""What would make a FAQ better: wordings that add nothing, and pairs of entries that questions confuse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.content.model import Entry
from bot.matching.answerer import Answerer
from bot.matching.quality.evaluate import Case

ALIKE: Final = 0.65  # similarity from which a wording adds nothing; docs/matching.md says how it was found
AT_LEAST: Final = 2  # questions that confuse two entries


@dataclass(frozen=True, slots=True)
class Superfluous:
    """A wording that adds nothing to another one of its entry."""

    entry: Entry
    wording: str
    like: str  # the earlier wording that it is most similar to


@dataclass(frozen=True, slots=True)
class Confused:
    """An entry that is taken for another."""

    meant: str
    found: str
    questions: int


def superfluous(answerer: Answerer) -> list[Superfluous]:
    """Return the wordings that say nearly the same, in nearly the same words, as an earlier one of their entry."""
    found = []
    for entry in answerer.faq.entries:
        kept: list[int] = []
        similarities = answerer.matcher.similarities(entry.wordings)
        for number, wording in enumerate(entry.wordings):
            best = max(kept, key=lambda other: similarities[number, other], default=None)
            if best is not None and similarities[number, best] >= ALIKE:
                found.append(Superfluous(entry, wording, entry.wordings[best]))
            else:
                kept.append(number)
    return found


def confused(judged: Sequence[Case]) -> list[Confused]:
    """Return which entries are taken for which by several questions, the most frequent pairs first."""
    pairs = Counter(
        (case.question.accept[0], case.ranking.matches[0].entry.id)
        for case in judged
        if case.question.accept and not case.right_within(1)
    )
    return [Confused(*pair, count) for pair, count in pairs.most_common() if count >= AT_LEAST]
