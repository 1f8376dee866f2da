"""Texts as sparse TF-IDF vectors, and fast arithmetic on many such vectors at once.

TF-IDF: a feature counts by how often the text has it (term frequency; of a term, whether it has it), and for more the
fewer texts have it (inverse document frequency).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.features import TextFeatures

FloatArray = npt.NDArray[np.float32]
IndexArray = npt.NDArray[np.intp]

IDF_POWER: Final = 0.75  # of the inverse document frequency: a classifier that weighs the features needs less of it
FREQUENT: Final = 20  # a feature that more than one text in so many has is multiplied as a column, others pair by pair


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that some texts have, each with a number and its inverse document frequency."""

    terms: Mapping[str, int]  # terms and pairs, numbered from 0
    ngrams: Mapping[str, int]  # numbered from where the terms end
    idf: FloatArray  # shape (features,)

    @classmethod
    def of(cls, texts: Sequence[TextFeatures]) -> "Vocabulary":
        """Count in how many of the texts each feature is."""
        terms = Counter(chain.from_iterable(text.terms for text in texts))
        ngrams = Counter(chain.from_iterable(dict.fromkeys(text.ngrams) for text in texts))
        frequencies = np.array([*terms.values(), *ngrams.values()])
        # Smoothed as if one text more had every feature (scikit-learn, TfidfTransformer).
        idf = np.log((1.0 + len(texts)) / (1.0 + frequencies)) + 1.0
        numbered = {name: number for number, name in enumerate(terms)}
        then = {name: number for number, name in enumerate(ngrams, len(terms))}
        return cls(numbered, then, (idf**IDF_POWER).astype(np.float32))

    def vectors(self, texts: Sequence[TextFeatures]) -> "Vectors":
        """Return the vectors of texts, without the features that the vocabulary lacks.

        Terms and n-grams are scaled each by themselves, to length 1 if the text has each feature once. One that is
        there twice is measured as two features, so a text is the sum of its words, and may be longer than 1.
        """
        features: list[int] = []  # the terms of the first text, its n-grams, the terms of the second, and so on
        times: list[int] = []  # how often the text has each
        lengths: list[int] = []  # how many features each of these parts has
        for text in texts:
            for known, names in ((self.terms, text.terms), (self.ngrams, text.ngrams)):
                counts = Counter([known[name] for name in names if name in known])
                features += counts.keys()
                times += counts.values()
                lengths.append(len(counts))
        parts, numbers = np.repeat(np.arange(len(lengths)), lengths), np.array(features, dtype=np.intp)
        idf = self.idf[numbers]
        values = np.array(times) * idf
        norms = np.sqrt(np.bincount(parts, values * idf))
        return Vectors(parts // 2, numbers, (values / norms[parts]).astype(np.float32), (len(texts), len(self.idf)))


@dataclass(frozen=True, eq=False)
class Vectors:
    """Texts as the rows of a sparse matrix, in coordinate format (COO): the entries that are not 0, row by row."""

    rows: IndexArray
    features: IndexArray  # their numbers, in one row each once
    values: FloatArray
    shape: tuple[int, int]  # (texts, features)

    def chosen(self, rows: IndexArray) -> "Vectors":
        """Return some of the rows, in the order given."""
        lengths = np.diff(self._bounds)[rows]
        # The numbers from each row's start on, as many as it has entries.
        places = np.arange(lengths.sum()) + np.repeat(self._bounds[rows] - np.cumsum(lengths) + lengths, lengths)
        found = np.repeat(np.arange(len(rows)), lengths)
        return Vectors(found, self.features[places], self.values[places], (len(rows), self.shape[1]))

    @cached_property
    def _bounds(self) -> IndexArray:
        """Where each row starts in the arrays, and where the last one ends, shape (texts + 1,)."""
        return np.searchsorted(self.rows, np.arange(self.shape[0] + 1))

    def cosines(self, vector: "Vectors") -> FloatArray:
        """Return the cosine similarity of each row and the one of `vector`, in 0..1, shape (texts,); 0 if one of the
        two has no feature that is known.
        """
        dense = np.zeros(self.shape[1], dtype=np.float32)
        dense[vector.features] = vector.values
        products = np.bincount(self.rows, self.values * dense[self.features], minlength=self.shape[0])
        squares = np.bincount(self.rows, self.values**2, minlength=self.shape[0]) * (vector.values**2).sum()
        found: FloatArray = np.minimum(products / np.sqrt(np.maximum(squares, 1e-18)), 1.0).astype(np.float32)
        return found

    def similarities(self) -> FloatArray:
        """Return the dot product of each two rows (the Gram matrix), shape (texts, texts)."""
        columns, _, rare = self._split
        found = columns @ columns.T
        flat = found.reshape(-1)
        for _, rows, values in rare._by_frequency:
            pairs = rows[:, :, None] * self.shape[0] + rows[:, None, :]
            np.add.at(flat, pairs.ravel(), (values[:, :, None] * values[:, None, :]).ravel())
        return found

    def weights(self, coefficients: FloatArray) -> tuple[IndexArray, FloatArray]:
        """Return the features that any row has, in ascending order, and their sums over the rows, each multiplied by
        its coefficients of shape (texts, classes); the sums have the shape (features, classes).
        """
        columns, frequent, rare = self._split
        numbers, sums = [frequent], [columns.T @ coefficients]
        for features, rows, values in rare._by_frequency:
            numbers.append(features)
            sums.append(np.einsum("fr,frc->fc", values, coefficients[rows]))
        order = np.argsort(np.concatenate(numbers))
        return np.concatenate(numbers)[order], np.concatenate(sums)[order]

    @cached_property
    def _split(self) -> tuple[FloatArray, IndexArray, "Vectors"]:
        """The frequent features as dense columns, shape (texts, frequent), their numbers, and the other features."""
        frequencies = np.bincount(self.features, minlength=self.shape[1])
        frequent = frequencies * FREQUENT > self.shape[0]
        column = np.cumsum(frequent) - 1
        dense = frequent[self.features]
        columns = np.zeros((self.shape[0], int(frequent.sum())), dtype=np.float32)
        columns[self.rows[dense], column[self.features[dense]]] = self.values[dense]
        rest = Vectors(self.rows[~dense], self.features[~dense], self.values[~dense], self.shape)
        return columns, np.flatnonzero(frequent), rest

    @cached_property
    def _by_frequency(self) -> list[tuple[IndexArray, IndexArray, FloatArray]]:
        """First all features that are in one row, then all that are in two, and so on: their numbers, shape
        (features,), their rows and their values there, both of shape (features, rows of each).
        """
        order = np.argsort(self.features, kind="stable")
        frequencies = np.bincount(self.features)
        numbers = np.flatnonzero(frequencies)
        frequencies = frequencies[numbers]
        starts = np.cumsum(frequencies) - frequencies
        found = []
        for frequency in np.unique(frequencies):
            some = frequencies == frequency
            places = order[starts[some][:, None] + np.arange(frequency)]
            found.append((numbers[some], self.rows[places], self.values[places]))
        return found
