"""`evaluate`: how well the FAQ answers a file of known questions, and the worst mistakes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot import store
from bot.core import evaluation, questions
from bot.core.evaluation import Case, Figures
from bot.core.problems import plural

WORST: Final = 10  # mistakes that are shown

_IN_SCOPE: Final = ("right", "offered", "misoffered", "wrong", "declined", "warned", "silent")
_OFF_TOPIC: Final = ("answered", "offered off topic", "declined off topic", "warned off topic", "silent off topic")


def evaluate(faq: Path, question_file: Path) -> int:
    """Print the figures of the FAQ for a question file."""
    knowledge = store.load_to_measure(faq)
    name = store.shown_path(question_file)
    known = questions.read(name, store.read_bytes(question_file))
    questions.must_fit(name, known, knowledge.faq)
    cases = evaluation.cases(knowledge, known)
    print("\n".join(_report(evaluation.figures(cases))))
    print("\n".join(_mistakes(evaluation.worst(cases, WORST))))
    return 0


def _report(figures: Figures) -> Iterator[str]:
    yield f"{plural(figures.in_scope, 'question')} in scope, {figures.off_topic:,} off topic"
    yield ""
    yield f"the best entry is right        {figures.top_1:6.1%}"
    yield f"among the best three           {figures.top_3:6.1%}"
    yield ""
    yield "                                asked  overheard"
    for name in (*_IN_SCOPE, *_OFF_TOPIC):
        asked, overheard = figures.asked.get(name, 0.0), figures.overheard.get(name, 0.0)
        if asked or overheard:
            yield f"{name:<29}  {asked:6.1%}     {overheard:6.1%}"
    yield ""
    for share, right in figures.right_at.items():
        yield f"right where {share:3.0%} of the off-topic ones get an answer: {right:6.1%}"


def _mistakes(worst: list[Case]) -> Iterator[str]:
    yield ""
    yield "The worst mistakes when asked:" if worst else "No question got a wrong answer when asked."
    for case in worst:
        best = case.ranking.matches[0]
        wanted = " or ".join(case.question.accept) or "no answer"
        yield f'- "{case.question.text}"'
        yield f"  answered from {best.entry.id} ({best.score:.2f}), as if it were “{best.wording}”; wanted: {wanted}"
