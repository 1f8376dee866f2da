"""A FAQ file's text made to say something else: what differs is written in the file's own style, all else stays.

The tree of nodes says where each value stands, the scanner's tokens where the dashes and keys before them do. Whatever
differs becomes a splice: a place in the text, and what stands there from now on.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final, TypeAlias

import yaml

from bot.core import reading, yamltree
from bot.core.model import Entry, Faq
from bot.core.problems import BotError
from bot.core.reading import Reading
from bot.core.yamlstyle import BREAK, Block, Place, flow, key_text, scalar

Data: TypeAlias = str | date | list["Data"] | dict[str, "Data"]  # what a node says, empty lists and texts left out

_BOM: Final = b"\xef\xbb\xbf"
_STEP: Final = 2  # columns by which a level is indented, where the file has no example
_WRAPPED: Final = 120  # columns to which folded texts are wrapped, where the file has no example
_IN_ONE_LINE: Final = frozenset({"related"})  # lists that are short, where the file has no example


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
    if found.said is not None and _data(found.said) != _data(wanted):
        raise CannotWriteError
    return Written(written, found)


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


@dataclass(frozen=True, slots=True)
class _Part:
    """An item of a list with its dash, or a key with its value."""

    start: int  # where its dash or key stands
    stop: int  # behind its last character
    value: yaml.Node


@dataclass(frozen=True, slots=True)
class _New:
    """A part that is to be written: an item of a list, or a key with its value."""

    value: Data
    key: str | None = None


class _Text:
    """A file's text with the places of its lines, dashes and keys."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._dashes, self._keys, self._commas = yamltree.indicators(text)
        breaks = list(BREAK.finditer(text))
        self.newline = breaks[0][0] if breaks else "\n"
        self._lines = [0, *(each.end() for each in breaks)]

    def line_start(self, index: int) -> int:
        """The start of the line that a place is in."""
        return self._lines[bisect_right(self._lines, index) - 1]

    def next_line(self, index: int) -> int:
        """The start of the next line, or the end of the text."""
        at = bisect_right(self._lines, index)
        return self._lines[at] if at < len(self._lines) else len(self.text)

    def column(self, index: int) -> int:
        """The column of a place, counted from 0."""
        return index - self.line_start(index)

    def begins_line(self, index: int) -> bool:
        """Whether nothing stands before a place in its line."""
        return self.blank(self.line_start(index), index)

    def blank(self, start: int, stop: int) -> bool:
        """Whether there is nothing between two places."""
        return not self.text[start:stop].strip()

    def dash_before(self, index: int) -> int:
        """Where the last dash before a place stands; -1 where there is none."""
        return _last(self._dashes, index - 1)

    def key_at(self, index: int) -> int:
        """Where the last key up to a place begins; -1 where there is none."""
        return _last(self._keys, index)

    def comma_from(self, index: int) -> int:
        """Where the next comma of a list or mapping stands; -1 where there is none."""
        at = bisect_left(self._commas, index)
        return self._commas[at] if at < len(self._commas) else -1

    def stop(self, node: yaml.Node) -> int:
        """Behind a node's last character: blank lines and comments behind it are not its own."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            last = node.value[-1]
            return self.stop(last[1] if isinstance(last, tuple) else last)
        start, stop = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:stop].rstrip()) if getattr(node, "style", None) in ("|", ">") else stop

    def parts(self, node: yaml.CollectionNode) -> list[_Part]:
        """The items of a list, or the keys of a mapping."""
        if isinstance(node, yaml.MappingNode):
            return [_Part(self.key_at(key.start_mark.index), self.stop(value), value) for key, value in node.value]
        starts = [item.start_mark.index for item in node.value]
        if not node.flow_style:
            starts = list(map(self.dash_before, starts))
        return [_Part(start, self.stop(item), item) for start, item in zip(starts, node.value, strict=True)]

    def own_lines(self, part: _Part) -> tuple[int, int]:
        """The lines of a part that begins one, with the comments behind it that are indented deeper than it is."""
        stop = self.next_line(part.stop)
        while (line := self.text[stop : self.next_line(stop)]).lstrip().startswith("#"):
            if len(line) - len(line.lstrip()) <= self.column(part.start):
                break
            stop = self.next_line(stop)
        return self.line_start(part.start), stop


class _Sheet:
    """A file's text, on which splices are collected."""

    def __init__(self, text: str) -> None:
        self._root = yamltree.compose(text)
        self._text = _Text(text)
        self._newline = self._text.newline
        self._splices: list[_Splice] = []
        self._examples: dict[str, yaml.Node] = {}
        self._collect_examples(self._root)

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
            self._replace(node, self._value(new, place, node))

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
                self._insert(node, parts, behind, [_New(value, name)], in_flow)

    def _amend_list(self, node: yaml.SequenceNode, old: Sequence[Data], new: Sequence[Data], in_flow: bool) -> None:
        parts = self._text.parts(node)
        gone: list[int] = []
        matcher = SequenceMatcher(None, list(map(_identity, old)), list(map(_identity, new)), autojunk=False)
        for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            together = min(old_to - old_from, new_to - new_from)
            for index, number in zip(range(old_from, old_from + together), range(new_from, new_to), strict=False):
                self._amend_part(parts[index], old[index], new[number], in_flow)
            gone += range(old_from + together, old_to)
            if added := [_New(value) for value in new[new_from + together : new_to]]:
                self._insert(node, parts, old_from + together, added, in_flow)
        self._remove(node, parts, gone, in_flow)

    def _amend_part(self, part: _Part, old: Data, new: Data, in_flow: bool) -> None:
        self._amend(part.value, old, new, Place(self._text.column(part.start), in_flow))

    # Parts that go.

    def _remove(self, node: yaml.CollectionNode, parts: Sequence[_Part], gone: Sequence[int], in_flow: bool) -> None:
        for first, last in _runs(gone):
            if in_flow or not self._text.begins_line(parts[first].start):
                self._splice(*self._between_commas(node, parts, first, last), "")
            else:
                self._splice(*self._lines(parts, first, last), "")

    def _between_commas(
        self, node: yaml.CollectionNode, parts: Sequence[_Part], first: int, last: int
    ) -> tuple[int, int]:
        """From where to where the text goes with parts that share their lines with others."""
        start, stop = parts[first].start, parts[last].stop
        if last + 1 < len(parts):
            return start, parts[last + 1].start
        comma = self._text.comma_from(stop)
        if stop <= comma < node.end_mark.index:  # one may stand behind the last item
            return start, comma + 1
        if first and "#" not in self._text.text[parts[first - 1].stop : start]:
            return parts[first - 1].stop, stop
        return start, stop  # the comma before it stays, with the comment behind that

    def _lines(self, parts: Sequence[_Part], first: int, last: int) -> tuple[int, int]:
        """The lines of parts that have them for themselves; of those that are set apart by blank lines, these too."""
        start, stop = self._text.own_lines(parts[first])[0], self._text.own_lines(parts[last])[1]
        apart = first == 0 or self._text.blank(self._text.line_start(start - 1), start)
        while apart and stop < len(self._text.text) and self._text.blank(stop, self._text.next_line(stop)):
            stop = self._text.next_line(stop)
        return start, stop

    # Parts that come.

    def _insert(
        self, node: yaml.CollectionNode, parts: Sequence[_Part], behind: int, added: Sequence[_New], in_flow: bool
    ) -> None:
        """Write new parts of a node behind the first `behind` that it has."""
        if in_flow:
            self._insert_in_line(node, parts, behind, added)
        else:
            self._insert_lines(parts, behind, added)

    def _insert_lines(self, parts: Sequence[_Part], behind: int, added: Sequence[_New]) -> None:
        column = self._text.column(parts[0].start)
        indent = " " * column
        texts = [self._part(new, column, parts[max(behind - 1, 0)].value) for new in added]
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

    def _set_apart(self, parts: Sequence[_Part], behind: int) -> bool:
        """Whether entries have blank lines between them where one comes."""
        if not isinstance(parts[behind - 1].value, yaml.MappingNode) or len(parts) < 2:
            return False
        end = self._text.own_lines(parts[min(behind, len(parts) - 1) - 1])[1]
        return self._text.blank(end, self._text.next_line(end))

    def _insert_in_line(
        self, node: yaml.CollectionNode, parts: Sequence[_Part], behind: int, added: Sequence[_New]
    ) -> None:
        like = _first_text(node)
        texts = [flow(new.value, like) for new in added]
        texts = [
            f"{key_text(new.key, like)}: {text}" if new.key else text for new, text in zip(added, texts, strict=True)
        ]
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

    # How new parts and values are written.

    def _part(self, new: _New, column: int, sibling: yaml.Node) -> str:
        """A part of a list or mapping with lines of its own, without the indentation of the first."""
        if new.key is not None:
            return f"{new.key}:{self._behind_key(new.key, new.value, column)}"
        if isinstance(new.value, dict):
            apart = self._text.column(sibling.start_mark.index) - column
            return f"-{' ' * (max(apart, 2) - 1)}{self._keys(new.value, column + max(apart, 2)).strip()}"
        return f"- {self._value(new.value, Place(column, in_flow=False), sibling)}"

    def _behind_key(self, key: str, value: Data, column: int) -> str:
        """A value as it is written behind its key's colon."""
        example = self._examples.get(key)
        in_line = getattr(example, "flow_style", key in _IN_ONE_LINE)
        if isinstance(value, list) and not in_line:
            inner = column + self._list_indent(example)
            parts = [self._part(_New(item), inner, example or self._root) for item in value]
            return "".join(f"{self._newline}{' ' * inner}{part}" for part in parts)
        if isinstance(value, dict) and not in_line:
            return self._keys(value, column + _STEP)
        return f" {self._value(value, Place(column, in_flow=False), example)}"

    def _keys(self, value: Mapping[str, Data], column: int) -> str:
        """The lines of a mapping, from the line break before the first on."""
        parts = [self._part(_New(each, name), column, self._root) for name, each in value.items()]
        return "".join(f"{self._newline}{' ' * column}{part}" for part in parts)

    def _list_indent(self, example: yaml.Node | None) -> int:
        """By how many columns a list with lines of its own is indented below its key."""
        if not isinstance(example, yaml.SequenceNode):
            return _STEP
        key = self._text.key_at(example.start_mark.index)
        return self._text.column(self._text.parts(example)[0].start) - self._text.column(key)

    def _value(self, value: Data, place: Place, like: yaml.Node | None) -> str:
        """A text, date or list in one line, or a text in lines of its own, written like another node."""
        if not isinstance(value, str):
            return flow(value, _first_text(like))
        return scalar(value, place, like, self._block(place, like))

    def _block(self, place: Place, like: yaml.Node | None) -> Block:
        """The form of a text in lines of its own, like another where that is one."""
        if like is None or getattr(like, "style", None) not in ("|", ">"):
            return Block("|", place.column + _STEP, self._newline, _WRAPPED)
        start, stop = like.start_mark.index, self._text.stop(like)
        first = self._text.next_line(start)
        header, content = self._text.text[start:first].rstrip(), self._text.text[first:stop]
        lines = [line for line in content.splitlines() if line.strip()] or [" "]
        behind = max(self._text.key_at(start), self._text.dash_before(start))
        indent = min(len(line) - len(line.lstrip(" ")) for line in lines) - self._text.column(behind)
        column = place.column + max(indent, 1)
        return Block(_without_indent(header), column, self._newline, max(map(len, lines)))

    def _collect_examples(self, node: yaml.Node) -> None:
        """Note the first value of each key: new ones are written like it."""
        for item in node.value if isinstance(node, yaml.CollectionNode) else ():
            if isinstance(item, tuple):
                self._examples.setdefault(item[0].value, item[1])
            self._collect_examples(item[1] if isinstance(item, tuple) else item)


def _identity(item: Data) -> object:
    """What makes an item of a list the one that was there before: an entry's id, or all that it says."""
    if isinstance(item, dict):
        return item.get("id")
    return tuple(map(_identity, item)) if isinstance(item, list) else item


def _first_text(node: yaml.Node | None) -> yaml.Node | None:
    """The first text in a node: others there are written like it."""
    while isinstance(node, yaml.CollectionNode):
        first = node.value[0] if node.value else None
        node = first[0] if isinstance(first, tuple) else first
    return node


def _without_indent(header: str) -> str:
    """A block's first line without the digit that gives its indentation: no text here begins with a space."""
    return header[:3].translate(str.maketrans("", "", "123456789")) + header[3:]


def _last(places: Sequence[int], index: int) -> int:
    """The last of ascending places up to `index`; -1 where there is none."""
    at = bisect_right(places, index)
    return places[at - 1] if at else -1


def _runs(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of neighbouring indices."""
    first: int | None = None
    for place, index in enumerate(indices):
        first = index if first is None else first
        if place + 1 == len(indices) or indices[place + 1] != index + 1:
            yield first, index
            first = None
