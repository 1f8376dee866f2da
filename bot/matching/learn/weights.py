"""What is learned from a FAQ: the weight of each feature for each entry, and what scores are worth as probabilities.

`train` makes these records, `matcher` answers with them. They are plain numbers, so that another process can send them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.content.model import Faq
from bot.matching.learn.calibration import Calibration
from bot.matching.learn.vectors import FloatArray, Vectors, Vocabulary


@dataclass(frozen=True, slots=True)
class Group:
    """The linear classifiers of some neighbouring entries, which were learned together, and of what is off topic.

    A FAQ of up to about a hundred entries is one group. A larger one has several, because the time and the memory to
    learn all entries together would grow with the cube of their number.
    """

    first: int  # number of its first entry, in the order of ids
    # Shape (features,): in which row of the weights a feature is. All features that none of the group's texts have
    # share the last row, which is 0.
    rows: npt.NDArray[np.int32]
    weights: FloatArray  # shape (rows, classes): a class for each entry, and the last one for off topic
    bias: FloatArray  # shape (classes,)

    def scores(self, vector: Vectors) -> FloatArray:
        """Return the score of a text for each class, shape (classes,): from about 1, the text belongs to the class."""
        # Not "@": with many features, BLAS might add them up on several threads, which changes the last digits.
        moved: FloatArray = np.einsum("f,fc->c", vector.values, self.of_features(vector))
        return self.bias + moved

    def of_features(self, vector: Vectors) -> FloatArray:
        """Return the weights of a text's features, shape (features of the text, classes)."""
        return self.weights[self.rows[vector.features]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What is learned from a FAQ."""

    vocabulary: Vocabulary
    groups: tuple[Group, ...]
    calibration: Calibration

    def scores(self, vector: Vectors) -> tuple[FloatArray, float]:
        """Return the score of a text for each entry, in the order of ids, and the mean of the groups' for off topic."""
        of_groups = [group.scores(vector) for group in self.groups]
        entries = np.concatenate([scores[:-1] for scores in of_groups])
        return entries, sum(float(scores[-1]) for scores in of_groups) / len(of_groups)

    def group_of(self, entry: int) -> Group:
        """Return the group that an entry was learned in, given its number in the order of ids."""
        return max((group for group in self.groups if group.first <= entry), key=lambda group: group.first)


def training_texts(faq: Faq) -> list[tuple[str, int]]:
    """Return all texts that are learned from, each with its label: the wordings of the entries, then off-topic lines.

    The label of a wording is its entry's number in the order of ids; the label of a line is the count of entries. The
    empty text is an off-topic line of every FAQ: who says nothing asks nothing.
    """
    entries = sorted(faq.entries, key=lambda entry: entry.id)
    found = [(text, number) for number, entry in enumerate(entries) for text in sorted(entry.wordings)]
    return found + [(text, len(entries)) for text in ("", *sorted(faq.off_topic))]
