"""A view of a text as weighted features, and an index of many texts: cosine similarities by inverted lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

UNKNOWN: Final = 0.5  # weight of a feature that no text has, as a share of the heaviest feature's


class Index:
    """Texts as rows of features, weighted by how few documents have a feature (inverse document frequency)."""

    def __init__(self, rows: Sequence[Mapping[str, float]], documents: Sequence[int]) -> None:
        """`rows`: the features of each text with their counts; `documents`: which document each row belongs to."""
        self._weights = _inverse_document_frequencies(rows, documents)
        self._unknown = (UNKNOWN * max(self._weights.values(), default=1.0)) ** 2
        self._numbers = {feature: number for number, feature in enumerate(self._weights)}
        self.vectors = [self.weighted(features) for features in rows]
        lengths = np.array([len(vector) for vector in self.vectors], dtype=np.intp)
        features = np.array([self._numbers[each] for vector in self.vectors for each in vector], dtype=np.intp)
        order = np.argsort(features, kind="stable")  # the inverted lists, one after the other
        self._rows = np.repeat(np.arange(len(rows)), lengths)[order]
        self._values = np.array([value for vector in self.vectors for value in vector.values()])[order]
        self._lengths = np.bincount(features, minlength=len(self._numbers))
        self._starts = np.cumsum(self._lengths) - self._lengths

    def weighted(self, features: Mapping[str, float]) -> dict[str, float]:
        """Features with counts as a vector of length 1; what no row has weighs on the length alone."""
        weights = self._weights
        vector = {feature: count * weights[feature] for feature, count in features.items() if feature in weights}
        square = sum(weight * weight for weight in vector.values()) + self._unknown * (len(features) - len(vector))
        length = square**0.5
        return {feature: weight / length for feature, weight in vector.items()}

    def similarities(self, vector: Mapping[str, float]) -> FloatArray:
        """The cosine of a weighted vector to each row, shape (rows,), in 0..1."""
        features = np.array([self._numbers[feature] for feature in vector], dtype=np.intp)
        weights = np.array(list(vector.values()))
        lengths = self._lengths[features]
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self._starts[features] - ends + lengths, lengths)
        products = self._values[places] * np.repeat(weights, lengths)
        return np.bincount(self._rows[places], weights=products, minlength=len(self.vectors)).astype(np.float64)


def _inverse_document_frequencies(rows: Sequence[Mapping[str, float]], documents: Sequence[int]) -> dict[str, float]:
    """The weight of each feature, the rarest heaviest; in sorted order, so that sums don't depend on the file's."""
    pairs = {(feature, document) for features, document in zip(rows, documents, strict=True) for feature in features}
    frequencies = Counter(feature for feature, _ in pairs)
    total = len(set(documents)) + 1.0
    return {feature: float(np.log(total / frequencies[feature])) + 0.1 for feature in sorted(frequencies)}
