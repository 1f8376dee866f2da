"""The FAQ's synonyms at work: each word or phrase of a list becomes the list's one concept."""

from collections.abc import Iterator, Sequence

from bot.core.words import stems


class Concepts:
    """Replaces synonyms in a sequence of stems. Of several that fit at one place, the longest counts."""

    def __init__(self, synonyms: Sequence[Sequence[str]]) -> None:
        self._concept_of: dict[tuple[str, ...], str] = {}
        for group in synonyms:
            concept = "_".join(stems(group[0]))
            self._concept_of.update({stems(synonym): concept for synonym in group})
        self._longest = max((len(phrase) for phrase in self._concept_of), default=0)

    def of(self, sequence: Sequence[str]) -> tuple[str, ...]:
        """The same stems with each synonym replaced by its concept."""
        return tuple(concept for concept, _, _ in self.located(sequence))

    def located(self, sequence: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """Each concept or other stem of the sequence with where it starts and where it stops."""
        at = 0
        while at < len(sequence):
            stop = at + self._length_at(sequence, at)
            yield self._concept_of.get(tuple(sequence[at:stop]), sequence[at]), at, stop
            at = stop

    def _length_at(self, sequence: Sequence[str], at: int) -> int:
        """How many stems from `at` on are one synonym; 1 where none starts there."""
        for length in range(min(self._longest, len(sequence) - at), 1, -1):
            if tuple(sequence[at : at + length]) in self._concept_of:
                return length
        return 1
