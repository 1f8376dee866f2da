"""Writes a changed FAQ into its YAML file: only the lines of what differs change, in the file's own style.

PyYAML's nodes say where each value stands (their marks). What differs becomes splices of the text. Block mappings and
block lists are edited in place, and so are lists in brackets on one line, such as `related: [a, b]`. A text, or a
mapping in braces on one line, is written anew. A change of anything else is refused: of a list in brackets over several
lines, for example.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any, Final

import yaml

from bot.content.model import Faq
from bot.content.yaml.read import Reading, read_faq
from bot.content.yaml.style import BLOCK_HEADER, Data, Style
from bot.content.yaml.tree import RefusedError, compose, decode
from bot.errors import BotError

_BOM: Final = b"\xef\xbb\xbf"
_BREAKS: Final = ("\n", "\r", "\x85", "\u2028", "\u2029")  # YAML 1.1, section 4.2
# The keys of the file and of its parts, in the order in which new ones are written.
_KEYS: Final = (
    *("title", "source", "author", "disclaimer", "warning_signs", "message", "phrases", "synonyms", "entries"),
    *("id", "section", "question", "answer", "caution", "related", "reviewed", "also", "off_topic"),
)


class CannotWriteError(BotError):
    """A change that cannot be made in this file without touching more than it should."""

    def __init__(self) -> None:
        why = "I cannot make this change because of the way the file is written there, so nothing was changed."
        super().__init__(f"{why} Make it in the file itself.")


@dataclass(frozen=True, slots=True)
class Written:
    """A file's bytes after a change, and what reading them gives."""

    data: bytes
    reading: Reading


def write_faq(data: bytes, wanted: Faq) -> Written:
    """Return a FAQ file's bytes, changed so that they hold the FAQ `wanted`.

    `data` must be a sound FAQ file, or ValueError is raised. `wanted` need not be sound: the problems of the result say
    why. Raise CannotWriteError if the change concerns a style that is not edited, or is not read again as it is wanted.
    """
    faq = read_faq(data).faq
    if faq is None:
        raise ValueError("there is no sound FAQ in the file")
    old, new = _plain(asdict(faq)), _plain(asdict(wanted))
    text = _Editor(decode(data)).edited(old, new)
    written = (_BOM if data.startswith(_BOM) else b"") + text.encode()
    reading = read_faq(written)
    as_wanted = _is_yaml(text) if reading.parsed is None else _plain(asdict(reading.parsed)) == new
    if not as_wanted:
        raise CannotWriteError
    return Written(written, reading)


def _plain(value: Any) -> Any:
    """Return a FAQ's fields as the mappings and lists of its file, without the empty ones."""
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in _KEYS if value.get(key) not in (None, ())}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _is_yaml(text: str) -> bool:
    try:
        compose(text)
    except RefusedError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Part:
    """A key with its value, or an item of a block list with its dash. Lines are counted from 0."""

    first: int  # line of the key or dash
    stop: int  # line behind the last one
    value: yaml.Node


class _Editor:
    """A file's text, and the splices that change it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = compose(text)
        self._style = Style(text, self._root)
        self._lines = text.splitlines(keepends=True)
        self._starts = list(accumulate(map(len, self._lines), initial=0))  # index of each line's first character
        self._splices: list[tuple[int, int, str]] = []  # from which index to which, and what is to stand there

    def edited(self, old: Data, new: Data) -> str:
        """Return the text with `new` in place of `old`, which it holds. Raise CannotWriteError."""
        self._edit(self._root, old, new, 0)
        pieces, done = [], 0
        # Blank lines that a removal takes can begin where new lines come. There they stay, behind the new lines.
        for start, stop, replacement in sorted(self._splices, key=lambda splice: splice[:2]):
            pieces += [self._text[done:start], replacement]
            done = stop
        return "".join([*pieces, self._text[done:]])

    def _edit(self, node: yaml.Node, old: Any, new: Any, column: int) -> None:
        """Write `new` in place of `old`, which a node holds. `column` is that of the key or dash before the node."""
        if old == new:
            return
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            self._edit_mapping(node, old, new)
        elif isinstance(node, yaml.SequenceNode) and not node.flow_style:
            self._edit_list(node, old, new)
        elif isinstance(node, yaml.SequenceNode) and old and _is_simple(node):
            self._edit_flow_list(node, old, new, column)
        elif isinstance(node, yaml.ScalarNode) or _is_simple(node):
            self._replace(node, new, column)
        else:
            raise CannotWriteError

    def _replace(self, node: yaml.Node, new: Data, column: int) -> None:
        start, stop = node.start_mark.index, self._stop(node)
        text = self._style.value(new, column, node, column)
        if header := BLOCK_HEADER.match(text):  # the rest of the line, a comment, goes on behind the header
            old_header = BLOCK_HEADER.match(self._text, start)
            behind = old_header.end() if old_header else stop
            comment = self._text[behind : self._starts[bisect_left(self._starts, behind)]].rstrip()
            text = f"{header[0]}{comment}{text[header.end() :]}"
            stop = max(stop, behind + len(comment))
        self._splices.append((start, stop, text))

    def _edit_mapping(self, node: yaml.MappingNode, old: Mapping[str, Data], new: Mapping[str, Data]) -> None:
        parts, column = self._parts(node), node.start_mark.column
        names = [key.value for key, _ in node.value]
        for name, part in zip(names, parts, strict=True):
            if name in new:
                self._edit(part.value, old.get(name), new[name], column)
            elif name in old:
                self._remove(part, column, apart=part is parts[0])
        behind = 0
        for name, value in new.items():
            if name in names:
                behind = names.index(name) + 1
            else:
                self._insert(parts, behind, [self._style.pair(name, value, column)], column)

    def _edit_list(self, node: yaml.SequenceNode, old: Sequence[Data], new: Sequence[Data]) -> None:
        parts, column = self._parts(node), node.start_mark.column
        for _, old_from, old_to, new_from, new_to in _opcodes(old, new):
            both = min(old_to - old_from, new_to - new_from)  # items that are edited, before others come or go
            for part, before, after in zip(parts[old_from:][:both], old[old_from:], new[new_from:], strict=False):
                self._edit(part.value, before, after, column)
            behind = old_from + both
            for part in parts[behind:old_to]:
                self._remove(part, column, apart=part is parts[0])
            like = parts[max(behind - 1, 0)].value
            added = [self._style.item(value, column, like) for value in new[new_from + both : new_to]]
            self._insert(parts, behind, added, column)

    def _edit_flow_list(self, node: yaml.SequenceNode, old: Sequence[Data], new: Sequence[Data], column: int) -> None:
        """Edit a list in brackets. Items that stay keep their bytes, and the commas between them."""
        starts = [item.start_mark.index for item in node.value]
        stops = [item.end_mark.index for item in node.value]
        for tag, old_from, old_to, new_from, new_to in _opcodes(old, new):
            text = self._style.value(list(new[new_from:new_to]), column, node, column)[1:-1]  # without the brackets
            if tag == "equal":
                continue
            if old_from:
                self._splices.append((stops[old_from - 1], stops[old_to - 1], f", {text}" if text else ""))
            elif old_to < len(old):
                self._splices.append((starts[0], starts[old_to], f"{text}, " if text else ""))
            else:
                self._splices.append((starts[0], stops[-1], text))

    def _remove(self, part: _Part, column: int, *, apart: bool) -> None:
        """Remove the lines of a part, and the blank lines behind them if it is set `apart` or a blank line precedes."""
        stop = part.stop
        while (apart or self._is_blank(part.first - 1)) and self._is_blank(stop):
            stop += 1
        behind_dash = column if self._lines[part.first][:column].strip() else 0
        if behind_dash and not re.match(f" {{{column}}}[^ #]", self._lines[stop]):  # no key to come behind the dash
            raise CannotWriteError
        self._splices.append((self._starts[part.first] + behind_dash, self._starts[stop] + behind_dash, ""))

    def _insert(self, parts: Sequence[_Part], behind: int, added: Sequence[str], column: int) -> None:
        """Insert new parts behind the first `behind` ones."""
        newline, indent = self._style.newline, " " * column
        if behind == 0:
            index = self._starts[parts[0].first] + column
            text = "".join(f"{part}{newline}{indent}" for part in added)
        else:
            stop = parts[behind - 1].stop
            index = self._starts[stop]
            are_entries = isinstance(parts[0].value, yaml.MappingNode) and len(parts) > 1
            apart = are_entries and self._is_blank(parts[min(behind, len(parts) - 1) - 1].stop)
            text = "".join(f"{newline if apart else ''}{indent}{part}{newline}" for part in added)
            if not self._lines[stop - 1].endswith(_BREAKS):  # the end of the file
                text = newline + text.removesuffix(newline)
        if added:
            self._splices.append((index, index, text))

    def _is_blank(self, line: int) -> bool:
        return line < len(self._lines) and not self._lines[line].strip()

    def _parts(self, node: yaml.CollectionNode) -> list[_Part]:
        """Return the parts of a block mapping or list. Comments that are indented deeper belong to the part above.

        Raise CannotWriteError if there is an explicit key (`? key`), or an item that is not in the line of its dash.
        """
        parts, column = [], node.start_mark.column
        comment = re.compile(f"[ \t]{{{column + 1},}}#")
        for item in node.value:
            start, value = item if isinstance(item, tuple) else (item, item)
            first = start.start_mark.line
            if start.start_mark.column != column and self._lines[first][column] != "-":
                raise CannotWriteError
            stop = bisect_left(self._starts, self._stop(value))
            while stop < len(self._lines) and comment.match(self._lines[stop]):
                stop += 1
            parts.append(_Part(first, stop, value))
        return parts

    def _stop(self, node: yaml.Node) -> int:
        """Return the index behind a node's last character. PyYAML counts blank lines and comments behind it as its."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            return self._stop(_values(node)[-1])
        start, stop = node.start_mark.index, node.end_mark.index
        return start + len(self._text[start:stop].rstrip())


def _values(node: yaml.Node) -> list[yaml.Node]:
    """Return the values of a mapping, or the items of a list."""
    return [item[1] if isinstance(item, tuple) else item for item in node.value]


def _is_simple(node: yaml.Node) -> bool:
    """Return whether a flow value stands on one line, and holds no mappings, which would be entries."""
    on_one_line = node.start_mark.line == node.end_mark.line
    return on_one_line and not any(isinstance(value, yaml.MappingNode) for value in _values(node))


def _opcodes(old: Sequence[Data], new: Sequence[Data]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return how one list becomes another, as difflib says it. An entry with the same id is the same item."""
    return SequenceMatcher(None, list(map(_identity, old)), list(map(_identity, new)), autojunk=False).get_opcodes()


def _identity(item: Data) -> object:
    """Return what tells an item of a list from the others: an entry's id, or the whole value."""
    if isinstance(item, dict):
        return item.get("id")
    return tuple(item) if isinstance(item, list) else item
