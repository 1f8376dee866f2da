"""A FAQ to the weights that its matcher answers with.

A classifier for each entry, and one for what is off topic, learn from wordings and off-topic lines which features speak
for them and which against (one-vs-rest SVM). What their scores are worth as probabilities is learned from the same
texts, judged by classifiers that have not seen them. docs/matching.md says what else was tried.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

from bot.content.model import Faq
from bot.matching.features import Features
from bot.matching.learn import calibration, svm
from bot.matching.learn.calibration import Unseen
from bot.matching.learn.vectors import IndexArray, Vectors, Vocabulary
from bot.matching.learn.weights import Group, Weights, training_texts
from bot.text.words import words

# What entries that are learned together may cost: the square of the count of their wordings, times their own count.
# That are some 95 entries of 20 wordings, which take about a second.
WORK: Final = 3.4e8
LINES: Final = 2_000  # off-topic lines that each group learns from, at most
OTHERS: Final = 300  # wordings of other groups that each group learns from, as what its entries are not
JUDGED: Final = 1_000  # texts that are enough to learn probabilities from


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is learned from: wordings and off-topic lines, in random order."""

    vectors: Vectors
    labels: IndexArray  # shape (texts,): the number of the entry; the count of entries stands for off topic
    lengths: IndexArray  # shape (texts,), in words
    wordings: IndexArray  # shape (entries,): how many each entry has


def learn(faq: Faq) -> Weights:
    """Learn a FAQ: 0.4 s for 2,700 texts. The same FAQ gives the same weights, in whatever order its entries are."""
    groups: list[Group] = []
    unseen: list[Unseen] = []
    with threadpool_limits(1, user_api="blas"):  # how many threads share a sum decides on its last digits
        vocabulary, texts = _read(faq)
        for first, stop in _spans(texts.wordings):
            judged = sum(len(group.labels) for group in unseen)
            group, scores = _learn_group(texts, first, stop, hold_out=judged < JUDGED)
            groups.append(group)
            unseen.append(scores)
        return Weights(vocabulary, tuple(groups), calibration.fit(unseen))


def _read(faq: Faq) -> tuple[Vocabulary, _Texts]:
    pairs = training_texts(faq)
    typed = [words(text) for text, _ in pairs]
    features = Features(faq.synonyms, {word for text in typed for word in text})
    found = [features.of(text) for text in typed]
    vocabulary = Vocabulary.of(found)
    vectors = vocabulary.vectors(found)
    labels, lengths = np.array([label for _, label in pairs]), np.array([len(text) for text in typed])
    wordings = np.bincount(labels, minlength=len(faq.entries) + 1)[:-1]
    # An order as good as random, in which the words of a text decide on its place. So whatever is added to the FAQ, a
    # text is learned, held out and judged with much the same others.
    hashes = [crc32(" ".join(text).encode()) for text in typed]
    order = np.array(sorted(range(len(typed)), key=hashes.__getitem__), dtype=np.intp)
    return vocabulary, _Texts(vectors.chosen(order), labels[order], lengths[order], wordings)


def _learn_group(texts: _Texts, first: int, stop: int, hold_out: bool) -> tuple[Group, Unseen]:
    """Learn the entries from number `first` to before `stop`. Return also the scores of the texts held out."""
    rows = _rows(texts, first, stop)
    vectors, labels, lengths = texts.vectors.chosen(rows), texts.labels[rows], texts.lengths[rows]
    classes = np.where((labels >= first) & (labels < stop), labels - first, -1)
    off_topic = labels == len(texts.wordings)
    classes[off_topic] = stop - first
    similarities = vectors.similarities()
    similarities += 1.0  # a feature that all texts have: it makes the bias
    fitted = svm.fit(similarities, classes, stop - first + 1, hold_out)
    # An entry of one or two wordings teaches nothing about probabilities: without them, too little is known of it.
    telling = fitted.held_out & (classes >= 0) & (np.append(texts.wordings, 3)[labels] > 2) & (lengths > 0)
    right = np.where(off_topic, -1, classes)
    features, weights = vectors.weights(fitted.coefficients)
    places = np.full(vectors.shape[1], len(features), dtype=np.int32)
    places[features] = np.arange(len(features))
    weights = np.vstack([weights, np.zeros_like(weights[:1])])
    group = Group(first, places, weights, fitted.coefficients.sum(axis=0))
    return group, Unseen(fitted.scores[telling], right[telling], lengths[telling])


def _spans(wordings: IndexArray) -> Iterator[tuple[int, int]]:
    """Yield which entries are learned together, from the first to before the last: as many as WORK allows, or one."""
    first, together = 0, 0
    for number, own in enumerate(wordings.tolist()):
        if number > first and (together + own) ** 2 * (number + 1 - first) > WORK:
            yield first, number
            first, together = number, 0
        together += own
    yield first, len(wordings)


def _rows(texts: _Texts, first: int, stop: int) -> IndexArray:
    """Return the texts that the entries from `first` to before `stop` are learned from: their wordings, the first LINES
    off-topic lines and the first OTHERS wordings of other entries.
    """
    lines = texts.labels == len(texts.wordings)
    own = (texts.labels >= first) & (texts.labels < stop)
    others = ~lines & ~own
    return np.flatnonzero(own | lines & (np.cumsum(lines) <= LINES) | others & (np.cumsum(others) <= OTHERS))
