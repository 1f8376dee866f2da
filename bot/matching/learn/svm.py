"""One against the rest: for each kind of text, how far a text lies on that kind's side, learned from known texts.

A support vector machine per kind with a squared hinge loss (Fan et al., LIBLINEAR, 2008, section 2) over a matrix that
says how alike the known texts are. It is solved for all kinds at once, a block of texts after the other, each by a
Newton step on a bound of the loss, with momentum from sweep to sweep (Polyak, Some Methods of Speeding Up the
Convergence of Iteration Methods, 1964).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray, IndexArray

PENALTY: Final = 0.4  # on weights; it is 1 / (2 C) of liblinear
INSIDE: Final = 1.0  # where a text of the kind should lie, or beyond
OUTSIDE: Final = 0.2  # and where any other should, or below
BLOCK: Final = 64  # texts of one step
SWEEPS: Final = 6  # over all blocks; with 40, no figure moves by more than 1%
MOMENTUM: Final = (
    0.5  # how much of the last sweep's way is gone again before the next; without it, 10 sweeps do what 6 do
)
FOLDS: Final = 5  # every fifth block is left out to see where texts lie that are not known


@dataclass(frozen=True, slots=True)
class Margins:
    """How known texts count for each kind, and where they lie for machines that have left out some of them."""

    coefficients: FloatArray  # shape (texts, kinds)
    lies: FloatArray  # shape (texts, kinds)
    left_out: npt.NDArray[np.bool_]  # shape (texts,); where the machines of `lies` have not learned from the text


def fit(alike: FloatArray, owners: IndexArray, kinds: int, leave_out: bool = True, sweeps: int = SWEEPS) -> Margins:
    """Learn from texts in random order: how alike they are, shape (texts, texts); the kind of each, or -1 for none.

    `leave_out`: learn a second time, without some texts, to see where those lie for machines that have not seen them.
    """
    count = len(owners)
    targets = np.where(owners == np.arange(kinds)[:, None], np.float32(1.0), np.float32(-1.0))
    if leave_out:
        targets = np.tile(targets, (2, 1))  # the second half is for the machines that leave texts out
    wanted = np.where(targets > 0, np.float32(INSIDE), np.float32(-OUTSIDE))
    size = max(1, min(BLOCK, count // FOLDS))
    blocks = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    inverses = [
        np.linalg.inv(alike[block, block] + PENALTY * np.eye(block.stop - block.start, dtype=np.float32))
        for block in blocks
    ]
    coefficients = np.zeros_like(targets)  # by kind and text, as all here: multiplied so, it takes a quarter less time
    lies = np.zeros_like(targets)
    before = coefficients.copy(), lies.copy()
    for sweep in range(sweeps):
        here = coefficients.copy(), lies.copy()
        if sweep > 1:  # the first sweep comes from nowhere
            coefficients += MOMENTUM * (coefficients - before[0])
            lies += MOMENTUM * (lies - before[1])
        before = here
        for number, (block, inverse) in enumerate(zip(blocks, inverses, strict=True)):
            at = slice(kinds if number % FOLDS == 0 else None), block
            missing = np.maximum(0.0, wanted[at] - targets[at] * lies[at])
            step = (PENALTY * coefficients[at] - targets[at] * missing) @ inverse
            coefficients[at] -= step
            lies[at[0]] -= step @ alike[block]
    left_out = np.zeros(count, dtype=bool)
    for block in blocks[::FOLDS] if leave_out else ():
        left_out[block] = True
    return Margins(coefficients[:kinds].T.copy(), lies[-kinds:].T.copy(), left_out)
