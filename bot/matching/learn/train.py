"""FAQ to what is learned from it: which features of a text speak for which entry, and how much that is worth.

A support vector machine per entry, and one for what is off topic, learns from wordings and off-topic lines which
features speak for it and which against. How much that is worth as a probability is learned from the same texts, judged
by machines that have not seen them.

What was tried, as the share of best entries that are right on two public data sets of 28 and 150 intents: the nearest
wording by rapidfuzz's token_set_ratio 0.72 and 0.60, by cosine of these vectors 0.77 and 0.71; sums of an entry's
vectors 0.74 and 0.79; multinomial naive Bayes 0.77 and 0.81; ridge regression over alikeness 0.85 and 0.79; softmax
regression 0.83 and 0.83; these machines 0.86 and 0.84, over words alone 0.81 and 0.81, over runs alone 0.85 and 0.82.
A thesaurus of 800 everyday words as a third view changed nothing; static word embeddings (88 MB installed) gained 0.02
and 0.01 there and lost on the shipped FAQ.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bot.content.model import Faq
from bot.matching.features import Views
from bot.matching.learn import calibration
from bot.matching.learn import svm as margins
from bot.matching.learn.vectors import FloatArray, IndexArray, Vocabulary
from bot.matching.learn.weights import LARGEST, Group, Learned, packed, texts_of
from bot.text.words import words

WORK: Final = 3.4e8  # what entries that are learned together may cost: the square of their wordings, for each of them
LINES: Final = 2_000  # off-topic lines that are learned with each group
OTHERS: Final = 300  # wordings of other groups that are learned with each group, as what its entries are not
JUDGED: Final = 1_000  # texts that are enough to learn probabilities from


def learn(faq: Faq) -> Learned:
    """Learn a FAQ: 0.3 s for 2,700 texts. The same FAQ, in whatever order, gives the same numbers."""
    with threadpool_limits(1, user_api="blas"):  # how many threads share a sum decides on its last digits
        return _learn(faq)


def _learn(faq: Faq) -> Learned:
    pairs = texts_of(faq)
    typed = [words(text) for text, _ in pairs]
    owners = np.array([owner for _, owner in pairs], dtype=np.intp)
    views = Views(faq.synonyms, {word for text in typed for word in text})
    vocabulary = Vocabulary(map(views.concepts_of, typed), typed)
    shuffled, lengths = _shuffled(typed), np.array([len(text) for text in typed])
    off_topic = len(faq.entries)
    wordings = np.bincount(owners, minlength=off_topic + 1)[:off_topic]
    groups: list[Group] = []
    judged: list[calibration.Judged] = []
    for first, stop in _spans(wordings):
        rows = _rows(shuffled, owners[shuffled], first, stop, off_topic)
        own = owners[rows]
        kinds = np.where((own >= first) & (own < stop), own - first, -1)
        kinds[own == off_topic] = stop - first
        vectors = vocabulary.vectors.of(rows)
        alike = vectors.all_alike()
        alike += 1.0  # what all texts have in common makes the machines' bias
        enough = sum(len(group.owners) for group in judged) >= JUDGED
        fitted = margins.fit(alike, kinds, stop - first + 1, leave_out=not enough)
        groups.append(_group(first, *vectors.weights(fitted.coefficients), fitted.coefficients, vocabulary.rareness))
        # One of an entry's two wordings teaches nothing here: without it, too little is known of the entry.
        telling = fitted.left_out & (kinds >= 0) & (np.append(wordings, 3)[own] > 2) & (lengths[rows] > 0)
        rightly = np.where(own == off_topic, -1, kinds)
        judged.append(calibration.Judged(fitted.lies[telling], rightly[telling], lengths[rows][telling]))
    return Learned(vocabulary.concepts, vocabulary.pairs, vocabulary.runs, tuple(groups), calibration.fit(judged))


def _group(
    first: int, features: IndexArray, weights: FloatArray, coefficients: FloatArray, rareness: FloatArray
) -> Group:
    """A group from the features that it was learned from, and what each weighs for each kind, shape (features, kinds).
    What a feature says is how rare it is times what it weighs.
    """
    values, squares = weights * rareness[features][:, None], rareness**2
    unit, square = _unit(values), _unit(squares)
    places = np.rint(squares / square).astype("<i4")
    rows = list(map(packed, _cut(places[:, None])))
    learned = np.column_stack([places[features], np.rint(values / unit).astype("<i4")])
    for feature, row in zip(features.tolist(), _cut(learned), strict=True):
        rows[feature] = packed(row)
    return Group(first, tuple(coefficients.sum(axis=0).tolist()), [*rows, 0], square, unit)


def _cut(rows: npt.NDArray[np.int32]) -> Iterator[bytes]:
    """The bytes of each row."""
    data, width = rows.tobytes(), rows.itemsize * rows.shape[1]
    return (data[at : at + width] for at in range(0, len(data), width))


def _unit(values: FloatArray) -> float:
    """What 1 in a row is worth, so that the largest of some values fits."""
    return max(float(np.abs(values).max(initial=0.0)), 1e-9) / LARGEST


def _spans(wordings: IndexArray) -> Iterator[tuple[int, int]]:
    """Entries that are learned together, each as from which to before which: as many as WORK allows, one at least."""
    first, together = 0, 0
    for number, own in enumerate(wordings.tolist()):
        if number > first and (together + own) ** 2 * (number + 1 - first) > WORK:
            yield first, number
            first, together = number, 0
        together += own
    yield first, len(wordings)


def _shuffled(typed: Sequence[Sequence[str]]) -> IndexArray:
    """The numbers of texts in an order as good as random, in which each has its place by its words: whatever else is
    added to the FAQ, it is learned, left out and judged with much the same others.
    """
    hashes = [crc32(" ".join(text).encode()) for text in typed]
    return np.array(sorted(range(len(typed)), key=hashes.__getitem__), dtype=np.intp)


def _rows(shuffled: IndexArray, owners: IndexArray, first: int, stop: int, off_topic: int) -> IndexArray:
    """The texts that the entries from `first` to before `stop` are learned from, in the shuffled order: theirs, LINES
    off-topic lines, and OTHERS of the other entries'. `owners`: of the texts in that order.
    """
    lines = owners == off_topic
    own = (owners >= first) & (owners < stop)
    others = ~lines & ~own
    rows: IndexArray = shuffled[own | lines & (np.cumsum(lines) <= LINES) | others & (np.cumsum(others) <= OTHERS)]
    return rows
