"""One-vs-rest support vector machines: a linear classifier for each class, learned from texts with known labels.

Each has a squared hinge loss (Fan et al., LIBLINEAR, 2008, section 2) and is solved in its dual form, from the
similarities of the texts alone. All classes are solved at once, one block of texts after the other, each by a Newton
step on a bound of the loss, with momentum from sweep to sweep (Polyak, Some Methods of Speeding Up the Convergence of
Iteration Methods, 1964).
"""

from typing import Final

import numpy as np

from bot.matching.learn.vectors import FloatArray, IndexArray

PENALTY: Final = 0.4  # on the weights; it is 1 / (2 C) of LIBLINEAR
INSIDE: Final = 1.0  # the score that a text of the class should have at least
OUTSIDE: Final = 0.2  # the score that any other text should have at most
BLOCK: Final = 64  # texts of one step
SWEEPS: Final = 6  # over all blocks; with 40, no figure of `evaluate` moves by more than 1%
MOMENTUM: Final = 0.5  # how much of the last sweep's change is made once more before the next sweep


def fit(similarities: FloatArray, labels: IndexArray, classes: int, sweeps: int = SWEEPS) -> FloatArray:
    """Learn from texts in random order, given the similarities of each two, shape (texts, texts), and their classes,
    shape (texts,), -1 for none. Return how much each text counts for each class, shape (texts, classes): the score of
    any text is its similarities to these, multiplied by that and added up.
    """
    # By class and text, as all arrays here: a product of these takes a quarter less time than by text and class.
    signs = np.where(labels == np.arange(classes)[:, None], np.float32(1.0), np.float32(-1.0))
    wanted = np.where(signs > 0, np.float32(INSIDE), np.float32(-OUTSIDE))
    size = max(1, min(BLOCK, len(labels)))
    blocks = [slice(start, start + size) for start in range(0, len(labels), size)]
    ridge = PENALTY * np.eye(size, dtype=np.float32)
    squares = [similarities[block, block] for block in blocks]
    inverses = [np.linalg.inv(square + ridge[: len(square), : len(square)]) for square in squares]  # of the curvature
    coefficients, scores = np.zeros_like(signs), np.zeros_like(signs)
    before = coefficients.copy(), scores.copy()
    for sweep in range(sweeps):
        here = coefficients.copy(), scores.copy()
        if sweep > 1:  # the first sweep goes too far to be gone on with
            coefficients += MOMENTUM * (coefficients - before[0])
            scores += MOMENTUM * (scores - before[1])
        before = here
        for block, inverse in zip(blocks, inverses, strict=True):
            missing = np.maximum(0.0, wanted[:, block] - signs[:, block] * scores[:, block])
            step = (PENALTY * coefficients[:, block] - signs[:, block] * missing) @ inverse
            coefficients[:, block] -= step
            scores -= step @ similarities[block]
    return np.ascontiguousarray(coefficients.T)
