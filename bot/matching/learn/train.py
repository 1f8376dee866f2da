"""A FAQ to the weights that its matcher answers with.

A classifier for each entry, and one for what is off topic, learn from the FAQ's texts which features, and which
similarities of meaning, speak for them and which against (one-vs-rest SVM). What their scores are worth as
probabilities is learned from the same texts, judged by classifiers that have not seen them (cross-validation).
docs/matching.md says what else was tried.
"""

import logging
import math
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bot.content.model import Faq
from bot.matching.features import Features
from bot.matching.learn import calibration, svm
from bot.matching.learn.calibration import Unseen
from bot.matching.learn.texts import SENTENCES, Kind, known_words, training_texts
from bot.matching.learn.vectors import FloatArray, IndexArray, Vectors, Vocabulary
from bot.matching.learn.weights import Group, Meaning, Weights, similarities_of
from bot.matching.meaning.embeddings import Embeddings
from bot.matching.meaning.model import MeaningError

log = logging.getLogger(__name__)

# What entries that are learned together may cost: the square of the count of their wordings, times their own count.
# That are some 95 entries of 20 wordings, which take about a second.
WORK: Final = 3.4e8
# What each group learns from, at most; of more, the rest is found word for word alone.
MOST_OWN: Final = 3_000  # wordings of its entries: 20,000 of one entry would take 3 GB
MOST_LINES: Final = 2_000  # off-topic lines
MOST_OTHERS: Final = 300  # wordings of other groups, as what its entries are not
FOLDS: Final = 5  # of the texts, in each of which they are judged by classifiers that have learned from the others
JUDGED: Final = 1_000  # texts that are enough to learn probabilities from: no more folds are judged then

# The fewer wordings the entries have, the more it counts what a text means, and the less which words it has. "Wordings"
# are those of an entry of the FAQ (the median).
SHARE: Final = 22.5  # of meaning, for one wording an entry
MOST_SHARE: Final = 6.0
NEAREST: Final = 0.4  # what an entry's nearest text by meaning counts, with up to NEAREST_FULL wordings an entry
NEAREST_FULL: Final = 6.0
FAR_FEWER: Final = 1.6  # an entry has far fewer wordings than the others if the median is so many times its own
RAISED: Final = 0.18  # what its score is then raised by, if the median is e times more than that
MOST_RAISED: Final = 0.27

_learning: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is learned from, in random order."""

    vectors: Vectors
    labels: IndexArray  # shape (texts,): the number of the entry; the count of entries stands for off topic
    lengths: IndexArray  # shape (texts,), in words
    folds: IndexArray  # shape (texts,): in which it is judged; -1 if it is a sentence of an answer
    lines: npt.NDArray[np.bool_]  # shape (texts,): whether it is an off-topic line of the FAQ's own that has words
    places: IndexArray  # shape (texts,): its row in Meaning.embeddings
    wordings: IndexArray  # shape (entries,): how many each entry has


def learn_as_possible(faq: Faq, embeddings: Embeddings | None) -> Weights:
    """Learn a FAQ with meaning; if the model cannot be used, or if there is not the memory for it, without."""
    if embeddings is not None:
        try:
            with suppress(MeaningError):  # which is logged
                return learn(faq, embeddings)
        except MemoryError:
            log.warning("The FAQ is learned without what its texts mean: there is too little memory.")
    return learn(faq)


def learn(faq: Faq, embeddings: Embeddings | None = None) -> Weights:
    """Learn a FAQ: 1 s for 3,000 texts. The same FAQ gives the same weights, in whatever order its entries are.

    `embeddings`: of its texts; without them, it is learned without meaning. Raises MeaningError.
    """
    groups: list[Group] = []
    unseen: list[Unseen] = []
    # How many threads share a sum decides on its last digits. The limit is the process's: two may not set it at once.
    with _learning, threadpool_limits(1, user_api="blas"):
        vocabulary, texts, meaning = _read(faq, embeddings)
        median = float(np.median(texts.wordings))
        raised = np.clip(RAISED * np.log(median / (FAR_FEWER * texts.wordings)), 0.0, MOST_RAISED).astype(np.float32)
        for first, stop in _spans(texts.wordings):
            judged = sum(len(group.labels) for group in unseen)
            group, scores = _learn_group(texts, meaning, raised, first, stop, judge=judged < JUDGED)
            groups.append(group)
            unseen += [scores] if scores is not None else []
        fitted = calibration.fit(unseen, median, int(texts.lines.sum()), with_meaning=meaning is not None)
        return Weights(vocabulary, tuple(groups), raised, fitted, meaning)


def _read(faq: Faq, embeddings: Embeddings | None) -> tuple[Vocabulary, _Texts, Meaning | None]:
    found = sorted(training_texts(faq), key=lambda text: text.label)
    typed = [each.words for each in found]
    features = Features(faq.synonyms, known_words(found))
    of_texts = [features.of(text) for text in typed]
    vocabulary = Vocabulary.of(of_texts)
    vectors = vocabulary.vectors(of_texts)
    labels, lengths = np.array([each.label for each in found]), np.array([len(text) for text in typed])
    sentences, lines = (np.array([each.kind is kind for each in found]) for kind in (Kind.SENTENCE, Kind.LINE))
    lines &= lengths > 0
    wordings = np.bincount(labels[~sentences], minlength=len(faq.entries) + 1)[:-1]
    meaning = None
    if embeddings is not None:
        median = float(np.median(wordings))
        meaning = Meaning(
            embeddings.key,
            embeddings.of_texts([each.text for each in found]),
            np.searchsorted(labels, np.arange(len(faq.entries) + 1)),
            min(MOST_SHARE, SHARE / median),
            len(faq.off_topic),
            NEAREST * min(1.0, NEAREST_FULL / median),
        )
    # An order as good as random, in which the words of a text decide on its place. So whatever is added to the FAQ, a
    # text is learned, held out and judged with much the same others.
    hashes = np.array([crc32(" ".join(text).encode()) for text in typed])
    order = np.argsort(hashes, kind="stable")
    folds = np.where(sentences, -1, hashes % FOLDS)
    texts = _Texts(vectors.chosen(order), labels[order], lengths[order], folds[order], lines[order], order, wordings)
    return vocabulary, texts, meaning


def _learn_group(
    texts: _Texts, meaning: Meaning | None, raised: FloatArray, first: int, stop: int, *, judge: bool
) -> tuple[Group, Unseen | None]:
    """Learn the entries from number `first` to before `stop`. Return also the scores of texts that were judged."""
    rows = _rows(texts, first, stop)
    vectors, labels, places = texts.vectors.chosen(rows), texts.labels[rows], texts.places[rows]
    classes = np.where((labels >= first) & (labels < stop), labels - first, -1)
    classes[labels == len(texts.wordings)] = stop - first
    similarities = vectors.similarities()
    similarities += 1.0  # a feature that all texts have: it makes the bias
    cosines = None
    if meaning is not None:
        embeddings = meaning.embeddings[places]
        cosines = embeddings @ embeddings.T
        similarities += similarities_of(cosines, meaning.share)
    coefficients = svm.fit(similarities, classes, stop - first + 1)
    features, weights = vectors.weights(coefficients)
    in_row = np.full(vectors.shape[1], len(features), dtype=np.int32)
    in_row[features] = np.arange(len(features))
    weights = np.vstack([weights, np.zeros_like(weights[:1])])
    bias = coefficients.sum(axis=0)
    if meaning is None:
        group = Group(first, in_row, weights, bias, places[:0], coefficients[:0])
    else:
        group = Group(first, in_row, weights, bias, places, coefficients)
    judged = _judged(texts, rows, classes, raised[first:stop], similarities, cosines, meaning) if judge else None
    return group, judged


def _judged(
    texts: _Texts,
    rows: IndexArray,
    classes: IndexArray,
    raised: FloatArray,
    similarities: FloatArray,
    cosines: FloatArray | None,
    meaning: Meaning | None,
) -> Unseen:
    """Return the scores of texts by classifiers that have not seen them (cross-validation), and what would be right.

    Of wordings, those of entries that have enough; of off-topic lines, the FAQ's own. Sentences of answers are only
    learned from: members' questions are like wordings, and not like these.
    """
    folds, lines = texts.folds[rows], texts.lines[rows]
    scores = np.zeros((len(rows), len(raised) + 1), dtype=np.float32)
    not_own_lines = (classes == len(raised)) & ~lines
    # Where lines are few, each of them is needed: all folds are judged.
    enough = JUDGED if lines.sum() >= FOLDS * calibration.SOME_TEXTS else len(rows)
    tried = min(FOLDS, math.ceil(FOLDS * enough / (folds >= 0).sum()))
    for fold in range(tried):
        seen, unseen = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        coefficients = svm.fit(similarities[np.ix_(seen, seen)], classes[seen], len(raised) + 1)
        scores[unseen] = similarities[np.ix_(unseen, seen)] @ coefficients
        scores[unseen, :-1] += raised
        if meaning is not None and cosines is not None:
            counting = np.where(not_own_lines, -1, classes)[seen]
            scores[unseen] += meaning.bonus(_nearest(cosines[np.ix_(unseen, seen)], counting, len(raised) + 1))
    lengths = texts.lengths[rows]
    of_enough = np.append(texts.wordings, 0)[texts.labels[rows]] >= calibration.ENOUGH
    used = np.flatnonzero((folds >= 0) & (folds < tried) & (classes >= 0) & (of_enough | lines) & (lengths > 0))
    return Unseen(scores[used], np.where(lines, -1, classes)[used], lengths[used])


def _nearest(cosines: FloatArray, classes: IndexArray, count: int) -> FloatArray:
    """Return the cosine of each text to the nearest of each class, shape (texts, classes); 0 for an empty class."""
    found = np.zeros((len(cosines), count), dtype=np.float32)
    for number in range(count):
        own = classes == number
        if own.any():
            found[:, number] = np.maximum(cosines[:, own].max(axis=1), 0.0)
    return found


def _spans(wordings: IndexArray) -> Iterator[tuple[int, int]]:
    """Yield which entries are learned together, from the first to before the last: as many as WORK and MOST_OWN allow,
    or one.
    """
    first, together = 0, 0
    for number, own in enumerate(wordings.tolist()):
        is_too_much = together + own > MOST_OWN or (together + own) ** 2 * (number + 1 - first) > WORK
        if number > first and is_too_much:
            yield first, number
            first, together = number, 0
        together += own
    yield first, len(wordings)


def _rows(texts: _Texts, first: int, stop: int) -> IndexArray:
    """Return the texts that the entries from `first` to before `stop` are learned from: their own, as many as MOST_OWN
    wordings and all sentences would be, the first MOST_LINES off-topic lines, and the first MOST_OTHERS wordings of
    other entries.
    """
    lines = texts.labels == len(texts.wordings)
    own = (texts.labels >= first) & (texts.labels < stop)
    others = ~lines & ~own & (texts.folds >= 0)
    most = MOST_OWN + SENTENCES * (stop - first)
    chosen = (np.flatnonzero(own)[:most], np.flatnonzero(lines)[:MOST_LINES], np.flatnonzero(others)[:MOST_OTHERS])
    return np.sort(np.concatenate(chosen))
