"""Replies as plain text, wrapped to the terminal."""

import re
import shutil
import textwrap
from typing import Final

from bot.matching.replies import NONE_OF_THESE, Reply

WIDEST: Final = 100  # columns; longer lines are hard to read

_BOLD_OR_ITALIC: Final = re.compile(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*]|\d+[.)])\s+")


def shown(reply: Reply) -> str:
    """Return a reply as it stands in a terminal, the choices of an offer numbered from 1."""
    parts = [_heading(reply.heading) if reply.heading else "", _wrapped(reply.text)]
    parts += ["\n".join(_choices(reply))]
    parts += [_wrapped(f"Take care: {reply.caution}") if reply.caution else ""]
    parts += ["\n".join(_wrapped(small) for small in (reply.attribution, reply.disclaimer) if small)]
    return "\n\n".join(part for part in parts if part)


def _choices(reply: Reply) -> list[str]:
    if not reply.choices:
        return []
    labels = [*(entry.question for entry in reply.choices), NONE_OF_THESE]
    return [f"  {number}. {label}" for number, label in enumerate(labels, start=1)]


def _heading(text: str) -> str:
    return f"{text}\n{'=' * min(len(text), _width())}"


def _wrapped(markdown: str) -> str:
    plain = _BOLD_OR_ITALIC.sub(r"\2", markdown)
    return "\n".join(_wrapped_line(line) for line in plain.splitlines())


def _wrapped_line(line: str) -> str:
    item = _LIST_ITEM.match(line)
    return textwrap.fill(line, _width(), subsequent_indent=" " * len(item[0]) if item else "", break_on_hyphens=False)


def _width() -> int:
    return min(WIDEST, shutil.get_terminal_size().columns)
