"""Question to ranked entries: two views of a text, what was learned from the wordings, and how likely each entry is.

The views are words (stems, synonyms as one concept, misspelt words as their nearest, and neighbouring pairs) and runs
of three and four letters, both weighted by inverse document frequency. What each says for an entry is learned by
support vector machines, and how much that is worth as a probability, too: see training.py.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain
from math import sqrt
from typing import Final, NamedTuple

from bot.content.model import Entry, Faq
from bot.matching.features import Views, runs_of
from bot.matching.learn.weights import UNKNOWN, Learned, first_of, texts_of
from bot.matching.ranking import CANDIDATES, Explanation, Match, Ranking, WordingShare, WordShare
from bot.matching.warning_signs import WarningSigns, hint_at_one
from bot.text.words import MOST_WORDS, sentences, stem, words

EXACT: Final = 0.99  # the score of an entry that is asked for in one of its own wordings
SHOWN: Final = 3  # wordings in an explanation
REMEMBERED: Final = 2_048  # words of which it is remembered what they say


class _Word(NamedTuple):
    """A word by itself: how it is seen, and what it says."""

    stem: str
    concept: str
    number: int  # of the concept
    letters: tuple[int, ...]  # for each group, the sum of the rows of its runs of letters
    rarest: int  # bits of the warning phrases of which it may be the rarest word
    second: int  # or the second rarest; see warning_signs.Hints


class _Words(NamedTuple):
    """The words of a text in order, each quality of all of them by itself: so they are looked through fastest."""

    stems: Sequence[str] = ()
    concepts: Sequence[str] = ()
    numbers: Sequence[int] = ()
    letters: Sequence[tuple[int, ...]] = ()
    rarest: Sequence[int] = ()
    second: Sequence[int] = ()


class Matcher:
    """A FAQ and what was learned from it. Matching is pure: the same question gives the same ranking."""

    def __init__(self, faq: Faq, learned: Learned) -> None:
        """`learned`: from the same FAQ."""
        self._entries = sorted(faq.entries, key=lambda entry: entry.id)  # scores don't depend on the file's order
        self._texts = texts_of(faq)
        self._learned = learned
        known: dict[str, str] = {}  # each word once, however many texts it stands in
        self._exact = {
            tuple([known.setdefault(word, word) for word in words(text)]): owner for text, owner in self._texts
        }
        self._warning_signs = WarningSigns(faq, chain.from_iterable(self._exact))
        self._views = Views(faq.synonyms, known)
        self._word = lru_cache(maxsize=REMEMBERED)(self._word_alone)
        self._word_taken_for = lru_cache(maxsize=REMEMBERED)(self._word_meant)

    @property
    def views(self) -> Views:
        """How texts are seen by this FAQ's synonyms and words."""
        return self._views

    def match(self, question: str, most: int = CANDIDATES) -> Ranking:
        """The entries that a question most likely means, best first, `most` at most. No text makes it raise."""
        typed = words(question)
        seen = self._seen(typed)
        margins = self._margins(seen)
        off_topic = sum([kinds[-1] for kinds in margins]) / len(margins)
        entries = list(chain.from_iterable([kinds[:-1] for kinds in margins]))
        scores = self._learned.calibration.probabilities(entries, off_topic, len(typed))
        owner = self._exact.get(typed)
        if owner is not None:  # a wording or an off-topic line, word for word
            scores = [EXACT if number == owner else (1.0 - EXACT) * score for number, score in enumerate(scores)]
        best = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:most]
        matches = tuple([Match(self._entries[number], scores[number]) for number in best])
        sign = None
        if hint_at_one(seen.rarest, seen.second) or len(typed) == MOST_WORDS:  # of more, some were not seen
            sign = self._warning_signs.find(sentences(question))
        return Ranking(question, matches, sign)

    def explain(self, question: str, entry: Entry) -> Explanation:
        """Why an entry of the FAQ got its score: which words counted, and which wordings and lines are alike."""
        typed = words(question)
        number = self._entries.index(entry)
        at = max(at for at, group in enumerate(self._learned.groups) if group.first <= number)
        group, calibration = self._learned.groups[at], self._learned.calibration
        kind = number - group.first
        margins = self._margins(self._seen(typed))[at]
        start = calibration.start(len(typed))
        return Explanation(
            entry,
            start + calibration.moved(group.bias[kind], group.bias[-1]),
            start + calibration.moved(margins[kind], margins[-1]),
            self._word_shares(typed, at, kind),
            self._most_alike(typed, number),
            self._most_alike(typed, len(self._entries)),
        )

    def _seen(self, typed: Sequence[str]) -> _Words:
        """What is seen of the words of a text, each by itself, misspelt ones as what they are nearest to."""
        if self._views.are_many_unknown(typed):  # else looked up by one key each: that makes 5% of an answer's cost
            return _columns(list(map(self._word_taken_for, typed, self._views.corrected(typed))))
        return _columns(list(map(self._word, typed)))

    def _margins(self, seen: _Words) -> list[list[float]]:
        """For each group, where a text lies for each kind."""
        features, letters = {*chain.from_iterable(self._features(seen))}, self._letters(seen)
        return [
            group.margins(sum(map(group.rows.__getitem__, features)), by_letters)
            for group, by_letters in zip(self._learned.groups, letters, strict=True)
        ]

    def _letters(self, seen: _Words) -> Sequence[int]:
        """For each group, the sum of the rows of all runs of letters."""
        return list(map(sum, zip(*seen.letters, strict=True))) or [0] * len(self._learned.groups)

    def _features(self, seen: _Words) -> tuple[Sequence[int], Sequence[int]]:
        """The numbers of the concepts and of the pairs of a text."""
        synonyms = self._views.concepts(seen.stems)
        numbers = seen.numbers if synonyms is None else self._numbers(synonyms)
        return numbers, self._learned.pairs_in(numbers)

    def _numbers(self, concepts: Iterable[str]) -> list[int]:
        return [self._learned.concepts.get(concept, UNKNOWN) for concept in concepts]

    def _word_alone(self, word: str) -> _Word:
        return self._word_meant(word, self._views.meant(word))

    def _word_meant(self, word: str, meant: str) -> _Word:
        """A word, and which known one it is a misspelling of."""
        stemmed, runs = stem(meant), self._runs(word)
        concept = self._views.concept(stemmed)
        letters = tuple([sum([group.rows[run] for run in runs]) for group in self._learned.groups])
        (number,) = self._numbers([concept])
        return _Word(stemmed, concept, number, letters, *self._warning_signs.hints(word))

    def _word_shares(self, typed: Sequence[str], at: int, kind: int) -> tuple[WordShare, ...]:
        """How far each word moves a text. What two have in common, a pair or a synonym, is shared between them."""
        group, seen, parts = self._learned.groups[at], self._seen(typed), self._views.parts(typed)
        concepts, pairs = self._features(seen)
        by_words = group.factor(group.unpacked(sum(group.rows[number] for number in {*concepts, *pairs}))[0])
        by_letters = group.factor(group.unpacked(self._letters(seen)[at])[0])

        def moved(row: int, factor: float) -> float:
            numbers = group.unpacked(row)
            return factor * self._learned.calibration.moved(numbers[1 + kind], numbers[-1])

        carried = list(zip(concepts, pairs[:-1], pairs[1:], strict=True))
        carriers = Counter(chain.from_iterable(carried))
        shares = []
        for part, numbers in zip(parts, carried, strict=True):
            share = sum(moved(group.rows[number], by_words) / carriers[number] for number in numbers)
            share += moved(sum(letters[at] for letters in seen.letters[part.start : part.stop]), by_letters)
            shares.append(WordShare(" ".join(typed[part.start : part.stop]), part.concept, share))
        return tuple(shares)

    def _most_alike(self, typed: Sequence[str], owner: int) -> tuple[WordingShare, ...]:
        """The texts of one owner that are most like a question: the mean cosine of their views."""
        runs_of_word = cache(self._runs)
        asked = [_of_length_one(view, self._rareness) for view in self._counted(typed, runs_of_word)]
        found = []
        for text, whose in self._texts:
            if whose == owner:
                views = self._counted(words(text), runs_of_word)
                alike = [_cosine(one, view, self._rareness) for one, view in zip(asked, views, strict=True)]
                found.append(WordingShare(text, sum(alike) / len(alike)))
        return tuple(sorted([each for each in found if each.alike > 0.0], key=lambda each: -each.alike)[:SHOWN])

    def _counted(
        self, typed: Sequence[str], runs_of_word: Callable[[str], list[int]]
    ) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """How often each feature is there, for both views of a text."""
        concepts = self._numbers(self._views.concepts_of(self._views.corrected(typed)))
        heard = dict.fromkeys({*concepts, *self._learned.pairs_in(concepts)} - {UNKNOWN}, 1)
        return heard, Counter(chain.from_iterable(map(runs_of_word, typed)))

    def _runs(self, word: str) -> list[int]:
        """The numbers of the runs of letters in a word, those left out that were not learned from."""
        known = self._learned.runs
        return [known[run] for run in runs_of(word) if run in known]

    @cached_property
    def _rareness(self) -> Sequence[float]:
        """How much each feature counts for its rareness, in whatever unit."""
        return array("f", [sqrt(first_of(row)) for row in self._learned.groups[0].rows])


def _columns(found: list[_Word]) -> _Words:
    # From lists, not iterators: of tuples whose length is not known when they are begun, Python keeps 2,000 of each
    # length that they end with, some megabytes.
    return _Words(*list(zip(*found, strict=True)))


def _of_length_one(counts: Mapping[int, int], rareness: Sequence[float]) -> dict[int, float]:
    vector = {number: count * rareness[number] for number, count in counts.items()}
    length = sqrt(sum([value * value for value in vector.values()])) or 1.0
    return {number: value / length for number, value in vector.items()}


def _cosine(one: Mapping[int, float], counts: Mapping[int, int], rareness: Sequence[float]) -> float:
    """How alike a vector of length 1 is to what counts say."""
    square = sum([(count * rareness[number]) ** 2 for number, count in counts.items()])
    product = sum([one[number] * counts[number] * rareness[number] for number in one.keys() & counts.keys()])
    return product / sqrt(square) if square else 0.0
