"""A text in two views: which words it has, next to which others, and which runs of letters its words are made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Final

from bot.text.spelling import Spelling
from bot.text.synonyms import Concepts
from bot.text.words import stem

RUNS: Final = (3, 4)  # lengths of the runs of letters; with 2 or 5 more, no better, with 3 alone a little worse
LONGEST: Final = 40  # letters of a word that are looked at


@dataclass(frozen=True, slots=True)
class Part:
    """One word, or one synonym of several words."""

    concept: str
    start: int  # number of its first word
    stop: int  # and of the word behind its last


class Views:
    """How texts are seen, given the synonyms and the words that are known; other words may be misspelt ones."""

    def __init__(self, synonyms: Sequence[Sequence[str]], known: Iterable[str]) -> None:
        self._concepts = Concepts(synonyms)
        self._spelling = Spelling(known)

    def meant(self, word: str) -> str:
        """The known word that a misspelt one is nearest to, or the word itself."""
        return self._spelling.nearest(word) or word

    def are_many_unknown(self, typed: Sequence[str]) -> bool:
        """Whether a text has more unknown words than are looked up, so that not each is what it is by itself."""
        return self._spelling.are_many_unknown(typed)

    def corrected(self, typed: Sequence[str]) -> Sequence[str]:
        """The words of a text, misspelt ones as the known words that they are nearest to."""
        return self._spelling.corrected(typed)

    def concept(self, stem: str) -> str:
        """The concept of a stem, unless it is part of a synonym of several words."""
        return self._concepts.of((stem,))[0]

    def concepts(self, stems: Sequence[str]) -> Sequence[str] | None:
        """The concepts of a text in order, given as its stems; None where each is that of one word."""
        return None if self._concepts.are_words(stems) else self._concepts.of(stems)

    def concepts_of(self, typed: Sequence[str]) -> Sequence[str]:
        """The concepts of a text in order, given as its words, all of them known."""
        return self._concepts.of([stem(word) for word in typed])

    def parts(self, typed: Sequence[str]) -> list[Part]:
        """The words that count each for itself, and the synonyms of several, in the text's order."""
        return list(starmap(Part, self._concepts.located([stem(word) for word in self.corrected(typed)])))


def runs_of(word: str) -> list[str]:
    """The runs of letters in a word, its edges marked: "bum" has " bu", "bum", "um ", " bum", "bum "."""
    edged = f" {word[:LONGEST]} "
    return [edged[at : at + length] for length in RUNS for at in range(len(edged) - length + 1)]
