"""What a change did to the FAQ file, as lines that went and came: to show it, and to undo it where they still are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from itertools import islice
from typing import Final

from bot.core.model import Faq
from bot.core.problems import BotError

COMPARED: Final = 5_000  # lines in which single differences are looked for; more are one difference
AROUND: Final = 2  # lines of what stayed that are shown around what did not


class LinesChangedError(BotError):
    """A change whose lines are no longer as it left them."""

    def __init__(self) -> None:
        super().__init__(
            "These lines were changed again since, so this change alone cannot be undone. Undo the later change "
            "first, or edit the entry."
        )


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were replaced by others, with as many of their neighbours as make them unlike any others after it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What two FAQs differ in: ids of entries, and the names of whatever else is in the file."""

    added: tuple[str, ...]
    edited: tuple[str, ...]
    removed: tuple[str, ...]
    others: tuple[str, ...]

    def __str__(self) -> str:
        """What was done, such as `added a; edited b, c`."""
        return self._told("added", "edited", "removed", "changed")

    def to_come(self) -> str:
        """What would be done, such as `adds a; edits b, c`."""
        return self._told("adds", "edits", "removes", "changes")

    def _told(self, *verbs: str) -> str:
        parts = zip(verbs, (self.added, self.edited, self.removed, self.others), strict=True)
        return "; ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names) or f"{verbs[-1]} comments only"


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
    spans: list[_Span] = []
    coming = list(_differing(old, new))
    while coming:
        span = coming.pop(0)
        while not _found_once(new[span.new_from : span.new_to], after):
            span = _grown(span, spans, coming)
        spans.append(span)
    return tuple(
        Hunk("".join(old[span.old_from : span.old_to]), "".join(new[span.new_from : span.new_to])) for span in spans
    )


def undone(text: str, change: Sequence[Hunk]) -> str:
    """A text without what a change did to it. Raises LinesChangedError where its lines are not as it left them."""
    found = [(list(islice(_places(text, hunk.after), 2)), hunk) for hunk in change]
    if any(len(places) != 1 for places, _ in found):
        raise LinesChangedError
    pieces, done = [], 0
    for (start,), hunk in found:
        if start < done:
            raise LinesChangedError
        pieces += [text[done:start], hunk.before]
        done = start + len(hunk.after)
    return "".join([*pieces, text[done:]])


def shown(change: Sequence[Hunk]) -> list[str]:
    """A change as a diff: each line behind a minus where it went, a plus where it came, a space where it stayed."""
    lines: list[str] = []
    for hunk in change:
        compared = unified_diff(hunk.before.splitlines(), hunk.after.splitlines(), n=AROUND, lineterm="")
        lines += ["…" if line.startswith("@@") else line for line in islice(compared, 2, None)]
    return lines[1:]


@dataclass(frozen=True, slots=True)
class _Span:
    """Lines of the old text and of the new that stand for each other, as from which to before which."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int

    def to(self, last: "_Span") -> "_Span":
        """The lines from here to the end of a later span."""
        return _Span(self.old_from, last.old_to, self.new_from, last.new_to)


def _grown(span: _Span, before: list[_Span], coming: list[_Span]) -> _Span:
    """A span with a neighbouring line more, one above it where there is one; the spans that it meets go up in it."""
    if span.new_from > (before[-1].new_to if before else 0):
        return _Span(span.old_from - 1, span.old_to, span.new_from - 1, span.new_to)
    if before:
        return before.pop().to(span)
    if coming and span.new_to == coming[0].new_from:
        return span.to(coming.pop(0))
    return _Span(span.old_from, span.old_to + 1, span.new_from, span.new_to + 1)


def _found_once(lines: Sequence[str], text: str) -> bool:
    """Whether lines of a text stand in it once, or are all of it."""
    chunk = "".join(lines)
    return len(chunk) == len(text) or len(list(islice(_places(text, chunk), 2))) == 1


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[_Span]:
    """Where two lists of lines differ."""
    first = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
    if first is None:
        first = min(len(old), len(new))
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    old_lines, new_lines = old[first : len(old) - last], new[first : len(new) - last]
    if max(len(old_lines), len(new_lines)) > COMPARED:
        yield _Span(first, len(old) - last, first, len(new) - last)
        return
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old_lines, new_lines, False).get_opcodes():
        if kind != "equal":
            yield _Span(first + old_from, first + old_to, first + new_from, first + new_to)


def _places(text: str, lines: str) -> Iterator[int]:
    """Where whole lines stand in a text."""
    start = text.find(lines) if lines else -1
    while start >= 0:
        stop = start + len(lines)
        begins = start == 0 or text[start - 1] in "\r\n\x85\u2028\u2029"
        ends = stop == len(text) or lines[-1] in "\r\n\x85\u2028\u2029"
        if begins and ends:
            yield start
        start = text.find(lines, start + 1)
