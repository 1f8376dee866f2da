"""Misspelt words to the words that the FAQ knows, by rapidfuzz."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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


REMEMBERED: Final = 4_096  # unknown words of which it is remembered what they are nearest to
LOOKED_UP: Final = 8  # unknown words of one text for which the nearest is sought; a text of more is no question


class Spelling:
    """The words that are known, and the nearest of them to one that is not."""

    def __init__(
        self, known: Iterable[str], tolerance: Tolerance = GENEROUS, sought: Iterable[str] | None = None
    ) -> None:
        """`sought`: the known words that others may be misspellings of, where those are not all."""
        self._known = frozenset(known)
        self._tolerance = tolerance
        self._alike: dict[tuple[int, str], list[str]] = defaultdict(list)  # by length and, up to rough, first letter
        for word in sorted(self._known if sought is None else frozenset(sought)):
            self._alike[len(word), self._start(word, len(word))].append(word)
        self._nearest = lru_cache(maxsize=REMEMBERED)(self._most_alike)
        self._candidates = lru_cache(maxsize=64)(self._alike_enough)

    def are_many_unknown(self, typed: Sequence[str], most: int = LOOKED_UP) -> bool:
        """Whether a text has more than `most` unknown words."""
        return len([word for word in typed if word not in self._known]) > most

    def corrected(self, typed: Sequence[str], most: int = LOOKED_UP) -> list[str]:
        """Each word as the known word most like it, or as it is where none is; no more than the first `most` words that
        are unknown are looked up.
        """
        unknown = [word for word in typed if word not in self._known][:most]
        meant = {word: self._nearest(word) or word for word in unknown}
        return [meant.get(word, word) for word in typed]

    def nearest(self, word: str) -> str | None:
        """The known word most like `word`; None where none is alike enough."""
        return word if word in self._known else self._nearest(word)

    def _most_alike(self, word: str) -> str | None:
        if len(word) < self._tolerance.shortest or not word.isalpha():
            return None
        candidates = self._candidates(len(word), word[0])
        if not candidates:
            return None
        best = process.extractOne(
            word, candidates, scorer=OSA.normalized_similarity, score_cutoff=self._tolerance.alike
        )
        return None if best is None else best[0]

    def _alike_enough(self, length: int, first: str) -> list[str]:
        """The known words whose length and first letter allow that a word of `length` letters that starts with `first`
        is a misspelling of them.
        """
        slack = int(length * (1.0 / self._tolerance.alike - 1.0) + 1e-9)
        lengths = range(length - slack, length + slack + 1)
        return [known for each in lengths for known in self._alike.get((each, self._start(first, each)), ())]

    def _start(self, word: str, length: int) -> str:
        """What a known word of this length must start with to be alike."""
        return "" if length > self._tolerance.rough else word[:1]
