"""How well a FAQ answers known questions: the figures that `evaluate` shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Decision, Decline, Offer, Origin, Silence, Warning, decide
from bot.matching.quality.questions import Question
from bot.matching.ranking import Ranking

FALSE_SHARES: Final = (0.01, 0.02, 0.05, 0.10)  # of off-topic messages answered, at which rightness is measured
BINS: Final = 10  # of scores, in each of which they are compared with how often they are right


@dataclass(frozen=True, slots=True)
class Case:
    """A known question, its ranking, and its decisions."""

    question: Question
    ranking: Ranking
    asked: Decision
    overheard: Decision

    @property
    def score(self) -> float:
        """The best entry's score."""
        return self.ranking.matches[0].score

    def right_within(self, places: int) -> bool:
        """Return whether an accepted entry is among the best `places`."""
        return any(match.entry.id in self.question.accept for match in self.ranking.matches[:places])


@dataclass(frozen=True)
class Figures:
    """What a set of cases amounts to. Shares are in 0..1, of the in-scope or of the off-topic questions."""

    in_scope: int
    off_topic: int
    top_1: float
    top_3: float
    asked: dict[str, float]  # outcome to share, see `outcome`
    overheard: dict[str, float]
    right_at_false: dict[float, float]  # share of off-topic messages answered, to that of questions answered rightly
    calibration_error: float  # how far scores are from how often they are right, see `_calibration_error`


def cases(answerer: Answerer, questions: Sequence[Question]) -> list[Case]:
    """Return each question with its ranking and its decisions, as if asked and as if overheard."""
    found = []
    for question in questions:
        ranking = answerer.match(question.text)
        found.append(Case(question, ranking, decide(ranking, Origin.ASK), decide(ranking, Origin.WATCHED)))
    return found


def figures(judged: Sequence[Case]) -> Figures:
    """Return what judged cases amount to."""
    inside = [case for case in judged if case.question.accept]
    outside = [case for case in judged if not case.question.accept]
    return Figures(
        in_scope=len(inside),
        off_topic=len(outside),
        top_1=_share(case.right_within(1) for case in inside),
        top_3=_share(case.right_within(3) for case in inside),
        asked=_outcomes([(bool(case.question.accept), outcome(case.asked, case.question)) for case in judged]),
        overheard=_outcomes([(bool(case.question.accept), outcome(case.overheard, case.question)) for case in judged]),
        right_at_false={share: _right_at(inside, outside, share) for share in FALSE_SHARES},
        calibration_error=_calibration_error(judged),
    )


def worst(judged: Sequence[Case], count: int) -> list[Case]:
    """Return the wrong answers when asked, the highest score first."""
    mistaken = [case for case in judged if outcome(case.asked, case.question) in ("wrong", "answered")]
    return sorted(mistaken, key=lambda case: -case.score)[:count]


def outcome(decision: Decision, question: Question) -> str:
    """Return what a decision was for a question, as a name.

    In scope: right, wrong, offered (with a right entry), misoffered (without), declined, warned, silent. Off topic:
    answered, offered off topic, declined off topic, warned off topic, silent off topic.
    """
    accept = question.accept
    match decision:
        case Answer(entry):
            right = "right" if entry.id in accept else "wrong"
            return right if accept else "answered"
        case Offer(entries) if accept and not any(entry.id in accept for entry in entries):
            return "misoffered"
    name = _NAMES[type(decision)]
    return name if accept else f"{name} off topic"


_NAMES: Final[dict[type, str]] = {Offer: "offered", Decline: "declined", Warning: "warned", Silence: "silent"}


def _outcomes(found: Sequence[tuple[bool, str]]) -> dict[str, float]:
    """Return the share of each outcome, given with whether its question is in scope, of those that are or are not."""
    totals = Counter(in_scope for in_scope, _ in found)
    return {name: count / totals[in_scope] for (in_scope, name), count in Counter(found).items()}


def _right_at(inside: Sequence[Case], outside: Sequence[Case], share: float) -> float:
    """Return the share of in-scope questions answered rightly, if `share` of the off-topic ones may get an answer."""
    scores = sorted((case.score for case in outside), reverse=True)
    passed = int(share * len(scores))
    threshold = scores[passed] if passed < len(scores) else 0.0
    return _share(case.right_within(1) and case.score > threshold for case in inside)


def _calibration_error(judged: Sequence[Case]) -> float:
    """Return the expected calibration error of the best scores, in 0..1 (Guo et al., On Calibration of Modern Neural
    Networks, 2017, section 2): in each tenth of the scores, how far their mean is from the share that is right.
    """
    tenths: dict[int, list[Case]] = defaultdict(list)
    for case in judged:
        tenths[int(case.score * BINS)].append(case)
    sums = [(sum(case.score for case in each), sum(case.right_within(1) for case in each)) for each in tenths.values()]
    return sum(abs(scores - right) for scores, right in sums) / len(judged) if judged else 0.0


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0
