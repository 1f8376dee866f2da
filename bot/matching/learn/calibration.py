"""Scores to probabilities: is the question on topic, and if so, which entry does it mean?

Whether a question is on topic is a logistic regression on the best entry's score, the score for off topic, and the
length of the question (Platt scaling; Platt, Probabilistic Outputs for Support Vector Machines, 1999). Which entry it
means is a softmax over the entries' scores (temperature scaling; Guo et al., On Calibration of Modern Neural Networks,
2017, section 4.2). Both are fitted on the FAQ's own texts, with the scores of classifiers that have not seen them.

A prior takes the place of the first fit where the FAQ has too few wordings or off-topic lines to learn from; with more
of both, it gives way little by little. Wordings tell nothing if their entry has only a few: without one of them,
too little is left of it. The general off-topic lines tell nothing either: they are too easy to tell from the FAQ's
subject. docs/matching.md says what the prior was fitted to.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray, IndexArray

Floats = npt.NDArray[np.float64]

ENOUGH: Final = 4  # wordings of an entry, of which one tells something if the classifiers have not seen it
# Of such wordings, and of off-topic lines of the FAQ's own: from SOME of both it begins to be learned what is on topic,
# with MANY of both nothing else counts.
SOME_TEXTS: Final = 30
MANY_TEXTS: Final = 100
# How strongly each coefficient is held to the prior, in the order of Calibration's: where there is enough to learn
# from, and where there is not, so that the intercept alone can move.
PENALTY: Final = np.array([0.1, 0.1, 0.1, 0.01])
PENALTY_OF_FEW: Final = np.array([1e6, 1e6, 1e6, 22.0])
SPREAD: Final = 3.0  # standard deviation of the prior's sharpness
OFF_TOPIC: Final = 0.6  # off-topic messages for each question, however many lines and wordings the FAQ has
_ROUNDS: Final = 25  # of Newton's method, which has converged by then or never will


@dataclass(frozen=True, slots=True)
class Calibration:
    """What scores are worth as probabilities."""

    entry: float  # coefficient of the best entry's score
    off_topic: float  # coefficient of the score for off topic
    length: float  # coefficient of the logarithm of 1 + the words of the question
    intercept: float
    sharpness: float  # how much likelier an entry is for a higher score

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


# The prior, by whether the FAQ was learned with meaning: the coefficients of whether a question is on topic, in the
# order of Calibration's, for up to FEW wordings an entry; what is added for e times as many; and the sharpness.
PRIORS: Final = {False: np.array([5.8, -2.1, 1.8, -3.8]), True: np.array([3.2, -1.0, 1.1, -2.5])}
ADDED: Final = {False: np.array([0.3, -0.7, -0.3, -0.3]), True: np.array([1.75, -0.95, 0.05, -1.68])}
SHARPNESS: Final = {False: 15.5, True: 14.0}
FEW: Final = 3.0
# Wordings that were chosen to be unlike each other, as one does who writes many, are harder to judge by the others than
# a question is. So with MANY of them an entry, entries are this much sharper than wordings tell, and what they tell of
# being on topic is this much steeper, and lower. With fewer wordings, by less.
STEEPER, LOWER, SHARPER = 0.7, 0.35, 2.0
MANY: Final = 60.0


@dataclass(frozen=True, slots=True)
class Unseen:
    """Texts with their scores of classifiers that had not seen them, and what would have been right."""

    scores: FloatArray  # shape (texts, entries + 1); the last is the score for off topic
    labels: IndexArray  # shape (texts,): the number of the entry, or -1 if the text is off topic
    lengths: IndexArray  # shape (texts,), in words


def fit(unseen: Sequence[Unseen], wordings: float, lines: int, *, with_meaning: bool) -> Calibration:
    """Fit to texts that the classifiers had not seen, group by group.

    `wordings`: how many an entry of the FAQ has (the median); `lines`: how many off-topic lines of its own it has.
    """
    prior = PRIORS[with_meaning] + ADDED[with_meaning] * math.log(min(max(wordings, FEW), MANY) / FEW)
    unlike = min(1.0, wordings / MANY)
    of_groups = [group.labels >= 0 for group in unseen]
    pairs = zip(unseen, of_groups, strict=True)
    entries = [(group.scores[rows, :-1].astype(np.float64), group.labels[rows]) for group, rows in pairs]
    best = np.concatenate([group.scores[:, :-1].max(axis=1) for group in unseen])
    off_topic = np.concatenate([group.scores[:, -1] for group in unseen])
    lengths = np.concatenate([group.lengths for group in unseen])
    design = np.column_stack([best, off_topic, np.log1p(lengths), np.ones(len(best))])
    fitted = _fit_on_topic(design, np.concatenate(of_groups), lines, prior, unlike)
    entry, other, length, intercept = fitted.tolist()
    sharpness = _fit_sharpness(entries, SHARPNESS[with_meaning]) + unlike * SHARPER
    return Calibration(entry, other, length, intercept, sharpness)


def _fit_on_topic(design: Floats, on_topic: npt.NDArray[np.bool_], lines: int, prior: Floats, unlike: float) -> Floats:
    """Return the coefficients of whether a question is on topic, in the order of Calibration's."""
    wordings, others = int(on_topic.sum()), int((~on_topic).sum())  # a large FAQ judges a line in several groups
    together = min(lines, SOME_TEXTS)
    counts = np.where(on_topic, together / (OFF_TOPIC * max(1, wordings)), together / max(1, others))
    of_few = _fit_logistic(design, on_topic, counts, prior, PENALTY_OF_FEW)
    learned = (min(wordings, lines, MANY_TEXTS) - SOME_TEXTS) / (MANY_TEXTS - SOME_TEXTS)
    if learned <= 0.0 or not others:
        return of_few
    counts = np.where(on_topic, 1.0, OFF_TOPIC * wordings / others)
    of_many = _fit_logistic(design, on_topic, counts, prior, PENALTY)
    of_many = of_many * (1.0 + unlike * STEEPER) - unlike * np.array([0.0, 0.0, 0.0, LOWER])
    return of_few + learned * (of_many - of_few)


def _fit_logistic(
    design: Floats, on_topic: npt.NDArray[np.bool_], counts: Floats, prior: Floats, penalty: Floats
) -> Floats:
    """Newton's method with a penalty on leaving the prior (McCullagh and Nelder, Generalized Linear Models, 4.4)."""
    coefficients = prior
    for _ in range(_ROUNDS):
        probability = _logistic(design @ coefficients)
        gradient = design.T @ (counts * (on_topic - probability)) - penalty * (coefficients - prior)
        spread = (counts * probability * (1.0 - probability))[:, None]
        curvature = (design * spread).T @ design + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        step /= max(1.0, float(np.abs(step).max()))  # far from the optimum, a whole step can lead away from it
        coefficients = coefficients + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return coefficients


def _fit_sharpness(unseen: Sequence[tuple[Floats, IndexArray]], prior: float) -> float:
    """Newton's method on the logarithm of the probability of the right entry."""
    sharpness = prior
    for _ in range(_ROUNDS):
        gradient = -(sharpness - prior) / SPREAD**2
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
    """Return 1 / (1 + exp(-logits)), in a form that no logit is too large for."""
    return np.asarray(0.5 + 0.5 * np.tanh(np.multiply(0.5, logits)))
