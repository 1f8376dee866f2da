"""How a text is written in YAML: plain, quoted or as a block, whichever is in use and reads back as the text."""

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from bot.content.yaml import tree as yamltree

BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # YAML 1.1, section 4.2: what ends a line

_NARROWEST: Final = 40  # columns to which a folded text is wrapped at least
# What JSON leaves as it is, and YAML does not take, or reads as a line break.
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is to be written."""

    column: int  # of the dash or key that it stands behind
    in_flow: bool  # whether it is inside brackets or braces


_QUOTES: Final = ("'", '"')
_IN_LINE: Final = Place(0, in_flow=True)
_TEXT: Final = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Block:
    """The form of a block scalar."""

    header: str  # the first line, with its comment
    column: int  # where its lines begin
    newline: str
    width: int = 0  # columns to which a folded one is wrapped


def scalar(text: str, place: Place, like: yaml.Node | None, block: Block) -> str:
    """A text as it is written at a place, from its first character on, in the style of another.

    Where that style cannot hold the text, another does: double quotes hold everything.
    """
    for each in _candidates(text, place, like, block):
        if _reads_back(each, text, place):
            return each
    raise ValueError("a text that cannot be written in YAML")


def flow(value: Any, like: yaml.Node | None) -> str:
    """A text, date, list or mapping in one line; texts and keys are quoted where that of `like` is."""
    if isinstance(value, list):
        return f"[{', '.join(flow(item, like) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key_text(name, like)}: {flow(each, like)}' for name, each in value.items())}}}"
    if isinstance(value, date):
        return value.isoformat()
    return scalar(value, _IN_LINE, like, Block("|", 0, "\n"))


def key_text(name: str, like: yaml.Node | None) -> str:
    """A key, quoted where the text of `like` is: none of the format's keys needs it."""
    quote = str(getattr(like, "style", "")) if _quoted_by_choice(like, _IN_LINE) else ""
    return f"{quote}{name}{quote}"


def _quoted_by_choice(node: yaml.Node | None, place: Place) -> bool:
    """Whether a text is quoted though it need not be."""
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) and node.style in _QUOTES else None
    return text is not None and _reads_back(text, text, place)


def _candidates(text: str, place: Place, like: yaml.Node | None, block: Block) -> Iterator[str]:
    """Ways to write a text, the most fitting first; not each can hold every text."""
    style = like.style if isinstance(like, yaml.ScalarNode) else None
    several = len(text.splitlines()) > 1
    if not place.in_flow and style == ">":
        yield _block(block, _folded(text, block))
    if not place.in_flow and (several or style in ("|", ">")):
        header = block.header.replace(">", "|", 1)
        yield _block(Block(header, block.column, block.newline), text.split("\n"))
    if not several and not _quoted_by_choice(like, place):
        yield text
    if not several and (style == "'" or (style != '"' and '"' in text)):
        yield "'" + text.replace("'", "''") + "'"
    yield json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


def _folded(text: str, block: Block) -> list[str]:
    """The lines of a folded text, in which a line break is an empty line."""
    wrapped = [
        textwrap.wrap(line, max(block.width - block.column, _NARROWEST), break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    ]
    return [line for paragraph in wrapped for line in (*paragraph, "")][:-1]


def _block(block: Block, lines: list[str]) -> str:
    indent = " " * block.column
    return block.newline.join([block.header, *(f"{indent}{line}" if line else "" for line in lines)])


def _reads_back(candidate: str, text: str, place: Place) -> bool:
    """Whether what is written is read as the text, behind a key at such a place."""
    written = f"{{k: {candidate}}}" if place.in_flow else f"{' ' * place.column}k: {candidate}"
    try:
        root = yamltree.compose(written)
    except yamltree.RefusedError:
        return False
    if not isinstance(root, yaml.MappingNode) or len(root.value) != 1:
        return False
    read = root.value[0][1]
    return read.tag == _TEXT and str(read.value).strip() == text
