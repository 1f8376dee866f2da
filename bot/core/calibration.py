"""Evidence to probability: a logistic regression, fitted on the FAQ's own wordings left out one at a time."""

from dataclasses import dataclass

import numpy as np

from bot.core.index import FloatArray

_PENALTY = 1.0  # pull towards the prior: decides where a FAQ has too few wordings to learn from
_ROUNDS = 25  # Newton's method has settled by then, or never will


@dataclass(frozen=True)
class Calibration:
    """Weights from evidence, a row of numbers per candidate, to the probability that the candidate is right."""

    weights: FloatArray  # shape (columns + 1,); the last is the intercept

    def probabilities(self, evidence: FloatArray) -> FloatArray:
        """The probability of each candidate: evidence of shape (candidates, columns) to shape (candidates,)."""
        return _logistic(evidence @ self.weights[:-1] + self.weights[-1])


def fit(evidence: FloatArray, right: FloatArray, prior: FloatArray) -> Calibration:
    """Fit by Newton's method, with a ridge penalty on leaving the prior (McCullagh and Nelder, Generalized Linear
    Models, section 4.4): evidence of shape (cases, columns), right of shape (cases,) with 0 or 1 in each, prior of
    shape (columns + 1,).
    """
    design = np.column_stack([evidence, np.ones(len(evidence))])
    weights = prior.copy()
    penalty = _PENALTY * np.eye(len(prior))
    for _ in range(_ROUNDS):
        probability = _logistic(design @ weights)
        gradient = design.T @ (right - probability) - penalty @ (weights - prior)
        curvature = (design * (probability * (1.0 - probability))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return Calibration(weights)


def _logistic(logits: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
