"""The FAQ that the bot comes with: complete, within its own rules, and every wording finds its own entry."""

import re

import pytest

from bot.content.model import Entry
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Decline, Origin, Silence, Warning
from bot.matching.quality import evaluate as evaluation
from bot.matching.quality import few, questions
from bot.matching.quality.questions import Question
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from bot.terminal.load import load
from bot.text.words import comparable

FAQ = load(SHIPPED_FAQ).faq
KNOWN = questions.read("questions.yaml", SHIPPED_QUESTIONS.read_bytes())
TOPICS = [
    "what-is-it",
    "benefits",
    "is-it-normal",
    "is-it-sexual",
    "who-should-do-it",
    "at-home",
    "is-it-safe",
    "why-glutes-matter",
    "weak-glutes",
    "flexibility",
    "tight-glutes",
    "circulation",
    "stability-strength",
    "athletic-performance",
    "which-sports",
    "injury-prevention",
    "back-pain",
    "how-common-is-back-pain",
    "sciatica",
    "what-is-sciatica",
    "other-conditions",
    "hip-pain",
    "knee-pain",
    "inactive-glutes",
    "pregnancy",
    "posture",
    "medical-advice",
    "source",
]


def test_there_is_one_entry_per_topic_in_their_order() -> None:
    assert [entry.id for entry in FAQ.entries] == TOPICS


@pytest.mark.parametrize("entry", FAQ.entries, ids=lambda entry: entry.id)
def test_an_entry_is_short_and_asked_in_many_ways(entry: Entry) -> None:
    assert len(entry.answer.split()) <= 120
    assert len(entry.wordings) >= 40
    assert "\n  " not in entry.answer
    assert not re.search(r"\bcure|guarantee|always work|heal(s|ed)?\b", entry.answer, re.IGNORECASE)


def test_the_matcher_has_much_to_learn_silence_from() -> None:
    assert len(FAQ.off_topic) >= 400


def test_no_known_question_stands_in_the_faq() -> None:
    measured = {comparable(question.text) for question in KNOWN}
    texts = [text for entry in FAQ.entries for text in entry.wordings] + list(FAQ.off_topic)
    assert [text for text in texts if comparable(text) in measured] == []


def test_every_known_question_names_entries_that_exist() -> None:
    assert {entry for question in KNOWN for entry in question.accept} == set(TOPICS)


def test_each_wording_is_answered_by_its_own_entry(shipped: Answerer) -> None:
    lost = []
    for entry in FAQ.entries:
        for wording in entry.wordings:
            decision = shipped.decide(wording)
            if not (isinstance(decision, Answer) and decision.entry.id == entry.id):
                lost.append((entry.id, wording, decision))
    assert lost == []


def test_no_off_topic_line_is_answered(shipped: Answerer) -> None:
    assert [line for line in FAQ.off_topic if not isinstance(shipped.decide(line), Decline)] == []


def test_the_known_questions_are_answered_well_enough(shipped: Answerer) -> None:
    """The rates that the FAQ and the matcher are held to."""
    figures = evaluation.figures(evaluation.cases(shipped, KNOWN))
    assert figures.top_1 >= 0.96
    assert figures.top_3 >= 0.99
    assert figures.asked["right"] >= 0.88
    assert figures.asked["right"] + figures.asked["offered"] >= 0.96
    assert figures.asked.get("wrong", 0.0) <= 0.02
    assert figures.asked.get("answered", 0.0) <= 0.02
    assert figures.asked.get("offered off topic", 0.0) <= 0.08
    assert figures.overheard["right"] >= 0.65
    assert figures.overheard.get("answered", 0.0) <= 0.003
    assert figures.overheard.get("wrong", 0.0) == 0.0
    assert figures.calibration_error <= 0.02


@pytest.mark.parametrize(
    ("wordings", "lines", "top_1", "right", "helped", "false"),
    [
        (2, 30, 0.69, 0.20, 0.75, 0.02),
        pytest.param(5, 100, 0.76, 0.42, 0.80, 0.03, marks=pytest.mark.slow),
        pytest.param(10, 100, 0.82, 0.60, 0.86, 0.04, marks=pytest.mark.slow),
        pytest.param(10, 0, 0.80, 0.50, 0.85, 0.05, marks=pytest.mark.slow),  # whoever writes many, and no lines
    ],
)
def test_few_wordings_do(
    shipped: Answerer, wordings: int, lines: int, top_1: float, right: float, helped: float, false: float
) -> None:
    """What a moderator writes in an hour is enough for most questions."""
    cut = [few.with_few(FAQ, wordings, lines, draw) for draw in range(few.DRAWS)]
    drawn = [evaluation.cases(Answerer(each, embeddings=shipped.embeddings), KNOWN) for each in cut]
    figures = few.mean(list(map(evaluation.figures, drawn)))
    assert figures.top_1 >= top_1
    assert figures.asked["right"] >= right
    assert figures.asked["right"] + figures.asked["offered"] >= helped
    assert figures.asked.get("wrong", 0.0) <= 0.03
    assert figures.asked.get("answered", 0.0) <= false
    assert figures.calibration_error <= 0.06


@pytest.mark.slow
def test_a_new_entry_of_three_wordings_does_and_takes_little_from_the_others(shipped: Answerer) -> None:
    """Measured for each entry as if it were the new one."""
    new, lost = [], []
    for entry in FAQ.entries:
        answerer = Answerer(few.with_new(FAQ, entry, 3), embeddings=shipped.embeddings)
        own = [question for question in KNOWN if few.own(question, entry)]
        rest = [question for question in KNOWN if question.accept and not few.own(question, entry)]
        new.append(evaluation.figures(evaluation.cases(answerer, own)))
        before, after = (evaluation.figures(evaluation.cases(each, rest)).top_1 for each in (shipped, answerer))
        lost.append(before - after)
    figures = few.mean(new)
    assert figures.top_1 >= 0.75
    assert figures.asked["right"] >= 0.45
    assert figures.asked["right"] + figures.asked["offered"] >= 0.82
    assert sum(lost) / len(lost) <= 0.01


@pytest.mark.parametrize("question", KNOWN, ids=lambda question: question.text[:30])
def test_what_was_only_overheard_is_answered_or_not_but_never_offered(shipped: Answerer, question: Question) -> None:
    assert isinstance(shipped.decide(question.text, Origin.WATCHED), Answer | Silence | Warning)


@pytest.mark.parametrize("question", KNOWN, ids=lambda question: question.text[:30])
def test_only_the_known_emergency_sets_off_the_warning(shipped: Answerer, question: Question) -> None:
    warned = isinstance(shipped.decide(question.text, Origin.WATCHED), Warning)
    assert warned == ("can't control my bladder" in question.text)
