"""Vectors and machines: fast arithmetic gives what slow arithmetic gives, and the learned weights are the best ones."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.features import Views, runs_of
from bot.matching.learn import calibration
from bot.matching.learn import svm as margins
from bot.matching.learn.calibration import Judged
from bot.matching.learn.vectors import FloatArray, Vectors, Vocabulary

KNOWN = ["a", "at", "cat", "dog", "dogs", "eat", "sleep", "what", "why"]
TEXTS = st.lists(st.lists(st.sampled_from(KNOWN), max_size=7), min_size=1)
VIEWS = Views((), KNOWN)


def dense(vectors: Vectors) -> FloatArray:
    """All rows, shape (rows, features)."""
    found = np.zeros(vectors.shape, dtype=np.float32)
    found[vectors.rows, vectors.features] = vectors.values
    return found


Feature = str | tuple[str, str]  # a concept, or a pair, with "" for a text's edge


def features(concepts: Sequence[str]) -> set[Feature]:
    """The view of words of a text."""
    return {*concepts, *(pairwise(("", *concepts, "")) if concepts else ())}


def named(concepts: Mapping[str, int], pairs: Mapping[int, int]) -> dict[Feature, int]:
    """The numbers of features by what they are."""
    names = [*concepts, ""]
    found: dict[Feature, int] = {name: number for name, number in concepts.items()}  # noqa: C416
    for pair, number in pairs.items():
        before, here = divmod(pair, len(concepts) + 2)
        found[names[before], names[here]] = number
    return found


def slowly(text: list[str], vocabulary: Vocabulary) -> FloatArray:
    """One text as a vector, shape (features,)."""
    concepts = VIEWS.concepts_of(text)
    found = np.zeros(len(vocabulary.rareness), dtype=np.float32)
    numbers = named(vocabulary.concepts, vocabulary.pairs)
    words = Counter(numbers[feature] for feature in features(concepts))
    runs = Counter(vocabulary.runs[run] for word in text for run in runs_of(word))
    for view in (words, runs):
        length = math.sqrt(sum(count * vocabulary.rareness[feature] ** 2 for feature, count in view.items())) or 1.0
        for feature, count in view.items():
            found[feature] = count * vocabulary.rareness[feature] / length
    return found


@given(TEXTS)
def test_a_text_is_the_sum_of_its_words(texts: list[list[str]]) -> None:
    vocabulary = Vocabulary(map(VIEWS.concepts_of, texts), texts)
    for row, text in zip(dense(vocabulary.vectors), texts, strict=True):
        assert row == pytest.approx(slowly(text, vocabulary), abs=1e-5)


@given(TEXTS, st.randoms(use_true_random=False))
def test_fast_arithmetic_gives_what_slow_gives(texts: list[list[str]], random_: random.Random) -> None:
    vocabulary = Vocabulary(map(VIEWS.concepts_of, texts), texts)
    rows = np.array([number for number in range(len(texts)) if random_.random() < 0.7], dtype=np.intp)[::-1]
    some, slow = vocabulary.vectors.of(rows), dense(vocabulary.vectors)[rows]
    assert some.all_alike() == pytest.approx(slow @ slow.T, abs=1e-4)
    coefficients = np.array([[random_.random() for _ in range(3)] for _ in rows], dtype=np.float32).reshape(-1, 3)
    found, weights = some.weights(coefficients)
    assert weights == pytest.approx((slow.T @ coefficients)[found], abs=1e-4)
    assert list(found) == sorted(set(some.features.tolist()))


def test_no_change_of_the_weights_would_be_better() -> None:
    """At the best weights, what a text pulls with is what it lacks: the derivative of the loss is zero."""
    random_ = np.random.default_rng(3)
    points = random_.normal(size=(90, 6)).astype(np.float32)
    alike = points @ points.T + np.float32(1.0)
    owners = np.where(points[:, 0] > 0.5, 0, np.where(points[:, 1] > 0.0, 1, -1))
    coefficients = margins.fit(alike, owners, 2, sweeps=500).coefficients
    lies = alike @ coefficients
    for kind in range(2):
        own = owners == kind
        lacks = np.where(
            own, np.maximum(0, margins.INSIDE - lies[:, kind]), -np.maximum(0, lies[:, kind] - margins.OUTSIDE)
        )
        assert margins.PENALTY * coefficients[:, kind] == pytest.approx(lacks, abs=5e-3)


def test_texts_that_are_left_out_are_judged_without_them() -> None:
    """A text like no other tells nothing of itself where it is left out, and everything where it is not."""
    alike = np.eye(40, dtype=np.float32)
    fitted = margins.fit(alike, np.zeros(40, dtype=np.intp), 1)
    assert 0 < fitted.left_out.sum() < 40
    assert (fitted.lies[fitted.left_out] == 0.0).all()
    assert (fitted.lies[~fitted.left_out] > 0.5).all()


def test_calibration_finds_how_often_a_lead_is_right() -> None:
    """Texts drawn with a known probability of being on topic get about that probability."""
    random_ = np.random.default_rng(1)
    lead = random_.uniform(-1.0, 1.0, 4_000).astype(np.float32)
    on_topic = random_.random(4_000) < 1.0 / (1.0 + np.exp(-(5.0 * lead - 1.0)))
    lies = np.column_stack([lead, np.full(4_000, -9.0), np.zeros(4_000)]).astype(np.float32)
    judged = Judged(lies, np.where(on_topic, 0, -1), np.full(4_000, 7))
    fitted = calibration.fit([judged])
    for wanted in (0.2, 0.5, 0.8):
        at = (np.log(wanted / (1.0 - wanted)) + 1.0) / 5.0
        scores = fitted.probabilities([at, -9.0], 0.0, 7)
        assert scores == pytest.approx([wanted, 0.0], abs=0.05)
