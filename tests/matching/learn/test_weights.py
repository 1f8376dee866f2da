"""The weights: a matcher says what slow arithmetic says, in a FAQ of one group of entries and in one of several."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from bot.content import file as store
from bot.content.model import Faq
from bot.matching.features import Features, ngrams_of, pairs_of
from bot.matching.learn import train
from bot.matching.learn.texts import Kind, known_words, training_texts
from bot.matching.learn.weights import MARGIN, NEARER_LINE, Weights
from bot.matching.matcher import Matcher
from bot.matching.meaning.embeddings import Embeddings
from bot.matching.quality import questions
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from bot.text.words import words

FAQ = store.checked(SHIPPED_FAQ)
EMBEDDINGS = Embeddings()


def slow_scores(faq: Faq, weights: Weights, question: str) -> tuple[list[float], float]:
    """The scores of a question for the entries and for off topic, a feature and a class at a time."""
    vocabulary, typed = weights.vocabulary, words(question)
    features = Features(faq.synonyms, known_words(training_texts(faq)))
    terms = [term.name for term in features.terms(typed)]
    of_words = Counter(vocabulary.terms[name] for name in {*terms, *pairs_of(terms)} if name in vocabulary.terms)
    of_ngrams = Counter(
        vocabulary.ngrams[ngram] for word in typed for ngram in ngrams_of(word) if ngram in vocabulary.ngrams
    )
    entries, off_topic = [], []
    for group in weights.groups:
        scores = group.bias.astype(np.float64)
        for counts in (of_words, of_ngrams):
            length = sum(count * float(vocabulary.idf[feature]) ** 2 for feature, count in counts.items()) ** 0.5
            for feature, count in counts.items():
                scores += count * vocabulary.idf[feature] / length * group.weights[group.rows[feature]]
        if weights.meaning is not None:
            for row, coefficients in zip(group.texts, group.coefficients, strict=True):
                cosine = float(weights.meaning.embeddings[row] @ EMBEDDINGS.of_question(question))
                scores += weights.meaning.share * np.sign(cosine) * abs(cosine) ** 1.5 * coefficients
        entries += scores[:-1].tolist()
        off_topic.append(float(scores[-1]))
    raised = np.array(entries) + weights.raised
    mean = sum(off_topic) / len(off_topic)
    if weights.meaning is None:
        return raised.tolist(), mean
    nearest, nearer_line = slow_nearest(faq, question)
    return (raised + nearest).tolist(), mean + nearer_line


def slow_nearest(faq: Faq, question: str) -> tuple[list[float], float]:
    """What an entry's nearest text adds to its score, and a nearer off-topic line to that for off topic."""
    meant = EMBEDDINGS.of_question(question)
    cosines = [
        (each, max(0.0, float(EMBEDDINGS.of_question(each.text) @ meant)))
        for each in training_texts(faq)
        if each.words and each.kind is not Kind.GENERAL
    ]
    nearest = [
        max(cosine for each, cosine in cosines if each.label == number and each.kind is not Kind.LINE)
        for number in range(len(faq.entries))
    ]
    lines = [cosine for each, cosine in cosines if each.kind is Kind.LINE]
    nearer = max(0.0, max(lines, default=0.0) - max(nearest) - float(MARGIN))
    wordings = float(np.median([len(entry.wordings) for entry in faq.entries]))
    of_entry = train.NEAREST * min(1.0, train.NEAREST_FULL / wordings)
    return [of_entry * cosine for cosine in nearest], float(NEARER_LINE) * nearer


@pytest.mark.parametrize(("work", "several"), [(train.WORK, False), (train.WORK / 1_000, True)])
@pytest.mark.parametrize("lines", [0, 3, 100])
@pytest.mark.parametrize("embeddings", [None, EMBEDDINGS], ids=["without meaning", "with meaning"])
def test_a_score_is_what_slow_arithmetic_says(
    embeddings: Embeddings | None, lines: int, work: float, several: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "WORK", work)
    short = tuple(replace(entry, also=entry.also[:8]) for entry in FAQ.entries)
    faq = replace(FAQ, entries=short, off_topic=FAQ.off_topic[:lines])
    weights = train.learn(faq, embeddings)
    assert (len(weights.groups) > 1) is several
    matcher, ids = Matcher(faq, weights, embeddings), sorted(entry.id for entry in faq.entries)
    for question in questions.read("", SHIPPED_QUESTIONS.read_bytes())[::7]:
        entries, off_topic = slow_scores(faq, weights, question.text)
        expected = weights.calibration.probabilities(np.array(entries), off_topic, len(words(question.text)))
        found = {match.entry.id: match.score for match in matcher.match(question.text, 100).matches}
        if max(found.values()) != 0.99:  # not word for word a wording
            assert [found[each] for each in ids] == pytest.approx(expected.tolist(), abs=1e-5)


@pytest.mark.parametrize(
    ("nearest", "line", "added"),
    [((0.5, 0.2), 0.4, 0.0), ((0.5, 0.2), 0.59, 0.0), ((0.5, 0.2), 0.8, 1.0), ((0.0, 0.0), 0.6, 2.5)],
)
def test_a_line_counts_if_it_is_far_nearer_than_every_entry(
    nearest: tuple[float, float], line: float, added: float
) -> None:
    faq = replace(FAQ, entries=FAQ.entries[:2], off_topic=FAQ.off_topic[:3])
    meaning = train.learn(faq, EMBEDDINGS).meaning
    assert meaning is not None
    found = meaning.bonus(np.array([*nearest, line], dtype=np.float32))
    assert found[-1] == pytest.approx(added, abs=1e-5)
    assert found[0] > found[1] or nearest[0] == nearest[1]


def test_meaning_counts_for_less_the_more_wordings_the_entries_have() -> None:
    def share(wordings: int) -> float:
        entries = tuple(replace(entry, also=entry.also[: wordings - 1]) for entry in FAQ.entries)
        meaning = train.learn(replace(FAQ, entries=entries, off_topic=()), EMBEDDINGS).meaning
        assert meaning is not None
        return meaning.share

    assert share(1) == share(3) == 6.0
    assert share(9) == pytest.approx(2.5)
    assert share(45) == pytest.approx(0.5)


@pytest.mark.parametrize("number", [0, 1, 27])
def test_each_entry_has_its_group(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "WORK", train.WORK / 1_000)
    weights = train.learn(replace(FAQ, off_topic=()))
    group = weights.group_of(number)
    assert group.first <= number < group.first + len(group.bias) - 1
