"""Warning signs: does a message describe an emergency in which no FAQ answer is right?"""

from typing import Final

from bot.core.concepts import Concepts
from bot.core.model import Faq
from bot.core.spelling import STRICT, Spelling
from bot.core.words import sentences, stem, stems, words

# Words that carry nothing in a phrase of an emergency. "not", "can't" and "no" carry much, so they stay.
_FILLERS: Final = frozenset(
    [
        "a",
        "also",
        "am",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "for",
        "from",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "im",
        "in",
        "is",
        "it",
        "its",
        "ive",
        "just",
        "like",
        "me",
        "my",
        "of",
        "on",
        "our",
        "really",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "very",
        "was",
        "we",
        "were",
        "with",
        "you",
        "your",
    ]
)
_FILLER_STEMS: Final = frozenset(map(stem, _FILLERS))

# Right before a phrase, these turn it round: "I don't want to die of shame". "No" does not: "no, my groin is numb".
_NEGATIONS: Final = frozenset(
    map(stem, ("not", "never", "without", "dont", "didnt", "doesnt", "isnt", "wasnt", "havent", "hasnt"))
)

SLACK: Final = 3  # further words that may stand between the words of a phrase


class WarningSigns:
    """Finds the FAQ's warning phrases in messages.

    A phrase is found where all its words, fillers aside, stand near each other in one sentence, in any order. Synonyms
    count as equal, and misspelt words as what they are nearest to.
    """

    def __init__(self, faq: Faq, concepts: Concepts) -> None:
        phrases = faq.warning_signs.phrases if faq.warning_signs else ()
        self._concepts = concepts
        self._phrases = [(phrase, frozenset(self._carriers(stems(phrase)))) for phrase in phrases]
        vocabulary = {word for phrase in phrases for word in words(phrase)}
        for group in faq.synonyms:
            for synonym in group:
                vocabulary.update(words(synonym))
        self._spelling = Spelling(vocabulary - _FILLERS, STRICT)

    def find(self, message: str) -> str | None:
        """The first phrase of the file that the message contains, or None."""
        for sentence in sentences(message):
            carriers = self._carriers([stem(self._spelt(word)) for word in sentence])
            known = set(carriers)
            for phrase, wanted in self._phrases:
                if wanted and wanted <= known and _close(carriers, wanted):
                    return phrase
        return None

    def _spelt(self, word: str) -> str:
        nearest = None if word in _FILLERS else self._spelling.nearest(word)
        return nearest[0] if nearest else word

    def _carriers(self, sequence: list[str] | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in self._concepts.of(sequence) if word not in _FILLER_STEMS)


def _close(sequence: tuple[str, ...], wanted: frozenset[str]) -> bool:
    """Whether all `wanted` words stand, not negated, within a stretch that is not much longer than they are."""
    span = len(wanted) + SLACK
    starts = (at for at, word in enumerate(sequence) if word in wanted and not (at and sequence[at - 1] in _NEGATIONS))
    return any(wanted <= set(sequence[at : at + span]) for at in starts)
