"""A text in two views: which words it has, next to which others, and which runs of letters its words are made of."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, TypeAlias

from bot.core.concepts import Concepts
from bot.core.spelling import Spelling
from bot.core.words import stem

RUNS: Final = (3, 4)  # lengths of the runs of letters; with 2 or 5 more, no better, with 3 alone a little worse

Features: TypeAlias = Mapping[str, float]  # how much of each feature is there
View: TypeAlias = tuple[
    Features, Features
]  # concepts and pairs of neighbours, by how surely they are there; runs, by the root of their number


@dataclass(frozen=True, slots=True)
class Part:
    """What one word, or one synonym of several words, adds to the views of its text."""

    typed: str
    concept: str
    words: Sequence[str]  # features of the view of words; a pair of neighbours is part of both
    runs: Sequence[str]


class Views:
    """How texts are seen, given the synonyms and the words that are known; other words may be misspelt ones."""

    def __init__(self, synonyms: Sequence[Sequence[str]], known: Iterable[str]) -> None:
        self._concepts = Concepts(synonyms)
        self._spelling = Spelling(known)

    def of(self, typed: Sequence[str]) -> View:
        """Both views of a text, given as its words."""
        runs = Counter(chain.from_iterable(map(runs_of, typed)))
        return self.words(typed), dict(zip(runs, map(math.sqrt, runs.values()), strict=True))

    def concepts(self, known: Sequence[str]) -> Sequence[str]:
        """The concepts of a text in order, given as its words, all of them known."""
        return self._concepts.of([stem(word) for word in known])

    def words(self, typed: Sequence[str]) -> Features:
        """The view of words alone."""
        words: dict[str, float] = {}
        before, sure_before = "", 1.0
        for concept, sure, _, _ in self._located(typed):
            if sure > words.get(concept, 0.0):
                words[concept] = sure
            words[f"{before} {concept}"] = min(sure_before, sure)
            before, sure_before = concept, sure
        if before:
            words[f"{before} "] = sure_before
        return words

    def parts(self, typed: Sequence[str]) -> list[Part]:
        """What each word adds, in the words' order."""
        located = self._located(typed)
        concepts = ["", *(concept for concept, _, _, _ in located), ""]
        pairs = [f"{before} {here}" for before, here in pairwise(concepts)]
        return [
            Part(
                " ".join(typed[start:stop]),
                concept,
                [concept, *around],
                list(chain.from_iterable(map(runs_of, typed[start:stop]))),
            )
            for (concept, _, start, stop), around in zip(located, pairwise(pairs), strict=True)
        ]

    def _located(self, typed: Sequence[str]) -> list[tuple[str, float, int, int]]:
        """The concepts of a text in order, how sure each is, and from which to before which word it reaches."""
        nearest = self._spelling.corrected(typed)
        return [
            (
                concept,
                min([sure for _, sure in nearest[start:stop]]) if stop > start + 1 else nearest[start][1],
                start,
                stop,
            )
            for concept, start, stop in self._concepts.located([stem(word) for word, _ in nearest])
        ]


@lru_cache(maxsize=16_384)
def runs_of(word: str) -> tuple[str, ...]:
    """The runs of letters in a word, its edges marked: "bum" has " bu", "bum", "um ", " bum", "bum "."""
    edged = f" {word} "
    return tuple([edged[at : at + length] for length in RUNS for at in range(len(edged) - length + 1)])
