"""What was learned, packed: sums of packed rows are packed sums, and a matcher says what slow arithmetic says."""

import struct
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import file as store
from bot.matching.features import LONGEST, Views, runs_of
from bot.matching.learn.train import learn
from bot.matching.learn.weights import ADDED, LARGEST, first_of, packed, unpacked
from bot.matching.matcher import Matcher
from bot.matching.quality import questions
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from bot.text.words import MOST_WORDS, words
from tests.matching.learn.test_vectors import features, named

NUMBERS = st.integers(-LARGEST, LARGEST)


def in_one(row: list[int]) -> int:
    return packed(struct.pack(f"<{len(row)}i", *row))


@given(
    st.integers(1, 40).flatmap(lambda width: st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1))
)
def test_sums_of_packed_rows_are_packed_sums(rows: list[list[int]]) -> None:
    sums = tuple(map(sum, zip(*rows, strict=True)))
    total = sum(map(in_one, rows))
    assert unpacked(total, len(sums)) == sums
    if sums[0] >= 0:
        assert first_of(total) == sums[0]


@pytest.mark.parametrize("row", [[LARGEST, -LARGEST, LARGEST], [-LARGEST] * 3, [-LARGEST, 0, LARGEST]])
def test_the_longest_text_of_the_largest_numbers_fits(row: list[int]) -> None:
    longest = MOST_WORDS * len(runs_of("w" * LONGEST * 2))
    assert 2 * MOST_WORDS + 1 < longest <= ADDED
    assert unpacked(in_one(row) * longest, 3) == tuple(longest * number for number in row)


def test_a_margin_is_what_slow_arithmetic_says() -> None:
    faq = store.checked(SHIPPED_FAQ)
    learned = learn(faq)
    (group,) = learned.groups
    rows = np.array([group.unpacked(row) for row in group.rows[:-1]], dtype=np.float64)
    squares, says = rows[:, 0] * group.square, rows[:, 1:] * group.unit
    matcher = Matcher(faq, learned)
    known = {
        word
        for text in (*faq.off_topic, *(each for entry in faq.entries for each in entry.wordings))
        for word in words(text)
    }
    views = Views(faq.synonyms, known)
    number_of = named(learned.concepts, learned.pairs)
    for question in questions.read("", SHIPPED_QUESTIONS.read_bytes())[::7]:
        typed = words(question.text)
        concepts = views.concepts_of(views.corrected(typed))
        heard = Counter(number_of[each] for each in features(concepts) if each in number_of)
        runs = Counter(learned.runs[run] for word in typed for run in runs_of(word) if run in learned.runs)
        margins = np.array(group.bias)
        for view in (heard, runs):
            numbers, counts = list(view), np.array(list(view.values()))
            margins += counts @ says[numbers] / np.sqrt(counts @ squares[numbers])
        scores = learned.calibration.probabilities(margins[:-1].tolist(), float(margins[-1]), len(typed))
        found = {match.entry.id: match.score for match in matcher.match(question.text, 100).matches}
        ordered = sorted(entry.id for entry in faq.entries)
        if max(found.values()) != 0.99:  # not word for word a wording
            assert [found[each] for each in ordered] == pytest.approx(scores, abs=1e-6)
