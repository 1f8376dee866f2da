"""Curators at work in Discord: forms, drafts, preview and impact, history and undo, the file, messages as wordings."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.chat.curators.drafts import DISCARDED, GONE, MEANWHILE
from bot.chat.curators.entries import NO_SUCH_ENTRY, NO_WORDS
from bot.chat.curators.file import TOO_LARGE
from bot.chat.curators.history import NOTHING_TO_UNDO
from tests.chat.desk import Desk, said, upload
from tests.conftest import Run
from tests.smallfaq import small_faq
from tests.standin import Channel, Member, StandIn

SCIATICA = "Does a butt massage help sciatica?"
ASKED = "does it help sciatica"
WHICH = "Which entry answers it? Likeliest first"


async def answer(discord: StandIn, member: Member, channel: Channel, question: str) -> str:
    """What a member is told who asks."""
    return str((await discord.answer_to(await discord.command(member, channel, "ask", question=question))).text)


async def test_an_edit_is_previewed_saved_told_and_undone(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, staff: Channel, path: Path, desk: Desk
) -> None:
    await run(staff_channel=staff.id)
    before = path.read_bytes()
    form = await desk.form("curate edit", entry="sciatica")
    old = said(path).entry("sciatica")
    assert old is not None
    assert form.texts == {"Question": old.question, "Answer": old.answer, "Caution": old.caution}
    screen = await desk.fill(form, Caution="Ask a doctor.")
    assert "**Take care:** Ask a doctor." in screen.text
    assert "No known question would get another answer." in screen.text
    form = await desk.form("curate edit", entry="sciatica")
    screen = await desk.fill(form, Answer="It can.\n\nThe article says so.")
    assert f"### {SCIATICA}\nIt can.\n\nThe article says so.\n**Take care:**" in screen.text
    assert re.search(r"\d+ known questions? would now get another answer", screen.text)  # the old answer told more
    assert path.read_bytes() == before
    saved = await desk.press(screen, "Save")
    assert saved is screen
    assert saved.text == "Saved: edited sciatica. I answer from it now."
    assert "It can.\n\nThe article says so." in await answer(discord, ann, general, ASKED)
    (post,) = staff.messages
    assert post.text.startswith(f"<@{curator.id}> edited sciatica\n```diff\n ")
    assert "\n-      It can. The article says that" in post.text
    assert post.pinged == []
    undoing = await desk.press(post, "Undo")
    assert re.match(rf"\*\*Undo change 1\? <t:\d+:R>, <@{curator.id}>: edited sciatica\*\*", undoing.text)
    assert "This edits sciatica." in undoing.text
    assert path.read_bytes() != before
    assert (await desk.press(undoing, "Undo")).text == "Saved: undid change 1. I answer from it now."
    assert path.read_bytes() == before
    assert old.answer in await answer(discord, ann, general, ASKED)


async def test_what_was_typed_survives_a_problem_and_a_restart(
    discord: StandIn, run: Run, path: Path, desk: Desk
) -> None:
    first = await run()
    form = await desk.form("curate add", question="How long does it take?")
    screen = await desk.fill(
        form, Answer="An hour.", Section="introduction", Other_wordings=f"how many minutes\n{SCIATICA}"
    )
    assert f"“{SCIATICA}”" in screen.text.replace('"', "“", 1).replace('"', "”", 1)
    assert "stands in the entry" in screen.text
    assert "Save" not in screen.buttons
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()
    again = await desk.form_by(screen, "Reopen")
    assert again.texts == {
        "Question": "How long does it take?",
        "Answer": "An hour.",
        "Other wordings": f"how many minutes\n{SCIATICA}",
        "Section": "introduction",
        "Caution": "",
    }
    screen = await desk.fill(again, Other_wordings="how many minutes")
    assert "### How long does it take?\nAn hour." in screen.text
    assert said(path).entry("how-long-does-it-take") is None
    assert (await desk.press(screen, "Save")).text.startswith("Saved: added how-long-does-it-take.")
    entry = said(path).entry("how-long-does-it-take")
    assert entry is not None
    assert entry.also == ("how many minutes",)
    assert path.read_text().count("\n  - id:") == 29


async def test_a_form_that_was_open_during_a_restart_is_taken(
    discord: StandIn, run: Run, path: Path, desk: Desk
) -> None:
    first = await run()
    form = await desk.form("curate edit", entry="sciatica")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()
    screen = await desk.fill(form, Answer="It can help.")
    await desk.press(screen, "Save")
    entry = said(path).entry("sciatica")
    assert entry is not None
    assert entry.answer == "It can help."


async def test_the_parts_of_a_draft_come_together(discord: StandIn, run: Run, path: Path, desk: Desk) -> None:
    await run()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Caution="")
    wordings = await desk.form_by(screen, "Wordings")
    assert list(wordings.texts) == ["New wordings", "Wordings 1 to 46 of 57", "Wordings 47 to 57 of 57"]
    first = wordings.texts["Wordings 1 to 46 of 57"].splitlines()
    shorter = {"New wordings": "my nerve is pinched, does it help\n\n", "Wordings 1 to 46 of 57": "\n".join(first[1:])}
    screen = await discord.answer_to(await discord.submit(desk.curator, wordings, dict(shorter)))
    assert f"-      - {first[0]}" in screen.text
    assert "+      - my nerve is pinched, does it help" in screen.text
    details = await desk.form_by(screen, "Details")
    sent = await discord.submit(
        desk.curator, details, {"Related entries": "posture back-pain", "Last read against the source": ["today"]}
    )
    await desk.press(await discord.answer_to(sent), "Save")
    entry = said(path).entry("sciatica")
    assert entry is not None
    assert (entry.caution, entry.related) == (None, ("posture", "back-pain"))
    assert len(entry.also) == 57
    assert entry.also[-1] == "my nerve is pinched, does it help"
    assert entry.reviewed is not None


async def test_the_impact_names_known_questions_with_another_answer(
    discord: StandIn, run: Run, path: Path, desk: Desk
) -> None:
    await run()
    screen = await desk.see("curate remove", entry="what-is-sciatica")
    found = re.search(r"(\d+) known questions would now get another answer \((\d+) worse", screen.text)
    assert found is not None
    assert "“What is sciatica and what causes it?”" in screen.text or int(found[2]) > 5
    assert "(**worse**)" in screen.text
    assert (await desk.press(screen, "Remove")).text == "Saved: removed what-is-sciatica. I answer from it now."
    faq = said(path)
    assert faq.entry("what-is-sciatica") is None
    assert all("what-is-sciatica" not in entry.related for entry in faq.entries)


async def test_a_draft_can_be_left(discord: StandIn, run: Run, path: Path, desk: Desk) -> None:
    await run()
    before = path.read_bytes()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="No.")
    back = await desk.form_by(screen, "Back")
    assert back.texts["Answer"] == "No."
    screen = await desk.fill(back, Answer="Yes.")
    assert (await desk.press(screen, "Discard")).text == DISCARDED
    assert (await desk.fill(back, Answer="Late.")).text == GONE
    assert path.read_bytes() == before


async def test_a_draft_that_changes_nothing_cannot_be_saved(run: Run, desk: Desk) -> None:
    await run()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"))
    assert "Nothing would change." in screen.text
    assert list(screen.buttons)[:2] == ["Reopen", "Discard"]


async def test_save_pressed_twice_saves_once(discord: StandIn, run: Run, desk: Desk, staff: Channel) -> None:
    await run(staff_channel=staff.id)
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Yes.")
    save = screen.buttons["Save"]
    first = await discord.press_id(desk.curator, screen, save)
    await discord.press_id(desk.curator, screen, save)
    assert (await discord.answer_to(first)).text.startswith("Saved")
    await discord.until(lambda: staff.messages or None)
    assert len(staff.messages) == 1


# Two at once.


async def test_two_curators_at_the_same_text_see_both(run: Run, path: Path, desk: Desk) -> None:
    dans = desk.colleagues()
    await run()
    mine = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Cleo says yes.")
    theirs = await dans.fill(
        await dans.form("curate edit", entry="sciatica"), Answer="Dan says maybe.", Caution="Dan says be careful."
    )
    await dans.press(theirs, "Save")
    shown = await desk.press(mine, "Save")
    assert MEANWHILE in shown.text
    assert "In the file now:\n> Dan says maybe." in shown.text
    assert "Yours, which would replace it:\n> Cleo says yes." in shown.text
    entry = said(path).entry("sciatica")
    assert entry is not None
    assert entry.answer == "Dan says maybe."
    again = await desk.form_by(shown, "Back")
    assert again.texts["Answer"] == "Cleo says yes."
    assert again.texts["Caution"] == "Dan says be careful."
    screen = await desk.fill(again, Answer="Both say maybe.")
    await desk.press(screen, "Save")
    entry = said(path).entry("sciatica")
    assert entry is not None
    assert (entry.answer, entry.caution) == ("Both say maybe.", "Dan says be careful.")


async def test_a_hand_edit_while_a_form_is_open_is_shown(discord: StandIn, run: Run, path: Path, desk: Desk) -> None:
    await run()
    form = await desk.form("curate edit", entry="sciatica")
    path.write_text(path.read_text().replace("      It can. The article says that massaging the butt", "      By hand"))
    screen = await desk.fill(form, Answer="From the form.")
    assert "In the file now:\n> By hand takes tension off" in screen.text
    assert "Yours, which would replace it:\n> From the form." in screen.text
    assert "By hand takes tension off" in path.read_text()


# Wordings from messages.


async def test_a_message_becomes_a_wording(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, path: Path, desk: Desk
) -> None:
    await run()
    message = await discord.say(ann, general, f"<@{curator.id}> my leg\nburns, https://x.example does it help?")
    form = await discord.form_of(await discord.menu(curator, message, "Add as a wording"))
    assert form.texts["The wording"] == "my leg burns, does it help?"
    chosen = form.fields[WHICH]
    assert len(chosen["options"]) == 25
    sent = await discord.submit(curator, form, {WHICH: ["sciatica"]})
    screen = await discord.answer_to(sent)
    assert "+      - my leg burns, does it help?" in screen.text
    await desk.press(screen, "Save")
    assert f"### {SCIATICA}" in await answer(discord, ann, general, "my leg burns, does it help?")


async def test_a_message_becomes_an_off_topic_line(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, path: Path, desk: Desk
) -> None:
    await run()
    message = await discord.say(ann, general, "does the massage chair at the mall count")
    form = await discord.form_of(await discord.menu(curator, message, "Add as a wording"))
    screen = await discord.answer_to(await discord.submit(curator, form, {WHICH: ["no entry"]}))
    await desk.press(screen, "Save")
    assert said(path).off_topic[-1] == "does the massage chair at the mall count"
    assert path.read_text().endswith("  - does the massage chair at the mall count\n")
    assert "I don't know" in await answer(discord, ann, general, "does the massage chair at the mall count")


async def test_a_wording_can_go_to_an_entry_that_is_not_likely(
    discord: StandIn, run: Run, general: Channel, ann: Member, curator: Member, path: Path, desk: Desk
) -> None:
    await run()
    message = await discord.say(ann, general, "who wrote the thing about glutes")
    form = await discord.form_of(await discord.menu(curator, message, "Add as a wording"))
    screen = await discord.answer_to(
        await discord.submit(curator, form, {"Or another entry": "WHERE DO THESE answers come from?"})
    )
    await desk.press(screen, "Save")
    entry = said(path).entry("source")
    assert entry is not None
    assert entry.also[-1] == "who wrote the thing about glutes"
    missing = await discord.answer_to(await discord.submit(curator, form, {"Or another entry": "nope"}))
    assert missing.text == NO_SUCH_ENTRY.format("nope", "who wrote the thing about glutes")
    picture = await discord.say(ann, general, "<:butt:12345678901234567>"[:0])
    assert (await discord.answer_to(await discord.menu(curator, picture, "Add as a wording"))).text == NO_WORDS


# Changes.


@pytest.mark.slow
async def test_history_shows_changes_page_by_page_and_as_diffs(
    discord: StandIn, run: Run, curator: Member, path: Path, desk: Desk
) -> None:
    await run()
    assert (await desk.see("curate undo")).text == NOTHING_TO_UNDO
    for number in range(12):
        screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer=f"Version {number}.")
        await desk.press(screen, "Save")
    history = await desk.see("curate history")
    assert history.text.count("edited sciatica") == 10
    assert history.text.splitlines()[1].startswith("`12` <t:")
    assert f"<@{curator.id}>: edited sciatica" in history.text
    older = await desk.press(history, "Older")
    assert [line[:3] for line in older.text.splitlines()[1:]] == ["`2`", "`1`"]
    assert "Newest" in older.buttons
    change = await discord.answer_to(await discord.select(curator, older, "Show a change", "2"))
    assert "-      Version 0.\n+      Version 1." in change.text
    refused = await desk.press(change, "Undo")
    assert "These lines were changed again since" in refused.text
    assert "of `posture`" in (await desk.see("curate history", entry="posture")).text
    completion = await discord.complete(curator, desk.channel, "curate undo", change="1")
    assert (await discord.answer_to(completion))[0] == {"name": "12: edited sciatica", "value": "12"}
    undoing = await desk.see("curate undo", change="12")
    assert "-      Version 11.\n+      Version 10." in undoing.text


async def test_a_long_change_comes_as_a_file_too(
    discord: StandIn, run: Run, staff: Channel, path: Path, desk: Desk
) -> None:
    await run(staff_channel=staff.id)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-100]))
    post = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert "Somebody changed the file: changed off_topic" in post.text
    history = await desk.see("curate history")
    change = await discord.answer_to(await discord.select(desk.curator, history, "Show a change", "1"))
    assert re.search(r"… \d+ more lines\n```$", change.text)
    (attached,) = change.attachments
    assert attached.name == "change-1.diff"
    assert attached.data.decode().count("\n-") == 100


# The file.


async def test_a_broken_file_is_told_to_the_staff_with_lines_and_to_curators(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk, staff: Channel
) -> None:
    await run(staff_channel=staff.id)
    assert "faq.yaml is fine: 28 entries with" in (await desk.see("curate check")).text
    good = path.read_text()
    line = good.splitlines().index("  - id: sciatica") + 2
    path.write_text(good.replace("  - id: sciatica\n    section:", "  - id: sciatica\n    sektion:"))
    post = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert f'- line {line}: sciatica: the key "sektion" is not known. Did you mean "section"?' in post.text
    assert "The last good FAQ goes on answering." in post.text
    assert f"### {SCIATICA}" in await answer(discord, ann, general, ASKED)
    assert f"line {line}: sciatica:" in (await desk.see("curate check")).text
    screen = await desk.fill(await desk.form("curate edit", entry="posture"), Answer="Straight.")
    assert 'has no "section"' in screen.text
    assert "Your draft is kept." in screen.text
    path.write_text(good)
    await discord.until(lambda: len(staff.messages) == 2 or None)
    assert staff.messages[1].text == "The FAQ file is as it was again: it is what I answer from."
    screen = await desk.fill(await desk.form_by(screen, "Reopen"))
    await desk.press(screen, "Save")
    entry = said(path).entry("posture")
    assert entry is not None
    assert entry.answer == "Straight."


async def test_a_change_by_hand_is_told_to_the_staff_and_can_be_undone(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk, staff: Channel
) -> None:
    await run(staff_channel=staff.id)
    before = path.read_text()
    path.write_text(before.replace("      It can. The article says that massaging the butt", "      By hand"))
    post = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert post.text.startswith("Somebody changed the file: edited sciatica\n```diff\n")
    assert "By hand takes tension off" in await answer(discord, ann, general, ASKED)
    await desk.press(await desk.press(post, "Undo"), "Undo")
    assert path.read_text() == before


async def test_a_file_that_cannot_be_written_is_a_sentence(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk
) -> None:
    await run()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Yes.")
    path.chmod(0o444)
    failed = await desk.press(screen, "Save")
    assert "could not be saved, and is as it was: Permission denied." in failed.text
    assert "Your draft is kept." in failed.text
    assert "It can. The article says" in await answer(discord, ann, general, ASKED)
    path.chmod(0o644)
    screen = await desk.fill(await desk.form_by(failed, "Reopen"))
    assert (await desk.press(screen, "Save")).text.startswith("Saved: edited sciatica.")


async def test_a_file_goes_out_and_comes_back(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk
) -> None:
    await run()
    (attached,) = (await desk.see("curate export")).attachments
    assert (attached.name, attached.data) == ("faq.yaml", path.read_bytes())
    changed = re.sub(rb"\bknee-pain\b", b"knees", attached.data)
    broken = await upload(discord, desk, attached.data.replace(b"    section:", b"    sektion:", 1))
    assert 'the key "sektion" is not known. Did you mean "section"?' in broken.text
    assert re.search(r"- line \d+: what-is-it: ", broken.text)
    assert "Save" not in broken.buttons
    again = await desk.form_by(broken, "Reopen")
    assert list(again.fields) == ["The FAQ file"]
    screen = await upload(discord, desk, changed)
    assert "This adds knees; edits " in screen.text
    assert "removes knee-pain." in screen.text
    assert path.read_bytes() == attached.data
    assert (await desk.press(screen, "Save")).text == "Saved: imported a file. I answer from it now."
    assert path.read_bytes() == changed
    assert (await desk.see("curate undo")).text.count("knees") > 1


async def test_a_file_that_is_no_faq_or_too_large_is_a_sentence(
    discord: StandIn, run: Run, desk: Desk, path: Path
) -> None:
    await run()
    before = path.read_bytes()
    assert (await upload(discord, desk, b"x" * (1024 * 1024 + 1))).text == TOO_LARGE
    assert "the byte 0xff is not UTF-8" in (await upload(discord, desk, b"\xff\xfe\x00")).text
    assert "the file is empty" in (await upload(discord, desk, b"")).text
    assert "Nothing would change." in (await upload(discord, desk, before)).text
    assert path.read_bytes() == before


async def test_an_import_over_a_change_is_shown_again(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    await run()
    screen = await upload(discord, desk, small_faq().replace(b"title: Glute massage", b"title: Glutes"))
    by_hand = path.read_text().replace("      It can. The article says that massaging the butt", "      By hand")
    path.write_text(by_hand)
    shown = await desk.press(screen, "Save")
    assert MEANWHILE in shown.text
    assert "This edits sciatica; changes title." in shown.text
    assert path.read_text() == by_hand


async def test_why_explains_a_decision(run: Run, desk: Desk) -> None:
    await run()
    asked = await desk.see("curate why", question="does it help siatica")
    assert "siatica (as “sciatica”)" in asked.text
    overheard = await desk.see("curate why", question="my back is bad", overheard=True)
    assert re.search(r"Rule: (The best score|It is not shaped)", overheard.text)
