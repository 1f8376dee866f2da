"""Differences between two versions of the FAQ: as a line diff, to show and to undo a change, and entry by entry."""

import operator
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from bot.content.model import Faq
from bot.errors import BotError

CONTEXT: Final = 3  # lines above and below a hunk that are kept with it, to find its place again
SHOWN: Final = 2  # context lines above and below a hunk in a diff that people see
ENOUGH: Final = 2  # context lines that must still be there to find the place of removed lines
NAMED: Final = 10  # entries that are listed by name at most
COMPARED: Final = 200  # lines between two matches that are compared line by line at most


_NO_LINES: Final = (None,) * CONTEXT  # what stands before a text and behind it, where other places have lines


class LinesChangedError(BotError):
    """A change that cannot be undone, since its lines have changed again."""

    def __init__(self) -> None:
        why = "These lines were changed again since, so this change alone cannot be undone."
        super().__init__(f"{why} Undo the later change first, or edit the entry.")


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place where lines were replaced. Each text is made of whole lines."""

    line: int  # where `after` begins in the new text, counted from 0
    above: str  # the lines above in the new text, CONTEXT at most
    before: str  # the removed lines
    after: str  # the added lines
    below: str  # the lines below in the new text, CONTEXT at most


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two FAQs: ids of entries, and the keys of other parts of the file."""

    added: tuple[str, ...]
    edited: tuple[str, ...]
    removed: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of all entries that differ."""
        return (*self.added, *self.edited, *self.removed)

    def __str__(self) -> str:
        """Return what was done, such as `added a; edited b, c`."""
        return self._sentence("added", "edited", "removed", "changed")

    def to_come(self) -> str:
        """Return what would be done, such as `adds a; edits b, c`."""
        return self._sentence("adds", "edits", "removes", "changes")

    def _sentence(self, *verbs: str) -> str:
        parts = zip(verbs, (self.added, self.edited, self.removed, self.others), strict=True)
        return "; ".join(f"{verb} {_listed(names)}" for verb, names in parts if names) or f"{verbs[-1]} comments only"


def _listed(names: Sequence[str]) -> str:
    """Return the first NAMED names, and how many more there are."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def differences(before: Faq, after: Faq) -> Differences:
    """Return what differs between two FAQs."""
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
    """Return the hunks of a line diff of two texts, from top to bottom."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return tuple(
        Hunk(
            new_from,
            "".join(new[max(0, new_from - CONTEXT) : new_from]),
            "".join(old[old_from:old_to]),
            "".join(new[new_from:new_to]),
            "".join(new[new_to : new_to + CONTEXT]),
        )
        for old_from, old_to, new_from, new_to in _differing(old, new)
    )


def undone(text: str, change: Sequence[Hunk]) -> str:
    """Return a text in which a change is taken back, though other changes may have followed.

    If a hunk's lines stand in several places, the place with most of its context lines counts. Raise LinesChangedError
    if the lines have changed again.
    """
    lines = text.splitlines(keepends=True)
    search, done = _Search(lines), 0
    kept: list[str] = []
    for hunk in change:
        start = search.place(hunk)
        if start < done:
            raise LinesChangedError
        kept += [*lines[done:start], *hunk.before.splitlines(keepends=True)]
        done = start + len(hunk.after.splitlines())
    kept += lines[done:]
    # A line that was the last of its file may have no line break; now it may stand further up.
    line_break = lines[0].removeprefix(_bare(lines[0])) if lines else ""
    broken = [line if _bare(line) != line else line + (line_break or "\n") for line in kept[:-1]]
    return "".join([*broken, *kept[-1:]])


def shown(change: Sequence[Hunk]) -> list[str]:
    """Return a change as the lines of a diff. The first character says: "-" removed, "+" added, " " context."""
    lines: list[str] = []
    end = 0  # line of the new text up to which lines are shown
    for number, hunk in enumerate(change):
        above = hunk.above.splitlines()[-SHOWN:]
        between = hunk.line - end
        if number and between > len(above):
            lines.append("…")
        elif number:
            above = above[len(above) - between :]
        removed, added = hunk.before.splitlines(), hunk.after.splitlines()
        below = hunk.below.splitlines()[:SHOWN]
        stop = hunk.line + len(added)
        if number + 1 < len(change):
            below = below[: change[number + 1].line - stop]
        lines += [f" {line}" for line in above] + [f"-{line}" for line in removed]
        lines += [f"+{line}" for line in added] + [f" {line}" for line in below]
        end = stop + len(below)
    return lines


class _Search:
    """A search for the places of hunks in a text. Line breaks are not compared."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [_bare(line) for line in lines]
        self._padded = [*_NO_LINES, *self._lines, *_NO_LINES]
        self._places: dict[str, list[int]] = {}
        for at, line in enumerate(self._lines):
            self._places.setdefault(line, []).append(at)

    def place(self, hunk: Hunk) -> int:
        """Return the line where a hunk's added lines begin. Raise LinesChangedError if no place fits best."""
        above, added, below = (
            [_bare(line) for line in text.splitlines(keepends=True)] for text in (hunk.above, hunk.after, hunk.below)
        )
        candidates = self._holding(added) if added else self._between(above, below)
        if added and len(candidates) == 1:
            return candidates[0]
        counts = [(self._count_context(at, at + len(added), above, below), at) for at in candidates]
        fits = sorted(counts, reverse=True)
        if not fits or (not added and fits[0][0] < ENOUGH) or (len(fits) > 1 and fits[0][0] == fits[1][0]):
            raise LinesChangedError
        return fits[0][1]

    def _holding(self, added: list[str]) -> list[int]:
        """Return the lines where all of `added` begins. Only places of its rarest line are looked at."""
        rarest = min(range(len(added)), key=lambda at: len(self._places.get(added[at], ())))
        starts = (at - rarest for at in self._places.get(added[rarest], ()))
        return [at for at in starts if at >= 0 and self._lines[at : at + len(added)] == added]

    def _between(self, above: Sequence[str], below: Sequence[str]) -> list[int]:
        """Return the lines around which any context line stands at its distance, for a hunk that only removed lines."""
        places = {0, len(self._lines)}
        for distance, line in enumerate(reversed(above)):
            places.update(at + 1 + distance for at in self._places.get(line, ()))
        for distance, line in enumerate(below):
            places.update(at - distance for at in self._places.get(line, ()))
        return [at for at in places if 0 <= at <= len(self._lines)]

    def _count_context(self, start: int, stop: int, above: Sequence[str], below: Sequence[str]) -> int:
        """Return how many context lines stand around a place. The start and the end of the file count as such lines."""
        were = [*[*_NO_LINES, *above][-CONTEXT:], *[*below, *_NO_LINES][:CONTEXT]]
        stand = self._padded[start : start + CONTEXT] + self._padded[stop + CONTEXT : stop + 2 * CONTEXT]
        return sum(map(operator.eq, were, stand))


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Return the ranges in which two lists of lines differ: from, to (exclusive) in the old one, then in the new one.

    This is a patience diff (by Bram Cohen), made of difflib: lines that stand once in either list are matched first,
    and then the few lines between two of these. difflib alone takes minutes for 100 changes in 28,000 lines, since it
    compares each line with all places where the same line stands.
    """
    start = _equal_at_start(old, new)
    end = _equal_at_start(old[start:][::-1], new[start:][::-1])
    old_stop, new_stop = len(old) - end, len(new) - end
    old_from = new_from = start
    for old_match, new_match in _matches(old[start:old_stop], new[start:new_stop]):
        old_to, new_to = start + old_match, start + new_match
        for part in _compared(old[old_from:old_to], new[new_from:new_to]):
            yield old_from + part[0], old_from + part[1], new_from + part[2], new_from + part[3]
        old_from, new_from = old_to + 1, new_to + 1


def _equal_at_start(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same before the first difference."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _matches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Return the places, in both lists, of lines that stand once in either; last of all, the ends of the lists."""
    in_old, in_new = Counter(old), Counter(new)
    old_places = [at for at, line in enumerate(old) if in_old[line] == in_new[line] == 1]
    new_places = [at for at, line in enumerate(new) if in_old[line] == in_new[line] == 1]
    matcher = SequenceMatcher(None, [old[at] for at in old_places], [new[at] for at in new_places], autojunk=False)
    for old_from, new_from, count in matcher.get_matching_blocks():
        yield from zip(old_places[old_from:][:count], new_places[new_from:][:count], strict=True)
    yield len(old), len(new)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Return the ranges in which two short lists differ. Longer ones are one range."""
    if max(len(old), len(new)) > COMPARED:
        yield 0, len(old), 0, len(new)
    elif old != new:
        opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        yield from (opcode[1:] for opcode in opcodes if opcode[0] != "equal")


def _bare(line: str) -> str:
    """Return a line without its line break."""
    return line.rstrip("\r\n\x85\u2028\u2029")
