"""New parts of a YAML file, written like those that are there: in lines of their own or in one line, quoted or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

import yaml

from bot.content.yaml.places import Places
from bot.content.yaml.style import Block, Place, flow, key_text, scalar

Data: TypeAlias = str | date | list["Data"] | dict[str, "Data"]  # what a node says, empty lists and texts left out

_STEP: Final = 2  # columns by which a level is indented, where the file has no example
_WRAPPED: Final = 120  # columns to which folded texts are wrapped, where the file has no example
_IN_ONE_LINE: Final = frozenset({"related"})  # lists that are short, where the file has no example


@dataclass(frozen=True, slots=True)
class New:
    """A part that is to be written: an item of a list, or a key with its value."""

    value: Data
    key: str | None = None


class Style:
    """How a file is written."""

    def __init__(self, text: Places, root: yaml.Node) -> None:
        self._text = text
        self._root = root
        self._newline = text.newline
        self._examples: dict[str, yaml.Node] = {}
        self._collect_examples(root)

    def part(self, new: New, column: int, sibling: yaml.Node) -> str:
        """A part of a list or mapping with lines of its own, without the indentation of the first."""
        if new.key is not None:
            return f"{new.key}:{self._behind_key(new.key, new.value, column)}"
        if isinstance(new.value, dict) and not getattr(sibling, "flow_style", False):
            apart = self._text.column(sibling.start_mark.index) - column
            return f"-{' ' * (max(apart, 2) - 1)}{self._keys(new.value, column + max(apart, 2)).strip()}"
        return f"- {self.value(new.value, Place(column, in_flow=False), sibling)}"

    def part_in_line(self, new: New, node: yaml.CollectionNode) -> str:
        """A part of a list or mapping that shares its line with others."""
        like = _first_text(node)
        text = flow(new.value, like)
        return text if new.key is None else f"{key_text(new.key, like)}: {text}"

    def _behind_key(self, key: str, value: Data, column: int) -> str:
        """A value as it is written behind its key's colon."""
        example = self._examples.get(key)
        in_line = getattr(example, "flow_style", key in _IN_ONE_LINE)
        if isinstance(value, list) and not in_line:
            inner = column + self._list_indent(example)
            parts = [self.part(New(item), inner, example or self._root) for item in value]
            return "".join(f"{self._newline}{' ' * inner}{part}" for part in parts)
        if isinstance(value, dict) and not in_line:
            return self._keys(value, column + _STEP)
        return f" {self.value(value, Place(column, in_flow=False), example)}"

    def _keys(self, value: Mapping[str, Data], column: int) -> str:
        """The lines of a mapping, from the line break before the first on."""
        parts = [self.part(New(each, name), column, self._root) for name, each in value.items()]
        return "".join(f"{self._newline}{' ' * column}{part}" for part in parts)

    def _list_indent(self, example: yaml.Node | None) -> int:
        """By how many columns a list with lines of its own is indented below its key."""
        if not isinstance(example, yaml.SequenceNode):
            return _STEP
        key = self._text.key_at(example.start_mark.index)
        return self._text.column(self._text.parts(example)[0].start) - self._text.column(key)

    def value(self, value: Data, place: Place, like: yaml.Node | None, *, own: bool = False) -> str:
        """A text, date or list in one line, or a text in lines of its own, written like another node: one that it takes
        the place of, where that is its `own`.
        """
        if not isinstance(value, str):
            return flow(value, _first_text(like))
        return scalar(value, place, like, self._block(place, like, own))

    def _block(self, place: Place, like: yaml.Node | None, own: bool) -> Block:
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
        header = header if own else header.split()[0]  # without its comment
        return Block(_without_indent(header), column, self._newline, max(map(len, lines)))

    def _collect_examples(self, node: yaml.Node) -> None:
        """Note the first value of each key: new ones are written like it."""
        for item in node.value if isinstance(node, yaml.CollectionNode) else ():
            if isinstance(item, tuple):
                self._examples.setdefault(item[0].value, item[1])
            self._collect_examples(item[1] if isinstance(item, tuple) else item)


def _first_text(node: yaml.Node | None) -> yaml.Node | None:
    """The first text in a node: others there are written like it."""
    while isinstance(node, yaml.CollectionNode):
        first = node.value[0] if node.value else None
        node = first[0] if isinstance(first, tuple) else first
    return node


def _without_indent(header: str) -> str:
    """A block's first line without the digit that gives its indentation: no text here begins with a space."""
    return header[:3].translate(str.maketrans("", "", "123456789")) + header[3:]
