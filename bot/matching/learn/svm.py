"""One-vs-rest support vector machines: a linear classifier for each class, learned from texts with known labels.

Each has a squared hinge loss (Fan et al., LIBLINEAR, 2008, section 2) and is solved in its dual form, from the
similarities of the texts alone. All classes are solved at once, one block of texts after the other, each by a Newton
step on a bound of the loss, with momentum from sweep to sweep (Polyak, Some Methods of Speeding Up the Convergence of
Iteration Methods, 1964).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray, IndexArray

PENALTY: Final = 0.4  # on the weights; it is 1 / (2 C) of LIBLINEAR
INSIDE: Final = 1.0  # the score that a text of the class should have at least
OUTSIDE: Final = 0.2  # the score that any other text should have at most
BLOCK: Final = 64  # texts of one step
SWEEPS: Final = 6  # over all blocks; with 40, no figure of `evaluate` moves by more than 1%
MOMENTUM: Final = 0.5  # how much of the last sweep's change is made once more before the next sweep
FOLDS: Final = 5  # every fifth block is held out


@dataclass(frozen=True, slots=True)
class Fitted:
    """The classifiers, as how much each text counts for each class, and the scores of texts that were held out."""

    coefficients: FloatArray  # shape (texts, classes); the weights are the sum of the texts, multiplied by these
    scores: FloatArray  # shape (texts, classes), by the classifiers that have not learned from texts held out
    held_out: npt.NDArray[np.bool_]  # shape (texts,)


def fit(
    similarities: FloatArray, labels: IndexArray, classes: int, hold_out: bool = True, sweeps: int = SWEEPS
) -> Fitted:
    """Learn from texts in random order, given the similarities of each two, shape (texts, texts), and their classes,
    shape (texts,), -1 for none. `hold_out`: once more without some, to have scores as for texts never seen.
    """
    # By class and text, as all arrays here: a product of these takes a quarter less time than by text and class.
    signs = np.where(labels == np.arange(classes)[:, None], np.float32(1.0), np.float32(-1.0))
    if hold_out:
        signs = np.tile(signs, (2, 1))  # the lower half is for the classifiers that do not learn from texts held out
    wanted = np.where(signs > 0, np.float32(INSIDE), np.float32(-OUTSIDE))
    size = max(1, min(BLOCK, len(labels) // FOLDS))  # so that there are FOLDS blocks at least if possible
    blocks = [slice(start, min(start + size, len(labels))) for start in range(0, len(labels), size)]
    ridge = PENALTY * np.eye(BLOCK, dtype=np.float32)
    squares = [similarities[block, block] for block in blocks]
    inverses = [np.linalg.inv(square + ridge[: len(square), : len(square)]) for square in squares]  # of the curvature
    coefficients, scores = np.zeros_like(signs), np.zeros_like(signs)
    before = coefficients.copy(), scores.copy()
    for sweep in range(sweeps):
        here = coefficients.copy(), scores.copy()
        if sweep > 1:  # the first sweep has nothing before it
            coefficients += MOMENTUM * (coefficients - before[0])
            scores += MOMENTUM * (scores - before[1])
        before = here
        for number, (block, inverse) in enumerate(zip(blocks, inverses, strict=True)):
            rows = slice(classes if number % FOLDS == 0 else None)  # a block that is held out teaches the upper half
            at = rows, block
            missing = np.maximum(0.0, wanted[at] - signs[at] * scores[at])
            step = (PENALTY * coefficients[at] - signs[at] * missing) @ inverse
            coefficients[at] -= step
            scores[rows] -= step @ similarities[block]
    held_out = np.zeros(len(labels), dtype=bool)
    for block in blocks[::FOLDS] if hold_out else ():
        held_out[block] = True
    return Fitted(coefficients[:classes].T.copy(), scores[-classes:].T.copy(), held_out)
