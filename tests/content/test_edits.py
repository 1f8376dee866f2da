"""Edits: what becomes of the file, also where others have changed it meanwhile, and what curators type."""

from dataclasses import replace

import pytest

from bot.content import limits
from bot.content.edits import (
    Addition,
    Clash,
    GoneError,
    Import,
    Removal,
    Revision,
    id_for,
    ids_of,
    line_of,
    lines_of,
    propose,
    text_of,
)
from bot.content.model import Entry
from bot.content.yaml.read import check_faq, read_faq
from bot.matching.answerer import Answerer
from bot.matching.quality.impact import impact
from bot.matching.quality.questions import Question
from tests.content.yaml.test_mistakes import GOOD

FAQ = check_faq("faq.yaml", GOOD.encode())
ONE, TWO = FAQ.entries


def said(text: bytes, name: str) -> Entry:
    entry = check_faq("faq.yaml", text).entry(name)
    assert entry is not None
    return entry


def test_a_new_entry_stands_behind_the_last_of_its_section() -> None:
    for section, order in (("s", ["one", "two", "new"]), ("other", ["one", "two", "new"])):
        found = propose(Addition(Entry("new", section, "What is new?", "It is new.")), GOOD.encode())
        assert found.savable
        assert found.faq is not None
        assert [entry.id for entry in found.faq.entries] == order
    apart = GOOD.replace("  - id: two\n    section: s\n", "  - id: two\n    section: t\n").encode()
    found = propose(Addition(Entry("new", "s", "What is new?", "It is new.")), apart)
    assert found.faq is not None
    assert [entry.id for entry in found.faq.entries] == ["one", "new", "two"]


def test_changes_of_different_parts_come_together() -> None:
    theirs = GOOD.replace("It is one.", "It was one.").encode()
    mine = replace(ONE, question="Which is one?", also=("the first",))
    found = propose(Revision(ONE, mine), theirs)
    assert found.savable
    assert found.overtaken
    assert found.clashes == ()
    assert said(found.data, "one") == replace(mine, answer="It was one.")


def test_changes_of_the_same_part_are_both_told() -> None:
    theirs = GOOD.replace("It is one.", "It was one.").encode()
    found = propose(Revision(ONE, replace(ONE, answer="One.")), theirs)
    assert found.clashes == (Clash("answer", "It was one.", "One."),)
    seen = propose(found.edit, theirs)  # on top of what the curator has seen by now
    assert (seen.clashes, seen.overtaken) == ((), False)
    assert seen.data == found.data


def test_wordings_of_both_are_kept() -> None:
    start = replace(TWO, also=("the second", "number two"))
    data = propose(Revision(TWO, start), GOOD.encode()).data
    theirs = propose(Revision(start, replace(start, also=("the second", "number two", "deux"))), data).data
    mine = replace(start, also=("number two", "zwei"))
    found = propose(Revision(start, mine), theirs)
    assert said(found.data, "two").also == ("number two", "deux", "zwei")


def test_an_entry_that_is_gone_is_told() -> None:
    gone = propose(Removal(TWO), GOOD.encode()).data
    for edit in (Revision(TWO, replace(TWO, answer="Two.")), Removal(TWO)):
        with pytest.raises(GoneError, match="/curate history says who"):
            propose(edit, gone)


def test_what_is_wrong_with_an_edit_is_said_and_it_cannot_be_saved() -> None:
    found = propose(Addition(Entry("one", "s", "What is two?", "x" * 1501)), GOOD.encode())
    assert not found.savable
    assert [problem.what for problem in found.problems] == [
        'the id "one" is used by two entries',
        '"What is two?" stands in the entry "two" too',
        '"answer" has 1,501 characters; at most 1,500 fit',
    ]


def test_a_file_through_discord_is_smaller() -> None:
    data = GOOD.encode() + b"#" * limits.IMPORT_BYTES
    assert not propose(Import(data), GOOD.encode()).savable
    assert read_faq(data).faq is not None


@pytest.mark.parametrize(
    ("question", "taken", "name"),
    [
        ("How long does it take?", (), "how-long-does-it-take"),
        ("How long does it take?", ("how-long-does-it-take",), "how-long-does-it-take-2"),
        ("What's THE \u00e9 difference between a massage and a rub-down?", (), "whats-the-difference-between-a"),
        ("\u4e2d\u6587?", (), "entry"),
        ("\u4e2d\u6587?", ("entry", "entry-2"), "entry-3"),
        ("x" * 90, ("x" * 35,), "x" * 35 + "-2"),
    ],
)
def test_an_id_comes_from_the_question(question: str, taken: tuple[str, ...], name: str) -> None:
    assert id_for(question, taken) == name
    assert len(name) <= limits.ID


def test_what_is_typed_is_tidied() -> None:
    assert text_of(" One. \r\n\r\n  - two  \n\ud800\n") == "One.\n\n  - two\n?"
    assert line_of("a\n b \u00a0 c ") == "a b c"
    assert lines_of("a\n\n a \nb\r\nc\rd") == ("a", "b", "c", "d")
    assert ids_of(" a, b;c\nd  a ") == ("a", "b", "c", "d")


def test_the_impact_is_what_known_questions_get_now() -> None:
    before = Answerer(FAQ)
    known = [Question("what is two", ("two",)), Question("What is one?", ("one",)), Question("the second", ("two",))]
    gone = propose(Removal(TWO), GOOD.encode()).faq
    assert gone is not None
    shifts = impact(before, Answerer(gone), known)
    assert {(shift.text, shift.was) for shift in shifts} >= {("what is two", "two"), ("the second", "two")}
    assert all(shift.now != "two" for shift in shifts)
    assert [shift.better for shift in shifts][:2] == [False, False]
    assert impact(before, before, known) == ()
