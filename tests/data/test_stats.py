"""Counts and votes, and the report made of them. Days are passed in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.chat.curators.stats_text import details, digest, report, summary
from bot.data.database import Database
from bot.data.stats import KEPT, VOTES_KEPT, Count, Event, Stats, table
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin

DAY = date(2026, 11, 25)


@pytest.fixture
def stats(tmp_path: Path) -> Iterator[Stats]:
    with Database(tmp_path) as database:
        yield Stats(database, b"a token")


def counted(stats: Stats, since: date = DAY) -> dict[tuple[str, Origin | None, str], int]:
    return {(each.event.value, each.origin, each.entry): each.count for each in stats.counts(since, DAY)}


def test_counts_add_up_by_day(stats: Stats) -> None:
    for _ in range(3):
        stats.count(DAY, Event.ANSWERED, Origin.ASK, "sciatica")
    stats.count(DAY, Event.ANSWERED, Origin.MENTION, "sciatica")
    stats.count(DAY - timedelta(1), Event.DECLINED, Origin.ASK)
    assert counted(stats) == {("answered", Origin.ASK, "sciatica"): 3, ("answered", Origin.MENTION, "sciatica"): 1}
    assert ("declined", Origin.ASK, "") in counted(stats, DAY - timedelta(1))


def test_a_vote_can_be_changed_and_counts_once(stats: Stats, tmp_path: Path) -> None:
    ann, ben, answer = 111_222_333_444_555_666, 222_333_444_555_666_777, 999_888_777_666_555_444
    for member, helpful in ((ann, True), (ann, True), (ben, True), (ann, False)):
        stats.vote(DAY, member, answer, "sciatica", helpful=helpful)
    assert counted(stats) == {("helpful", None, "sciatica"): 1, ("not helpful", None, "sciatica"): 1}
    stats.vote(DAY + timedelta(1), ben, answer, "sciatica", helpful=False)  # in place of the one of the day before
    assert counted(stats) == {("not helpful", None, "sciatica"): 2}
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for number in (ann, ben, answer):
        assert str(number).encode() not in data
        assert number.to_bytes(8, "big") not in data


def test_old_counts_and_votes_are_forgotten(stats: Stats) -> None:
    stats.count(DAY - timedelta(KEPT + 1), Event.DECLINED, Origin.ASK)
    stats.count(DAY - timedelta(KEPT), Event.ANSWERED, Origin.ASK, "sciatica")
    stats.vote(DAY - timedelta(VOTES_KEPT + 1), 1, 2, "sciatica", helpful=True)
    stats.expire(DAY)
    assert ("declined", Origin.ASK, "") not in counted(stats, DAY - timedelta(KEPT + 9))
    stats.vote(DAY, 1, 2, "sciatica", helpful=True)
    assert counted(stats) == {("helpful", None, "sciatica"): 1}


def made(*counts: tuple[Event, str, int]) -> list[Count]:
    return [Count(DAY, event, Origin.ASK, entry, count) for event, entry, count in counts]


def test_a_report_names_what_needs_a_hand(shipped: Answerer) -> None:
    faq = replace(shipped.faq, entries=tuple(replace(entry, reviewed=DAY) for entry in shipped.faq.entries))
    first, second, third, *_ = faq.entries
    entries = (replace(first, reviewed=DAY - timedelta(366)), replace(second, reviewed=None), *faq.entries[2:])
    counts = made(
        (Event.ANSWERED, first.id, 5),
        (Event.CHOSEN, first.id, 1),
        (Event.DECLINED, "", 4),
        (Event.WARNED, "", 1),
        (Event.NOT_HELPFUL, first.id, 3),
        (Event.HELPFUL, first.id, 5),
        (Event.NOT_HELPFUL, second.id, 2),
        (Event.NOT_HELPFUL, third.id, 3),
        (Event.HELPFUL, third.id, 6),
    )
    found = report(counts, replace(faq, entries=entries), DAY - timedelta(6), DAY)
    assert found.questions == 10
    assert len(found.days) == 7
    assert found.series["answered"] == (0, 0, 0, 0, 0, 0, 5)
    assert [entry.id for entry, _, _ in found.not_helpful] == [first.id]
    assert [entry.id for entry in found.not_reviewed] == [first.id, second.id]
    assert first.id not in [entry.id for entry in found.never_asked]
    assert len(found.never_asked) == len(entries) - 1
    assert summary(found) == (
        "10 questions in 7 days: 5 answered, 4 didn't know, 1 warned. Of 19 votes, 11 said “Helpful”."
    )
    assert f"**Most asked for**: {first.id} (6).\n" in details(found)
    assert f"**Often “Not helpful”**: {first.id} (3 of 8 votes).\n" in details(found)
    assert f"**Not read against the source for a year**: {first.id}, {second.id}." in details(found)
    assert " and 17 more." in details(found)


def test_a_digest_says_something_or_nothing(shipped: Answerer) -> None:
    week = (DAY - timedelta(7), DAY - timedelta(1))
    assert digest(report([], shipped.faq, *week), []) is None
    said = digest(report([], shipped.faq, *week), [("what does it cost", 3), ("who won", 1)])
    assert said == (
        "**The FAQ's week**: 0 questions in 7 days.\n**In the inbox**, 4 questions without an answer, such as:\n"
        "- what does it cost (asked 3 times)\n- who won"
    )


def test_the_table_is_csv() -> None:
    assert table(made((Event.ANSWERED, "sciatica", 2), (Event.DECLINED, "", 1))) == (
        "day,event,origin,entry,count\r\n2026-11-25,answered,ask,sciatica,2\r\n2026-11-25,declined,ask,,1\r\n"
    )
