"""The impact of an edit on the known questions: which of them would now get another decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Decision, Decline, Offer, Silence, Warning
from bot.matching.quality.evaluate import outcome
from bot.matching.quality.questions import Question

# Outcomes of a question, see evaluate.outcome, the best first.
_IN_SCOPE: Final = ("right", "offered", "misoffered", "declined", "silent", "wrong")
_OFF_TOPIC: Final = ("silent off topic", "declined off topic", "offered off topic", "answered")
_RANKS: Final = {name: rank for rank, name in enumerate(_IN_SCOPE + _OFF_TOPIC)}


@dataclass(frozen=True, slots=True)
class Shift:
    """A known question that gets another decision."""

    text: str
    was: str
    now: str
    better: bool | None  # None if nobody has said what is right, or if it is neither better nor worse


def impact(
    before: Answerer, after: Answerer, known: Sequence[Question], waiting: Sequence[str] = ()
) -> tuple[Shift, ...]:
    """Return the questions that would get another decision, those that get worse first.

    They are searched among the `known` questions, the wordings that the edit removes, and `waiting`: questions that
    found no answer, for which nobody has said what is right. Wordings that stay are found word for word, and new
    wordings are what the edit is for, so neither are looked at.
    """
    here = {text for entry in after.faq.entries for text in entry.wordings} | set(after.faq.off_topic)
    going = [(entry, text) for entry in before.faq.entries for text in entry.wordings if text not in here]
    judged: list[tuple[str, Question | None]] = [
        *((question.text, question) for question in known if question.text not in here),
        *((text, Question(text, (entry.id,)) if after.faq.entry(entry.id) else None) for entry, text in going),
        *((text, None) for text in waiting if text not in here),
    ]
    shifts = (_shift(text, question, before, after) for text, question in judged)
    order = {False: 0, None: 1, True: 2}
    return tuple(sorted(filter(None, shifts), key=lambda shift: order[shift.better]))


def _shift(text: str, question: Question | None, before: Answerer, after: Answerer) -> Shift | None:
    was, now = before.decide(text), after.decide(text)
    if named(was) == named(now):
        return None
    better = _better(outcome(was, question), outcome(now, question)) if question else None
    return Shift(text, named(was), named(now), better)


def _better(was: str, now: str) -> bool | None:
    return None if was == now or not {was, now} <= _RANKS.keys() else _RANKS[now] < _RANKS[was]


def named(decision: Decision) -> str:
    """Return a decision in a few words."""
    match decision:
        case Answer(entry):
            return entry.id
        case Offer(entries):
            return f"a choice of {', '.join(sorted(entry.id for entry in entries))}"
        case Decline():
            return "“I don't know”"
        case Warning():
            return "the warning"
        case Silence():
            return "silence"
