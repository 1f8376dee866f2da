"""The FAQ's synonyms at work: each word or phrase of a list becomes the list's one concept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bot.text.words import stems


class Concepts:
    """Replaces synonyms in a sequence of stems. Of several that fit at one place, the longest counts."""

    def __init__(self, synonyms: Sequence[Sequence[str]]) -> None:
        self._of_stem: dict[str, str] = {}
        self._of_phrase: dict[tuple[str, ...], str] = {}
        self._longest: dict[str, int] = {}  # per stem, how many stems the longest phrase that starts with it has
        self._starts: set[tuple[str, ...]] = set()  # of phrases, two stems each
        for group in synonyms:
            concept = "_".join(stems(group[0]))
            for phrase in map(stems, group):
                if len(phrase) == 1:
                    self._of_stem[phrase[0]] = concept
                else:
                    self._of_phrase[phrase] = concept
                    self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))
                    self._starts.add(phrase[:2])

    def are_words(self, sequence: Sequence[str]) -> bool:
        """Whether no phrase of several words can start anywhere: in most texts, each concept is one word."""
        return self._starts.isdisjoint(pairwise(sequence))

    def of(self, sequence: Sequence[str]) -> tuple[str, ...]:
        """The same stems with each synonym replaced by its concept."""
        if self.are_words(sequence):
            return tuple([self._of_stem.get(stem, stem) for stem in sequence])
        return tuple([concept for concept, _, _ in self.located(sequence)])

    def located(self, sequence: Sequence[str]) -> list[tuple[str, int, int]]:
        """Each concept or other stem of the sequence with where it starts and where it stops."""
        found = []
        at = 0
        while at < len(sequence):
            stem = sequence[at]
            concept, stop = self._of_stem.get(stem, stem), at + 1
            for length in range(min(self._longest.get(stem, 0), len(sequence) - at), 1, -1):
                known = self._of_phrase.get(tuple(sequence[at : at + length]))
                if known is not None:
                    concept, stop = known, at + length
                    break
            found.append((concept, at, stop))
            at = stop
        return found

    def telling(self, often: Mapping[str, int]) -> dict[str, set[str]]:
        """For each concept, stems of which a text has one wherever it has the concept: of each synonym the rarest, by
        how often they are there elsewhere.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for stem, concept in self._of_stem.items():
            found[concept].add(stem)
        for phrase, concept in self._of_phrase.items():
            found[concept].add(min(phrase, key=lambda stem: often.get(stem, 0)))
        return found
