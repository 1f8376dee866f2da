"""Whatever a curator's draft or a change holds, its screen is a message that Discord takes."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from bot.chat.curators import forms
from bot.chat.curators.history import change_file, change_screen, history_screen
from bot.chat.curators.preview import Spot, draft_screen, drafts_screen, failed_screen
from bot.chat.router import CustomId
from bot.chat.text import diff, fitted, trouble_text
from bot.content import diff as changes
from bot.content import limits
from bot.content.edits import Addition, Clash, Edit, Import, OffTopicLines, Proposal, Removal, Revision, propose
from bot.content.model import Entry
from bot.content.problems import BrokenFileError
from bot.content.yaml.read import check_faq, read_faq
from bot.data.drafts import Draft
from bot.data.journal import Change
from bot.live.editor import Preview
from bot.matching.answerer import Answerer
from bot.matching.quality.impact import Shift
from tests.content.yaml.test_mistakes import GOOD
from tests.standin import forms as sent
from tests.standin.rest import rules_broken
from tests.standin.world import COMPONENTS_V2, Channel, Member, Message

WHO = 2**63
FAQ = check_faq("faq.yaml", GOOD.encode())
FENCES = "``` `x` **b** <@1> \u4e2d "
LARGEST = Entry(
    "one",
    ("s" * 100),
    "Q" * 100,
    (FENCES * 100)[:1500].strip(),
    tuple(f"{number} {FENCES}{'w' * 300}"[:300].strip() for number in range(300)),
    (FENCES * 40)[:400].strip(),
    ("two",),
)
ONE = FAQ.entries[0]
EDITS: dict[str, Edit] = {
    "addition": Addition(replace(LARGEST, id="i" * 40)),
    "revision": Revision(ONE, LARGEST),
    "nothing": Revision(ONE, ONE),
    "removal": Removal(ONE),
    "off topic": OffTopicLines(("x" * 300,)),
    "import": Import(GOOD.replace("It is one.", "It is 1. " * 100).encode()),
    "broken import": Import(("- x: [\n" * 500).encode()),
    "problems": Revision(ONE, replace(LARGEST, answer="", related=("x" * 90,) * 100)),
}


def message(view: Any) -> Message:
    """A view as the message that Discord would get."""
    return Message(Channel("c"), Member("b"), components=view.to_components(), flags=COMPONENTS_V2)


def shared(proposal: Proposal) -> dict[str, Any]:
    """The fields of a proposal, for a preview of it."""
    return {each.name: getattr(proposal, each.name) for each in fields(Proposal)}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("clashing", [False, True])
async def test_a_draft_fits(edit: Edit, clashing: bool) -> None:
    proposal = propose(edit, GOOD.encode())
    if clashing:
        proposal = replace(
            proposal, clashes=tuple(Clash(name, "t" * 1500, "m\n" * 750) for name in ("answer", "caution"))
        )
    known = Answerer(proposal.faq) if proposal.savable and proposal.faq else None
    shifts = tuple(Shift("q" * 2000, "a" * 160, "b" * 160, better) for better in (False, None, True) * 40)
    lines = changes.hunks(GOOD, proposal.data.decode())
    difference = changes.differences(FAQ, proposal.faq) if known and proposal.faq else None
    preview = Preview(**shared(proposal), hunks=lines, differences=difference, answerer=known, known=400, shifts=shifts)
    draft = Draft(10**15, WHO, edit, 10**6)
    screen = message(draft_screen(draft, preview, FAQ, Spot(forms.WORDINGS, 2), "note " * 99))
    assert rules_broken(screen) == []
    assert ("Save" in screen.buttons or "Remove" in screen.buttons) == proposal.savable
    error = BrokenFileError("f" * 500, read_faq(b"x: [").problems * 200)
    assert rules_broken(message(failed_screen(draft, error, Spot(forms.DETAILS)))) == []


@pytest.mark.parametrize("lines", [1, 3000])
async def test_a_change_fits(lines: int) -> None:
    before = "".join(f"{number} {FENCES * 5}\n" for number in range(lines))
    change = Change(10**9, 1.8e9, WHO, "edited " + "x" * 2000, changes.hunks(before, before.replace("x", "y")))
    shown = message(change_screen(change, fitted(["h" * 5000], 1000), WHO))
    assert rules_broken(shown) == []
    assert "-0 " in shown.text
    whole = change_file(change)
    assert (whole is None) == (lines == 1)
    assert whole is None or whole.fp.read().decode().count("\n+") == lines
    found = message(
        history_screen([replace(change, number=number) for number in range(10)], WHO, "e" * 40, True, False)
    )
    assert rules_broken(found) == []
    assert list(found.buttons) == ["Newest", "Older"]
    assert rules_broken(message(history_screen([], WHO, None, False, True))) == []


def test_drafts_fit() -> None:
    drafts = [Draft(number, WHO, edit) for number, edit in enumerate([*EDITS.values()] * 4)]
    assert rules_broken(message(drafts_screen(drafts, WHO))) == []
    assert rules_broken(message(drafts_screen([], WHO))) == []


def test_both_texts_of_two_clashes_are_in_sight() -> None:
    clashes = (Clash("answer", "t" * 1500, "m" * 1500), Clash("caution", "T" * 400, "M" * 400))
    proposal = replace(propose(Revision(ONE, replace(ONE, answer="x")), GOOD.encode()), clashes=clashes)
    preview = Preview(**shared(proposal), differences=changes.differences(FAQ, FAQ), answerer=Answerer(FAQ), known=1)
    text = message(draft_screen(Draft(1, WHO, proposal.edit), preview, FAQ, Spot())).text
    assert all(letter * 390 in text for letter in "tmTM")


def test_what_is_different_in_a_long_line_is_in_sight() -> None:
    long = "word " * 250
    shown = diff(changes.hunks(f"a\n{long}do NOT do it\n", f"a\n{long}do it\n"), 2000)
    assert "do NOT do it" in shown
    assert "+…" in shown
    assert "do it" in shown.splitlines()[3]


@pytest.mark.parametrize("entry", [LARGEST, ONE, Entry("", "", "", "")], ids=["largest", "small", "empty"])
@pytest.mark.parametrize("part", [forms.ANSWER, forms.DETAILS, forms.NEW, forms.WORDINGS])
def test_a_form_fits_and_gives_back_what_is_in_it(entry: Entry, part: str) -> None:
    for page in range(len(forms.pages(entry.also)) if part == forms.WORDINGS else 1):
        custom_id = CustomId("draft", WHO, ("1000000000", part, str(page), str(len(entry.also))))
        if part == forms.NEW and len("\n".join(entry.also)) > limits.DISCORD_INPUT:
            continue  # no new entry has so many
        data = forms.form(custom_id, "Edit " + "x" * 99, forms.entry_fields(entry, part, page)).to_dict()
        assert sent.rules_broken(data) == []
        assert len(data["title"]) <= 45
        assert all(len(each["label"]) <= 45 for each in data["components"])
        typed = {
            each["component"]["custom_id"]: each["component"].get("value") or "kept" * ("options" in each["component"])
            for each in data["components"]
        }
        assert forms.filled(entry, part, page, len(entry.also), typed, date(2026, 11, 25)) == entry


def test_wordings_that_changed_while_a_form_was_open_are_all_kept() -> None:
    entry = replace(ONE, also=("a", "b", "c"))
    typed = {"new": "d", "field0": "a\nx"}
    assert forms.filled(entry, forms.WORDINGS, 0, 3, typed, date(2026, 1, 1)).also == ("a", "x", "d")
    assert forms.filled(entry, forms.WORDINGS, 0, 2, typed, date(2026, 1, 1)).also == ("a", "b", "c", "x", "d")


def test_trouble_is_told_line_by_line() -> None:
    error = BrokenFileError("faq.yaml", read_faq(GOOD.replace("answer", "answr").encode()).problems)
    assert trouble_text(error).splitlines()[:2] == [
        "faq.yaml has 4 problems:",
        '- line 5: one: an entry has no "answer". Add a line "answer: …".',
    ]


def test_a_cut_text_closes_its_block_of_code() -> None:
    cut = fitted(["start", "```diff\n" + "-x\n" * 900 + "```"], 500)
    assert len(cut) <= 500
    assert cut.endswith("-x\n```\n…")
