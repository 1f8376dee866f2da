"""The features of a text: its terms, its pairs of neighbouring terms, and the character n-grams of its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise, starmap
from typing import Final

from bot.text.spelling import Spelling
from bot.text.synonyms import Synonyms
from bot.text.words import stem, words

LENGTHS: Final = (3, 4)  # characters of an n-gram
LONGEST: Final = 40  # letters of a word that n-grams are taken from
REMEMBERED: Final = 4_096  # words whose n-grams are remembered: the texts of a FAQ share most of their words


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a synonym of several words, in a text."""

    name: str  # the stem of the word, or the term that stands for its list of synonyms
    start: int  # number of its first word
    stop: int  # number of the word behind its last


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The features of one text, by kind."""

    terms: tuple[str, ...]  # terms and pairs, each once
    ngrams: tuple[str, ...]  # each as often as the text has it


class Features:
    """Finds the features of texts."""

    def __init__(self, synonyms: Sequence[Sequence[str]], known: Iterable[str]) -> None:
        """`known`: words that are no misspellings, beside those of the synonyms."""
        self._synonyms = Synonyms(synonyms)
        texts = chain.from_iterable(synonyms)
        self._spelling = Spelling(chain(known, chain.from_iterable(map(words, texts))))

    def of(self, typed: Sequence[str]) -> TextFeatures:
        """Return the features of a text: terms of its words as they are meant, n-grams of them as they are typed."""
        terms = self._synonyms.replaced(self._stems(typed))
        ngrams = chain.from_iterable(map(ngrams_of, typed))
        return TextFeatures(tuple(dict.fromkeys([*terms, *pairs_of(terms)])), tuple(ngrams))

    def terms(self, typed: Sequence[str]) -> list[Term]:
        """Return the terms of a text in order, given as its words."""
        return list(starmap(Term, self._synonyms.located(self._stems(typed))))

    def _stems(self, typed: Sequence[str]) -> list[str]:
        return [stem(word) for word in self._spelling.corrected(typed)]


def pairs_of(terms: Sequence[str]) -> list[str]:
    """Return each two neighbouring terms as one feature, the empty term standing for the edges of the text:
    ("bum", "hurt") gives [" bum", "bum hurt", "hurt "]. An empty text has no pair.
    """
    return [f"{before} {here}" for before, here in pairwise(("", *terms, ""))] if terms else []


@lru_cache(maxsize=REMEMBERED)
def ngrams_of(word: str) -> tuple[str, ...]:
    """Return the character n-grams of a word between two spaces: "bum" gives (" bu", "bum", "um ", " bum", "bum ")."""
    edged = f" {word[:LONGEST]} "
    return tuple(edged[start : start + length] for length in LENGTHS for start in range(len(edged) - length + 1))
