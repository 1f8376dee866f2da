"""Rankings to decisions: each rule, and each kind of decision, asked and overheard; and what looks like a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.model import Entry
from bot.matching.decision import (
    Answer,
    Decision,
    Decline,
    Offer,
    Origin,
    Silence,
    Warning,
    decide,
)
from bot.matching.ranking import Match, Ranking
from bot.matching.shape import looks_like_question, says_nothing

ENTRIES = [Entry(name, "s", f"What is {name}?", f"It is {name}.") for name in ("one", "two", "three", "four")]


def ranking(*scores: float, sign: str | None = None) -> Ranking:
    matches = tuple(Match(entry, score) for entry, score in zip(ENTRIES, scores, strict=False))
    return Ranking("?", matches, sign)


def entries_of(decision: Decision) -> list[str]:
    match decision:
        case Answer(entry):
            return [entry.id]
        case Offer(entries) | Decline(entries):
            return [entry.id for entry in entries]
        case Warning() | Silence():
            return []


@pytest.mark.parametrize(
    ("scores", "kind", "entries"),
    [
        ((0.99, 0.01), Answer, ["one"]),
        ((0.75, 0.25), Answer, ["one"]),
        ((0.95,), Answer, ["one"]),
        ((0.749, 0.05, 0.01), Offer, ["one", "two"]),  # not sure enough
        ((0.30, 0.20, 0.10, 0.09), Offer, ["one", "two", "three"]),
        ((0.16, 0.15, 0.02), Offer, ["one", "two"]),  # one of them is likely, though neither by itself
        ((0.71, 0.01), Offer, ["one"]),  # one alone is offered too
        ((0.30,), Offer, ["one"]),
        ((0.5, 0.03, 0.029), Offer, ["one", "two"]),  # what is next to impossible is not offered
        ((0.29,), Decline, ["one"]),
        ((0.14, 0.12, 0.02), Decline, ["one", "two"]),
        ((0.01, 0.01), Decline, []),
    ],
)
def test_asked(scores: tuple[float, ...], kind: type, entries: list[str]) -> None:
    decision = decide(ranking(*scores), Origin.ASK)
    assert (type(decision), entries_of(decision)) == (kind, entries)
    assert decision.rule.endswith(".")


@pytest.mark.parametrize(
    ("scores", "kind", "entries"),
    [((0.985, 0.0), Answer, ["one"]), ((0.984, 0.0), Silence, []), ((0.3, 0.3), Silence, []), ((0.0,), Silence, [])],
)
def test_overheard_answers_or_is_silent(scores: tuple[float, ...], kind: type, entries: list[str]) -> None:
    decision = decide(ranking(*scores), Origin.WATCHED)
    assert (type(decision), entries_of(decision)) == (kind, entries)


@pytest.mark.parametrize("origin", Origin)
def test_a_warning_sign_outweighs_every_answer(origin: Origin) -> None:
    decision = decide(ranking(1.0, 0.0, sign="numb groin"), origin)
    assert isinstance(decision, Warning)
    assert decision.sign == "numb groin"


@pytest.mark.parametrize(
    "text",
    [
        "Does it help?",
        "does it help sciatica if you have had it for years and nothing else has worked",
        "ok so dumb question but is it weird that I want to ask my physio about my backside",
        "My back has been bad for weeks. Anyone here who has tried a massage",
        "my hips have been killing me since the marathon, would this sort them out",
        "been wondering for a while if kneading the muscles does anything for runners",
        "glute massage benefits",
        "can u get injured from it, my nan thinks that you can and she is never wrong",
        "not sure whether to book one or to save my money for something else instead",
        "¿ayuda con la ciática?",
        "wtf is a sciatic nerve",
        "no power back there at all, what are the signs",
        "prevent knee injuries",
        "tight piriformis causes",
        "massage to help hip pain",
        "glute massage pros and cons",
        "improve your posture",
    ],
)
def test_what_looks_like_a_question(text: str) -> None:
    assert looks_like_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "went for a butt massage because of my sciatica yesterday and it was great",
        "Just booked my first glute massage for Tuesday, my partner keeps laughing at me",
        "the physio pressed her elbow into my backside and I nearly jumped off of the table",
        "my sciatica is back again so no football for me this weekend, good luck lads",
        "sciatica is a nightmare",
        "massage helps",
        "tight hips cause back pain",
        "sciatica sucks",
    ],
)
def test_what_tells_something(text: str) -> None:
    assert not looks_like_question(text)


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    assert looks_like_question(text) in (True, False)
    assert looks_like_question(f"{text}?")


@pytest.mark.parametrize(
    "text",
    [
        "how do I use map()?",
        "why does print() fail",
        "getting an error in foo() when I call it",
        "what does x == y mean",
        "from what age can I import my class, and git it done",
        "very very very very very very very very good, does it help",
        "is it for muscle(s) too",
    ],
)
def test_who_asks_about_code_says_something(text: str) -> None:
    assert not says_nothing(text)
