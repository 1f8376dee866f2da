"""Vectors and classifiers: fast arithmetic gives what slow arithmetic gives, and the learned weights are the best."""

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.features import Features, ngrams_of, pairs_of
from bot.matching.learn import svm
from bot.matching.learn.vectors import FloatArray, Vectors, Vocabulary
from bot.text.words import stem

KNOWN = ["a", "at", "cat", "dog", "dogs", "eat", "sleep", "what", "why"]
TEXTS = st.lists(st.lists(st.sampled_from(KNOWN), max_size=7), min_size=1)
FEATURES = Features((), KNOWN)


def learned(texts: list[list[str]]) -> tuple[Vocabulary, Vectors]:
    """The vocabulary of some texts, and their vectors."""
    found = [FEATURES.of(text) for text in texts]
    vocabulary = Vocabulary.of(found)
    return vocabulary, vocabulary.vectors(found)


def dense(vectors: Vectors) -> FloatArray:
    """All rows, shape (rows, features)."""
    found = np.zeros(vectors.shape, dtype=np.float32)
    found[vectors.rows, vectors.features] = vectors.values
    return found


def slowly(text: list[str], vocabulary: Vocabulary) -> FloatArray:
    """One text as a vector, shape (features,)."""
    terms = [stem(word) for word in text]
    found = np.zeros(len(vocabulary.idf), dtype=np.float32)
    words = Counter(vocabulary.terms[name] for name in {*terms, *pairs_of(terms)})
    ngrams = Counter(vocabulary.ngrams[ngram] for word in text for ngram in ngrams_of(word))
    for kind in (words, ngrams):
        length = math.sqrt(sum(count * vocabulary.idf[feature] ** 2 for feature, count in kind.items())) or 1.0
        for feature, count in kind.items():
            found[feature] = count * vocabulary.idf[feature] / length
    return found


def test_the_features_of_a_text() -> None:
    found = Features([["glutes", "rear end"]], ["my", "rear", "end", "hurts"]).of(["my", "raer", "end", "hurts"])
    assert found.terms == ("my", "glute", "hurt", " my", "my glute", "glute hurt", "hurt ")
    assert found.ngrams[:5] == (" my", "my ", " my ", " ra", "rae")
    assert FEATURES.of([]).terms == FEATURES.of([]).ngrams == ()


@given(TEXTS)
def test_a_text_is_the_sum_of_its_words(texts: list[list[str]]) -> None:
    vocabulary, vectors = learned(texts)
    for row, text in zip(dense(vectors), texts, strict=True):
        assert row == pytest.approx(slowly(text, vocabulary), abs=1e-5)


@given(TEXTS, st.randoms(use_true_random=False))
def test_fast_arithmetic_gives_what_slow_gives(texts: list[list[str]], random_: random.Random) -> None:
    _, vectors = learned(texts)
    rows = np.array([number for number in range(len(texts)) if random_.random() < 0.7], dtype=np.intp)[::-1]
    some, slow = vectors.chosen(rows), dense(vectors)[rows]
    assert some.similarities() == pytest.approx(slow @ slow.T, abs=1e-4)
    coefficients = np.array([[random_.random() for _ in range(3)] for _ in rows], dtype=np.float32).reshape(-1, 3)
    found, weights = some.weights(coefficients)
    assert weights == pytest.approx((slow.T @ coefficients)[found], abs=1e-4)
    assert list(found) == sorted(set(some.features.tolist()))


def test_a_text_is_similar_to_itself_and_not_to_what_shares_nothing_with_it() -> None:
    texts = [["cat", "eat"], ["why", "sleep"], []]
    vocabulary, vectors = learned(texts)
    assert vectors.cosines(vocabulary.vectors([FEATURES.of(texts[0])])) == pytest.approx([1.0, 0.0, 0.0])
    assert vectors.cosines(vocabulary.vectors([FEATURES.of([])])) == pytest.approx([0.0] * 3)


def test_no_change_of_the_weights_would_be_better() -> None:
    """At the best weights, what a text pulls with is what it lacks: the derivative of the loss is zero."""
    random_ = np.random.default_rng(3)
    points = random_.normal(size=(90, 6)).astype(np.float32)
    similarities = points @ points.T + np.float32(1.0)
    labels = np.where(points[:, 0] > 0.5, 0, np.where(points[:, 1] > 0.0, 1, -1))
    coefficients = svm.fit(similarities, labels, 2, sweeps=500)
    scores = similarities @ coefficients
    for number in range(2):
        own = labels == number
        lacks = np.where(
            own, np.maximum(0, svm.INSIDE - scores[:, number]), -np.maximum(0, scores[:, number] - svm.OUTSIDE)
        )
        assert svm.PENALTY * coefficients[:, number] == pytest.approx(lacks, abs=5e-3)
