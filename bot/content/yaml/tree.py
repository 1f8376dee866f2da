"""Parses YAML into a tree of nodes with positions, and refuses what a FAQ file does not need.

The nodes are PyYAML's own. They are composed here, because its composer is recursive and expands aliases. Anchors,
aliases, tags, repeated keys and deep nesting are refused: no file can exhaust memory or the stack, or create objects.
"""

import re
import unicodedata
from typing import Any, Final

import yaml

from bot.content import limits
from bot.content.problems import Problem
from bot.content.yaml.errors import syntax_problem

# libyaml's parser if PyYAML was built with it (about 10 times faster), else PyYAML's own.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG: Final = "tag:yaml.org,2002:"  # how the names of YAML's own tags begin
_KINDS: Final = (
    {"str": "a text", "null": "nothing", "bool": "a yes or no", "int": "a number", "float": "a number"}
    | {"timestamp": "a date", "seq": "a list", "map": "a mapping", "value": "an equals sign"}
    | {"merge": "two angle brackets"}
)

_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that look like a space

# YAML 1.2, section 5.1: the characters that a file may hold; a byte order mark only at its start.
FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class RefusedError(Exception):
    """A text that is not one plain YAML document. `problem` is the first problem in it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def decode(data: bytes, largest: int = limits.FILE_BYTES) -> str:
    """Return a file's bytes as text without a byte order mark. Raise RefusedError if not UTF-8, or over `largest`."""
    if len(data) > largest:
        what = f"the file is larger than {largest:,} bytes"
        raise RefusedError(Problem(1, 1, what, "Check that it is the FAQ file, and shorten it."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        what, remedy = f"the byte 0x{data[error.start]:02x} is not UTF-8", "Save the file with the encoding UTF-8."
        raise RefusedError(Problem(before.count(b"\n") + 1, column, what, remedy)) from error


def compose(text: str) -> yaml.Node:
    """Return the root node of a YAML text. Raise RefusedError with the first problem in it."""
    if forbidden := FORBIDDEN.search(text):
        before = text[: forbidden.start()]
        what = f"the character U+{ord(forbidden[0]):04X} cannot be printed"
        raise RefusedError(Problem(before.count("\n") + 1, len(before) - before.rfind("\n"), what, "Remove it."))
    loader = _LOADER(text)
    try:
        return _Composer(loader).document()
    except yaml.MarkedYAMLError as error:
        raise RefusedError(syntax_problem(error)) from error
    finally:
        loader.dispose()


def position(node: yaml.Node) -> tuple[int, int]:
    """Return line and column of a node's first character, both counted from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def visible(text: str) -> bool:
    """Return whether a text has visible characters. Spaces, control characters and blank letters are invisible."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in _BLANK for character in text)


def kind(node: yaml.Node) -> str:
    """Return what a node is in words, such as "a text" or "a list"."""
    return _KINDS.get(node.tag.removeprefix(_TAG), "something else")


class _Composer:
    """Builds the tree from the parser's events, with a stack instead of recursion."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        # Lists and mappings whose end is to come, with the line of each key so far. Keys and values take turns in them.
        self.open: list[tuple[yaml.CollectionNode, dict[str, int]]] = []
        self.nodes = 0
        self.root: yaml.Node | None = None

    def document(self) -> yaml.Node:
        event: Any
        while not isinstance(event := self.loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
                self._add(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                node, _ = self.open.pop()
                node.end_mark = event.end_mark
                if isinstance(node, yaml.MappingNode):
                    node.value = list(zip(node.value[::2], node.value[1::2], strict=True))
            elif isinstance(event, yaml.AliasEvent):
                raise _refused(event, f'"*{event.anchor}" refers to another place', "Write the text out here.")
            elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                raise _refused(event, "a second document starts here", "Remove the line with the three dashes.")
        if self.root is None:
            remedy = "Write into it what belongs there, or take the shipped file back."
            raise RefusedError(Problem(1, 1, "the file is empty", remedy))
        return self.root

    def _add(self, event: Any) -> None:
        self._refuse_extras(event)
        node = self._node(event)
        if self.root is None:
            self.root = node
        else:
            parent, lines = self.open[-1]
            if isinstance(parent, yaml.MappingNode) and len(parent.value) % 2 == 0:
                _note_key(event, node, lines)
            parent.value.append(node)
        if isinstance(node, yaml.CollectionNode):
            self.open.append((node, {}))

    def _refuse_extras(self, event: Any) -> None:
        self.nodes += 1
        if event.anchor is not None:
            what = f'"&{event.anchor}" is an anchor'
            raise _refused(event, what, "Remove it, and write texts out where they belong.")
        if event.tag is not None:
            what = f'"{shown(event.tag.replace(_TAG, "!!"))}" is a YAML tag'
            raise _refused(event, what, "Remove it; put a text that starts with an exclamation mark in double quotes.")
        if len(self.open) >= limits.FILE_DEPTH:
            raise _refused(event, "lists are nested too deeply here", "A FAQ file needs four levels at most.")
        if self.nodes > limits.FILE_NODES:
            what = f"the file has more than {limits.FILE_NODES:,} texts and lists"
            raise _refused(event, what, "Split the FAQ, or remove what is not needed.")

    def _node(self, event: Any) -> yaml.Node:
        start, end = event.start_mark, event.end_mark
        if isinstance(event, yaml.ScalarEvent):
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            return yaml.ScalarNode(tag, event.value, start, end, style=event.style)
        made = yaml.SequenceNode if isinstance(event, yaml.SequenceStartEvent) else yaml.MappingNode
        tag = self.loader.resolve(made, None, True)
        return made(tag, [], start, end, flow_style=event.flow_style)


def _note_key(event: Any, key: yaml.Node, lines: dict[str, int]) -> None:
    """Note the line of a mapping's key among those of the others. Raise RefusedError if it is no text, or repeated."""
    if not isinstance(key, yaml.ScalarNode):
        raise _refused(event, "a list or mapping stands where a key should", "Write a word and a colon.")
    if (line := lines.get(key.value)) is not None:
        what = f'the key "{shown(key.value)}" stands here for the second time; the first is in line {line}'
        raise _refused(event, what, "Keep one of the two.")
    lines[key.value] = key.start_mark.line + 1


def shown(text: str, longest: int = 60) -> str:
    """Return a text as problems quote it: on one line, and cut after `longest` characters."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _refused(event: Any, what: str, remedy: str) -> RefusedError:
    return RefusedError(Problem(event.start_mark.line + 1, event.start_mark.column + 1, what, remedy))
