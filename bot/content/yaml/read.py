"""Reads a FAQ from its YAML file and validates it; each problem has its line and column."""

import difflib
import shlex
from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True)
class Reading:
    """The result of reading a file. A FAQ with problems can be measured in a terminal, but neither served nor saved."""

    faq: Faq | None  # if it is sound; its problems are then only texts that do not fit into Discord
    problems: tuple[Problem, ...]
    parsed: Faq | None = None  # the FAQ in the file even if it is not sound


def read_faq(data: bytes, largest: int = limits.FILE_BYTES) -> Reading:
    """Return the FAQ in these bytes, and all problems. More bytes than `largest` are a problem; nothing is raised."""
    try:
        root = compose(decode(data, largest))
    except RefusedError as refused:
        return Reading(None, (refused.problem,))
    reader = _Reader(root)
    faq = reader.faq()
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
    kept, hidden = ordered[: limits.PROBLEMS], len(ordered) - limits.PROBLEMS
    if hidden > 0:
        what = f"{plural(hidden, 'more problem')} not shown"
        kept.append(Problem(kept[-1].line, kept[-1].column, what, "Mend these first."))
    return tuple(kept)


class _Reader:
    """A walk through the tree of nodes that notes each node by its path, and collects all problems."""

    def __init__(self, root: yaml.Node) -> None:
        self.nodes: dict[Path, yaml.Node] = {(): root}
        self.problems: list[Problem] = []
        self.entry: str | None = None

    def faq(self) -> Faq:
        self._open((), "the file", "title source disclaimer entries", "warning_signs synonyms off_topic")
        self._open(("source",), '"source"', "title author")
        self._open(("warning_signs",), '"warning_signs"', "message phrases")
        signs = WarningSigns(self._text("warning_signs", "message"), self._texts("warning_signs", "phrases"))
        return Faq(
            title=self._text("title"),
            source=Source(self._text("source", "title"), self._text("source", "author")),
            disclaimer=self._text("disclaimer"),
            warning_signs=signs if ("warning_signs",) in self.nodes else None,
            synonyms=tuple(self._texts(*path) for path in self._list("synonyms")),
            entries=tuple(self._entry(path) for path in self._list("entries")),
            off_topic=self._texts("off_topic"),
        )

    def located(self, faq: Faq, breach: rules.Breach) -> Problem:
        """Return a rule's breach as a problem, at the position of its value or of what holds the value."""
        path, entry = breach.path, None
        if path[0] == "entries" and len(path) > 1:
            entry = shown(faq.entries[int(path[1])].id)
        while path not in self.nodes:
            path = path[:-1]
        return Problem(*position(self.nodes[path]), breach.what, breach.remedy, entry)

    def _entry(self, path: Path) -> Entry:
        self.entry = _id_of(self.nodes[path])
        self._open(path, "an entry", "id section question answer", "also caution related reviewed")
        entry = Entry(
            id=self._text(*path, "id"),
            section=self._text(*path, "section"),
            question=self._text(*path, "question"),
            answer=self._text(*path, "answer"),
            also=self._texts(*path, "also"),
            caution=self._text(*path, "caution") or None,
            related=self._texts(*path, "related"),
            reviewed=self._date(*path, "reviewed"),
        )
        self.entry = None
        return entry

    def _open(self, path: Path, name: str, required: str, optional: str = "") -> None:
        """Note the values of a mapping, if it is there, which may have these keys. Other keys become problems."""
        node, needed = self.nodes.get(path), required.split()
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            remedy = f"Give it the keys {', '.join(needed)}."
            self._problem(node, f"{name} should be a mapping, and is {kind(node)}", remedy)
            return
        known = [*needed, *optional.split()]
        for key, value in node.value:
            if key.value in known:
                self.nodes[(*path, key.value)] = value
            elif len(self.problems) <= limits.PROBLEMS:  # more are not shown
                self._problem(key, f'the key "{shown(key.value)}" is not known', _suggestion(key.value, known))
        for wanted in needed:
            if (*path, wanted) not in self.nodes:
                self._problem(node, f'{name} has no "{wanted}"', f'Add a line "{wanted}: …".')

    def _list(self, *path: str | int) -> Iterator[Path]:
        """Note the items of a list, if it is there, and return their paths."""
        node = self.nodes.get(path)
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.nodes[(*path, index)] = item
                yield (*path, index)
        elif node is not None:
            what = f"{rules.named(path)} should be a list, and is {kind(node)}"
            self._problem(node, what, "Put each item on a line of its own with a dash before it.")

    def _texts(self, *path: str | int) -> tuple[str, ...]:
        return tuple(self._text(*item) for item in self._list(*path))

    def _text(self, *path: str | int) -> str:
        node, name = self.nodes.get(path), rules.named(path)
        if node is None:
            return ""
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

    def _date(self, *path: str | int) -> date | None:
        node = self.nodes.get(path)
        if node is None:
            return None
        try:
            return datetime.strptime(str(node.value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self._problem(node, '"reviewed" is not a date', "Write it as year-month-day, such as 2026-11-22.")
            return None

    def _problem(self, node: yaml.Node, what: str, remedy: str) -> None:
        self.problems.append(Problem(*position(node), what, remedy, self.entry))


def _id_of(node: yaml.Node) -> str | None:
    """Return the id in an entry's node, to name the entry in its problems, or None."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == "id" and isinstance(value, yaml.ScalarNode) and value.value.strip():
            return shown(value.value)
    return None


def _empty_remedy(path: Path) -> str:
    may_go = isinstance(path[-1], int) or path[-1] == "caution"
    return "Write the text, or remove the line." if may_go else "Write the text."


def _text_remedy(node: yaml.Node, path: Path) -> str:
    if node.tag == "tag:yaml.org,2002:null":
        return f"{_empty_remedy(path)} Put a text that starts with # in double quotes."
    if isinstance(node, yaml.ScalarNode):
        return f'Put it in double quotes: "{shown(node.value)}".'
    return 'Write one text; put it in double quotes where it holds ": ", or starts with [ or {.'


def _suggestion(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1) if len(key) <= LONGEST_KEY else ()
    return f'Did you mean "{near[0]}"?' if near else f"The keys here are {', '.join(known)}."
