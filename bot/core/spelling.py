"""Misspelt words to the words that the FAQ knows, by rapidfuzz."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a word may be from a known one to count as a misspelling of it."""

    alike: float  # least likeness, 1 - optimal string alignment distance / length of the longer word
    shortest: int  # letters; in shorter words one letter makes another word
    rough: int  # up to this length, the first letter must be right


# One letter in four dropped, added, changed or swapped. Below, everyday words become words of the FAQ.
GENEROUS: Final = Tolerance(alike=0.75, shortest=3, rough=5)
# One letter in five, for what must not be set off by a word that only looks like it.
STRICT: Final = Tolerance(alike=0.8, shortest=5, rough=100)


class Spelling:
    """The words that are known, and the nearest of them to one that is not."""

    def __init__(self, known: Iterable[str], tolerance: Tolerance = GENEROUS) -> None:
        self._known = frozenset(known)
        self._tolerance = tolerance
        self._alike: dict[tuple[int, str], list[str]] = defaultdict(list)  # by length and, up to rough, first letter
        for word in sorted(self._known):
            self._alike[len(word), self._start(word, len(word))].append(word)
        self.nearest = lru_cache(maxsize=8_192)(self._nearest)

    def _nearest(self, word: str) -> tuple[str, float] | None:
        """The known word most like `word` with their likeness in 0..1; None where none is alike enough."""
        if word in self._known:
            return word, 1.0
        if len(word) < self._tolerance.shortest or not word.isalpha():
            return None
        candidates = self._candidates(word)
        best = process.extractOne(
            word, candidates, scorer=OSA.normalized_similarity, score_cutoff=self._tolerance.alike
        )
        return None if best is None else (best[0], best[1])

    def _candidates(self, word: str) -> list[str]:
        """The known words whose length and first letter allow that `word` is a misspelling of them."""
        slack = int(len(word) * (1.0 / self._tolerance.alike - 1.0) + 1e-9)
        lengths = range(len(word) - slack, len(word) + slack + 1)
        return [known for length in lengths for known in self._alike.get((length, self._start(word, length)), ())]

    def _start(self, word: str, length: int) -> str:
        """What a known word of this length must start with to be alike."""
        return "" if length > self._tolerance.rough else word[:1]
