"""Scores to probabilities: is the question on topic, and if so, which entry does it mean?

Both are fitted on the FAQ's own texts, with the scores of classifiers that have not seen them. Whether a question is on
topic is a logistic regression on the best entry's score, the score for off topic, and the length of the question (Platt
scaling; Platt, Probabilistic Outputs for Support Vector Machines, 1999). Which entry it means is a softmax over the
entries' scores (temperature scaling; Guo et al., On Calibration of Modern Neural Networks, 2017, section 4.2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray, IndexArray

Floats = npt.NDArray[np.float64]

# The coefficients that hold before anything is learned, and stay for a FAQ with hardly a wording: of the best entry's
# score, of the score for off topic, of the logarithm of the length, and the intercept. PENALTY says how strongly each
# holds: those of the scores, which are much the same from FAQ to FAQ, more than the intercept.
PRIOR: Final = np.array([6.5, -8.0, 0.0, -0.7])
PENALTY: Final = np.array([5.0, 5.0, 5.0, 0.1])
# The same for the softmax: how much likelier an entry is for a higher score, and the standard deviation of that.
SHARPNESS: Final = 15.0
SPREAD: Final = 3.0
_ROUNDS: Final = 25  # of Newton's method, which has converged by then or never will


@dataclass(frozen=True, slots=True)
class Calibration:
    """What scores are worth as probabilities."""

    entry: float  # coefficient of the best entry's score
    off_topic: float  # coefficient of the score for off topic
    length: float  # coefficient of the logarithm of 1 + the words of the question
    intercept: float
    sharpness: float

    def probabilities(self, entries: FloatArray, off_topic: float, length: int) -> Floats:
        """Return the probability that each entry is right, given the scores of a question of `length` words."""
        best = float(entries.max())
        raised = np.exp(self.sharpness * (entries.astype(np.float64) - best))
        on_topic = _logistic(self.start(length) + self.moved(best, off_topic))
        found: Floats = on_topic * raised / raised.sum()
        return found

    def start(self, length: int) -> float:
        """Return the log-odds that a text of `length` words is on topic, before its scores are looked at."""
        return self.length * math.log1p(length) + self.intercept

    def moved(self, entry: float, off_topic: float) -> float:
        """Return how far an entry's score and the score for off topic, or parts of them, move these log-odds."""
        return self.entry * entry + self.off_topic * off_topic


@dataclass(frozen=True, slots=True)
class Unseen:
    """Texts with their scores of classifiers that had not seen them, and what would have been right."""

    scores: FloatArray  # shape (texts, entries + 1); the last is the score for off topic
    labels: IndexArray  # shape (texts,): the number of the entry, or -1 if the text is off topic
    lengths: IndexArray  # shape (texts,), in words


def fit(unseen: Sequence[Unseen]) -> Calibration:
    """Fit to texts that the classifiers had not seen, group by group."""
    best = np.concatenate([group.scores[:, :-1].max(axis=1) for group in unseen])
    off_topic = np.concatenate([group.scores[:, -1] for group in unseen])
    lengths = np.concatenate([group.lengths for group in unseen])
    on_topic = [group.labels >= 0 for group in unseen]
    design = np.column_stack([best, off_topic, np.log1p(lengths), np.ones(len(best))])
    entry, other, length, intercept = _fit_logistic(design, np.concatenate(on_topic)).tolist()
    pairs = zip(unseen, on_topic, strict=True)
    entries = [(group.scores[rows, :-1].astype(np.float64), group.labels[rows]) for group, rows in pairs]
    return Calibration(entry, other, length, intercept, _fit_sharpness(entries))


def _fit_logistic(design: Floats, on_topic: npt.NDArray[np.bool_]) -> Floats:
    """Newton's method with a penalty on leaving the prior (McCullagh and Nelder, Generalized Linear Models, 4.4)."""
    coefficients = PRIOR.copy()
    if on_topic.all():
        return coefficients  # a FAQ without off-topic lines cannot teach what they look like
    for _ in range(_ROUNDS):
        probability = _logistic(design @ coefficients)
        gradient = design.T @ (on_topic - probability) - PENALTY * (coefficients - PRIOR)
        curvature = (design * (probability * (1.0 - probability))[:, None]).T @ design + np.diag(PENALTY)
        step = np.linalg.solve(curvature, gradient)
        step /= max(1.0, float(np.abs(step).max()))  # far from the optimum, a whole step can lead away from it
        coefficients = coefficients + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return coefficients


def _fit_sharpness(unseen: Sequence[tuple[Floats, IndexArray]]) -> float:
    """Newton's method on the logarithm of the probability of the right entry."""
    sharpness = SHARPNESS
    for _ in range(_ROUNDS):
        gradient = -(sharpness - SHARPNESS) / SPREAD**2
        curvature = 1.0 / SPREAD**2
        for scores, labels in unseen:
            logits = sharpness * scores
            raised = np.exp(logits - logits.max(axis=1, keepdims=True))
            shares = raised / raised.sum(axis=1, keepdims=True)
            mean = (shares * scores).sum(axis=1)
            gradient += float((scores[np.arange(len(labels)), labels] - mean).sum())
            curvature += float(((shares * scores**2).sum(axis=1) - mean**2).sum())
        step = gradient / curvature
        sharpness = max(sharpness + min(max(step, -5.0), 5.0), 1.0)
        if abs(step) < 1e-4:
            break
    return sharpness


def _logistic(logits: npt.ArrayLike) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))
