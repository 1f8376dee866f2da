"""The classifiers: they come near the least loss, and put texts on the right side."""

import numpy as np
import pytest

from bot.content import file
from bot.matching.features import Features
from bot.matching.learn import svm
from bot.matching.learn.texts import Kind, known_words, training_texts
from bot.matching.learn.vectors import FloatArray, IndexArray, Vocabulary
from bot.settings import SHIPPED_FAQ


@pytest.fixture(scope="module")
def shipped() -> tuple[FloatArray, IndexArray, int]:
    """The similarities of the shipped wordings, the number of the entry of each, and how many entries there are."""
    faq = file.checked(SHIPPED_FAQ)
    texts = [each for each in training_texts(faq) if each.kind is Kind.WORDING]
    random_ = np.random.default_rng(3)
    texts = [texts[number] for number in random_.permutation(len(texts))[:700]]
    features = Features(faq.synonyms, known_words(texts))
    found = [features.of(each.words) for each in texts]
    similarities = Vocabulary.of(found).vectors(found).similarities() + np.float32(1.0)
    return similarities, np.array([each.label for each in texts]), len(faq.entries)


def loss(similarities: FloatArray, labels: IndexArray, classes: int, coefficients: FloatArray) -> float:
    """The squared hinge loss, and the penalty on the weights."""
    signs = np.where(labels[:, None] == np.arange(classes), 1.0, -1.0)
    wanted = np.where(signs > 0.0, svm.INSIDE, -svm.OUTSIDE)
    weighted = coefficients.astype(np.float64)
    scores = similarities.astype(np.float64) @ weighted
    return float((np.maximum(0.0, wanted - signs * scores) ** 2).sum() + svm.PENALTY * (weighted * scores).sum())


def test_a_few_sweeps_come_near_the_least_loss(shipped: tuple[FloatArray, IndexArray, int]) -> None:
    after = {sweeps: loss(*shipped, svm.fit(*shipped, sweeps=sweeps)) for sweeps in (1, svm.SWEEPS, 40)}
    assert after[40] < after[svm.SWEEPS] < 1.018 * after[40]
    assert after[1] > 1.3 * after[40]


def test_a_text_of_no_class_is_on_the_wrong_side_of_each() -> None:
    scores = np.eye(3, dtype=np.float32) @ svm.fit(np.eye(3, dtype=np.float32), np.array([0, 1, -1]), 2, sweeps=50)
    assert (scores > 0.0).tolist() == [[True, False], [False, True], [False, False]]
    assert scores.max() <= svm.INSIDE
    assert scores.min() >= -svm.OUTSIDE
