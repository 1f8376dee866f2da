"""Views as vectors: features weighted by how rare they are, and fast arithmetic on many such vectors at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.features import runs_of

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.intp]

RARENESS: Final = 0.75  # the power of inverse document frequency: what machines weigh themselves needs less of it
FREQUENT: Final = 20  # a feature in more than one text in so many is multiplied as a column, others pair by pair


class Vectors:
    """Many texts, a row each."""

    def __init__(self, rows: IndexArray, features: IndexArray, values: FloatArray, shape: tuple[int, int]) -> None:
        """What is not zero, row by row: its row, its feature, its value, arrays of one length; and how many rows and
        features.
        """
        self.rows, self.features, self.values, self.shape = rows, features, values, shape

    def of(self, rows: IndexArray) -> "Vectors":
        """Some of the rows, in the order given."""
        lengths = np.diff(self._bounds)[rows]
        places = _ranges(self._bounds[rows], lengths)
        found = np.repeat(np.arange(len(rows)), lengths)
        return Vectors(found, self.features[places], self.values[places], (len(rows), self.shape[1]))

    @cached_property
    def _bounds(self) -> IndexArray:
        """Where each row starts in the arrays, and where the last one ends, shape (rows + 1,)."""
        return np.searchsorted(self.rows, np.arange(self.shape[0] + 1))

    def all_alike(self) -> FloatArray:
        """How alike each row is to each, shape (rows, rows)."""
        columns, _, rare = self._split
        found = columns @ columns.T
        flat = found.reshape(-1)
        for _, rows, values in rare._by_feature:
            pairs = rows[:, :, None] * self.shape[0] + rows[:, None, :]
            np.add.at(flat, pairs.ravel(), (values[:, :, None] * values[:, None, :]).ravel())
        return found

    def weights(self, coefficients: FloatArray) -> tuple[IndexArray, FloatArray]:
        """The sum of the rows, each times its coefficients of shape (rows, kinds): the features that any row has,
        ascending, and what they sum up to, shape (features, kinds).
        """
        columns, frequent, rare = self._split
        numbers, sums = [frequent], [columns.T @ coefficients]
        for features, rows, values in rare._by_feature:
            numbers.append(features)
            sums.append(np.einsum("fr,frk->fk", values, coefficients[rows]))
        order = np.argsort(np.concatenate(numbers))
        return np.concatenate(numbers)[order], np.concatenate(sums)[order]

    @cached_property
    def _split(self) -> tuple[FloatArray, IndexArray, "Vectors"]:
        """The frequent features as dense columns, shape (rows, frequent), their numbers, and the rest."""
        frequencies = np.bincount(self.features, minlength=self.shape[1])
        frequent = frequencies * FREQUENT > self.shape[0]
        column = np.cumsum(frequent) - 1
        dense = frequent[self.features]
        columns = np.zeros((self.shape[0], int(frequent.sum())), dtype=np.float32)
        columns[self.rows[dense], column[self.features[dense]]] = self.values[dense]
        rest = Vectors(self.rows[~dense], self.features[~dense], self.values[~dense], self.shape)
        return columns, np.flatnonzero(frequent), rest

    @cached_property
    def _by_feature(self) -> list[tuple[IndexArray, IndexArray, FloatArray]]:
        """For all features that stand in one row, then in two, and so on: their numbers, shape (features,), their rows
        and their values there, both of shape (features, rows of each).
        """
        order = _order(self.features)
        frequencies = np.bincount(self.features)
        numbers = np.flatnonzero(frequencies)
        frequencies = frequencies[numbers]
        starts = np.cumsum(frequencies) - frequencies
        found = []
        for frequency in np.flatnonzero(np.bincount(frequencies)):
            some = frequencies == frequency
            places = order[starts[some][:, None] + np.arange(frequency)]
            found.append((numbers[some], self.rows[places], self.values[places]))
        return found


class Vocabulary:
    """The features that some texts have, with their weights."""

    def __init__(self, concepts: Iterable[Sequence[str]], typed: Sequence[Sequence[str]]) -> None:
        """`concepts`, `typed`: each text as its concepts and as its words. The views of all are made here at once."""
        names, pairs, words = _count_words(concepts)
        named_runs, runs = _count_runs(typed)
        first_run = len(names) + len(pairs)
        # Numbers of the features; see Learned.
        self.concepts: Mapping[str, int] = dict(zip(names, count(), strict=False))
        self.pairs: Mapping[int, int] = dict(zip(pairs, count(len(names)), strict=False))
        self.runs: Mapping[str, int] = dict(zip(named_runs, count(first_run), strict=False))
        self.rareness: FloatArray  # how much each counts for its rareness, shape (features,)
        self.vectors = self._weighted(
            np.concatenate([words.rows, runs.rows]),
            np.concatenate([words.features, runs.features + first_run]),
            np.concatenate([words.counts, runs.counts]).astype(np.float32),
            len(typed),
        )

    def _weighted(self, rows: IndexArray, features: IndexArray, counts: FloatArray, texts: int) -> Vectors:
        """All texts as vectors, from how often which feature stands in each.

        What a feature is worth rises with its count, and the length by which a view is divided as if each were there by
        itself. So a text is the sum of its words; with the root of the count, no more questions are answered rightly.
        """
        # Inverse document frequency, smoothed as if one text more had every feature (scikit-learn, TfidfTransformer).
        rareness = np.log((1.0 + texts) / (1.0 + np.bincount(features))) + 1.0
        self.rareness = (rareness**RARENESS).astype(np.float32)
        values = self.rareness[features]
        views = 2 * rows + (features >= len(self.concepts) + len(self.pairs))
        squares = np.bincount(views, weights=counts * values * values)
        values = counts * values / np.sqrt(np.maximum(squares, 1e-18)).astype(np.float32)[views]
        order = np.argsort(rows, kind="stable")
        return Vectors(rows[order], features[order], values[order], (texts, len(self.rareness)))


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often which feature stands in which text; what is nowhere is left out."""

    rows: IndexArray  # the text
    features: IndexArray  # number of the feature, of the same shape
    counts: IndexArray  # of the same shape


def _count_words(texts: Iterable[Sequence[str]]) -> tuple[list[str], list[int], _Counts]:
    """The view of words of many texts, given as their concepts: these, the pairs, and how often each is there."""
    numbers: defaultdict[str, int] = defaultdict(count(-1).__next__)
    edge = numbers[""]
    edged = chain.from_iterable(chain(("",), text) for text in chain(texts, [()]))
    tokens = np.fromiter(map(numbers.__getitem__, edged), dtype=np.intp)
    names = [name for name, number in numbers.items() if number != edge]
    known = len(names)
    at_edge = tokens == edge
    rows = np.cumsum(at_edge) - 1
    tokens[at_edge] = known
    pairs = tokens[:-1] * (known + 2) + tokens[1:]
    in_text = ~(at_edge[:-1] & at_edge[1:])  # two edges are an empty text
    rows, features, _ = _unique(
        np.concatenate([rows[~at_edge], rows[:-1][in_text]]),
        np.concatenate([tokens[~at_edge], known + pairs[in_text]]),
    )
    present, features = np.unique(features, return_inverse=True)
    return names, (present[known:] - known).tolist(), _Counts(rows, features, np.ones_like(features))


def _count_runs(texts: Sequence[Sequence[str]]) -> tuple[list[str], _Counts]:
    """The runs of letters of many texts, given as their words, and how often each is there."""
    places: defaultdict[str, int] = defaultdict(count().__next__)
    tokens = np.fromiter(map(places.__getitem__, chain.from_iterable(texts)), dtype=np.intp)
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    of_words = [list(map(numbers.__getitem__, runs_of(word))) for word in places]
    lengths = np.array([len(runs) for runs in of_words], dtype=np.intp)
    runs = np.fromiter(chain.from_iterable(of_words), dtype=np.intp)
    rows = np.repeat(np.repeat(np.arange(len(texts)), [len(text) for text in texts]), lengths[tokens])
    found = runs[_ranges((np.cumsum(lengths) - lengths)[tokens], lengths[tokens])]
    return list(numbers), _Counts(*_unique(rows, found))


def _unique(rows: IndexArray, features: IndexArray) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Each pair of row and feature once, row by row, and how often it is there."""
    bits = int(features.max(initial=0)).bit_length()
    pairs, counts = np.unique(rows << bits | features, return_counts=True)
    return pairs >> bits, pairs & ((1 << bits) - 1), counts


def _order(numbers: IndexArray) -> IndexArray:
    """Where the numbers are in ascending order, equal ones in theirs: numpy's stable argsort in a fifth of its time."""
    bits = len(numbers).bit_length()
    return np.sort(numbers << bits | np.arange(len(numbers))) & ((1 << bits) - 1)


def _ranges(starts: IndexArray, lengths: IndexArray) -> IndexArray:
    """The numbers from each start on, as many as its length says, one range after the other."""
    return np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
