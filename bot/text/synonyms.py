"""The FAQ's synonyms: each word or phrase of a list is replaced by one term that stands for the whole list."""

from collections import defaultdict
from collections.abc import Sequence

from bot.text.words import stems


class Synonyms:
    """Replaces synonyms in stems, the longest first: with ["glutes", "rear end"], "my rear end" is ("my", "glute")."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self._term_of: dict[tuple[str, ...], str] = {}  # the stems of a synonym, to the term of its list
        for synonyms in lists:
            term = "_".join(stems(synonyms[0]))
            self._term_of.update((stems(synonym), term) for synonym in synonyms)
        self._longest_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)  # synonyms, by their first stem
        for synonym in sorted(self._term_of, key=len, reverse=True):
            self._longest_first[synonym[0]].append(synonym)

    def replaced(self, sequence: Sequence[str]) -> tuple[str, ...]:
        """Return the terms of a sequence of stems: what stands for a synonym, and each other stem as it is."""
        return tuple(term for term, _, _ in self.located(sequence))

    def located(self, sequence: Sequence[str]) -> list[tuple[str, int, int]]:
        """Return each term of the sequence, with the place of its first stem and the place behind its last."""
        found, start = [], 0
        while start < len(sequence):
            term, stop = sequence[start], start + 1
            for synonym in self._longest_first.get(term, ()):
                if tuple(sequence[start : start + len(synonym)]) == synonym:
                    term, stop = self._term_of[synonym], start + len(synonym)
                    break
            found.append((term, start, stop))
            start = stop
        return found
