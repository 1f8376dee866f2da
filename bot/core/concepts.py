"""The FAQ's synonyms at work: each word or phrase of a list becomes the list's one concept."""

from collections.abc import Sequence

from bot.core.words import stems


class Concepts:
    """Replaces synonyms in a sequence of stems. Of several that fit at one place, the longest counts."""

    def __init__(self, synonyms: Sequence[Sequence[str]]) -> None:
        self._concept_of: dict[tuple[str, ...], str] = {}
        for group in synonyms:
            concept = "_".join(stems(group[0]))
            self._concept_of.update({stems(synonym): concept for synonym in group})
        self._longest: dict[str, int] = {}  # per stem, how many stems the longest synonym that starts with it has
        for phrase in self._concept_of:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def of(self, sequence: Sequence[str]) -> tuple[str, ...]:
        """The same stems with each synonym replaced by its concept."""
        return tuple(concept for concept, _, _ in self.located(sequence))

    def located(self, sequence: Sequence[str]) -> list[tuple[str, int, int]]:
        """Each concept or other stem of the sequence with where it starts and where it stops."""
        found = []
        at = 0
        while at < len(sequence):
            concept, stop = sequence[at], at + 1
            for length in range(min(self._longest.get(concept, 0), len(sequence) - at), 0, -1):
                known = self._concept_of.get(tuple(sequence[at : at + length]))
                if known is not None:
                    concept, stop = known, at + length
                    break
            found.append((concept, at, stop))
            at = stop
        return found
