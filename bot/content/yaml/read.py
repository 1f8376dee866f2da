"""Reads a FAQ from its YAML file and validates it; each problem has its line and column."""

import difflib
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import yaml

from bot.content import limits, rules
from bot.content.model import Entry, Faq, Source, WarningSigns
from bot.content.problems import BrokenFileError, Problem, plural
from bot.content.rules import Path
from bot.content.yaml.tree import FORBIDDEN, RefusedError, compose, decode, kind, position, shown, visible

LONGEST_KEY: Final = 40  # characters of an unknown key that may be a misspelt one; longer ones get no suggestion
# The keys of each mapping, and whether they are required.
_FILE_KEYS: Final = {
    "title": True,
    "source": True,
    "disclaimer": True,
    "entries": True,
    "warning_signs": False,
    "synonyms": False,
    "off_topic": False,
}
_SOURCE_KEYS: Final = {"title": True, "author": True}
_WARNING_KEYS: Final = {"message": True, "phrases": True}
_ENTRY_KEYS: Final = {
    "id": True,
    "section": True,
    "question": True,
    "answer": True,
    "also": False,
    "caution": False,
    "related": False,
    "reviewed": False,
}
_OPTIONAL: Final = frozenset({"caution"})  # optional keys whose value is a text


@dataclass(frozen=True)
class Reading:
    """The result of reading a file.

    `faq` is the FAQ if it is sound. Its `problems` are then only texts that do not fit into Discord. It can be measured
    in a terminal, but neither served nor saved. `parsed` is the FAQ in the file even if it is not sound.
    """

    faq: Faq | None
    problems: tuple[Problem, ...]
    parsed: Faq | None = None


def read_faq(data: bytes, largest: int = limits.FILE_BYTES) -> Reading:
    """Return the FAQ in these bytes, and all problems. More bytes than `largest` are a problem; nothing is raised."""
    try:
        root = compose(decode(data, largest))
    except RefusedError as refused:
        return Reading(None, (refused.problem,))
    reader = _Reader()
    faq = reader.faq(root)
    if reader.problems:
        return Reading(None, _first(reader.problems))
    unsound = [reader.located(faq, breach) for breach in rules.unsound(faq)]
    unfit = [reader.located(faq, breach) for breach in rules.unfit(faq)]
    return Reading(None if unsound else faq, _first(unsound + unfit), faq)


def check_faq(name: str, data: bytes, largest: int = limits.FILE_BYTES) -> Faq:
    """Return the FAQ in a file's bytes. Raise BrokenFileError for the file `name` if there is any problem."""
    reading = read_faq(data, largest)
    if reading.faq is None or reading.problems:
        raise broken_file(name, reading)
    return reading.faq


def broken_file(name: str, reading: Reading) -> BrokenFileError:
    """Return the error for a file called `name` that has problems."""
    return BrokenFileError(name, reading.problems, all_shown_by=f"python -m bot check {shlex.quote(name)}")


def _first(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the first problems by their place, and how many more there are as the last problem."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    hidden = len(ordered) - limits.PROBLEMS
    if hidden <= 0:
        return tuple(ordered)
    kept = ordered[: limits.PROBLEMS]
    last = kept[-1]
    more = Problem(last.line, last.column, f"{plural(hidden, 'more problem')} not shown", "Mend these first.")
    return (*kept, more)


class _Reader:
    """A walk through the tree of nodes that collects all problems, and the position of each value."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.positions: dict[Path, tuple[int, int]] = {}
        self.entry: str | None = None

    def faq(self, root: yaml.Node) -> Faq:
        at = self._mapping(root, (), "the file", _FILE_KEYS)
        return Faq(
            title=self._text(at, "title"),
            source=self._source(at),
            disclaimer=self._text(at, "disclaimer"),
            warning_signs=self._warning_signs(at) if ("warning_signs",) in at else None,
            synonyms=tuple(
                self._texts(words, path) for words, path in self._list(at.get(("synonyms",)), ("synonyms",))
            ),
            entries=tuple(self._entry(node, path) for node, path in self._list(at.get(("entries",)), ("entries",))),
            off_topic=self._texts(at.get(("off_topic",)), ("off_topic",)),
        )

    def located(self, faq: Faq, breach: rules.Breach) -> Problem:
        """Return a rule's breach as a problem, at the position of its value or of what holds the value."""
        path = breach.path
        while path and path not in self.positions:
            path = path[:-1]
        line, column = self.positions.get(path, (1, 1))
        return Problem(line, column, breach.what, breach.remedy, _entry_at(faq, breach.path))

    def _source(self, at: Mapping[Path, yaml.Node]) -> Source:
        path = ("source",)
        keys = self._mapping(at.get(path), path, '"source"', _SOURCE_KEYS)
        return Source(self._text(keys, *path, "title"), self._text(keys, *path, "author"))

    def _warning_signs(self, at: Mapping[Path, yaml.Node]) -> WarningSigns:
        path = ("warning_signs",)
        keys = self._mapping(at.get(path), path, '"warning_signs"', _WARNING_KEYS)
        phrases = self._texts(keys.get((*path, "phrases")), (*path, "phrases"))
        return WarningSigns(self._text(keys, *path, "message"), phrases)

    def _entry(self, node: yaml.Node, path: Path) -> Entry:
        self.entry = _id_of(node)
        keys = self._mapping(node, path, "an entry", _ENTRY_KEYS)
        entry = Entry(
            id=self._text(keys, *path, "id"),
            section=self._text(keys, *path, "section"),
            question=self._text(keys, *path, "question"),
            answer=self._text(keys, *path, "answer"),
            also=self._texts(keys.get((*path, "also")), (*path, "also")),
            caution=self._text(keys, *path, "caution") or None,
            related=self._texts(keys.get((*path, "related")), (*path, "related")),
            reviewed=self._date(keys.get((*path, "reviewed"))),
        )
        self.entry = None
        return entry

    def _mapping(
        self, node: yaml.Node | None, path: Path, name: str, known: Mapping[str, bool]
    ) -> dict[Path, yaml.Node]:
        """Return the values of a mapping by their paths. Unknown and missing keys become problems."""
        if node is None:
            return {}
        self.positions[path] = position(node)
        if not isinstance(node, yaml.MappingNode):
            keys = ", ".join(key for key, required in known.items() if required)
            self._problem(node, f"{name} should be a mapping, and is {kind(node)}", f"Give it the keys {keys}.")
            return {}
        values: dict[Path, yaml.Node] = {}
        for key, value in node.value:
            if key.value in known:
                values[(*path, key.value)] = value
                self.positions[(*path, key.value)] = position(value)
            elif len(self.problems) <= limits.PROBLEMS:  # more are not shown
                self._problem(key, f'the key "{shown(key.value)}" is not known', _suggestion(key.value, known))
        for wanted, required in known.items():
            if required and (*path, wanted) not in values:
                self._problem(node, f'{name} has no "{wanted}"', f'Add a line "{wanted}: …".')
        return values

    def _list(self, node: yaml.Node | None, path: Path) -> Iterator[tuple[yaml.Node, Path]]:
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            what = f"{rules.named(path)} should be a list, and is {kind(node)}"
            self._problem(node, what, "Put each item on a line of its own with a dash before it.")
            return
        for index, item in enumerate(node.value):
            self.positions[(*path, index)] = position(item)
            yield item, (*path, index)

    def _texts(self, node: yaml.Node | None, path: Path) -> tuple[str, ...]:
        return tuple(self._scalar(item, at) for item, at in self._list(node, path))

    def _text(self, keys: Mapping[Path, yaml.Node], *path: str | int) -> str:
        node = keys.get(path)
        return "" if node is None else self._scalar(node, path)

    def _scalar(self, node: yaml.Node, path: Path) -> str:
        name = rules.named(path)
        if node.tag != "tag:yaml.org,2002:str":
            self._problem(node, f"{name} should be a text, and is {kind(node)}", _text_remedy(node, path))
            return ""
        text = str(node.value).strip()
        if not visible(text):
            self._problem(node, f"{name} is empty", _empty_remedy(path))
        elif forbidden := FORBIDDEN.search(text):
            what = f"{name} has the character U+{ord(forbidden[0]):04X}, which cannot be printed"
            self._problem(node, what, "Remove it.")
        return text

    def _date(self, node: yaml.Node | None) -> date | None:
        if node is None:
            return None
        try:
            return datetime.strptime(str(node.value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self._problem(node, '"reviewed" is not a date', "Write it as year-month-day, such as 2026-11-22.")
            return None

    def _problem(self, node: yaml.Node, what: str, remedy: str) -> None:
        line, column = position(node)
        self.problems.append(Problem(line, column, what, remedy, self.entry))


def _entry_at(faq: Faq, path: Path) -> str | None:
    """Return the id of the entry that a path leads into, or None."""
    match path:
        case ("entries", int(index), *_):
            return shown(faq.entries[index].id)
        case _:
            return None


def _id_of(node: yaml.Node) -> str | None:
    """Return the id in an entry's node, to name the entry in its problems, or None."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "id" and isinstance(value, yaml.ScalarNode) and value.value.strip():
                return shown(value.value)
    return None


def _empty_remedy(path: Path) -> str:
    if isinstance(path[-1], int) or path[-1] in _OPTIONAL:
        return "Write the text, or remove the line."
    return "Write the text."


def _text_remedy(node: yaml.Node, path: Path) -> str:
    if node.tag == "tag:yaml.org,2002:null":
        return f"{_empty_remedy(path)} Put a text that starts with # in double quotes."
    if isinstance(node, yaml.ScalarNode):
        return f'Put it in double quotes: "{shown(node.value)}".'
    return 'Write one text; put it in double quotes where it holds ": ", or starts with [ or {.'


def _suggestion(key: str, known: Mapping[str, bool]) -> str:
    if len(key) > LONGEST_KEY:
        return f"The keys here are {', '.join(known)}."
    near = difflib.get_close_matches(key, known, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"The keys here are {', '.join(known)}."
