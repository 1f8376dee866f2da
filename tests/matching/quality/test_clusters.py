"""Questions that ask for much the same stand together."""

from hypothesis import given
from hypothesis import strategies as st

from bot.matching.answerer import Answerer
from bot.matching.features import Features
from bot.matching.quality.clusters import grouped

NO_FEATURES = Features((), ())


def test_rewordings_stand_together_and_others_do_not(shipped: Answerer) -> None:
    texts = [
        "how much does a massage cost",
        "who won the football",
        "how much does one massage cost",
        "HOW MUCH DOES A MASSAGE COST???",
        "what is the capital of peru",
        "how much would a massage cost me",
        "what's the capital of Peru",
    ]
    found = [[texts[number] for number in group] for group in grouped(texts, shipped.matcher.features)]
    assert found == [[texts[0], texts[2], texts[3], texts[5]], [texts[1]], [texts[4], texts[6]]]


@given(st.lists(st.text(max_size=30), max_size=20))
def test_each_text_stands_in_one_group(texts: list[str]) -> None:
    found = grouped(texts, NO_FEATURES)
    assert sorted(number for group in found for number in group) == list(range(len(texts)))


def test_synonyms_count_as_one(shipped: Answerer) -> None:
    assert grouped(["is my bum flat", "is my booty flat"], shipped.matcher.features) == [[0, 1]]


def test_many_unlike_texts_are_as_many_groups() -> None:
    texts = [f"{number * 7919:x}qq {number * 104729:x}zz" for number in range(1500)]
    assert len(grouped(texts, NO_FEATURES)) > 1300
