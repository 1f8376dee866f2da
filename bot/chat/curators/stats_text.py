"""Reports from counts: how much is asked and found, which entries need a hand, and the weekly digest. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.content.model import Entry, Faq
from bot.content.problems import plural
from bot.data.stats import DECISIONS, Count, Event

NAMED: Final = 10  # entries that are named of each kind
YEAR: Final = timedelta(365)
TOO_OFTEN: Final = (3, 1 / 3)  # “Not helpful” votes, and their share of all votes, from which on an entry is named

# The names of decisions in a chart and its text.
CALLED: Final = {
    Event.ANSWERED: "answered",
    Event.OFFERED: "offered a choice",
    Event.DECLINED: "didn't know",
    Event.WARNED: "warned",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What happened from one day to another."""

    days: tuple[date, ...]
    series: Mapping[str, tuple[int, ...]]  # decisions by their names, a number for each day
    totals: Mapping[Event, int]
    asked: tuple[tuple[str, int], ...]  # entries that were answered or chosen, the most asked first
    never_asked: tuple[Entry, ...]
    not_helpful: tuple[tuple[Entry, int, int], ...]  # entry, “Not helpful” votes, all votes
    not_reviewed: tuple[Entry, ...]  # not read against the source for a year

    @property
    def questions(self) -> int:
        """How many questions there were."""
        return sum(self.totals[what] for what in DECISIONS)


def report(counts: Sequence[Count], faq: Faq, first: date, last: date) -> Report:
    """Return what the counts from the day `first` to `last` say about a FAQ and its entries."""
    days = tuple(first + timedelta(number) for number in range((last - first).days + 1))
    totals: Counter[Event] = Counter()
    by_day: Counter[tuple[date, Event]] = Counter()
    by_entry: Counter[tuple[str, Event]] = Counter()
    for each in counts:
        totals[each.event] += each.count
        by_day[each.day, each.event] += each.count
        by_entry[each.entry, each.event] += each.count
    asked = {entry.id: by_entry[entry.id, Event.ANSWERED] + by_entry[entry.id, Event.CHOSEN] for entry in faq.entries}
    least, share = TOO_OFTEN
    votes = [(entry, by_entry[entry.id, Event.NOT_HELPFUL], by_entry[entry.id, Event.HELPFUL]) for entry in faq.entries]
    return Report(
        days,
        {name: tuple(by_day[day, what] for day in days) for what, name in CALLED.items()},
        totals,
        tuple((name, count) for name, count in sorted(asked.items(), key=lambda pair: -pair[1]) if count),
        tuple(entry for entry in faq.entries if not asked[entry.id]),
        tuple((entry, no, no + yes) for entry, no, yes in votes if no >= least and no > share * (no + yes)),
        tuple(entry for entry in faq.entries if entry.reviewed is None or entry.reviewed < last - YEAR),
    )


def summary(found: Report) -> str:
    """Return the numbers of a report in a sentence or two; they are the alt text of its chart, too."""
    parts = [f"{found.totals[event]:,} {name}" for event, name in CALLED.items() if found.totals[event]]
    said = f"{plural(found.questions, 'question')} in {plural(len(found.days), 'day')}"
    said += f": {', '.join(parts)}." if parts else "."
    votes = found.totals[Event.HELPFUL] + found.totals[Event.NOT_HELPFUL]
    helped = f" Of {plural(votes, 'vote')}, {found.totals[Event.HELPFUL]:,} said “Helpful”." if votes else ""
    return said + helped


def details(found: Report) -> str:
    """Return which entries are asked for, and which need a hand, a line for each list."""
    lines = (
        _named("Most asked for", [f"{name} ({count:,})" for name, count in found.asked]),
        _named("Never asked for in this time", [entry.id for entry in found.never_asked]),
        _unhelpful(found),
        _named("Not read against the source for a year", [entry.id for entry in found.not_reviewed]),
    )
    return "\n".join(filter(None, lines))


def digest(found: Report, waiting: Sequence[tuple[str, int]]) -> str | None:
    """Return the week, None if there is nothing to say. `waiting`: a text and the number of questions of each group."""
    if not found.questions and not waiting:
        return None
    lines = [f"**The FAQ's week**: {summary(found)}", _unhelpful(found)]
    if waiting:
        count = plural(sum(count for _, count in waiting), "question")
        lines.append(f"**In the inbox**, {count} without an answer, such as:")
        lines += [f"- {text}" + (f" (asked {count:,} times)" if count > 1 else "") for text, count in waiting[:5]]
    return "\n".join(filter(None, lines))


def _unhelpful(found: Report) -> str:
    names = [f"{entry.id} ({no:,} of {plural(votes, 'vote')})" for entry, no, votes in found.not_helpful]
    return _named("Often “Not helpful”", names)


def _named(what: str, names: Sequence[str]) -> str:
    """Return a line with the first names of a list; "" if it is empty."""
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"**{what}**: {', '.join(names[:NAMED])}{rest}." if names else ""
