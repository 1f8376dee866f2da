"""Scores to probabilities: learned where the FAQ has enough to learn from, the prior where it has not."""

import itertools

import numpy as np
import pytest

from bot.matching.learn import calibration
from bot.matching.learn.calibration import Calibration, Unseen

SOME, MANY = calibration.SOME_TEXTS, calibration.MANY_TEXTS  # wordings, and off-topic lines
WORDINGS = 9.0  # an entry


def unseen(wordings: int, lines: int) -> Unseen:
    """The scores of wordings that are easy to tell from off-topic lines."""
    on_topic = np.arange(wordings + lines) < wordings
    random_ = np.random.default_rng(2)
    best, off_topic = np.where(on_topic, 1.0, 0.0), np.where(on_topic, 0.0, 1.0)
    scores = np.column_stack([best, np.full(len(best), -1.0), off_topic]) + random_.normal(0.0, 0.3, (len(best), 3))
    return Unseen(scores.astype(np.float32), np.where(on_topic, 0, -1), np.full(len(best), 6))


def fitted(wordings: int, lines: int, *, with_meaning: bool = True) -> Calibration:
    return calibration.fit([unseen(wordings, lines)], WORDINGS, lines, with_meaning=with_meaning)


def slopes(found: Calibration) -> tuple[float, float, float]:
    return found.entry, found.off_topic, found.length


def test_it_finds_how_often_a_lead_is_right() -> None:
    """Texts drawn with a known probability of being on topic get about that probability."""
    random_ = np.random.default_rng(1)
    lead = random_.uniform(-1.0, 1.0, 4_000).astype(np.float32)
    on_topic = random_.random(4_000) < 1.0 / (1.0 + np.exp(-(5.0 * lead + 1.5)))
    scores = np.column_stack([lead, np.full(4_000, -9.0), np.zeros(4_000)]).astype(np.float32)
    drawn = Unseen(scores, np.where(on_topic, 0, -1), np.full(4_000, 7))
    found = calibration.fit([drawn], WORDINGS, 1_000, with_meaning=True)
    for wanted in (0.2, 0.5, 0.8):
        at = (np.log(wanted / (1.0 - wanted)) - 1.5) / 5.0
        probabilities = found.probabilities(np.array([at, -9.0], dtype=np.float32), 0.0, 7)
        assert probabilities == pytest.approx([wanted, 0.0], abs=0.05)


@pytest.mark.parametrize("with_meaning", [True, False])
@pytest.mark.parametrize("wordings", [0, 5, 200])
def test_without_lines_nothing_moves_the_prior(wordings: int, with_meaning: bool) -> None:
    found, nothing = fitted(wordings, 0, with_meaning=with_meaning), fitted(0, 0, with_meaning=with_meaning)
    assert slopes(found) == pytest.approx(slopes(nothing))
    assert found.intercept == pytest.approx(nothing.intercept)


@pytest.mark.parametrize(
    ("wordings", "lines"),
    [(200, 5), (200, SOME), (0, 5), (0, 500), (SOME, 500)],
)
def test_too_few_lines_or_wordings_move_the_intercept_alone(wordings: int, lines: int) -> None:
    found, nothing = fitted(wordings, lines), fitted(0, 0)
    assert slopes(found) == pytest.approx(slopes(nothing), abs=1e-3)
    assert found.intercept != pytest.approx(nothing.intercept, abs=1e-3)


def test_lines_without_wordings_make_it_decline_more() -> None:
    assert fitted(0, 30).intercept < fitted(0, 5).intercept < fitted(0, 0).intercept


def test_enough_of_both_tell_themselves() -> None:
    assert slopes(fitted(MANY, MANY)) != pytest.approx(slopes(fitted(0, 0)), abs=0.5)


def test_one_line_or_wording_more_changes_little() -> None:
    """What is learned takes the place of the prior little by little."""
    whole = unseen(150, 150)
    on_topic = []
    for many in range(SOME - 10, MANY + 30):
        rows = np.r_[:many, 150 : 150 + many]
        part = Unseen(whole.scores[rows], whole.labels[rows], whole.lengths[rows])
        found = calibration.fit([part], WORDINGS, many, with_meaning=True)
        asked = itertools.product((0.2, 0.5, 0.8), repeat=2)  # an entry's score, and that for off topic
        on_topic.append([found.probabilities(np.array([entry], dtype=np.float32), off, 6)[0] for entry, off in asked])
    assert np.abs(np.diff(on_topic, axis=0)).max() < 0.1
    assert np.abs(np.subtract(on_topic[0], on_topic[-1])).max() > 0.2


def test_a_line_that_several_groups_judge_counts_once() -> None:
    """A large FAQ is learned in groups, each beside the same off-topic lines."""
    group = unseen(0, 20)
    once = calibration.fit([group], WORDINGS, 20, with_meaning=True)
    twice = calibration.fit([group, group], WORDINGS, 20, with_meaning=True)
    assert twice.intercept == pytest.approx(once.intercept)
    with_wordings = calibration.fit([unseen(200, 20)] * 2, WORDINGS, 20, with_meaning=True)
    assert slopes(with_wordings) == pytest.approx(slopes(once), abs=1e-3)  # forty were enough to learn from


def test_the_more_wordings_an_entry_has_the_sharper_entries_are_told_apart() -> None:
    """The more somebody writes, the more they are made unlike each other, and the less like members' questions."""
    few, some, many, more = (
        calibration.fit([unseen(200, 200)], count, 200, with_meaning=True).sharpness
        for count in (1.0, 20.0, 60.0, 600.0)
    )
    assert few < some < many == more


def test_the_more_wordings_an_entry_has_the_more_the_prior_asks_of_a_score() -> None:
    few, many = (calibration.fit([unseen(0, 0)], count, 0, with_meaning=True) for count in (2.0, 60.0))
    assert few.entry < many.entry
    assert few.off_topic > many.off_topic
    assert slopes(calibration.fit([unseen(0, 0)], 600.0, 0, with_meaning=True)) == pytest.approx(slopes(many))
