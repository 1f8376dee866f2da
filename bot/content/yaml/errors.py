"""YAML syntax errors, translated for people who do not know YAML."""

import re
from typing import Final

import yaml

from bot.content.problems import Problem

# How messages of the parsers (libyaml, PyYAML) begin; what is wrong then, and how to mend it.
_SYNTAX: Final = {
    "mapping values are not allowed": (
        'a colon followed by a space is read as "key: value" here. '
        "Put the whole text in double quotes, or check that this line is indented like the keys above it, and that "
        "they have a space behind the colon."
    ),
    "(block )?sequence entries are not allowed": (
        'a dash behind "key:" on the same line cannot start a list. '
        "Put each item on a line of its own below, or a text that starts with a dash in double quotes."
    ),
    "(did not find )?expected alphabetic": (
        "a text cannot start with this character. "
        'Put the text in double quotes, or write it on lines of its own below "key: |".'
    ),
    "did not find expected comment or line break|expected a comment or a line break": (
        'text stands behind ">" or "|" on the same line. '
        'Write the text on the lines below; put a text that starts with ">" or "|" in double quotes.'
    ),
    "found character": (
        "a text cannot start with this character. "
        "Indent with spaces instead of tabs; put a text that starts with @, %, ` or the like in double quotes."
    ),
    "found a tab character": "a tab is used to indent. Indent with spaces instead of tabs.",
    "found unexpected end of stream": "a quotation mark is opened and never closed. Close it at the end of the text.",
    "found unknown escape character": (
        "a backslash in double quotes is followed by a character that means nothing there. "
        "Write the backslash twice, or use single quotes."
    ),
    r"(did not find )?expected ',' or '\]'": (
        'a list opened with "[" is not closed. '
        'Close it with "]", or write the items on lines of their own with a dash before each.'
    ),
    "(did not find )?expected ',' or '}'": 'a mapping opened with "{" is not closed. Close it with "}".',
    "could not find expected ':'": (
        "a key is not followed by a colon. "
        "Write it as `key: value`, or indent the text so that it belongs to the line above."
    ),
    "did not find expected '-' indicator": (
        "this line stands between the items of a list, but does not start with a dash. "
        "Put a dash before it, or indent it like the line that it belongs to."
    ),
    "did not find expected key|expected <block end>": (
        "this does not continue what stands before it. "
        "Check that the line is indented like its neighbours, and that a text with quotation marks in it is quoted as "
        "a whole."
    ),
}

# Mistakes that the parsers report behind their place. The place itself is in the error's context mark.
_FOUND_LATE: Final = "found unexpected end of stream|could not find expected ':'|(did not find )?expected ',' or"


def syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    """Return a parser's error as a problem, at the place of the mistake."""
    message = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if re.match(_FOUND_LATE, message):
        mark = error.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for start, explained in _SYNTAX.items():
        if re.match(start, message):
            what, _, remedy = explained.partition(". ")
            return Problem(line, column, what, remedy)
    what = f"this is not valid YAML ({message or error.context})"
    return Problem(line, column, what, "Compare the line with its neighbours.")
