"""Warning signs: does a message describe an emergency in which no FAQ answer is right?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain, islice
from operator import or_
from typing import Final, NamedTuple, TypeAlias

from bot.content.model import Faq
from bot.text.phrases import FILLERS, counting, parts
from bot.text.spelling import STRICT, Spelling
from bot.text.synonyms import Concepts
from bot.text.words import stem, words

LOOKED_UP: Final = 40  # unknown words of a message that may be misspelt; of a cry for help, more than of a question
SLACK: Final = 5  # words that may stand between such parts, fillers not counted

# Right before a phrase, these turn it round: "I don't want to die of shame". Not so behind "why": "why don't I end it".
_NEGATIONS: Final = frozenset(map(stem, ("never", "without", "dont", "didnt", "doesnt", "isnt", "wasnt", "havent")))
_WHY: Final = stem("why")


class Hints(NamedTuple):
    """Phrases, each as a bit, of which a message has a word. In a message that contains a phrase, it is among both."""

    rarest: int  # their rarest word
    second: int  # and their second rarest, or the same one where they have no other


NO_HINTS: Final = Hints(0, 0)

_Carriers: TypeAlias = tuple[str, ...]  # concepts and stems of the words that count


@dataclass(frozen=True)
class _Phrase:
    """A warning phrase of the file."""

    text: str
    parts: tuple[_Carriers, ...]  # more than one where the phrase joins them

    @cached_property
    def words(self) -> frozenset[str]:
        """What a sentence must contain to be looked at closely."""
        return frozenset().union(*self.parts)

    def stands_in(self, sentence: _Carriers) -> bool:
        """Whether all parts stand in the sentence, not negated, within a stretch not much longer than they are."""
        span = sum(map(len, self.parts)) + (SLACK if len(self.parts) > 1 else 0)
        places = [_places(sentence, part) for part in self.parts]
        return any(
            all(
                any(start <= at <= start + span - len(part) for at in found)
                for part, found in zip(self.parts, places, strict=True)
            )
            for start in sorted(set().union(*places))
        )


def _places(sentence: _Carriers, part: _Carriers) -> list[int]:
    """Where a part starts in a sentence, leaving out where a negation stands right before it."""
    negations = frozenset() if _WHY in sentence else _NEGATIONS
    return [
        at
        for at in range(len(sentence) - len(part) + 1)
        if sentence[at : at + len(part)] == part and not (at and sentence[at - 1] in negations)
    ]


class WarningSigns:
    """Finds the FAQ's warning phrases in messages.

    A phrase is found where its words stand in one sentence as they are written; fillers don't count. The parts of a
    phrase that are joined by "+" are found each by itself, near each other, in any order. Synonyms count as equal, and
    misspelt words as what they are nearest to.
    """

    def __init__(self, faq: Faq, known: Iterable[str]) -> None:
        """`known`: words that are no misspellings of others, beside those of phrases and synonyms, each as often as it
        stands in the FAQ's texts.
        """
        often = Counter(map(stem, known := list(known)))
        phrases = faq.warning_signs.phrases if faq.warning_signs else ()
        self._concepts = Concepts([counted for group in faq.synonyms if len(counted := _counted(group)) > 1])
        texts = [*phrases, *(synonym for group in faq.synonyms for synonym in group)]
        sought = FILLERS.union(*map(words, texts))
        self._spelling = Spelling(sought.union(known), STRICT, sought)
        self._stems = frozenset(map(stem, sought))
        found = [_Phrase(phrase, tuple(map(self._carriers, parts(phrase)))) for phrase in phrases if all(parts(phrase))]
        phrases_with = Counter(word for phrase in found for word in phrase.words)
        self._by_rarest: dict[str, list[_Phrase]] = defaultdict(list)  # so that few are looked at for each sentence
        telling = self._concepts.telling(often)
        self._hints: dict[str, Hints] = {}
        for number, phrase in enumerate(found):
            by_rareness = sorted(sorted(phrase.words), key=lambda word: (often[word], phrases_with[word]))
            self._by_rarest[by_rareness[0]].append(phrase)
            for place, word in enumerate((by_rareness[0], by_rareness[:2][-1])):
                for each in {word, *telling.get(word, ())}:
                    hints = list(self._hints.get(each, NO_HINTS))
                    hints[place] |= 1 << number
                    self._hints[each] = Hints(*hints)

    def hints(self, word: str) -> Hints:
        """To which phrases a word may belong, as it stands there or as a misspelt one."""
        alone = self._hints.get(stem(word), NO_HINTS)
        meant = self._hints.get(stem(self._spelling.nearest(word) or word), NO_HINTS)
        return Hints(alone.rarest | meant.rarest, alone.second | meant.second)

    def find(self, spoken: Sequence[Sequence[str]]) -> str | None:
        """A phrase of the file that a message contains, given as the words of its sentences, or None. The same message
        gives the same phrase.
        """
        typed = list(chain.from_iterable(spoken))
        spelt = self._spelling.corrected(typed, LOOKED_UP)
        found = self._find(spoken, spelt)
        if found is None:  # "numbed" may be "number" misspelt, and may be a form of "numb"
            own = [word if stem(word) in self._stems else meant for word, meant in zip(typed, spelt, strict=True)]
            found = self._find(spoken, own) if own != spelt else None
        return found

    def _find(self, spoken: Sequence[Sequence[str]], spelt: Sequence[str]) -> str | None:
        """A phrase in sentences, whose words are given once more as they are spelt rightly."""
        left = iter(spelt)
        for sentence in spoken:
            carriers = self._carriers([word for word in islice(left, len(sentence)) if word not in FILLERS])
            known = frozenset(carriers)
            for word in carriers:
                for phrase in self._by_rarest.get(word, ()):
                    if phrase.words <= known and phrase.stands_in(carriers):
                        return phrase.text
        return None

    def _carriers(self, counted: Sequence[str]) -> _Carriers:
        return self._concepts.of([stem(word) for word in counted])


def hint_at_one(rarest: Sequence[int], second: Sequence[int]) -> bool:
    """Whether a message may contain a phrase, from the hints of all of its words."""
    return any(rarest) and bool(reduce(or_, rarest) & reduce(or_, second))


def _counted(synonyms: Sequence[str]) -> list[str]:
    """Synonyms without their fillers, leaving out those that are nothing else."""
    return [" ".join(counted) for synonym in synonyms if (counted := counting(synonym))]
