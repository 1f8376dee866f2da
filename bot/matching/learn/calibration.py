"""Margins to probabilities: is the question on topic, and if so, which entry is meant?

Both are fitted on the FAQ's own texts, each judged by machines that have not seen it: a logistic regression on where
the text lies for the best entry and for what is off topic (Platt, Probabilistic Outputs for Support Vector Machines,
1999) and on its length, since the same margins say more of many words than of few; and a softmax over the entries (Guo
et al., On Calibration of Modern Neural Networks, 2017, section 4.2). With one weight for both margins, that is for how
far the best entry leads, 2 to 4% fewer questions are answered rightly at 2% false.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray, IndexArray
from bot.matching.learn.weights import Calibration

Probabilities = npt.NDArray[np.float64]

# What holds before anything is learned, for a FAQ with hardly a wording. How steeply "on topic" rises with the margin
# of the best entry, with that of what is off topic, and with the logarithm of the length, and where it starts; and how
# strongly each holds: the slopes, which are much the same from FAQ to FAQ, more than the start.
PRIOR: Final = np.array([6.5, -8.0, 0.0, -0.7])
PENALTY: Final = np.array([5.0, 5.0, 5.0, 0.1])
# How much likelier an entry is that lies further; and how far from that it may be before it needs texts to say so.
SHARPNESS: Final = 15.0
SPREAD: Final = 3.0
_ROUNDS: Final = 25  # Newton's method has settled by then, or never will


@dataclass(frozen=True, slots=True)
class Judged:
    """Texts, where they lie for machines that had not seen them, and what would have been right."""

    lies: FloatArray  # shape (texts, entries + 1); the last is off topic
    owners: IndexArray  # shape (texts,): the entry, or -1 where the text is off topic
    lengths: IndexArray  # shape (texts,), in words


def fit(judged: Sequence[Judged]) -> Calibration:
    """Fit to texts that the machines had not seen, group by group."""
    best = np.concatenate([group.lies[:, :-1].max(axis=1) for group in judged])
    off_topic = np.concatenate([group.lies[:, -1] for group in judged])
    lengths = np.concatenate([group.lengths for group in judged])
    weights = _fit_logistic(
        np.column_stack([best, off_topic, np.log1p(lengths), np.ones(len(best))]),
        np.concatenate([group.owners >= 0 for group in judged]),
    )
    entries = [
        (group.lies[group.owners >= 0, :-1].astype(np.float64), group.owners[group.owners >= 0]) for group in judged
    ]
    margin, other, length, one = weights.tolist()
    return Calibration((margin, other, length, one), _fit_sharpness(entries))


def _fit_logistic(design: Probabilities, on_topic: npt.NDArray[np.bool_]) -> Probabilities:
    """Newton's method with a penalty on leaving the prior (McCullagh and Nelder, Generalized Linear Models, 4.4)."""
    weights = PRIOR.copy()
    if on_topic.all():
        return weights  # a FAQ without off-topic lines cannot teach what they look like
    for _ in range(_ROUNDS):
        probability = _logistic(design @ weights)
        gradient = design.T @ (on_topic - probability) - PENALTY * (weights - PRIOR)
        curvature = (design * (probability * (1.0 - probability))[:, None]).T @ design + np.diag(PENALTY)
        step = np.linalg.solve(curvature, gradient)
        step /= max(1.0, float(np.abs(step).max()))  # far from the goal, a whole step can lead away from it
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def _fit_sharpness(judged: Sequence[tuple[Probabilities, IndexArray]]) -> float:
    """Newton's method on the logarithm of the probability of the right entry."""
    sharpness = SHARPNESS
    for _ in range(_ROUNDS):
        gradient = -(sharpness - SHARPNESS) / SPREAD**2
        curvature = 1.0 / SPREAD**2
        for lies, owners in judged:
            shares = _softmax(sharpness * lies)
            mean = (shares * lies).sum(axis=1)
            gradient += float((lies[np.arange(len(owners)), owners] - mean).sum())
            curvature += float(((shares * lies**2).sum(axis=1) - mean**2).sum())
        step = gradient / curvature
        sharpness = max(sharpness + min(max(step, -5.0), 5.0), 1.0)
        if abs(step) < 1e-4:
            break
    return sharpness


def _logistic(logits: npt.ArrayLike) -> Probabilities:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))


def _softmax(logits: Probabilities) -> Probabilities:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Probabilities = raised / raised.sum(axis=-1, keepdims=True)
    return shares
