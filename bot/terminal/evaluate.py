"""`evaluate`: how well the FAQ answers a file of known questions, and the worst mistakes with why."""

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from bot.content import file
from bot.content.problems import plural
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.explain import in_short
from bot.matching.quality import advice, questions
from bot.matching.quality import evaluate as evaluation
from bot.matching.quality.advice import Confused, Superfluous
from bot.matching.quality.evaluate import Case, Figures
from bot.matching.quality.questions import Question
from bot.settings import faq_path
from bot.terminal.few import print_few
from bot.terminal.load import load

WORST: Final = 10  # mistakes that are shown
SPARE: Final = 10  # wordings that add nothing that are shown

_IN_SCOPE: Final = {
    "right": "answered from an entry that is right",
    "offered": "offered a choice with a right entry in it",
    "misoffered": "offered a choice without one",
    "wrong": "answered from an entry that is wrong",
    "declined": "said that it doesn't know",
    "warned": "gave the warning",
    "silent": "said nothing",
}
_OFF_TOPIC: Final = {
    "answered": "answered, though nothing answers it",
    "offered off topic": "offered a choice",
    "declined off topic": "said that it doesn't know",
    "warned off topic": "gave the warning",
    "silent off topic": "said nothing",
}


def evaluate(arguments: Namespace) -> int:
    """Print the figures of the FAQ for a question file."""
    answerer = load(arguments.faq, to_measure=True)
    name, known = _known(arguments)
    questions.must_fit(name, known, answerer.faq)
    if arguments.few:
        print_few(answerer, known, as_json=arguments.json)
        return 0
    cases = evaluation.cases(answerer, known)
    figures, worst = evaluation.figures(cases), evaluation.worst(cases, WORST)
    pairs, spare = advice.confused(cases), advice.superfluous(answerer)
    if arguments.json:
        shares = {"asked": _shares(figures.asked), "overheard": _shares(figures.overheard)}
        mistakes = [_mistake(answerer, case) for case in worst]
        found = {"confused": [asdict(pair) for pair in pairs], "superfluous": [_named(each) for each in spare]}
        print(json.dumps({**asdict(figures), **shares, "mistakes": mistakes, **found}, indent=2))
    else:
        print("\n".join([*_report(figures), *_mistakes(answerer, worst), *_confused(pairs), *_superfluous(spare)]))
    return 0


def _known(arguments: Namespace) -> tuple[str, tuple[Question, ...]]:
    """Return the name of the question file, and what is in it."""
    path = arguments.questions or questions.path_beside(faq_path(arguments.faq))
    name = file.shown_path(path)
    if arguments.questions is None and not path.exists():
        raise BotError(f"There are no known questions beside the FAQ: write {name}, as faq/README.md says.")
    return name, questions.read(name, file.read_bytes(path))


def _report(figures: Figures) -> Iterator[str]:
    yield f"{plural(figures.in_scope, 'question')} in scope, {figures.off_topic:,} off topic"
    yield ""
    yield f"{'the best entry is right':<45} {figures.top_1:6.1%}"
    yield f"{'a right entry is among the best three':<45} {figures.top_3:6.1%}"
    yield from _block("Of the questions in scope, the bot", _IN_SCOPE, figures)
    yield from _block("Of the off-topic ones, it", _OFF_TOPIC, figures)
    if figures.in_scope and figures.off_topic:
        yield ""
        yield "With a threshold that lets this share of the off-topic ones be answered, it would answer rightly:"
        yield from (f"  {share:3.0%}: {right:6.1%}" for share, right in figures.right_at_false.items())
    yield ""
    yield f"Scores are off from how often they are right by {figures.calibration_error:.1%} on average."


def _block(title: str, outcomes: Mapping[str, str], figures: Figures) -> Iterator[str]:
    """Return the shares of some outcomes: for messages that were put to the bot, and for those that it overheard."""
    yield ""
    yield f"{title:<45}  asked  overheard"
    for name, meaning in outcomes.items():
        asked, overheard = figures.asked.get(name, 0.0), figures.overheard.get(name, 0.0)
        if asked or overheard:
            yield f"  {meaning:<43} {asked:6.1%}     {overheard:6.1%}"


def _mistakes(answerer: Answerer, worst: Sequence[Case]) -> Iterator[str]:
    yield ""
    yield "The worst mistakes when asked:" if worst else "No question got a wrong answer when asked."
    for case in worst:
        best = case.ranking.matches[0]
        yield f'- "{case.question.text}"'
        wanted = " or ".join(case.question.accept) or "no answer"
        yield f"  answered from {best.entry.id} ({best.score:.2f}); wanted: {wanted}"
        yield f"  because of: {in_short(answerer.explain(case.question.text, best.entry))}"


def _confused(pairs: Sequence[Confused]) -> Iterator[str]:
    if pairs:
        yield ""
        yield "Entries that several questions confuse; give both more wordings that tell them apart:"
    for pair in pairs:
        yield f"- {pair.meant}, taken for {pair.found} by {plural(pair.questions, 'question')}"


def _superfluous(spare: Sequence[Superfluous]) -> Iterator[str]:
    if spare:
        yield ""
        yield "Wordings that add nothing, since another one of their entry says it in nearly the same words:"
    for each in spare[:SPARE]:
        yield f'- {each.entry.id}: "{each.wording}", like "{each.like}"'
    if len(spare) > SPARE:
        yield f"- and {len(spare) - SPARE:,} more (all of them with --json)"


def _named(each: Superfluous) -> dict[str, str]:
    return {"entry": each.entry.id, "wording": each.wording, "like": each.like}


def _shares(outcomes: Mapping[str, float]) -> dict[str, float]:
    """Return every outcome by its name, also those that never came."""
    return {name.replace(" ", "_"): outcomes.get(name, 0.0) for name in (*_IN_SCOPE, *_OFF_TOPIC)}


def _mistake(answerer: Answerer, case: Case) -> dict[str, Any]:
    best = case.ranking.matches[0]
    explanation = answerer.explain(case.question.text, best.entry)
    return {
        "text": case.question.text,
        "accept": list(case.question.accept),
        "answered": best.entry.id,
        "score": best.score,
        "rule": case.asked.rule,
        "words": [
            {"typed": each.typed, "concept": each.term, "share": round(each.share, 4)} for each in explanation.words
        ],
        "wordings": [{"text": each.text, "alike": round(each.similarity, 4)} for each in explanation.wordings],
        "off_topic": [{"text": each.text, "alike": round(each.similarity, 4)} for each in explanation.off_topic],
    }
