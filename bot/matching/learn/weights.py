"""What is learned from a FAQ: the weight of each feature for each entry, and what scores are worth as probabilities.

`train` makes these records, `matcher` answers with them. They are plain numbers, so that another process can send them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.calibration import Calibration
from bot.matching.learn.vectors import FloatArray, IndexArray, Vectors, Vocabulary

# An off-topic line of the FAQ's own that is nearer in meaning than every entry by more than MARGIN says that a question
# is off topic: each such difference of 1 adds NEARER_LINE to that score.
MARGIN: Final = np.float32(0.1)
NEARER_LINE: Final = np.float32(5.0)


@dataclass(frozen=True, slots=True)
class Group:
    """The linear classifiers of some neighbouring entries, which were learned together, and of what is off topic.

    A FAQ of up to some hundred entries of 20 wordings is one group, or more entries of fewer. A larger one has several,
    because the time and the memory to learn all entries together would grow with the cube of their number.
    """

    first: int  # number of its first entry, in the order of ids
    # Shape (features,): in which row of the weights a feature is. All features that none of the group's texts have
    # share the last row, which is 0.
    rows: npt.NDArray[np.int32]
    weights: FloatArray  # shape (rows, classes): a class for each entry, and the last one for off topic
    bias: FloatArray  # shape (classes,)
    texts: IndexArray  # shape (texts,): the rows in Meaning.embeddings of what it was learned from; empty without
    coefficients: FloatArray  # shape (texts, classes): how much similarity of meaning to each counts

    def scores(self, vector: Vectors, similarities: FloatArray | None) -> FloatArray:
        """Return the score of a text for each class, shape (classes,): from about 1, the text belongs to the class.

        `similarities`: of meaning, see Meaning.similarities; None if the FAQ was learned without.
        """
        # Not "@": with many features, BLAS might add them up on several threads, which changes the last digits.
        moved: FloatArray = self.bias + np.einsum("f,fc->c", vector.values, self.of_features(vector))
        return moved if similarities is None else moved + self.by_meaning(similarities)

    def of_features(self, vector: Vectors) -> FloatArray:
        """Return the weights of a text's features, shape (features of the text, classes)."""
        return self.weights[self.rows[vector.features]]

    def by_meaning(self, similarities: FloatArray) -> FloatArray:
        """Return what similarities of meaning add to the score for each class, shape (classes,)."""
        added: FloatArray = np.einsum("t,tc->c", similarities[self.texts], self.coefficients)
        return added


@dataclass(frozen=True, slots=True)
class Meaning:
    """The embeddings of all texts that a FAQ was learned from, entry by entry in the order of ids, then off topic: of
    these, the FAQ's own lines first.

    What a text means counts twice: by its similarity to all texts, which the classifiers weigh as they weigh features,
    and by what is nearest.
    """

    model: str  # the key of the model that made them, see Embeddings.key
    embeddings: FloatArray  # shape (texts, dimensions), of length 1
    starts: IndexArray  # shape (entries + 1,): the row of each entry's first text, and that of the first off-topic line
    share: float  # what meaning counts beside terms and n-grams, of which each counts 1
    line_count: int  # off-topic lines of the FAQ's own
    nearest: float  # what the nearest text of an entry counts

    def cosines(self, embedding: FloatArray) -> FloatArray:
        """Return the cosine similarity of a question to each text, shape (texts,)."""
        found: FloatArray = np.einsum("td,d->t", self.embeddings, embedding)
        return found

    def similarities(self, cosines: FloatArray) -> FloatArray:
        """Return what the classifiers make of cosines of any shape: large ones count for more than they are."""
        return similarities_of(cosines, self.share)

    def by_nearest(self, cosines: FloatArray) -> FloatArray:
        """Return what the nearest texts add to the scores for the entries and for off topic, shape (entries + 1,)."""
        first = int(self.starts[-1])
        of_entries = np.maximum.reduceat(cosines[:first], self.starts[:-1])
        of_lines = cosines[first : first + self.line_count].max(initial=np.float32(0.0))
        return self.bonus(np.maximum(np.append(of_entries, of_lines), np.float32(0.0)))

    def bonus(self, nearest: FloatArray) -> FloatArray:
        """Return what is added to scores, given the cosines, none below 0, to the nearest text of each entry and, last,
        to the nearest of the FAQ's own off-topic lines. Both have the shape (..., entries + 1).
        """
        added: FloatArray = np.float32(self.nearest) * nearest
        by_how_much = nearest[..., -1] - nearest[..., :-1].max(axis=-1)
        added[..., -1] = NEARER_LINE * np.maximum(by_how_much - MARGIN, np.float32(0.0))
        return added


def similarities_of(cosines: FloatArray, share: float) -> FloatArray:
    """Return similarities of meaning as a kernel: `share` times the cosine to the power of 1.5, with its sign."""
    found: FloatArray = np.abs(cosines)
    np.sqrt(found, out=found)  # in place: those of all texts of a FAQ are many megabytes
    found *= cosines
    found *= np.float32(share)
    return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What is learned from a FAQ."""

    vocabulary: Vocabulary
    groups: tuple[Group, ...]
    raised: FloatArray  # shape (entries,): what is added to the score of an entry with few wordings
    calibration: Calibration
    meaning: Meaning | None  # None if it was learned without

    def scores(self, vector: Vectors, cosines: FloatArray | None) -> tuple[FloatArray, float]:
        """Return the score of a text for each entry, in the order of ids, and the mean of the groups' for off topic.

        `cosines`: see Meaning.cosines; None if the FAQ was learned without meaning.
        """
        similarities = None if self.meaning is None or cosines is None else self.meaning.similarities(cosines)
        of_groups = [group.scores(vector, similarities) for group in self.groups]
        entries = np.concatenate([scores[:-1] for scores in of_groups]) + self.raised
        off_topic = sum(float(scores[-1]) for scores in of_groups) / len(of_groups)
        if self.meaning is None or cosines is None:
            return entries, off_topic
        by_nearest = self.meaning.by_nearest(cosines)
        return entries + by_nearest[:-1], off_topic + float(by_nearest[-1])

    def group_of(self, entry: int) -> Group:
        """Return the group that an entry was learned in, given its number in the order of ids."""
        return [group for group in self.groups if group.first <= entry][-1]
