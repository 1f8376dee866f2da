"""A question to ranked entries: features, TF-IDF vector, embedding, scores of linear classifiers, probabilities.

`features` finds the terms and character n-grams of a question, `Vocabulary` makes a TF-IDF vector of them, and
`Embeddings` has a vector for what it means. The weights that `train` learned give a score for each entry, and
`Calibration` makes probabilities of the scores.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import numpy as np

from bot.content.model import Entry, Faq
from bot.matching.features import Features, Term, ngrams_of, pairs_of
from bot.matching.learn.texts import Kind, known_words, training_texts
from bot.matching.learn.vectors import FloatArray, Vectors
from bot.matching.learn.weights import Group, Weights
from bot.matching.meaning.embeddings import Embeddings
from bot.matching.ranking import CANDIDATES, Explanation, Match, MeaningShare, Ranking, SimilarText, WordShare
from bot.matching.warning_signs import WarningSigns
from bot.text.words import sentences, words

EXACT: Final = 0.99  # the score of an entry if the question is one of its own wordings: enough also if overheard
SHOWN: Final = 3  # similar texts in an explanation


class Matcher:
    """A FAQ and its weights. Matching is pure: the same question gives the same ranking."""

    def __init__(self, faq: Faq, weights: Weights, embeddings: Embeddings | None = None) -> None:
        """`weights`: learned from the same FAQ, and with the same embeddings or also without."""
        self._entries = sorted(faq.entries, key=lambda entry: entry.id)  # scores don't depend on the file's order
        self._weights = weights
        # What texts mean, and what gives that of a question; None if the FAQ was learned without.
        self._meaning = (
            (weights.meaning, embeddings) if weights.meaning is not None and embeddings is not None else None
        )
        self._texts = training_texts(faq)
        own = [each for each in self._texts if each.kind in (Kind.WORDING, Kind.LINE)]
        self._exact = {" ".join(each.words): each.label for each in own}
        # Finds the features of texts, by this FAQ's synonyms and words.
        self.features = Features(faq.synonyms, known_words(self._texts))
        self._warning_signs = WarningSigns(faq, {word for typed in self._exact for word in typed.split()})
        self._labelled = cache(self._texts_of)  # for explanations, of one label after the other as they are asked for

    @property
    def has_meaning(self) -> bool:
        """Whether it matches by what texts mean, too."""
        return self._meaning is not None

    def prepare(self) -> None:
        """Load the sentence model if it is needed. Raises MeaningError, also if the FAQ was learned with another."""
        if self._meaning is not None:
            meaning, embeddings = self._meaning
            embeddings.load(meaning.model)

    def keep_embeddings(self) -> None:
        """Keep the embeddings of the FAQ's texts, if it was learned with meaning."""
        if self._meaning is not None:
            meaning, embeddings = self._meaning
            texts = sorted(self._texts, key=lambda each: each.label)  # as in Meaning.embeddings
            embeddings.keep([each.text for each in texts], meaning.embeddings)

    def match(self, question: str, most: int = CANDIDATES) -> Ranking:
        """Return the entries that a question most likely means, best first, `most` at most. No text makes it raise;
        MeaningError is raised if the sentence model has not been loaded before and cannot be.
        """
        typed = words(question)
        entries, off_topic = self._weights.scores(self._vector(typed), self._cosines(question))
        probabilities = self._weights.calibration.probabilities(entries, off_topic, len(typed))
        label = self._exact.get(" ".join(typed))
        if label is not None:  # a wording or an off-topic line, word for word
            probabilities *= 1.0 - EXACT
            if label < len(self._entries):
                probabilities[label] = EXACT
        best = np.argsort(-probabilities, kind="stable")[:most]
        matches = tuple(Match(self._entries[number], float(probabilities[number])) for number in best)
        return Ranking(question, matches, self._warning_signs.find(sentences(question)))

    def explain(self, question: str, entry: Entry) -> Explanation:
        """Return why an entry of the FAQ got its score: which words counted, and which texts are similar."""
        typed = words(question)
        vector, number = self._vector(typed), self._entries.index(entry)
        group, calibration = self._weights.group_of(number), self._weights.calibration
        own = number - group.first
        start, words_moved = calibration.start(len(typed)), group.scores(vector, None)
        raised, by_meaning = float(self._weights.raised[number]), self._moved_by_meaning(question, group, own)
        return Explanation(
            entry,
            start + calibration.moved(float(group.bias[own]) + raised, float(group.bias[-1])),
            start
            + calibration.moved(float(words_moved[own]) + raised, float(words_moved[-1]))
            + (by_meaning.share if by_meaning else 0.0),
            self._word_shares(typed, vector, group, own),
            by_meaning,
            self._most_similar(vector, number),
            self._most_similar(vector, len(self._entries)),
        )

    def similarities(self, texts: Sequence[str]) -> FloatArray:
        """Return how similar each two texts are, in words and in meaning, shape (texts, texts), in 0..1."""
        by_words = self._weights.vocabulary.vectors([self.features.of(words(text)) for text in texts])
        products = by_words.similarities()
        lengths = np.sqrt(np.maximum(products.diagonal(), np.float32(1e-9)))
        in_words: FloatArray = np.minimum(products / np.outer(lengths, lengths), np.float32(1.0))
        if self._meaning is None:
            return in_words
        vectors = self._meaning[1].of_texts(texts)
        in_meaning: FloatArray = np.maximum(vectors @ vectors.T, np.float32(0.0))
        return (in_words + in_meaning) / np.float32(2.0)

    def _vector(self, typed: tuple[str, ...]) -> Vectors:
        return self._weights.vocabulary.vectors([self.features.of(typed)])

    def _cosines(self, question: str) -> FloatArray | None:
        """Return how similar in meaning a question is to each text; None if the FAQ was learned without meaning."""
        if self._meaning is None:
            return None
        meaning, embeddings = self._meaning
        return meaning.cosines(embeddings.of_question(question))

    def _moved_by_meaning(self, question: str, group: Group, own: int) -> MeaningShare | None:
        """Return how far meaning moves the log-odds for the group's class `own`, and the texts of its entry and the
        off-topic lines that are nearest in meaning.
        """
        meaning, cosines = self._weights.meaning, self._cosines(question)
        if meaning is None or cosines is None:
            return None
        scores = group.by_meaning(meaning.similarities(cosines))
        label, by_nearest = group.first + own, meaning.by_nearest(cosines)
        moved = self._weights.calibration.moved(
            float(scores[own]) + float(by_nearest[label]), float(scores[-1]) + float(by_nearest[-1])
        )
        first, stop = meaning.starts[label : label + 2].tolist()
        own_lines = cosines[meaning.starts[-1] :][: meaning.line_count]
        return MeaningShare(
            moved, self._nearest(label, cosines[first:stop]), self._nearest(len(self._entries), own_lines)
        )

    def _nearest(self, label: int, cosines: FloatArray) -> tuple[SimilarText, ...]:
        """Return the nearest in meaning of the first texts of one label, given their cosines, nearest first."""
        texts = [each.text for each in self._texts if each.label == label][: len(cosines)]
        return _most(SimilarText(*pair) for pair in zip(texts, cosines.tolist(), strict=True))

    def _word_shares(self, typed: tuple[str, ...], vector: Vectors, group: Group, own: int) -> tuple[WordShare, ...]:
        """Return how far each word moves the log-odds that the text is on topic, for the group's class `own`.

        A feature that several words have, such as a pair, is shared between them.
        """
        moved = self._weights.calibration.moved
        share_of = {
            int(feature): float(value) * moved(float(weights[own]), float(weights[-1]))
            for feature, value, weights in zip(vector.features, vector.values, group.of_features(vector), strict=True)
        }
        terms = self.features.terms(typed)
        carried = self._features_by_term(typed, terms)
        carriers = Counter(number for numbers in carried for number in numbers)
        shares = [sum(share_of[number] / carriers[number] for number in numbers) for numbers in carried]
        return tuple(
            WordShare(" ".join(typed[term.start : term.stop]), term.name, share)
            for term, share in zip(terms, shares, strict=True)
        )

    def _features_by_term(self, typed: tuple[str, ...], terms: list[Term]) -> list[list[int]]:
        """Return the numbers of the known features that each term of a text has, as often as it has them."""
        vocabulary, pairs = self._weights.vocabulary, pairs_of([term.name for term in terms])
        found = []
        for term, before, behind in zip(terms, pairs[:-1], pairs[1:], strict=True):
            numbers = [vocabulary.terms.get(name) for name in (term.name, before, behind)]
            for word in typed[term.start : term.stop]:
                numbers += map(vocabulary.ngrams.get, ngrams_of(word))
            found.append([number for number in numbers if number is not None])
        return found

    def _most_similar(self, vector: Vectors, label: int) -> tuple[SimilarText, ...]:
        """Return the texts of one label that are most similar to a question, most similar first."""
        texts, vectors = self._labelled(label)
        found = map(SimilarText, texts, vectors.cosines(vector).tolist())
        return _most(found)

    def _texts_of(self, label: int) -> tuple[list[str], Vectors]:
        texts = [each.text for each in self._texts if each.label == label and each.kind in (Kind.WORDING, Kind.LINE)]
        return texts, self._weights.vocabulary.vectors([self.features.of(words(text)) for text in texts])


def _most(found: Iterable[SimilarText]) -> tuple[SimilarText, ...]:
    """Return the most similar of some texts, most similar first."""
    similar = [each for each in found if each.similarity > 0.0]
    return tuple(sorted(similar, key=lambda each: -each.similarity)[:SHOWN])
