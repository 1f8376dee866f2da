"""A FAQ file's text made to say something else: what differs is written in the file's own style, all else stays.

The tree of nodes says where each value stands, the scanner's tokens where the dashes and keys before them do. Whatever
differs becomes a splice: a place in the text, and what stands there from now on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import yaml

from bot.content.model import Entry, Faq
from bot.content.yaml import read as reading
from bot.content.yaml import tree as yamltree
from bot.content.yaml.parts import Data, New, Style
from bot.content.yaml.places import Part, Places
from bot.content.yaml.read import Reading
from bot.content.yaml.style import Place
from bot.errors import BotError

_BOM: Final = b"\xef\xbb\xbf"


class CannotWriteError(BotError):
    """A change that cannot be made in this file without touching more than it should."""

    def __init__(self) -> None:
        super().__init__(
            "I cannot make this change because of the way the file is written there, so nothing was changed. Make it "
            "in the file itself."
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A file's bytes after a change, and what they turned out to be."""

    data: bytes
    reading: Reading


def write(data: bytes, wanted: Faq) -> Written:
    """A FAQ file's bytes, changed to say what is `wanted`: only the lines of what differs.

    `data` must be a sound FAQ file; what is `wanted` need not be sound, and then the result's problems say why. Raises
    CannotWriteError where the result would be read as something else.
    """
    faq = reading.read(data).faq
    if faq is None:
        raise ValueError("there is no sound FAQ in the file")
    text = _Sheet(yamltree.decode(data)).amended(_data(faq), _data(wanted))
    written = (_BOM if data.startswith(_BOM) else b"") + text.encode()
    found = reading.read(written)
    if _composes(text) and (found.said is None or _data(found.said) == _data(wanted)):
        return Written(written, found)
    raise CannotWriteError


def _composes(text: str) -> bool:
    try:
        yamltree.compose(text)
    except yamltree.RefusedError:
        return False
    return True


def _data(faq: Faq) -> dict[str, Data]:
    """What a file says that says this FAQ, in the order in which the keys of a new file would stand."""
    signs = faq.warning_signs
    return _without_empty(
        {
            "title": faq.title,
            "source": {"title": faq.source.title, "author": faq.source.author},
            "disclaimer": faq.disclaimer,
            "warning_signs": {"message": signs.message, "phrases": list(signs.phrases)} if signs else {},
            "synonyms": [list(synonyms) for synonyms in faq.synonyms],
            "entries": [_entry_data(entry) for entry in faq.entries],
            "off_topic": list(faq.off_topic),
        }
    )


def _entry_data(entry: Entry) -> dict[str, Data]:
    return _without_empty(
        {
            "id": entry.id,
            "section": entry.section,
            "question": entry.question,
            "also": list(entry.also),
            "answer": entry.answer,
            "caution": entry.caution or [],
            "related": list(entry.related),
            "reviewed": entry.reviewed or [],
        }
    )


def _without_empty(data: dict[str, Data]) -> dict[str, Data]:
    return {key: value for key, value in data.items() if value not in ([], {})}


@dataclass(frozen=True, slots=True)
class _Splice:
    """From `start` to before `stop`, `text` stands from now on."""

    start: int
    stop: int
    text: str


class _Sheet:
    """A file's text, on which splices are collected."""

    def __init__(self, text: str) -> None:
        self._root = yamltree.compose(text)
        self._text = Places(text)
        self._style = Style(self._text, self._root)
        self._newline = self._text.newline
        self._splices: list[_Splice] = []

    def amended(self, old: Data, new: Data) -> str:
        """The text, saying `new` instead of `old`."""
        self._amend(self._root, old, new, Place(0, in_flow=False))
        pieces, done = [], 0
        for splice in sorted(self._splices, key=lambda each: (each.start, each.stop)):
            pieces += [self._text.text[done : splice.start], splice.text]
            done = splice.stop
        return "".join([*pieces, self._text.text[done:]])

    def _splice(self, start: int, stop: int, text: str) -> None:
        self._splices.append(_Splice(start, stop, text))

    def _amend(self, node: yaml.Node, old: Data, new: Data, place: Place) -> None:
        """Let a node at a place say `new`."""
        if old == new:
            return
        inside = place.in_flow or bool(getattr(node, "flow_style", False))
        if isinstance(node, yaml.MappingNode) and isinstance(old, dict) and isinstance(new, dict):
            self._amend_mapping(node, old, new, inside)
        elif isinstance(node, yaml.SequenceNode) and isinstance(old, list) and isinstance(new, list):
            self._amend_list(node, old, new, inside)
        else:
            self._replace(node, self._style.value(new, place, node, own=True))

    def _replace(self, node: yaml.Node, value: str) -> None:
        """Write a value where a node stands."""
        stop = self._text.stop(node)
        if value[0] in "|>" and getattr(node, "style", None) not in ("|", ">"):
            # The text begins in the next line: what stands behind the node, a comment, goes on behind the header.
            comment = self._text.text[stop : self._text.next_line(stop)].rstrip()
            header, rest = value[:1], value[1:]
            value, stop = f"{header}{comment}{rest}", stop + len(comment)
        self._splice(node.start_mark.index, stop, value)

    # Which parts of mappings and lists stay, go, change and come.

    def _amend_mapping(
        self, node: yaml.MappingNode, old: Mapping[str, Data], new: Mapping[str, Data], in_flow: bool
    ) -> None:
        parts = self._text.parts(node)
        names = [key.value for key, _ in node.value]
        for name, part in zip(names, parts, strict=True):
            if name in new:
                self._amend_part(part, old.get(name, []), new[name], in_flow)
        gone = [index for index, name in enumerate(names) if name in old and name not in new]
        self._remove(node, parts, gone, in_flow)
        behind = 0
        for name, value in new.items():
            if name in names:
                behind = names.index(name) + 1
            else:
                self._insert(node, parts, behind, [New(value, name)], in_flow)

    def _amend_list(self, node: yaml.SequenceNode, old: Sequence[Data], new: Sequence[Data], in_flow: bool) -> None:
        parts = self._text.parts(node)
        gone: list[int] = []
        matcher = SequenceMatcher(None, list(map(_identity, old)), list(map(_identity, new)), autojunk=False)
        for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            together = min(old_to - old_from, new_to - new_from)
            for index, number in zip(range(old_from, old_from + together), range(new_from, new_to), strict=False):
                self._amend_part(parts[index], old[index], new[number], in_flow)
            gone += range(old_from + together, old_to)
            if added := [New(value) for value in new[new_from + together : new_to]]:
                self._insert(node, parts, old_from + together, added, in_flow)
        self._remove(node, parts, gone, in_flow)

    def _amend_part(self, part: Part, old: Data, new: Data, in_flow: bool) -> None:
        self._amend(part.value, old, new, Place(self._text.column(part.start), in_flow))

    # Parts that go.

    def _remove(self, node: yaml.CollectionNode, parts: Sequence[Part], gone: Sequence[int], in_flow: bool) -> None:
        for first, last in _runs(gone):
            if in_flow:
                self._splice(*self._between_commas(node, parts, first, last), "")
            elif self._text.begins_line(parts[first].start):
                self._splice(*self._lines(parts, first, last), "")
            else:  # the first, behind a dash: the next takes its place
                self._splice(parts[first].start, parts[last + 1].start, "")

    def _between_commas(
        self, node: yaml.CollectionNode, parts: Sequence[Part], first: int, last: int
    ) -> tuple[int, int]:
        """From where to where the text goes with parts in brackets or braces, their commas included."""
        start, stop = parts[first].start, parts[last].stop
        comma = self._text.comma_from(stop)
        if last + 1 < len(parts):
            next_line = self._text.next_line(comma)
            if next_line > parts[last + 1].start:
                return start, parts[last + 1].start
            if self._text.begins_line(start):
                return self._text.line_start(start), next_line
            return start, self._text.line_end(comma)
        if stop <= comma < node.end_mark.index:  # one may stand behind the last item
            return start, comma + 1
        if first and "#" not in self._text.text[parts[first - 1].stop : start]:
            return parts[first - 1].stop, stop
        return start, stop  # the comma before it stays, with the comment behind that

    def _lines(self, parts: Sequence[Part], first: int, last: int) -> tuple[int, int]:
        """The lines of parts that have them for themselves; of those that are set apart by blank lines, these too."""
        start, stop = self._text.own_lines(parts[first])[0], self._text.own_lines(parts[last])[1]
        apart = first == 0 or self._text.blank(self._text.line_start(start - 1), start)
        while apart and stop < len(self._text.text) and self._text.blank(stop, self._text.next_line(stop)):
            stop = self._text.next_line(stop)
        return start, stop

    # Parts that come.

    def _insert(
        self, node: yaml.CollectionNode, parts: Sequence[Part], behind: int, added: Sequence[New], in_flow: bool
    ) -> None:
        """Write new parts of a node behind the first `behind` that it has."""
        if in_flow:
            self._insert_in_line(node, parts, behind, added)
        else:
            self._insert_lines(parts, behind, added)

    def _insert_lines(self, parts: Sequence[Part], behind: int, added: Sequence[New]) -> None:
        column = self._text.column(parts[0].start)
        indent = " " * column
        texts = [self._style.part(new, column, parts[max(behind - 1, 0)].value) for new in added]
        if behind == 0:
            start = parts[0].start
            self._splice(start, start, "".join(f"{text}{self._newline}{indent}" for text in texts))
            return
        at = self._text.own_lines(parts[behind - 1])[1]
        blank = self._newline if self._set_apart(parts, behind) else ""
        lines = "".join(f"{blank}{indent}{text}{self._newline}" for text in texts)
        if self._text.column(at):  # the file does not end with a line break
            lines = self._newline + lines[: -len(self._newline)]
        self._splice(at, at, lines)

    def _set_apart(self, parts: Sequence[Part], behind: int) -> bool:
        """Whether entries have blank lines between them where one comes."""
        if not isinstance(parts[behind - 1].value, yaml.MappingNode) or len(parts) < 2:
            return False
        end = self._text.own_lines(parts[min(behind, len(parts) - 1) - 1])[1]
        return self._text.blank(end, self._text.next_line(end))

    def _insert_in_line(
        self, node: yaml.CollectionNode, parts: Sequence[Part], behind: int, added: Sequence[New]
    ) -> None:
        texts = [self._style.part_in_line(new, node) for new in added]
        if not parts:
            at = node.start_mark.index + 1
            self._splice(at, at, ", ".join(texts))
        elif behind == 0:
            at = parts[0].start
            self._splice(at, at, "".join(f"{text}, " for text in texts))
        else:
            before = parts[behind - 1]
            own_line = self._text.begins_line(before.start)
            apart = f",{self._newline}{' ' * self._text.column(before.start)}" if own_line else ", "
            self._splice(before.stop, before.stop, "".join(f"{apart}{text}" for text in texts))


def _identity(item: Data) -> object:
    """What makes an item of a list the one that was there before: an entry's id, or all that it says."""
    if isinstance(item, dict):
        return item.get("id")
    return tuple(map(_identity, item)) if isinstance(item, list) else item


def _runs(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of neighbouring indices."""
    first: int | None = None
    for place, index in enumerate(indices):
        first = index if first is None else first
        if place + 1 == len(indices) or indices[place + 1] != index + 1:
            yield first, index
            first = None
