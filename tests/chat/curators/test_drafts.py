"""Drafts: only what a curator has seen is saved, nothing typed is lost, and every way out of trouble is shown."""

import asyncio
from pathlib import Path

from bot.chat.curators.drafts import DISCARDED, MEANWHILE
from bot.chat.curators.history import NO_CHANGE
from tests.chat.desk import Desk, said, upload
from tests.conftest import Run
from tests.standin import Attachment, Channel, Member, StandIn


def answer_in(path: Path, name: str = "sciatica") -> str:
    entry = said(path).entry(name)
    assert entry is not None
    return entry.answer


async def test_try_again_shows_before_it_saves(run: Run, desk: Desk, path: Path) -> None:
    await run()
    good = path.read_text()
    path.write_text("title: [")
    failed = await desk.see("curate remove", entry="what-is-sciatica")
    assert "faq.yaml has 1 problem" in failed.text
    assert "Remove" not in failed.buttons
    path.write_text(good)
    shown = await desk.press(failed, "Try again")
    assert "known questions would now get another answer" in shown.text
    assert path.read_text() == good
    assert (await desk.press(shown, "Remove")).text.startswith("Saved: removed what-is-sciatica.")


async def test_a_button_of_an_earlier_version_saves_nothing(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    await run()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="First.")
    save = screen.buttons["Save"]
    screen = await desk.fill(await desk.form_by(screen, "Back"), Answer="Second.")
    screen.components = [part for part in screen.components if part["type"] != 1]
    screen.components.append({"type": 1, "components": [{"type": 2, "style": 1, "label": "Save", "custom_id": save}]})
    shown = await desk.press(screen, "Save")
    assert MEANWHILE in shown.text
    assert answer_in(path).startswith("It can.")
    await desk.press(shown, "Save")
    assert answer_in(path) == "Second."


async def test_what_discord_did_not_show_is_not_saved(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    dans = desk.colleagues()
    await run()
    mine = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Cleo's.")
    await dans.press(await dans.fill(await dans.form("curate edit", entry="sciatica"), Answer="Dan's."), "Save")
    discord.faults.add("PATCH /webhooks", status=400)
    apology = await desk.press(mine, "Save")
    assert "went wrong on my side" in apology.text
    shown = await desk.press(mine, "Save")
    assert MEANWHILE in shown.text
    assert answer_in(path) == "Dan's."
    await desk.press(shown, "Save")
    assert answer_in(path) == "Cleo's."


async def test_after_a_restart_only_what_was_seen_is_saved(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    first = await run()
    seen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Yes.")
    other = await desk.fill(await desk.form("curate edit", entry="posture"), Answer="Straight.")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    path.write_text(path.read_text().replace("      It can. The article says that massaging the butt", "      By hand"))
    await run()
    assert (await desk.press(other, "Save")).text.startswith("Saved: edited posture.")
    shown = await desk.press(seen, "Save")
    assert MEANWHILE in shown.text
    assert "In the file now:\n> By hand" in shown.text
    assert answer_in(path).startswith("By hand")
    await desk.see("curate check")  # by then the press is done with


async def test_discarding_while_it_is_saved_does_not_say_otherwise(
    discord: StandIn, run: Run, desk: Desk, path: Path
) -> None:
    await run()
    screen = await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Yes.")
    discard = screen.buttons["Discard"]
    saving = await discord.press(desk.curator, screen, "Save")
    await discord.press_id(desk.curator, screen, discard)
    assert (await discord.answer_to(saving)).text.startswith("Saved: edited sciatica.")
    await desk.see("curate check")
    assert DISCARDED not in screen.text
    assert answer_in(path) == "Yes."


async def test_drafts_are_found_again(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    await run()
    assert (await desk.see("curate drafts")).text.startswith("You have no drafts.")
    await desk.fill(await desk.form("curate edit", entry="sciatica"), Answer="Yes.")
    await desk.form("curate add", question="How long does it take?")
    drafts = await desk.see("curate drafts")
    options = drafts.options(drafts.selects["Go on with"])
    assert [label.split(":")[0] for label in options] == ["New entry ", "Edit of sciatica"]
    chosen = await discord.select(desk.curator, drafts, "Go on with", next(reversed(options)))
    screen = await discord.answer_to(chosen)
    assert "Yes." in screen.text
    assert (await desk.form_by(screen, "Back")).texts["Answer"] == "Yes."
    await desk.press(screen, "Save")
    assert answer_in(path) == "Yes."


async def test_a_broken_file_is_mended_from_discord(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    await run()
    good = path.read_bytes()
    path.write_text("title: [")
    exported = await desk.see("curate export")
    assert [(each.name, each.data) for each in exported.attachments] == [
        ("faq.yaml", b"title: ["),
        ("last-good-faq.yaml", good),
    ]
    assert "/curate import" in (await desk.see("curate check")).text
    screen = await upload(discord, desk, good.replace(b"title: Glute massage", b"title: Glutes"))
    assert "This changes title." in screen.text
    await desk.press(screen, "Save")
    assert said(path).title == "Glutes"
    assert "is fine" in (await desk.see("curate check")).text
    path.unlink()
    gone = await desk.see("curate export")
    assert [each.name for each in gone.attachments] == ["last-good-faq.yaml"]
    assert "faq.yaml cannot be read" in gone.text


async def test_another_upload_takes_the_first_ones_place(discord: StandIn, run: Run, desk: Desk, path: Path) -> None:
    await run()
    good = path.read_bytes()
    first = await upload(discord, desk, good.replace(b"title: Glute massage", b"title: Glutes"))
    form = await desk.form_by(first, "Back")
    changed = good.replace(b"title: Glute massage", b"title: Buttocks")
    sent = await discord.submit(desk.curator, form, {"The FAQ file": Attachment("faq.yaml", changed)})
    assert await discord.answer_to(sent) is first
    await desk.press(first, "Save")
    assert said(path).title == "Buttocks"


async def test_a_wording_can_be_corrected_on_its_own_page(
    discord: StandIn, run: Run, desk: Desk, path: Path, general: Channel, ann: Member
) -> None:
    await run()
    text = "<:butt:12345678901234567> is <t:1795575079:R> my leg </ask:12345678901234567> ok\n" + "long " * 100
    message = await discord.say(ann, general, text)
    form = await discord.form_of(await discord.menu(desk.curator, message, "Add as a wording"))
    wording = form.texts["The wording"]
    assert wording.startswith("is my leg ok long long")
    assert wording.endswith(" long…")
    sent = await discord.submit(desk.curator, form, {"The wording": "is my leg ok", "Or another entry": "sciatica"})
    back = await desk.form_by(await discord.answer_to(sent), "Back")
    assert list(back.texts.values())[-1].endswith("\nis my leg ok")


async def test_the_number_of_no_change_is_a_sentence(run: Run, desk: Desk) -> None:
    await run()
    for typed in ("9" * 20, "9" * 4000, "7", "nothing like that"):
        assert (await desk.see("curate undo", change=typed)).text == NO_CHANGE
    assert "The FAQ has no entry" in (await desk.see("curate history", entry="nothing")).text
    assert "of `sciatica`" in (await desk.see("curate history", entry="does a butt massage help sciatica?")).text
