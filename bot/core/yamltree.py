"""Text to a tree of YAML nodes with positions, refusing what a FAQ file has no use for.

The tree is PyYAML's own (scalar, sequence and mapping nodes with their marks), but composed here: without recursion,
and with anchors, aliases, tags, repeated keys and deep nesting refused at the place where they stand, so that no input
can expand, recurse or build an object.
"""

import re
from typing import Any, Final

import yaml

from bot.core import limits
from bot.core.problems import Problem

# libyaml's parser where PyYAML was built with it (about 10 times faster), else PyYAML's own.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# YAML 1.2, section 5.1: the characters that a file may hold.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# What the parsers say, by how it starts, in words for somebody who has never read the YAML specification.
_SYNTAX: Final = (
    (
        "mapping values are not allowed",
        'a colon followed by a space is read as "key: value" here',
        "Put the whole text in double quotes, or check that this line is indented like the keys above it.",
    ),
    (
        ("block sequence entries are not allowed", "sequence entries are not allowed"),
        'a list cannot start here, behind "key:" on the same line',
        "Put each item on a line of its own, with two dashes' worth of indentation and a dash before it.",
    ),
    (
        "found character",
        "a text cannot start with this character",
        "Indent with spaces instead of tabs; put a text that starts with @, %, ` or the like in double quotes.",
    ),
    (
        "found a tab character",
        "a tab is used to indent",
        "Indent with spaces instead of tabs.",
    ),
    (
        "found unexpected end of stream",
        "a quotation mark is opened and never closed",
        "Close it at the end of the text.",
    ),
    (
        "found unknown escape character",
        "a backslash in double quotes is followed by a character that means nothing there",
        "Write the backslash twice, or use single quotes.",
    ),
    (
        ("did not find expected ',' or ']'", "expected ',' or ']'"),
        'a list opened with "[" is not closed',
        'Close it with "]", or write the items on lines of their own with a dash before each.',
    ),
    (
        ("did not find expected ',' or '}'", "expected ',' or '}'"),
        'a mapping opened with "{" is not closed',
        'Close it with "}".',
    ),
    (
        "could not find expected ':'",
        "a key is not followed by a colon",
        "Write it as `key: value`, or indent the text so that it belongs to the line above.",
    ),
    (
        "did not find expected '-' indicator",
        "this line stands between the items of a list, but does not start with a dash",
        "Put a dash before it, or indent it like the line that it belongs to.",
    ),
    (
        ("did not find expected key", "expected <block end>"),
        "this does not continue what stands before it",
        "Check that the line is indented like its neighbours, and that a text with quotation marks in it is quoted "
        "as a whole.",
    ),
)


# Mistakes that the parsers notice only behind the place where they were made.
_FOUND_LATE: Final = (
    "found unexpected end of stream",
    "could not find expected ':'",
    "did not find expected ',' or",
    "expected ',' or",
)


class RefusedError(Exception):
    """A text that is not one plain YAML document. Carries its first problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def decode(data: bytes, largest: int = limits.FILE_BYTES) -> str:
    """A file's bytes as text, without a byte order mark. Raises RefusedError where they are not UTF-8 or too many."""
    if len(data) > largest:
        what = f"the file is larger than {largest:,} bytes"
        raise RefusedError(Problem(1, 1, what, "Check that it is the FAQ file, and shorten it."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        remedy = "Save the file with the encoding UTF-8."
        raise RefusedError(Problem(before.count(b"\n") + 1, column, what, remedy)) from error


def compose(text: str) -> yaml.Node:
    """The root node of `text`. Raises RefusedError with the first thing that is not plain YAML."""
    if forbidden := _FORBIDDEN.search(text):
        raise RefusedError(_forbidden_character(text, forbidden.start()))
    loader = _LOADER(text)
    try:
        return _Composer(loader).document()
    except yaml.MarkedYAMLError as error:
        raise RefusedError(_syntax_problem(error)) from error
    finally:
        loader.dispose()


def position(node: yaml.Node) -> tuple[int, int]:
    """Line and column of a node's first character, counted from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Composer:
    """Builds the tree from the parser's events, with a stack of its own instead of recursion."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self.open: list[yaml.CollectionNode] = []
        self.keys: list[yaml.ScalarNode | None] = []  # per open collection, the key that waits for its value
        self.seen: list[dict[str, int]] = []  # per open collection, the line of each key so far
        self.nodes = 0
        self.root: yaml.Node | None = None

    def document(self) -> yaml.Node:
        event: Any
        while not isinstance(event := self.loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
                self._add(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)
            elif isinstance(event, yaml.AliasEvent):
                raise _refused(event, f'"*{event.anchor}" refers to another place', "Write the text out here.")
            elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                raise _refused(event, "a second document starts here", "Remove the line with the three dashes.")
        if self.root is None:
            raise RefusedError(
                Problem(1, 1, "the file is empty", "Write into it what belongs there, or take the shipped file back.")
            )
        return self.root

    def _add(self, event: Any) -> None:
        self._refuse_extras(event)
        node = self._node(event)
        if self.root is None:
            self.root = node
        else:
            self._attach(event, node)
        if isinstance(node, yaml.CollectionNode):
            self.open.append(node)
            self.keys.append(None)
            self.seen.append({})

    def _refuse_extras(self, event: Any) -> None:
        self.nodes += 1
        if event.anchor is not None:
            raise _refused(
                event, f'"&{event.anchor}" is an anchor', "Remove it, and write texts out where they belong."
            )
        if getattr(event, "tag", None) is not None:
            what = f'"{_tag(event)}" is a YAML tag'
            raise _refused(event, what, "Remove it; put a text that starts with an exclamation mark in double quotes.")
        if len(self.open) >= limits.FILE_DEPTH:
            raise _refused(event, "lists are nested too deeply here", "A FAQ file needs four levels at most.")
        if self.nodes > limits.FILE_NODES:
            what = f"the file has more than {limits.FILE_NODES:,} texts and lists"
            raise _refused(event, what, "Split the FAQ, or remove what is not needed.")

    def _node(self, event: Any) -> yaml.Node:
        start: Any = event.start_mark
        end: Any = event.end_mark
        if isinstance(event, yaml.ScalarEvent):
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            return yaml.ScalarNode(tag, event.value, start, end, style=event.style)
        kind = yaml.SequenceNode if isinstance(event, yaml.SequenceStartEvent) else yaml.MappingNode
        tag = self.loader.resolve(kind, None, True)
        return kind(tag, [], start, end, flow_style=event.flow_style)

    def _attach(self, event: Any, node: yaml.Node) -> None:
        parent = self.open[-1]
        if isinstance(parent, yaml.SequenceNode):
            parent.value.append(node)
        elif (key := self.keys[-1]) is not None:
            parent.value.append((key, node))
            self.keys[-1] = None
        elif isinstance(node, yaml.ScalarNode):
            self._refuse_repeated(event, node)
            self.keys[-1] = node
        else:
            raise _refused(event, "a list or mapping stands where a key should", "Write a word and a colon.")

    def _refuse_repeated(self, event: Any, key: yaml.ScalarNode) -> None:
        line = self.seen[-1].setdefault(key.value, key.start_mark.line + 1)
        if line != key.start_mark.line + 1:
            what = f'the key "{shown(key.value)}" stands here for the second time; the first is in line {line}'
            raise _refused(event, what, "Keep one of the two.")

    def _close(self, event: Any) -> None:
        node = self.open.pop()
        self.keys.pop()
        self.seen.pop()
        node.end_mark = event.end_mark


def shown(text: str, longest: int = 60) -> str:
    """A text as it is quoted in a problem: on one line, and cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _tag(event: Any) -> str:
    return shown(str(getattr(event, "tag", "")).replace("tag:yaml.org,2002:", "!!"))


def _refused(event: Any, what: str, remedy: str) -> RefusedError:
    return RefusedError(Problem(event.start_mark.line + 1, event.start_mark.column + 1, what, remedy))


def _forbidden_character(text: str, index: int) -> Problem:
    line_start = text.rfind("\n", 0, index) + 1
    what = f"the character U+{ord(text[index]):04X} cannot be printed"
    return Problem(text.count("\n", 0, index) + 1, index - line_start + 1, what, "Remove it.")


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = error.problem or ""
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if said.startswith(_FOUND_LATE) and error.context_mark is not None:
        line, column = error.context_mark.line + 1, error.context_mark.column + 1
    for start, what, remedy in _SYNTAX:
        if said.startswith(start):
            return Problem(line, column, what, remedy)
    what = f"this is not valid YAML ({said or error.context})"
    return Problem(line, column, what, "Compare the line with its neighbours.")
