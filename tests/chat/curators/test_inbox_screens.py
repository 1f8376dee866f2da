"""The inbox: from a question that found no answer to the answer, and everything else that curators do with it."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.chat.curators.inbox import EMPTY, OFF
from bot.chat.members.buttons import PASSED_ON, THANKS
from bot.data.database import Database
from bot.data.inbox import Inbox, Reason
from bot.matching.replies import NONE_OF_THESE
from tests.chat.desk import Desk, decided, eventually, said
from tests.conftest import Run
from tests.standin import Channel, Member, Message, StandIn

ASKED = "which ski boots are best"


async def ask(folder: Path, discord: StandIn, member: Member, channel: Channel, text: str) -> Message:
    """The reply to a mention, when the bot has noted that it gave it."""
    before = decided(folder)
    message: Message = await discord.reply_to(await discord.say(member, channel, discord.to_bot(text)))
    await eventually(lambda: decided(folder) > before)
    return message


def texts(folder: Path) -> list[tuple[str, str, str | None]]:
    """What is in the inbox that waits."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        return database.execute("SELECT text, reason, entry FROM inbox WHERE settled IS NULL ORDER BY at").fetchall()


async def open_group(discord: StandIn, desk: Desk, start: str) -> Message:
    inbox = await desk.see("curate inbox")
    (menu,) = inbox.selects.values()
    (value,) = [value for label, value in inbox.options(menu).items() if label.startswith(start)]
    group: Message = await discord.answer_to(await discord.select(desk.curator, inbox, menu, value))
    return group


async def test_from_declined_to_answered(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk, tmp_path: Path
) -> None:
    await run()
    assert (await ask(tmp_path, discord, ann, general, ASKED)).text.startswith("I don't know")
    inbox = await desk.see("curate inbox")
    assert inbox.text == (
        "**Inbox**: 1 question without an answer, in 1 group. The most asked come first.\n" + f"- **1×** {ASKED}"
    )
    group = await open_group(discord, desk, ASKED)
    assert group.text == (f"**1 question**\n\n> {ASKED}\n\nI had no answer.\n\nNow I would give: “I don't know”.")
    form = await desk.form_by(group, "Wording of …")
    assert form.texts["The wording"] == ASKED
    sent = await discord.submit(desk.curator, form, {"Or another entry": "sciatica"})
    screen = await discord.answer_to(sent)
    assert f"+      - {ASKED}" in screen.text
    assert "known question" in screen.text
    saved = await desk.press(screen, "Save")
    assert saved.text == "Saved: edited sciatica. I answer from it now."
    assert ASKED in said(path).entry("sciatica").also  # type: ignore[union-attr]
    assert (await ask(tmp_path, discord, ann, general, ASKED)).text.startswith("### Does a butt massage help sciatica?")
    assert (await desk.see("curate inbox")).text == EMPTY
    undo = await desk.press(saved, "Undo")
    await desk.press(undo, "Undo")
    await eventually(lambda: bool(texts(tmp_path)))
    assert ASKED in (await desk.see("curate inbox")).text


async def test_off_topic_new_entry_and_forget(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, desk: Desk, tmp_path: Path
) -> None:
    await run()
    for text in (ASKED, "who won the football last night", "what is the capital of peru", "whats the capital of peru"):
        await ask(tmp_path, discord, discord.member(f"Member {text[:6]}"), general, text)
    group = await open_group(discord, desk, "who won")
    screen = await desk.press(group, "Off topic")
    assert "**Off topic: “who won the football last night”**" in screen.text
    assert (await desk.press(screen, "Save")).text.startswith("Saved: added an off-topic line.")
    assert "who won the football last night" in said(path).off_topic
    group = await open_group(discord, desk, ASKED)
    form = await desk.form_by(group, "New entry")
    assert form.texts["Question"] == ASKED
    screen = await desk.fill(form, Answer="No.", Section="introduction")
    assert (await desk.press(screen, "Save")).text.startswith("Saved: added ")
    group = await open_group(discord, desk, "what is the capital")
    assert group.text.startswith("**2 questions**\n\n> what is the capital of peru\n> whats the capital of peru")
    assert (await desk.press(group, "Forget")).text == EMPTY

    def of_peru() -> int:
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
            (count,) = database.execute("SELECT count(*) FROM inbox WHERE text LIKE '%peru%'").fetchone()
        return int(count)

    await eventually(lambda: of_peru() == 0)


async def test_a_change_by_hand_settles_what_it_answers(
    discord: StandIn, run: Run, general: Channel, ann: Member, path: Path, tmp_path: Path
) -> None:
    await run()
    await ask(tmp_path, discord, ann, general, ASKED)
    await eventually(lambda: bool(texts(tmp_path)))
    text = path.read_text()
    path.write_text(text.replace("off_topic:\n", f"off_topic:\n  - {ASKED}\n", 1))
    await eventually(lambda: not texts(tmp_path))


async def test_none_of_these_and_not_helpful_bring_the_question(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    ben = discord.member("Ben")
    await run()
    offer = await ask(tmp_path, discord, ann, general, "does it help")
    assert texts(tmp_path) == []
    await discord.answer_to(await discord.press(ann, offer, NONE_OF_THESE))
    kept: list[tuple[str, str, str | None]] = [("does it help", "none of these", None)]
    await eventually(lambda: texts(tmp_path) == kept)
    answer = await ask(tmp_path, discord, ann, general, "does it help sciatica")
    assert (await discord.answer_to(await discord.press(ann, answer, "Helpful"))).text == THANKS
    why = await discord.answer_to(await discord.press(ben, answer, "Not helpful"))
    assert why.only_for is ben
    assert list(why.buttons) == ["Another topic", "Right topic, not answered"]
    assert (await discord.answer_to(await discord.press(ben, why, "Right topic, not answered"))).text == PASSED_ON
    kept += [("does it help sciatica", "not answered", "sciatica")]
    await eventually(lambda: texts(tmp_path) == kept)
    private = await discord.answer_to(await discord.command(ben, general, "ask", question="what is sciatica"))
    why = await discord.answer_to(await discord.press(ben, private, "Not helpful"))
    await discord.answer_to(await discord.press(ben, why, "Another topic"))
    kept += [("what is sciatica", "another topic", "what-is-sciatica")]
    await eventually(lambda: texts(tmp_path) == kept)


async def test_a_member_has_one_vote_on_an_answer(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    ben = discord.member("Ben")
    first = await run()
    answer = await ask(tmp_path, discord, ann, general, "does it help sciatica")
    for member, label in ((ann, "Helpful"), (ann, "Helpful"), (ben, "Helpful"), (ann, "Not helpful")):
        await discord.answer_to(await discord.press(member, answer, label))

    def votes() -> list[tuple[str, str, int]]:
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as database:
            return database.execute(
                "SELECT event, entry, count FROM counts WHERE event LIKE '%helpful' AND count ORDER BY event"
            ).fetchall()

    await eventually(lambda: votes() == [("helpful", "sciatica", 1), ("not helpful", "sciatica", 1)])
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()  # a restart gives no second vote
    await discord.answer_to(await discord.press(ann, answer, "Not helpful"))
    await discord.answer_to(await discord.press(ben, answer, "Not helpful"))
    await eventually(lambda: votes() == [("not helpful", "sciatica", 2)])


async def test_a_question_that_is_edited_or_deleted_is_followed(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("what is the capital of pru"))
    reply = await discord.reply_to(asked)
    await discord.edit(asked, discord.to_bot("what is the capital of peru"))
    await eventually(lambda: texts(tmp_path) == [("what is the capital of peru", "declined", None)])
    await discord.delete(asked)
    await discord.until(lambda: reply.deleted or None)
    await eventually(lambda: texts(tmp_path) == [])


async def test_what_is_never_kept(discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path) -> None:
    await run()
    direct = discord.direct_messages(ann)
    await discord.reply_to(await discord.say(ann, direct, ASKED))
    await discord.answer_to(await discord.command(ann, direct, "ask", question=ASKED))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("i can't control my bladder since the fall")))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("")))
    assert texts(tmp_path) == []
    ben = discord.member("Ben")
    await discord.answer_to(await discord.command(ben, general, "ask", question=f"{ASKED} <@{ann.id}> me@home.example"))
    await eventually(lambda: bool(texts(tmp_path)))
    assert texts(tmp_path) == [(f"{ASKED} …", "declined", None)]


async def test_the_inbox_can_be_off(
    discord: StandIn, run: Run, general: Channel, ann: Member, desk: Desk, tmp_path: Path
) -> None:
    with Database(tmp_path) as database:
        Inbox(database, 30).receive("an earlier question", Reason.DECLINED, time.time())
    await run(inbox_days=0)
    await ask(tmp_path, discord, ann, general, ASKED)
    assert (await desk.see("curate inbox")).text == OFF
    await eventually(lambda: not texts(tmp_path))
    answer = await ask(tmp_path, discord, ann, general, "does it help sciatica")
    assert (await discord.answer_to(await discord.press(ann, answer, "Not helpful"))).text == THANKS


async def test_a_full_inbox_opens_and_turns(
    discord: StandIn, run: Run, general: Channel, desk: Desk, tmp_path: Path
) -> None:
    with Database(tmp_path) as database:
        inbox = Inbox(database, 30)
        for number in range(60):
            for _ in range(1 + number % 2):
                inbox.receive(f"{chr(97 + number % 26) * 6}{number} zzyzx{number * 7}", Reason.DECLINED, time.time())
    await run()
    first = await desk.see("curate inbox")
    assert first.text.count("**2×**") == 8
    second = await discord.answer_to(await discord.press(desk.curator, first, "More"))
    assert second.text != ""
    assert {"Back", "More"} <= set(second.buttons)


@pytest.mark.parametrize("text", ["*bold* _it_ ||spoiler|| `code`", "# not a heading", "a" * 400])
async def test_a_text_is_shown_as_it_is(
    discord: StandIn, run: Run, general: Channel, ann: Member, desk: Desk, tmp_path: Path, text: str
) -> None:
    await run()
    await ask(tmp_path, discord, ann, general, f"zzyzx {text}")
    shown = (await desk.see("curate inbox")).text
    assert "zzyzx" in shown
    assert "||spoiler||" not in shown


async def test_an_edit_is_tried_on_what_waits(
    discord: StandIn, run: Run, general: Channel, ann: Member, desk: Desk, tmp_path: Path
) -> None:
    await run()
    await ask(tmp_path, discord, ann, general, ASKED)
    await ask(tmp_path, discord, discord.member("Ben"), general, f"{ASKED} please")
    group = await open_group(discord, desk, ASKED)
    form = await desk.form_by(group, "Wording of …")
    sent = await discord.submit(
        desk.curator, form, {"The wording": f"{ASKED}\n{ASKED} then\nbest ski boots", "Or another entry": "sciatica"}
    )
    screen = await discord.answer_to(sent)
    assert f"“{ASKED} please”: “I don't know” → " in screen.text
