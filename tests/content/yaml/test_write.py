"""Writing changes into a FAQ file: it says what was meant, and every byte outside the entry's lines stays."""

import difflib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.content.edits import text_of
from bot.content.model import Entry, Faq
from bot.content.yaml import read as reading
from bot.content.yaml import write as writing
from tests.content.yaml.yamlfiles import NAMES, File, entries, faqs, files, wordings

Draw = Any


@st.composite
def faq_files(draw: Draw) -> tuple[Faq, File]:
    """A sound FAQ, and a file that says it."""
    faq = draw(faqs())
    file = draw(files(faq))
    assume(reading.read(file.text.encode()).faq == faq)
    return faq, file


def written(file: File, wanted: Faq) -> str:
    """The file's text after a change: it says what is wanted."""
    result = writing.write(file.text.encode(), wanted)
    assert result.reading.said == wanted
    return result.data.decode()


ANY_FILE = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@given(faq_files(), st.data())
@ANY_FILE
def test_an_edit_changes_the_lines_of_its_entry_alone(drawn: tuple[Faq, File], data: st.DataObject) -> None:
    faq, file = drawn
    index = data.draw(st.integers(0, len(faq.entries) - 1))
    old = faq.entries[index]
    fresh = data.draw(entries(old.id))
    fields = data.draw(
        st.sets(st.sampled_from(["section", "question", "answer", "also", "caution", "related", "reviewed"]))
    )
    new = replace(old, **{name: getattr(fresh, name) for name in fields})
    if data.draw(st.booleans()):
        new = replace(new, also=(*old.also, *data.draw(st.lists(wordings(), max_size=2))))
    after = written(file, replace(faq, entries=(*faq.entries[:index], new, *faq.entries[index + 1 :])))
    assert after.startswith(file.head + "".join(file.entries[:index]))
    assert after.endswith("".join(file.entries[index + 1 :]) + file.tail)
    if new == old:
        assert after == file.text


@given(faq_files(), st.data())
@ANY_FILE
def test_an_entry_that_comes_moves_nothing_else(drawn: tuple[Faq, File], data: st.DataObject) -> None:
    faq, file = drawn
    index = data.draw(st.integers(0, len(faq.entries)))
    name = data.draw(st.sampled_from([name for name in NAMES if faq.entry(name) is None]))
    fresh = data.draw(entries(name))
    after = written(file, replace(faq, entries=(*faq.entries[:index], fresh, *faq.entries[index:])))
    assert inserted(file.text, after)


@given(faq_files(), st.data())
@ANY_FILE
def test_an_entry_that_goes_moves_nothing_else(drawn: tuple[Faq, File], data: st.DataObject) -> None:
    faq, file = drawn
    assume(len(faq.entries) > 1)
    index = data.draw(st.integers(0, len(faq.entries) - 1))
    after = written(file, replace(faq, entries=(*faq.entries[:index], *faq.entries[index + 1 :])))
    assert inserted(after, file.text)
    if file.head.rstrip().endswith("["):
        return  # in brackets, a comma goes too
    assert after.startswith(file.head + "".join(file.entries[:index]))
    rest = "".join(file.entries[index + 1 :]) + file.tail
    assert after.endswith(rest.lstrip("\r\n"))  # blank lines that set an entry apart go with it


@given(faq_files(), st.data())
@ANY_FILE
def test_off_topic_lines_come_and_go_alone(drawn: tuple[Faq, File], data: st.DataObject) -> None:
    faq, file = drawn
    lines = list(faq.off_topic)
    place = data.draw(st.integers(0, len(lines)))
    lines.insert(place, data.draw(wordings()))
    after = written(file, replace(faq, off_topic=tuple(lines)))
    assert inserted(file.text, after)


@given(faqs(), st.data())
@ANY_FILE
def test_a_file_can_be_made_to_say_anything_else(faq: Faq, data: st.DataObject) -> None:
    file = data.draw(files(faq))
    assume(reading.read(file.text.encode()).faq == faq)
    written(file, data.draw(faqs()))


def inserted(before: str, after: str) -> bool:
    """Whether a text is another with something put in at one place."""
    same = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))
    return after.endswith(before[same:]) and len(after) >= len(before)


FILE = """\
title: T  # of the file
source: {title: S, author: A}
disclaimer: D
entries:

  # the first
  - id: one   # its id
    section: s
    question: What is one?
    also:
      # in short
      - one
      - the first

      # at length
      - 'what is the first: one?'
    answer: |
      It is one.
    related: [two]

  # the second
  - id: two
    section: s
    question: What is two?
    answer: "It is two."
"""

EDITS = {
    "a wording more": ({"also": ("one", "the first", "what is the first: one?", "number 1")}, "+      - number 1"),
    "a wording that needs quotes": (
        {"also": ("one", "the first", "what is the first: one?", "yes")},
        "+      - 'yes'",
    ),
    "a wording less": ({"also": ("one", "what is the first: one?")}, "-      - the first"),
    "a wording changed": (
        {"also": ("one", "the first", "what's first: one?")},
        "-      - 'what is the first: one?'\n+      - 'what''s first: one?'",
    ),
    "no wordings": (
        {"also": ()},
        "-    also:\n-      # in short\n-      - one\n-      - the first\n-\n-      # at length\n"
        "-      - 'what is the first: one?'",
    ),
    "an answer of more paragraphs": (
        {"answer": "It is one.\n\nIt is: one."},
        "+\n+      It is: one.",
    ),
    "a caution and a review": (
        {"caution": "Mind #1.", "reviewed": date(2026, 11, 25)},
        '+    caution: "Mind #1."\n+    reviewed: 2026-11-25',
    ),
    "related to nothing": ({"related": ()}, "-    related: [two]"),
    "another question": (
        {"question": "- an item"},
        '-    question: What is one?\n+    question: "- an item"',
    ),
    "another section": ({"section": "t"}, "-    section: s\n+    section: t"),
}


def difference(before: bytes, after: bytes) -> str:
    """The lines that went and came."""
    compared = difflib.ndiff(before.decode().split("\n"), after.decode().split("\n"))
    return "\n".join(line[0] + line[2:] for line in compared if line[0] in "+-")


@pytest.mark.parametrize(("fields", "lines"), EDITS.values(), ids=EDITS)
def test_an_edit_is_written_as_a_person_would(fields: dict[str, Any], lines: str) -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(replace(faq.entries[0], **fields), faq.entries[1]))
    result = writing.write(FILE.encode(), wanted)
    assert difference(FILE.encode(), result.data) == lines
    assert result.reading.faq == wanted


def test_an_entry_that_comes_is_written_like_the_others() -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    fresh = Entry("new", "s", "What is new?", "It's new.", ("anything new", "no"), "Careful.", ("one",))
    result = writing.write(FILE.encode(), replace(faq, entries=(faq.entries[0], fresh, faq.entries[1])))
    assert difference(FILE.encode(), result.data) == (
        '+  - id: new\n+    section: s\n+    question: What is new?\n+    also:\n+      - anything new\n+      - "no"\n'
        "+    answer: |\n+      It's new.\n+    caution: Careful.\n+    related: [one]\n+"
    )
    assert b"    related: [two]\n\n  - id: new\n" in result.data
    assert b"    related: [one]\n\n  # the second\n" in result.data


def test_a_byte_order_mark_and_other_line_breaks_stay() -> None:
    data = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    faq = reading.check("faq.yaml", data)
    result = writing.write(data, replace(faq, off_topic=("what is zero", "why")))
    assert result.data == data + b"off_topic:\r\n  - what is zero\r\n  - why\r\n"


def test_what_is_wrong_with_the_result_is_said() -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(faq.entries[0], replace(faq.entries[1], also=("ONE",), answer="")))
    problems = writing.write(FILE.encode(), wanted).reading.problems
    assert [str(problem) for problem in problems] == ['27:13: entry "two": "answer" is empty. Write the text.']


@pytest.mark.parametrize("code", [0x7F, 0x92, 0x9F, 0xFEFF, 0xFFFE, 0xFFFF, 0x1])
def test_a_character_that_no_file_may_hold_is_a_problem(code: int) -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    for fields in ({"answer": f"It{chr(code)}s one."}, {"also": ("one", f"the{chr(code)} first")}):
        wanted = replace(faq, entries=(replace(faq.entries[0], **fields), faq.entries[1]))
        (problem,) = writing.write(FILE.encode(), wanted).reading.problems
        assert f"has the character U+{code:04X}, which cannot be printed" in problem.what


@given(st.text(st.characters(codec="utf-8"), max_size=40).map(text_of))
def test_whatever_is_typed_is_written_or_a_problem(typed: str) -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(replace(faq.entries[0], answer=typed, caution=typed or None), faq.entries[1]))
    result = writing.write(FILE.encode(), wanted)
    assert result.reading.problems or result.reading.faq == wanted


BRACKETS = """\
title: T
source: {title: S, author: A}
disclaimer: D
entries: [
  {id: one, section: s, question: What is one?, answer: It is one.}, # one
  # about two
  {id: two, section: s, question: What is two?, answer: It is two.}, # two
  # about three
  {id: three, section: s, question: What is three?, answer: It is three.} # three
]
"""


@pytest.mark.parametrize(
    ("gone", "lines"),
    [
        (0, "-  {id: one, section: s, question: What is one?, answer: It is one.}, # one"),
        (1, "-  {id: two, section: s, question: What is two?, answer: It is two.}, # two"),
        (2, "-  {id: three, section: s, question: What is three?, answer: It is three.} # three\n+   # three"),
    ],
)
def test_other_entries_comments_stay_in_brackets(gone: int, lines: str) -> None:
    faq = reading.check("faq.yaml", BRACKETS.encode())
    wanted = replace(faq, entries=tuple(entry for number, entry in enumerate(faq.entries) if number != gone))
    result = writing.write(BRACKETS.encode(), wanted)
    assert difference(BRACKETS.encode(), result.data) == lines


def test_a_comment_behind_a_blocks_header_is_its_own() -> None:
    data = FILE.replace("    answer: |\n", "    answer: |  # checked by Ann\n").encode()
    faq = reading.check("faq.yaml", data)
    fresh = Entry("new", "s", "What is new?", "It is.\n\nNew.")
    old = replace(faq.entries[0], answer="It is 1.")
    result = writing.write(data, replace(faq, entries=(old, faq.entries[1], fresh)))
    assert result.data.decode().count("    answer: |  # checked by Ann\n      It is 1.\n") == 1
    assert "    answer: |\n      It is.\n\n      New.\n" in result.data.decode()


def test_a_broken_file_is_no_place_to_write_in() -> None:
    faq = reading.check("faq.yaml", FILE.encode())
    with pytest.raises(ValueError, match="no sound FAQ"):
        writing.write(b"title: T", faq)
