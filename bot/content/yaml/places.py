"""Where things stand in a YAML file's text: lines, dashes, keys and commas, and which lines are a value's own."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from bot.content.yaml import tree as yamltree
from bot.content.yaml.style import BREAK


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a list with its dash, or a key with its value."""

    start: int  # where its dash or key stands
    stop: int  # behind its last character
    value: yaml.Node


class Places:
    """A YAML file's text with the places of its lines, dashes, keys and commas."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._dashes, self._keys, self._commas = yamltree.indicators(text)
        breaks = list(BREAK.finditer(text))
        self.newline = max(("\n", "\r\n", "\r"), key=[each[0] for each in breaks].count)
        self._lines = [0, *(each.end() for each in breaks)]

    def line_start(self, index: int) -> int:
        """The start of the line that a place is in."""
        return self._lines[bisect_right(self._lines, index) - 1]

    def next_line(self, index: int) -> int:
        """The start of the next line, or the end of the text."""
        at = bisect_right(self._lines, index)
        return self._lines[at] if at < len(self._lines) else len(self.text)

    def line_end(self, index: int) -> int:
        """Behind the last character of the line that a place is in, before its break."""
        found = BREAK.search(self.text, index)
        return found.start() if found else len(self.text)

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

    def parts(self, node: yaml.CollectionNode) -> list[Part]:
        """The items of a list, or the keys of a mapping."""
        if isinstance(node, yaml.MappingNode):
            return [Part(self.key_at(key.start_mark.index), self.stop(value), value) for key, value in node.value]
        starts = [item.start_mark.index for item in node.value]
        if not node.flow_style:
            starts = list(map(self.dash_before, starts))
        return [Part(start, self.stop(item), item) for start, item in zip(starts, node.value, strict=True)]

    def own_lines(self, part: Part) -> tuple[int, int]:
        """The lines of a part that begins one, with the comments behind it that are indented deeper than it is."""
        stop = self.next_line(part.stop)
        while (line := self.text[stop : self.next_line(stop)]).lstrip().startswith("#"):
            if len(line) - len(line.lstrip()) <= self.column(part.start):
                break
            stop = self.next_line(stop)
        return self.line_start(part.start), stop


def _last(places: Sequence[int], index: int) -> int:
    """The last of ascending places up to `index`; -1 where there is none."""
    at = bisect_right(places, index)
    return places[at - 1] if at else -1
