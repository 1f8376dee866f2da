"""What a change did to the FAQ file, as lines that went and came: to show it, and to undo it where they still are."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from bot.content.model import Faq
from bot.errors import BotError

AROUND: Final = 3  # lines above and below a difference that are kept, to find its place again
NAMED: Final = 10  # entries that are named, where many differ
SHOWN: Final = 2  # of these, in a diff
ENOUGH: Final = 2  # lines around a place that have to be as they were, where the lines themselves went
COMPARED: Final = 200  # lines between two that stand once in either text, in which single differences are looked for


class LinesChangedError(BotError):
    """A change whose lines are no longer as it left them."""

    def __init__(self) -> None:
        super().__init__(
            "These lines were changed again since, so this change alone cannot be undone. Undo the later change "
            "first, or edit the entry."
        )


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were replaced by others, each text whole lines."""

    line: int  # where they begin in the new text, counted from 0
    above: str  # lines before them, AROUND at most
    before: str  # what went
    after: str  # what came
    below: str  # lines behind them, AROUND at most


@dataclass(frozen=True, slots=True)
class Differences:
    """What two FAQs differ in: ids of entries, and the names of whatever else is in the file."""

    added: tuple[str, ...]
    edited: tuple[str, ...]
    removed: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """All entries that differ."""
        return (*self.added, *self.edited, *self.removed)

    def __str__(self) -> str:
        """What was done, such as `added a; edited b, c`."""
        return self._told("added", "edited", "removed", "changed")

    def to_come(self) -> str:
        """What would be done, such as `adds a; edits b, c`."""
        return self._told("adds", "edits", "removes", "changes")

    def _told(self, *verbs: str) -> str:
        parts = zip(verbs, (self.added, self.edited, self.removed, self.others), strict=True)
        return "; ".join(f"{verb} {_listed(names)}" for verb, names in parts if names) or f"{verbs[-1]} comments only"


def _listed(names: Sequence[str]) -> str:
    """Names in a row, the first of them."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def differences(before: Faq, after: Faq) -> Differences:
    """What one FAQ has that another has not, entry by entry."""
    old, new = {entry.id: entry for entry in before.entries}, {entry.id: entry for entry in after.entries}
    others = ("title", "source", "disclaimer", "warning_signs", "synonyms", "off_topic")
    kept = [name for name in old if name in new]
    reordered = kept != [name for name in new if name in old]
    return Differences(
        added=tuple(name for name in new if name not in old),
        edited=tuple(name for name in kept if old[name] != new[name]),
        removed=tuple(name for name in old if name not in new),
        others=tuple(name for name in others if getattr(before, name) != getattr(after, name))
        + (("the order of the entries",) if reordered else ()),
    )


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """The lines in which two texts differ, from top to bottom."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return tuple(
        Hunk(
            new_from,
            "".join(new[max(0, new_from - AROUND) : new_from]),
            "".join(old[old_from:old_to]),
            "".join(new[new_from:new_to]),
            "".join(new[new_to : new_to + AROUND]),
        )
        for old_from, old_to, new_from, new_to in _differing(old, new)
    )


def undone(text: str, change: Sequence[Hunk]) -> str:
    """A text without what a change did to it. Raises LinesChangedError where its lines are no longer as it left them.

    Lines that stand in several places are meant where most of those around them are as they were.
    """
    lines = text.splitlines(keepends=True)
    search = _Search(lines)
    kept: list[str] = []
    done = 0
    for hunk in change:
        start = search.place(hunk)
        if start < done:
            raise LinesChangedError
        kept += [*lines[done:start], *hunk.before.splitlines(keepends=True)]
        done = start + len(hunk.after.splitlines())
    kept += lines[done:]
    ends = [line if _bare(line) != line else line + _break(lines) for line in kept[:-1]]  # what was the file's end
    return "".join([*ends, *kept[-1:]])


def shown(change: Sequence[Hunk]) -> list[str]:
    """A change as a diff: each line behind a minus where it went, a plus where it came, a space where it stayed."""
    lines: list[str] = []
    end = 0  # of what was shown, in the new text
    for number, hunk in enumerate(change):
        above = hunk.above.splitlines()[-SHOWN:]
        between = hunk.line - end
        if number and between > len(above):
            lines.append("…")
        elif number:
            above = above[len(above) - between :]
        went, came = hunk.before.splitlines(), hunk.after.splitlines()
        below = hunk.below.splitlines()[:SHOWN]
        stop = hunk.line + len(came)
        if number + 1 < len(change):
            below = below[: change[number + 1].line - stop]
        lines += [f" {line}" for line in above] + [f"-{line}" for line in went]
        lines += [f"+{line}" for line in came] + [f" {line}" for line in below]
        end = stop + len(below)
    return lines


class _Search:
    """Finds the places of hunks in a text's lines, whatever ends these."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [_bare(line) for line in lines]
        self._places: dict[str, list[int]] = {}
        for at, line in enumerate(self._lines):
            self._places.setdefault(line, []).append(at)

    def place(self, hunk: Hunk) -> int:
        """Where the lines stand that a hunk came to. Raises LinesChangedError where no place is the likeliest."""
        above, came, below = (
            [_bare(line) for line in text.splitlines(keepends=True)] for text in (hunk.above, hunk.after, hunk.below)
        )
        found = self._holding(came) if came else self._between(above, below)
        if came and len(found) == 1:
            return found[0]
        fits = sorted(((self._alike(at, at + len(came), above, below), at) for at in found), reverse=True)
        if not fits or (not came and fits[0][0] < ENOUGH) or (len(fits) > 1 and fits[0][0] == fits[1][0]):
            raise LinesChangedError
        return fits[0][1]

    def _holding(self, came: list[str]) -> list[int]:
        """Where these lines stand, by the rarest of them."""
        rarest = min(range(len(came)), key=lambda at: len(self._places.get(came[at], ())))
        starts = (at - rarest for at in self._places.get(came[rarest], ()))
        return [at for at in starts if at >= 0 and self._lines[at : at + len(came)] == came]

    def _between(self, above: Sequence[str], below: Sequence[str]) -> list[int]:
        """Where any of the lines stands where it was, above or below a place that has no lines of its own."""
        found = {0, len(self._lines)}
        for distance, line in enumerate(reversed(above)):
            found.update(at + 1 + distance for at in self._places.get(line, ()))
        for distance, line in enumerate(below):
            found.update(at - distance for at in self._places.get(line, ()))
        return [at for at in found if 0 <= at <= len(self._lines)]

    def _alike(self, start: int, stop: int, above: Sequence[str], below: Sequence[str]) -> int:
        """How many of the lines around a place are as they were; where there were fewer, the text began or ended."""
        count = 0
        for distance in range(AROUND):
            was = above[-1 - distance] if distance < len(above) else None
            count += was == self._at(start - 1 - distance)
            was = below[distance] if distance < len(below) else None
            count += was == self._at(stop + distance)
        return count

    def _at(self, at: int) -> str | None:
        return self._lines[at] if 0 <= at < len(self._lines) else None


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists of lines differ: from which to before which in the old one, and in the new.

    Lines that stand once in either list, in the same order, part them (patience diff, by Bram Cohen); between these,
    difflib compares what is short.
    """
    old_from = new_from = 0
    for old_at, new_at in [*_anchors(old, new), (len(old), len(new))]:
        for part in _compared(old[old_from:old_at], new[new_from:new_at]):
            yield old_from + part[0], old_from + part[1], new_from + part[2], new_from + part[3]
        old_from, new_from = old_at + 1, new_at + 1


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    old_lines, new_lines = old[first : len(old) - last], new[first : len(new) - last]
    if max(len(old_lines), len(new_lines)) > COMPARED:
        yield first, len(old) - last, first, len(new) - last
        return
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old_lines, new_lines, False).get_opcodes():
        if kind != "equal":
            yield first + old_from, first + old_to, first + new_from, first + new_to


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest ascending run of lines that stand once in the old list and once in the new, by their places."""
    in_old, in_new = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if in_new[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(old) if in_old[line] == 1 and line in places]
    ends: list[int] = []  # per length of a run, the smallest place in the new list that one ends at
    runs: list[int] = []  # and which pair that is
    before: list[int] = []  # per pair, the pair before it in its run
    for number, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        before.append(runs[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        runs[length : length + 1] = [number]
    run: list[tuple[int, int]] = []
    number = runs[-1] if runs else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _bare(line: str) -> str:
    """A line without its break."""
    return line.rstrip("\r\n\x85\u2028\u2029")


def _break(lines: Sequence[str]) -> str:
    """What ends a line in a text."""
    first = lines[0]
    return first[len(_bare(first)) :] or "\n"
