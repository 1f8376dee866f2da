"""What probabilities are learned from: the scores of texts by classifiers that have not seen them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest

from bot.content import file
from bot.content.model import Faq
from bot.matching.features import Features
from bot.matching.learn import calibration, svm, train
from bot.matching.learn.calibration import Calibration, Unseen
from bot.matching.learn.texts import Kind, Text, known_words, training_texts
from bot.matching.learn.vectors import FloatArray
from bot.matching.learn.weights import Weights, similarities_of
from bot.matching.meaning.embeddings import Embeddings
from bot.settings import SHIPPED_FAQ


def hashed(text: Text) -> int:
    return crc32(" ".join(text.words).encode())


def is_judged(text: Text, faq: Faq) -> bool:
    if text.kind is Kind.WORDING:
        entry = sorted(faq.entries, key=lambda each: each.id)[text.label]
        return len(entry.wordings) >= 4
    return text.kind is Kind.LINE and len(text.words) > 0


def slow_nearest(cosines: FloatArray, texts: Sequence[Text], classes: int) -> FloatArray:
    """The cosine of the nearest text of each entry, and that of the nearest line of the FAQ's own."""
    nearest = np.zeros(classes, dtype=np.float32)
    for cosine, text in zip(cosines.tolist(), texts, strict=True):
        if text.words and text.kind is not Kind.GENERAL:
            nearest[text.label] = max(nearest[text.label], cosine)
    return nearest


def slow_unseen(faq: Faq, weights: Weights, embeddings: Embeddings | None) -> Iterator[list[float]]:
    """The label, the length, and the scores of each text that is judged, by classifiers of the other four folds."""
    texts = sorted(sorted(training_texts(faq), key=lambda each: each.label), key=hashed)
    features, labels = Features(faq.synonyms, known_words(texts)), np.array([each.label for each in texts])
    similarities = weights.vocabulary.vectors([features.of(each.words) for each in texts]).similarities() + 1.0
    cosines = None
    if embeddings is not None and weights.meaning is not None:
        vectors = embeddings.of_texts([each.text for each in texts])
        cosines = vectors @ vectors.T
        similarities += similarities_of(cosines, weights.meaning.share)
    for fold in range(train.FOLDS):
        held_out = [each.kind is not Kind.SENTENCE and hashed(each) % train.FOLDS == fold for each in texts]
        seen = [number for number, out in enumerate(held_out) if not out]
        coefficients = svm.fit(similarities[np.ix_(seen, seen)], labels[seen], len(faq.entries) + 1)
        for number, text in enumerate(texts):
            if held_out[number] and is_judged(text, faq):
                scores = similarities[number, seen] @ coefficients
                scores[:-1] += weights.raised
                if cosines is not None and weights.meaning is not None:
                    nearest = slow_nearest(cosines[number, seen], [texts[each] for each in seen], len(scores))
                    scores += weights.meaning.bonus(nearest)
                label = -1 if text.kind is Kind.LINE else text.label
                yield [float(label), float(len(text.words)), *scores.tolist()]


@pytest.mark.parametrize("embeddings", [None, Embeddings()], ids=["without meaning", "with meaning"])
def test_the_scores_are_those_of_classifiers_that_have_not_seen_the_text(
    embeddings: Embeddings | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned_from: list[Unseen] = []

    def fit(unseen: Sequence[Unseen], wordings: float, lines: int, *, with_meaning: bool) -> Calibration:
        learned_from.extend(unseen)
        return as_before(unseen, wordings, lines, with_meaning=with_meaning)

    as_before = calibration.fit
    monkeypatch.setattr(calibration, "fit", fit)
    faq = file.checked(SHIPPED_FAQ)
    *some, few = faq.entries[:9]
    entries = (*(replace(entry, also=entry.also[:8]) for entry in some), replace(few, also=few.also[:1]))
    faq = replace(faq, entries=entries, off_topic=faq.off_topic[:40])
    weights = train.learn(faq, embeddings)
    assert weights.raised.max() > 0.0
    [given] = learned_from
    found = np.column_stack([given.labels, given.lengths, given.scores]).tolist()
    assert len(found) == 8 * 9 + 40
    for one, other in zip(sorted(found), sorted(slow_unseen(faq, weights, embeddings)), strict=True):
        assert one == pytest.approx(other, abs=1e-4)
