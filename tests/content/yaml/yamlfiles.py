"""FAQ files as people may write them: all styles of YAML that load, with comments, blank lines and odd indentation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from bot.content.model import Entry, Faq, Source, WarningSigns

LETTERS = "abcXYZ019 -#:,'\"[]{}&*!|>%@`?=~\\.é\u4e2d\U0001f600\u00a0/"
COMMENTS = ("# a comment", "#", "#- no: item", "# 'quoted", "#\u4e2d\U0001f600")
NAMES = ("one", "two", "three", "four", "five-six")

Draw = Any

line = st.text(LETTERS, max_size=30).map(lambda text: text.strip() or "~")  # with all that means something to YAML
lines = st.lists(st.one_of(line, st.just(""), line.map("  {}".format)), min_size=1, max_size=4).map(
    lambda some: "\n".join(some).strip() or "~x"
)
letters = st.text("abcdefghijklmnop\u4e2d", min_size=6, max_size=9)


def said(text: str) -> str:
    """A text that says something, as each has to."""
    return text if any(map(str.isalnum, text)) else f"{text}x"


@st.composite
def wordings(draw: Draw) -> str:
    """A text unlike any other."""
    return f"{draw(line)} {draw(letters)}"


@st.composite
def entries(draw: Draw, name: str, names: tuple[str, ...] = ()) -> Entry:
    """An entry with an id, related to some of the names."""
    return Entry(
        name,
        said(draw(line)),
        draw(wordings()),
        said(draw(lines)),
        tuple(draw(st.lists(wordings(), max_size=3))),
        draw(st.none() | lines.map(said)),
        tuple(each for each in names if each != name and draw(st.booleans())),
        draw(st.none() | st.dates()),
    )


@st.composite
def faqs(draw: Draw) -> Faq:
    """A FAQ of a few entries."""
    names = tuple(draw(st.lists(st.sampled_from(NAMES[:4]), min_size=1, max_size=3, unique=True)))
    signs = WarningSigns(said(draw(lines)), ("numb groin", "can't feel: legs"))
    return Faq(
        title=said(draw(line)),
        source=Source(said(draw(line)), said(draw(line))),
        disclaimer=said(draw(lines)),
        entries=tuple(draw(entries(name, names)) for name in names),
        warning_signs=draw(st.sampled_from([None, signs])),
        synonyms=draw(st.sampled_from([(), (("butt", "bum"),), (("butt", "bum"), ("pain", "ache", "hurt: it"))])),
        off_topic=tuple(draw(st.lists(wordings(), max_size=3))),
    )


@dataclass(frozen=True)
class File:
    """A file's text in three parts, the middle one an entry each."""

    head: str
    entries: tuple[str, ...]
    tail: str
    editable: bool  # whether all of it is in a style that write_faq edits

    @property
    def text(self) -> str:
        return self.head + "".join(self.entries) + self.tail


@st.composite
def files(draw: Draw, faq: Faq) -> File:
    """A file that says a FAQ, however it is written."""
    editable = draw(st.booleans())
    writer = Writer(Random(draw(st.integers(0, 2**32))), editable)
    return writer.in_one_mapping(faq) if not editable and draw(st.integers(0, 5)) == 0 else writer.in_blocks(faq)


class Writer:
    """Writes values in styles taken at random: all of YAML's, or those that write_faq edits."""

    def __init__(self, random: Random, editable: bool) -> None:
        self.random = random
        self.editable = editable
        self.newline = random.choice(["\n", "\n", "\r\n", "\r"])

    def in_blocks(self, faq: Faq) -> File:
        data = as_data(faq)
        if self.random.random() < 0.5:
            data["entries"] = data.pop("entries")  # the last
        parts: list[str] = []
        head, entries = "", tuple[str, ...]()
        for key, value in data.items():
            if key != "entries":
                parts.append(self.pair(key, value, 0))
                continue
            if not self.editable and self.random.randint(0, 4) == 0:
                opening, items, closing = self.flow_list(value, 1)
                head = "".join(parts) + self.lead(0) + f"entries: {opening}"
                entries, parts = tuple(items), [closing + self.end()]
            else:
                column = self.random.randint(0, 3)
                head = "".join(parts) + self.lead(0) + "entries:" + self.end()
                apart = self.random.random() < 0.5
                entries = tuple(self.lead(column) + self.item(each, column) + self.newline * apart for each in value)
                parts = []
        tail = "".join(parts)
        return self.finished(head, entries, tail)

    def finished(self, head: str, entries: tuple[str, ...], tail: str) -> File:
        if self.random.random() < 0.5:  # no line break at the end
            if tail:
                tail = tail.rstrip("\r\n")
            else:
                entries = (*entries[:-1], entries[-1].rstrip("\r\n"))
        return File(head, entries, tail, self.editable)

    def in_one_mapping(self, faq: Faq) -> File:
        data = as_data(faq)
        head, entries, tail, rest = "{", tuple[str, ...](), "", False
        for number, (key, value) in enumerate(data.items()):
            comma = ", " if number else ""
            if key == "entries":
                opening, items, closing = self.flow_list(value, 1)
                head += f"{comma}{self.flow_key(key)}: {opening}"
                entries, tail, rest = tuple(items), closing, True
            elif rest:
                tail += f"{comma}{self.flow_key(key)}: {self.flow(value, 1)}"
            else:
                head += f"{comma}{self.flow_key(key)}: {self.flow(value, 1)}"
        return File(head, entries, tail + "}" + self.random.choice(["", self.newline]), self.editable)

    # Blocks.

    def lead(self, column: int) -> str:
        """What may stand before a part: blank lines and comments, and the indentation."""
        lines = ""
        for _ in range(self.random.choice([0, 0, 0, 1, 2])):
            comment = self.random.choice(["", " " * column + self.random.choice(COMMENTS)])
            lines += comment + self.newline
        return lines + " " * column

    def end(self) -> str:
        return self.random.choice(["", "", "", "  # behind", " #"]) + self.newline

    def pair(self, key: str, value: Any, column: int, first: bool = False) -> str:
        """A key with its value, up to the line break behind it."""
        lead = "" if first else self.lead(column)
        quote = self.random.choice(["", "", "", '"', "'"])
        written = f"{quote}{key}{quote}:"
        if not self.editable and self.random.randint(0, 2) == 0:
            written = f"? {quote}{key}{quote}{self.newline}{' ' * column}:"
        return f"{lead}{written}{self.value(value, column)}"

    def value(self, value: Any, column: int) -> str:
        """A value as it stands behind a key's colon, up to the line break behind it."""
        if isinstance(value, str) and self.random.random() < 0.5 and (block := self.block(value, column)):
            return f" {block}"
        if isinstance(value, str | date) or self.random.randint(0, 2) == 0:
            gap = self.random.choice([" ", " ", "  ", self.newline + " " * (column + 1)])
            return f"{gap}{self.flow(value, column + 1, in_flow=not isinstance(value, str | date))}{self.end()}"
        inner = column + self.random.randint(0 if isinstance(value, list) else 1, 3)
        if isinstance(value, list):
            return self.end() + "".join(self.lead(inner) + self.item(each, inner) for each in value)
        return self.end() + "".join(self.pair(key, each, inner) for key, each in value.items())

    def item(self, value: Any, column: int) -> str:
        """An item of a block list, up to the line break behind it."""
        if isinstance(value, dict) and self.random.randint(0, 4):
            inner = column + self.random.randint(2, 4)
            pairs = list(value.items())
            if self.random.random() < 0.5:
                pairs = self.random.sample(pairs, len(pairs))
            if self.editable:  # an optional key behind the dash cannot be removed above a comment
                pairs.sort(key=lambda pair: pair[0] != "id")
            lines = [self.pair(key, each, inner, first=not number) for number, (key, each) in enumerate(pairs)]
            apart = " " * (inner - column - 1)
            if not self.editable and self.random.randint(0, 3) == 0:
                apart = self.end() + " " * inner
            return f"-{apart}{''.join(lines)}"
        if isinstance(value, list) and not self.editable and self.random.random() < 0.5:
            lines = [self.item(each, column + 2) for each in value]
            return "- " + (" " * (column + 2)).join(lines)
        if isinstance(value, str) and self.random.randint(0, 4) == 0 and (block := self.block(value, column)):
            return f"- {block}"
        return f"- {self.flow(value, column + 1, in_flow=not isinstance(value, str))}{self.end()}"

    def block(self, text: str, column: int) -> str | None:
        """A literal or folded text, up to the line break behind it; None where it cannot be one."""
        indent = self.random.randint(1, 4)
        digit = self.random.choice(["", "", str(indent)])
        header = self.random.choice("|>") + self.random.choice([digit + "-", digit, "+" + digit])
        lines = text.split("\n")
        if header.startswith(">"):
            if any(line.startswith(" ") or not line for line in lines):
                return None
            lines = "\n\n".join(lines).split("\n")
        spaces = " " * (column + indent)
        written = "".join((f"{spaces}{line}" if line else "") + self.newline for line in lines)
        return (
            header
            + self.random.choice(["", " # behind"])
            + self.newline
            + written
            + self.newline * self.random.choice([0, 0, 1])
        )

    # In lines.

    def flow_key(self, key: str) -> str:
        quote = self.random.choice(["", '"', "'"])
        return f"{quote}{key}{quote}"

    def flow(self, value: Any, column: int, in_flow: bool = True) -> str:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            return self.quoted(value, column, in_flow)
        if isinstance(value, list):
            opening, items, closing = self.flow_list(value, column)
            return opening + "".join(items) + closing
        pairs = [f"{self.flow_key(key)}: {self.flow(each, column)}" for key, each in value.items()]
        return "{" + self.comma(column).join(pairs) + "}"

    def flow_list(self, values: list[Any], column: int) -> tuple[str, list[str], str]:
        """The opening, the items with their commas, and the closing of a list in brackets."""
        comma = self.comma(column)
        items = [self.flow(value, column) + comma for value in values]
        if items and self.random.random() < 0.5:
            items[-1] = items[-1][: -len(comma)]
        line_break = self.newline + " " * column
        opening, closing = ["[", "[ ", f"[{line_break}"], ["]", " ]", f"{line_break}]"]
        if self.editable:
            opening, closing = opening[:2], closing[:2]
        return self.random.choice(opening), items, self.random.choice(closing)

    def comma(self, column: int) -> str:
        line_break = self.newline + " " * column
        commas = [", ", ",", " , ", f",{line_break}", f", # then{line_break}"]
        return self.random.choice(commas[:3] if self.editable else commas)

    def quoted(self, text: str, column: int, in_flow: bool) -> str:
        """A text plain where that is surely the same, else in quotes, over several lines where it has spaces."""
        plain = (
            text.replace(" ", "").isalpha()
            and text.isascii()
            and text.lower() not in ("yes", "no", "on", "off", "y", "n", "true", "false", "null")
        )
        style = self.random.choice(["'", '"', "plain" if plain else '"'])
        if "\n" in text:
            style = '"'
        fold = self.newline + " " * (column + 1)
        broken = self.random.randint(0, 3) == 0 and not (in_flow and self.editable)
        if style == '"':
            written = json.dumps(text, ensure_ascii=self.random.randint(0, 3) == 0 and max(text) < "\U00010000")
            return written.replace("a ", f"a\\{fold}\\ ") if broken else written
        written = text if style == "plain" else "'" + text.replace("'", "''") + "'"
        words = written.split(" ")
        return (
            fold.join(words)
            if broken and all(words) and style != "plain" and len(words) > 1 and "#" not in written
            else written
        )


def as_data(faq: Faq) -> dict[str, Any]:
    """What a file says that says this FAQ."""
    signs = faq.warning_signs
    data: dict[str, Any] = {
        "title": faq.title,
        "source": {"title": faq.source.title, "author": faq.source.author},
        "disclaimer": faq.disclaimer,
        "warning_signs": {"message": signs.message, "phrases": list(signs.phrases)} if signs else None,
        "synonyms": [list(each) for each in faq.synonyms] or None,
        "entries": [_entry(entry) for entry in faq.entries],
        "off_topic": list(faq.off_topic) or None,
    }
    return {key: value for key, value in data.items() if value is not None}


def _entry(entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": entry.id,
        "section": entry.section,
        "question": entry.question,
        "also": list(entry.also) or None,
        "answer": entry.answer,
        "caution": entry.caution,
        "related": list(entry.related) or None,
        "reviewed": entry.reviewed,
    }
    return {key: value for key, value in data.items() if value is not None}
