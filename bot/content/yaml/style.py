"""The style of new YAML text: quotes, block scalars, flow lists and indentation like those in the file."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import yaml

from bot.content.yaml.tree import RefusedError, compose

Data: TypeAlias = str | date | list["Data"] | dict[str, "Data"]  # the value of a node

BLOCK_HEADER: Final = re.compile("[|>][-+1-9]*")  # what opens a block scalar, such as "|" or ">-"

_STEP: Final = 2  # columns by which a level is indented, if the file has no example
_IN_FLOW: Final = frozenset({"related"})  # keys of lists that are written as flow lists, if the file has no example
_NARROWEST: Final = 40  # columns that a folded text has at least, however deep it is indented
_STR: Final = "tag:yaml.org,2002:str"
# Characters that JSON leaves as they are, but that YAML refuses or takes for a line break.
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)}


class Style:
    """How a file is written: new values look like those that it has."""

    def __init__(self, text: str, root: yaml.Node) -> None:
        self._text = text
        first_break = re.search("\r\n|\r|\n", text)
        self.newline = first_break[0] if first_break else "\n"
        self._examples: dict[str, tuple[yaml.Node, yaml.Node]] = {}  # the first pair of nodes with each key
        for key, node in _nodes(root):
            if key is not None:
                self._examples.setdefault(key.value, (key, node))

    def pair(self, name: str, value: Data, column: int) -> str:
        """Return a key with its value. The key is to stand at `column`; its own indentation is not in the text."""
        key, like = self._examples.get(name, (None, None))
        key_column = key.start_mark.column if key else 0
        if isinstance(value, str | date) or getattr(like, "flow_style", name in _IN_FLOW):
            return f"{name}: {self.value(value, column, like, key_column)}"
        step = like.start_mark.column - key_column if like else _STEP
        inner = column + (step if step >= 0 else _STEP)  # a value behind "?" and ":" may begin before its key
        if isinstance(value, dict):
            return self._break(inner).join([f"{name}:", *self._pairs(value, inner)])
        example = like.value[0] if like else None
        return self._break(inner).join([f"{name}:", *(self.item(each, inner, example) for each in value)])

    def item(self, value: Data, column: int, like: yaml.Node | None) -> str:
        """Return a list's item, written like another one. The dash is to stand at `column`, as that of `like` does."""
        if isinstance(value, dict) and not getattr(like, "flow_style", False):
            gap = max(like.start_mark.column - column, 2) if like else 2
            return "-".ljust(gap) + self._break(column + gap).join(self._pairs(value, column + gap))
        return f"- {self.value(value, column, like, column)}"

    def value(self, value: Data, column: int, like: yaml.Node | None, like_column: int) -> str:
        """Return a text, or a date, list or mapping on one line, written like another node.

        `column` is that of the key or dash before the value, and `like_column` that of the one before `like`.
        """
        if isinstance(value, str):
            return _scalar(value, like, list(self._blocks(value, column, like, like_column)))
        nodes = _nodes(like) if like and getattr(like, "flow_style", False) else ()
        scalars = [node for _, node in nodes if isinstance(node, yaml.ScalarNode)]
        kept = {str(node.value).strip(): self._source(node) for node in scalars if node.tag == _STR}
        return _flow(value, kept, scalars[0] if scalars else None)

    def _pairs(self, values: Mapping[str, Data], column: int) -> Iterator[str]:
        return (self.pair(name, value, column) for name, value in values.items())

    def _break(self, column: int) -> str:
        return self.newline + " " * column

    def _source(self, node: yaml.Node) -> str:
        return self._text[node.start_mark.index : node.end_mark.index]

    def _blocks(self, text: str, column: int, like: yaml.Node | None, like_column: int) -> Iterator[str]:
        """Return a text as block scalars that may hold it: in the form of `like` if that is one, and below `|`."""
        source = self._source(like) if like else ""
        header, indent = "|", _STEP
        if found := BLOCK_HEADER.match(source):
            lines = [line for line in source.splitlines()[1:] if line.strip()]
            indent = max(1, min(len(line) - len(line.lstrip(" ")) for line in lines) - like_column)
            header = re.sub("[1-9]", "", found[0])  # plain without a digit: no text begins with a space
            if header.startswith(">"):
                width = max(max(map(len, lines)) - column - indent, _NARROWEST)
                yield self._block(header, _folded(text, width), column + indent)
        yield self._block(header.replace(">", "|"), text.split("\n"), column + indent)

    def _block(self, header: str, lines: Sequence[str], column: int) -> str:
        return "".join([header, *(self._break(column if line else 0) + line for line in lines)])


def _nodes(node: yaml.Node, key: yaml.Node | None = None) -> Iterator[tuple[yaml.Node | None, yaml.Node]]:
    """Return all nodes in a node in the order in which they stand, each value with its key."""
    yield key, node
    for item in node.value if isinstance(node, yaml.CollectionNode) else ():
        if isinstance(item, tuple):
            yield None, item[0]
            yield from _nodes(item[1], item[0])
        else:
            yield from _nodes(item)


def _flow(value: Data, kept: Mapping[str, str], like: yaml.Node | None) -> str:
    """Return a value on one line. Texts in `kept` are written as they are there, others like the scalar `like`."""
    if isinstance(value, list):
        return f"[{', '.join(_flow(item, kept, like) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_flow(name, kept, like)}: {_flow(each, kept, like)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, date):
        return value.isoformat()
    return kept.get(value) or _scalar(value, like, ())


def _scalar(text: str, like: yaml.Node | None, blocks: Sequence[str]) -> str:
    """Return a text in the style of another one, or in the nearest style that can hold it.

    `blocks` are the forms of the text on lines of its own, the best first; a flow value has none.
    """
    double_quoted = json.dumps(text, ensure_ascii=False).translate(_ESCAPED)  # can hold every text
    candidates = _candidates(text, like, blocks)
    return next((each for each in candidates if _reads_as(each, text, in_flow=not blocks)), double_quoted)


def _candidates(text: str, like: yaml.Node | None, blocks: Sequence[str]) -> Iterator[str]:
    style, old = (like.style, str(like.value).strip()) if isinstance(like, yaml.ScalarNode) else (None, "")
    on_one_line = len(text.splitlines()) <= 1
    if not on_one_line or style in ("|", ">"):
        yield from blocks
    # If the other text is quoted though it could be plain, this one is quoted too.
    if on_one_line and not (style in ("'", '"') and _reads_as(old, old, in_flow=not blocks)):
        yield text
    if on_one_line and (style == "'" or (style != '"' and '"' in text)):
        yield "'" + text.replace("'", "''") + "'"


def _folded(text: str, width: int) -> list[str]:
    """Return the lines of a folded text, in which an empty line is a line break."""
    wrapped = [textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")]
    return [line for paragraph in wrapped for line in (*paragraph, "")][:-1]


def _reads_as(written: str, text: str, *, in_flow: bool) -> bool:
    """Return whether YAML reads what is written behind a key as the text."""
    try:
        root = compose(f"{{k: {written}}}" if in_flow else f"k: {written}")
    except RefusedError:
        return False
    _, _, *values = (node for _, node in _nodes(root))  # without the mapping and its key
    return [(node.tag, str(node.value).strip()) for node in values] == [(_STR, text)]
