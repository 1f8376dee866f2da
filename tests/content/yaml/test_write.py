"""Writing a changed FAQ into its file: it holds what was meant, and all other lines stay byte for byte."""

import difflib
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.content.edits import text_of
from bot.content.model import Entry, Faq
from bot.content.yaml.read import check_faq, read_faq
from bot.content.yaml.write import CannotWriteError, write_faq
from bot.settings import SHIPPED_FAQ
from tests.conftest import ROOT
from tests.content.yaml.yamlfiles import NAMES, File, entries, faqs, files, wordings

Draw = Any


@st.composite
def faq_files(draw: Draw) -> tuple[Faq, File]:
    """A sound FAQ, and a file that says it."""
    faq = draw(faqs())
    file = draw(files(faq))
    assume(read_faq(file.text.encode()).faq == faq)
    return faq, file


def written(file: File, wanted: Faq) -> str | None:
    """The file's text after a change, or None if it is refused because of a style that is not edited."""
    try:
        result = write_faq(file.text.encode(), wanted)
    except CannotWriteError:
        if file.editable:
            raise
        return None
    assert result.reading.parsed == wanted
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
    if after is None:
        return
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
    if after is None:
        return
    assert inserted(file.text, after)


@given(faq_files(), st.data())
@ANY_FILE
def test_an_entry_that_goes_moves_nothing_else(drawn: tuple[Faq, File], data: st.DataObject) -> None:
    faq, file = drawn
    assume(len(faq.entries) > 1)
    index = data.draw(st.integers(0, len(faq.entries) - 1))
    after = written(file, replace(faq, entries=(*faq.entries[:index], *faq.entries[index + 1 :])))
    if after is None:
        return
    assert inserted(after, file.text)
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
    if after is None:
        return
    assert inserted(file.text, after)


@given(faqs(), st.data())
@ANY_FILE
def test_a_file_can_be_made_to_say_anything_else(faq: Faq, data: st.DataObject) -> None:
    file = data.draw(files(faq))
    assume(read_faq(file.text.encode()).faq == faq)
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
    faq = check_faq("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(replace(faq.entries[0], **fields), faq.entries[1]))
    result = write_faq(FILE.encode(), wanted)
    assert difference(FILE.encode(), result.data) == lines
    assert result.reading.faq == wanted


def test_an_entry_that_comes_is_written_like_the_others() -> None:
    faq = check_faq("faq.yaml", FILE.encode())
    fresh = Entry("new", "s", "What is new?", "It's new.", ("anything new", "no"), "Careful.", ("one",))
    result = write_faq(FILE.encode(), replace(faq, entries=(faq.entries[0], fresh, faq.entries[1])))
    assert difference(FILE.encode(), result.data) == (
        "+  - id: new\n+    section: s\n+    question: What is new?\n+    answer: |\n+      It's new.\n"
        '+    caution: Careful.\n+    related: [one]\n+    also:\n+      - anything new\n+      - "no"\n+'
    )
    assert b"    related: [two]\n\n  - id: new\n" in result.data
    assert b'      - "no"\n\n  # the second\n' in result.data


def test_a_list_after_a_question_mark_shows_no_indentation() -> None:
    """There the list may begin before its key, and another one written like it would end its entry."""
    text = (
        "title: T\nsource: {title: S, author: A}\ndisclaimer: D\nentries:\n  - id: one\n    section: s\n"
        "    question: What is one?\n    answer: It's one.\n    ?   also\n    : - the first\n"
    )
    faq = check_faq("faq.yaml", text.encode())
    fresh = Entry("new", "s", "What is new?", "It's new.", ("anything new",))
    result = write_faq(text.encode(), replace(faq, entries=(*faq.entries, fresh)))
    assert result.reading.parsed == replace(faq, entries=(*faq.entries, fresh))


def test_a_byte_order_mark_and_other_line_breaks_stay() -> None:
    data = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    faq = check_faq("faq.yaml", data)
    result = write_faq(data, replace(faq, off_topic=("what is zero", "why")))
    assert result.data == data + b"off_topic:\r\n  - what is zero\r\n  - why\r\n"


def test_what_is_wrong_with_the_result_is_said() -> None:
    faq = check_faq("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(faq.entries[0], replace(faq.entries[1], also=("ONE",), answer="")))
    problems = write_faq(FILE.encode(), wanted).reading.problems
    assert [str(problem) for problem in problems] == ['25:13: entry "two": "answer" is empty. Write the text.']


@pytest.mark.parametrize("code", [0x7F, 0x92, 0x9F, 0xFEFF, 0xFFFE, 0xFFFF, 0x1])
def test_a_character_that_no_file_may_hold_is_a_problem(code: int) -> None:
    faq = check_faq("faq.yaml", FILE.encode())
    for fields in ({"answer": f"It{chr(code)}s one."}, {"also": ("one", f"the{chr(code)} first")}):
        wanted = replace(faq, entries=(replace(faq.entries[0], **fields), faq.entries[1]))
        (problem,) = write_faq(FILE.encode(), wanted).reading.problems
        assert f"has the character U+{code:04X}, which cannot be printed" in problem.what


@given(st.text(st.characters(codec="utf-8"), max_size=40).map(text_of))
def test_whatever_is_typed_is_written_or_a_problem(typed: str) -> None:
    faq = check_faq("faq.yaml", FILE.encode())
    wanted = replace(faq, entries=(replace(faq.entries[0], answer=typed, caution=typed or None), faq.entries[1]))
    result = write_faq(FILE.encode(), wanted)
    assert result.reading.problems or result.reading.faq == wanted


ONE = "  - id: one   # its id\n    section: s\n    question: What is one?\n"
ALSO = """\
      # in short
      - one
      - the first

      # at length
      - 'what is the first: one?'
"""
OTHER = {"also": ("else",), "related": ()}
REFUSED = {
    "a list in brackets over several lines": (
        "    related: [two]\n",
        "    related: [\n      two ]\n",
        {"related": ("one",)},
    ),
    "a list in brackets with a comment": (
        "    related: [two]\n",
        "    related: [two, # 2\n      ]\n",
        {"related": ("one",)},
    ),
    "a text over several lines in brackets": (ALSO, "      [one, 'the first\n        one']\n", OTHER),
    "an explicit key": ("    related: [two]\n", "    ? related\n    : [two]\n", OTHER),
    "an entry below its dash": (ONE, ONE.replace("- id", "-\n    id"), OTHER),
    "an entry below a comment behind its dash": (ONE, ONE.replace("- id", "-  # first\n    id"), OTHER),
    "an item below its dash": ("      - the first\n", "      -\n        the first\n", OTHER),
    "a comment below what goes from behind the dash": (
        ONE,
        ONE.replace("- id", "- caution: C\n    # its id\n    id"),
        {"caution": None},
    ),
    "two that go from behind the dash": (
        ONE,
        ONE.replace("- id", "- caution: C\n    reviewed: 2026-11-25\n    id"),
        {"caution": None, "reviewed": None},
    ),
}


@pytest.mark.parametrize(("lines", "others", "fields"), REFUSED.values(), ids=REFUSED)
def test_other_styles_are_left_to_people(lines: str, others: str, fields: dict[str, Any]) -> None:
    data = FILE.replace(lines, others).encode()
    faq = check_faq("faq.yaml", data)
    assert lines.encode() not in data
    with pytest.raises(CannotWriteError, match="so nothing was changed"):
        write_faq(data, replace(faq, entries=(replace(faq.entries[0], **fields), faq.entries[1])))


@pytest.mark.parametrize(
    "entries",
    [
        "[{id: one, section: s, question: What is one?, answer: It is one.}]",
        "[\n  {id: one, section: s, question: What is one?, answer: It is one.}, # one\n  # about two\n]",
    ],
)
def test_entries_in_brackets_are_left_to_people(entries: str) -> None:
    lines = ["title: T", "source: {title: S, author: A}", "disclaimer: D", f"entries: {entries}"]
    for text in ("\n".join(lines), "{" + ",\n".join(lines) + "}", "{" + ", ".join(lines).replace("# one", "") + "}"):
        faq = read_faq(text.encode()).faq
        if faq is None:  # a comment cannot stand in a line of its own there
            continue
        with pytest.raises(CannotWriteError):
            write_faq(text.encode(), replace(faq, entries=(replace(faq.entries[0], answer="One."),)))


EXAMPLE = re.search(r"```yaml\n(title:.*?)```", (ROOT / "faq" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
assert EXAMPLE is not None
BY_PEOPLE = {
    "the shipped file": SHIPPED_FAQ.read_text(encoding="utf-8"),
    "the example for moderators": EXAMPLE[1],
    "blocks with comments": FILE,
    "all in quotes": FILE.replace("What is one?", "'What is one?'").replace("- one", "- 'one'").replace("D\n", "'D'\n"),
    "lists and short entries on one line": FILE.replace(f"\n{ALSO}", " [one, 'the first']\n")
    + "  - {id: three, section: s, question: What is three?, answer: It is three., also: [3rd]}\noff_topic: [who]\n",
    "entries that are not indented": re.sub("^  ", "", FILE, flags=re.MULTILINE),
    "texts over several lines": FILE.replace("It is one.\n", "It\n      is one.\n").replace(
        "What is", "What\n      is"
    ),
}


@pytest.mark.parametrize("text", BY_PEOPLE.values(), ids=BY_PEOPLE)
def test_files_as_people_write_them_are_never_refused(text: str) -> None:
    faq = check_faq("faq.yaml", text.encode())
    last, new = faq.entries[-1], Entry("new", "s", "What is: new?", "It is.\n\nNew.", ("the new one",), None, ("one",))
    edited = [
        replace(
            entry,
            question=f"Is it {entry.id}?",
            answer=f"{entry.answer}\n\n- That is: all.",
            also=(*entry.also[1:], f"a wording of {entry.id}"),
            caution=None if entry.caution else "Careful: it's new.",
            reviewed=date(2026, 11, 25),
            related=() if entry.related else (last.id,) * (entry is not last),
        )
        for entry in faq.entries
    ]
    fewer, more = faq.off_topic[1:], ("before: all", *faq.off_topic, "after all")
    for some, off_topic in (
        (edited, more),
        (faq.entries[1:] or edited, fewer),
        (faq.entries[::2], more),
        ((new, *faq.entries), fewer),
        ((*faq.entries, new), faq.off_topic),
    ):
        wanted = replace(faq, entries=tuple(some), off_topic=off_topic)
        assert write_faq(text.encode(), wanted).reading.parsed == wanted


def test_a_comment_behind_a_blocks_header_is_its_own() -> None:
    data = FILE.replace("    answer: |\n", "    answer: |  # checked by Ann\n").encode()
    faq = check_faq("faq.yaml", data)
    fresh = Entry("new", "s", "What is new?", "It is.\n\nNew.")
    old = replace(faq.entries[0], answer="It is 1.")
    result = write_faq(data, replace(faq, entries=(old, faq.entries[1], fresh)))
    assert result.data.decode().count("    answer: |  # checked by Ann\n      It is 1.\n") == 1
    assert "    answer: |\n      It is.\n\n      New.\n" in result.data.decode()


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_the_next_key_takes_the_place_behind_the_dash(between: str) -> None:
    data = FILE.replace("- id", f"- caution: |  # first\n      C\n\n      C\n{between}    id", 1).encode()
    faq = check_faq("faq.yaml", data)
    result = write_faq(data, replace(faq, entries=(replace(faq.entries[0], caution=None), faq.entries[1])))
    assert result.data.decode() == FILE


def test_a_list_comes_where_an_entry_goes() -> None:
    data = FILE.replace("disclaimer: D\n", "").encode() + b"\n# for all\ndisclaimer: D\n"
    faq = check_faq("faq.yaml", data)
    one = replace(faq.entries[0], related=())
    result = write_faq(data, replace(faq, entries=(one,), off_topic=("what is zero",)))
    assert result.data.endswith(b"  # the second\noff_topic:\n  - what is zero\n\n# for all\ndisclaimer: D\n")


def test_a_broken_file_is_no_place_to_write_in() -> None:
    faq = check_faq("faq.yaml", FILE.encode())
    with pytest.raises(ValueError, match="no sound FAQ"):
        write_faq(b"title: T", faq)
