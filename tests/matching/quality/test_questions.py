"""Question files and the figures that are measured on them."""

import pytest

from bot.content.problems import BrokenFileError
from bot.matching.answerer import Answerer
from bot.matching.quality import evaluate as evaluation
from bot.matching.quality import questions
from bot.matching.quality.questions import Question

FORM = 'Write it as {text: "does it help sciatica", accept: [sciatica]}; accept: [] where no entry answers it.'


def test_a_question_file_is_read() -> None:
    data = b"# known\n- {text: does it help sciatica, accept: [sciatica, back-pain]}\n- {text: hello, accept: []}\n"
    assert questions.read("q.yaml", data) == (
        Question("does it help sciatica", ("sciatica", "back-pain")),
        Question("hello", ()),
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "1:1: the file is empty. Write into it what belongs there, or take the shipped file back."),
        ("a: b", f"1:1: the file should be a list of questions. {FORM}"),
        ("[]", f"1:1: the file should be a list of questions. {FORM}"),
        ("- hello", f'1:3: a question should have a "text" and a list "accept", and nothing else. {FORM}'),
        ("- {text: a}", f'1:3: a question should have a "text" and a list "accept", and nothing else. {FORM}'),
        (
            "- {text: 1, accept: []}",
            f'1:3: a question should have a "text" and a list "accept", and nothing else. {FORM}',
        ),
        (
            "- {text: a, accept: b}",
            f'1:3: a question should have a "text" and a list "accept", and nothing else. {FORM}',
        ),
        ("- {text: a, accept: [1]}", f'1:21: "accept" should be a list of ids. {FORM}'),
        (
            "- [a",
            '1:3: a list opened with "[" is not closed. '
            'Close it with "]", or write the items on lines of their own with a dash before each.',
        ),
    ],
)
def test_a_broken_question_file_is_refused(data: str, problem: str) -> None:
    with pytest.raises(BrokenFileError) as caught:
        questions.read("q.yaml", data.encode())
    assert str(caught.value) == f"q.yaml:{problem}"


def test_figures(shipped: Answerer) -> None:
    known = [
        Question("does it help sciatica", ("sciatica",)),  # right
        Question("is it normal to ask for this", ("source",)),  # wrong
        Question("how much does it cost", ("benefits",)),  # declined
        Question("my groin is numb", ("medical-advice",)),  # warned
        Question("what do you charge", ()),  # declined, off topic
        Question("what is sciatica", ()),  # answered, off topic
    ]
    cases = evaluation.cases(shipped, known)
    figures = evaluation.figures(cases)
    assert (figures.in_scope, figures.off_topic) == (4, 2)
    assert figures.top_1 == 0.25
    assert figures.asked == {
        "right": 0.25,
        "wrong": 0.25,
        "declined": 0.25,
        "warned": 0.25,
        "answered": 0.5,
        "declined off topic": 0.5,
    }
    assert figures.overheard["silent"] == 0.25
    assert {case.question.text for case in evaluation.worst(cases, 9)} == {
        "is it normal to ask for this",
        "what is sciatica",
    }


def test_no_questions_of_a_kind_give_no_share(shipped: Answerer) -> None:
    figures = evaluation.figures(evaluation.cases(shipped, [Question("hello", ())]))
    assert (figures.in_scope, figures.top_1) == (0, 0.0)
