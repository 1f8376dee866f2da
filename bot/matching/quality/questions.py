"""Reads a file of known questions, for measuring: each is a text with the ids of the entries that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from bot.content import limits
from bot.content.model import Faq
from bot.content.problems import BrokenFileError, Problem
from bot.content.yaml.tree import RefusedError, compose, decode, position, shown

NAME: Final = "questions.yaml"  # of the file beside a FAQ

_FORM = 'Write it as {text: "does it help sciatica", accept: [sciatica]}; accept: [] where no entry answers it.'


@dataclass(frozen=True, slots=True)
class Question:
    """A known question, and the ids of the entries that answer it, best first; none if it is off topic."""

    text: str
    accept: tuple[str, ...]
    line: int = field(default=0, compare=False)  # of its file


def path_beside(faq: Path) -> Path:
    """Return where the known questions of a FAQ file stand, if it has any."""
    return faq.with_name(NAME)


def read(name: str, data: bytes) -> tuple[Question, ...]:
    """Return the questions in a file's bytes. Raises BrokenFileError, with every problem and the file's `name`."""
    try:
        root = compose(decode(data, limits.FILE_BYTES))
    except RefusedError as refused:
        raise BrokenFileError(name, [refused.problem]) from refused
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise BrokenFileError(name, [_problem(root, "the file should be a list of questions")])
    questions = [_question(node) for node in root.value]
    if problems := [item for item in questions if isinstance(item, Problem)]:
        raise BrokenFileError(name, problems)
    return tuple(item for item in questions if isinstance(item, Question))


def must_fit(name: str, questions: Sequence[Question], faq: Faq) -> None:
    """Raise BrokenFileError if a question accepts an entry that the FAQ lacks. `name`: of the questions' file."""
    remedy = "Correct the id, or measure this FAQ on questions of its own."
    accepted = [(question.line, entry) for question in questions for entry in question.accept]
    unknown = [(line, f'the FAQ has no entry "{shown(entry)}"') for line, entry in accepted if faq.entry(entry) is None]
    if unknown:
        raise BrokenFileError(name, [Problem(line, 1, what, remedy) for line, what in unknown])


def _question(node: yaml.Node) -> Question | Problem:
    values = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    text, accept = values.get("text", node), values.get("accept", node)
    if set(values) != {"text", "accept"} or not _is_text(text) or not isinstance(accept, yaml.SequenceNode):
        return _problem(node, 'a question should have a "text" and a list "accept", and nothing else')
    if not all(_is_text(entry) for entry in accept.value):
        return _problem(accept, '"accept" should be a list of ids')
    return Question(text.value, tuple(entry.value for entry in accept.value), node.start_mark.line + 1)


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str"


def _problem(node: yaml.Node, what: str) -> Problem:
    line, column = position(node)
    return Problem(line, column, what, _FORM)
