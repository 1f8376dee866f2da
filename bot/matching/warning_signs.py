"""Warning signs: does a message describe an emergency, in which no FAQ answer is right?

A phrase of the file is found if its words are in one sentence as the file writes them; fillers don't count. The parts
of a phrase that are joined by "+" are found each by itself, near each other, in any order. Synonyms count as equal, and
misspelt words as what they mean.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from bot.content.model import Faq
from bot.text.phrases import FILLERS, counting, parts
from bot.text.spelling import STRICT, Spelling
from bot.text.synonyms import Synonyms
from bot.text.words import stem, words

LOOKED_UP: Final = 40  # unknown words of a message that may be misspelt; of a cry for help, more than of a question
SLACK: Final = 5  # words that may stand between the parts of a phrase, without fillers

# These words right before a phrase turn it round: "I don't want to die of shame". Not so in a sentence with "why": "why
# don't I end it".
_NEGATIONS: Final = frozenset(map(stem, ("never", "without", "dont", "didnt", "doesnt", "isnt", "wasnt", "havent")))
_WHY: Final = stem("why")

_Terms: TypeAlias = tuple[str, ...]  # the stems of the words that count, synonyms replaced


@dataclass(frozen=True)
class _Phrase:
    """A warning phrase of the file."""

    text: str
    parts: tuple[_Terms, ...]

    @cached_property
    def terms(self) -> frozenset[str]:
        """What a sentence must have for the phrase to be in it."""
        return frozenset().union(*self.parts)

    def is_in(self, sentence: _Terms) -> bool:
        """Return whether all parts are in the sentence, near each other and not negated."""
        length = sum(map(len, self.parts)) + (SLACK if len(self.parts) > 1 else 0)
        places = [_places(sentence, part) for part in self.parts]
        return any(
            all(
                not found.isdisjoint(range(start, start + length - len(part) + 1))
                for part, found in zip(self.parts, places, strict=True)
            )
            for start in set().union(*places)
        )


def _places(sentence: _Terms, part: _Terms) -> set[int]:
    """Return where a part starts in a sentence, without the places right behind a negation."""
    negations = frozenset() if _WHY in sentence else _NEGATIONS
    return {
        at
        for at in range(len(sentence) - len(part) + 1)
        if sentence[at : at + len(part)] == part and not (at and sentence[at - 1] in negations)
    }


class WarningSigns:
    """Finds the FAQ's warning phrases in messages."""

    def __init__(self, faq: Faq, known: Iterable[str]) -> None:
        """`known`: words that are no misspellings, beside those of phrases and synonyms."""
        phrases = faq.warning_signs.phrases if faq.warning_signs else ()
        texts = [*phrases, *(synonym for synonyms in faq.synonyms for synonym in synonyms)]
        targets = FILLERS.union(*map(words, texts))  # what a misspelt word may mean
        self._stems = frozenset(map(stem, targets))
        self._spelling = Spelling(targets.union(known), STRICT, targets)
        # Without fillers, and without what is nothing else.
        lists = [[" ".join(found) for text in texts if (found := counting(text))] for texts in faq.synonyms]
        self._synonyms = Synonyms([synonyms for synonyms in lists if len(synonyms) > 1])
        made = [_Phrase(text, tuple(map(self._terms, parts(text)))) for text in phrases if all(parts(text))]
        frequency = Counter(term for phrase in made for term in phrase.terms)
        # By that of their terms which the fewest phrases have, so that few are tried on a sentence.
        self._by_rarest: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in made:
            self._by_rarest[min(phrase.terms, key=lambda term: (frequency[term], term))].append(phrase)

    def find(self, message: Sequence[tuple[str, ...]]) -> str | None:
        """Return a phrase of the file that a message, given as the words of each of its sentences, contains, always the
        same one; None if it contains none.
        """
        if not self._by_rarest:
            return None
        typed = [word for sentence in message for word in sentence]
        corrections = self._spelling.corrections(typed, LOOKED_UP)
        found = self._find(message, corrections)
        # A misspelt word may also be a form of another word: "numbed" is nearest to "number", and is a form of "numb".
        # So if nothing was found, such words are read again as they are typed.
        forms = {word for word in corrections if stem(word) in self._stems}
        if found is None and forms:
            found = self._find(message, {word: corrections[word] for word in corrections.keys() - forms})
        return found

    def _find(self, message: Sequence[tuple[str, ...]], corrections: Mapping[str, str]) -> str | None:
        for sentence in dict.fromkeys(message):  # each sentence once
            spelt = [corrections.get(word, word) for word in sentence]
            terms = self._terms([word for word in spelt if word not in FILLERS])
            present = frozenset(terms)
            for term in dict.fromkeys(terms):
                for phrase in self._by_rarest.get(term, ()):
                    if phrase.terms <= present and phrase.is_in(terms):
                        return phrase.text
        return None

    def _terms(self, typed: Sequence[str]) -> _Terms:
        return self._synonyms.replaced([stem(word) for word in typed])
