"""Misspelt words to the known words that they are most similar to, by rapidfuzz."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much a word may differ from a known one and still count as a misspelling of it."""

    similarity: float  # at least; 1 - optimal string alignment distance / length of the longer word
    shortest: int  # letters; in a shorter word, one other letter makes another word
    same_start: int  # letters; a known word of up to so many must have the same first letter


# One letter in four may be dropped, added, changed or swapped. With more, everyday words become words of the FAQ.
GENEROUS: Final = Tolerance(similarity=0.75, shortest=3, same_start=5)
# One letter in five, for what a word that only looks similar must not set off.
STRICT: Final = Tolerance(similarity=0.8, shortest=5, same_start=100)

REMEMBERED: Final = 4_096  # unknown words whose nearest known word is remembered: a search takes 20 to 80 microseconds
LOOKED_UP: Final = 8  # unknown words of one text that are looked up; a text with more is no question


class Spelling:
    """The known words, and which of them a misspelt word means."""

    def __init__(
        self, known: Iterable[str], tolerance: Tolerance = GENEROUS, targets: Iterable[str] | None = None
    ) -> None:
        """`targets`: the known words that others may be misspellings of; all of them if not given."""
        self._known = frozenset(known)
        self._tolerance = tolerance
        self._targets: dict[tuple[int, str], list[str]] = defaultdict(list)  # by length and required first letter
        for word in sorted(self._known if targets is None else frozenset(targets)):
            self._targets[len(word), self._start(word, len(word))].append(word)
        self._most_similar = lru_cache(maxsize=REMEMBERED)(self._search)
        self._candidates = lru_cache(maxsize=64)(self._targets_of)  # a third of the time of a search

    def corrections(self, typed: Sequence[str], most: int = LOOKED_UP) -> dict[str, str]:
        """Return the misspelt words among the first `most` unknown ones, each with the known word that it means."""
        unknown = [word for word in typed if word not in self._known][:most]
        found = {word: self._most_similar(word) for word in unknown}
        return {word: meant for word, meant in found.items() if meant is not None}

    def corrected(self, typed: Sequence[str]) -> list[str]:
        """Return the words with their corrections put in."""
        corrections = self.corrections(typed)
        return [corrections.get(word, word) for word in typed]

    def _search(self, word: str) -> str | None:
        if len(word) < self._tolerance.shortest or not word.isalpha():
            return None
        candidates, least = self._candidates(len(word), word[0]), self._tolerance.similarity
        best = process.extractOne(word, candidates, scorer=OSA.normalized_similarity, score_cutoff=least)
        return None if best is None else best[0]

    def _targets_of(self, length: int, first: str) -> list[str]:
        """Return the targets that a word of this length and first letter can be a misspelling of."""
        slack = int(length * (1.0 / self._tolerance.similarity - 1.0) + 1e-9)
        lengths = range(length - slack, length + slack + 1)
        return [target for each in lengths for target in self._targets.get((each, self._start(first, each)), ())]

    def _start(self, word: str, length: int) -> str:
        """Return what a target of this length must start with for `word` to be a misspelling of it."""
        return word[:1] if length <= self._tolerance.same_start else ""
