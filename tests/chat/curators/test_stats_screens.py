"""Counts as curators see them: the chart, the lists, the table, and the weekly digest to the staff channel."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.data.database import Database
from bot.data.stats import Event, Stats
from bot.matching.decision import Origin
from tests.chat.desk import Desk, decided, eventually
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

TODAY = datetime.now(UTC).date()
PNG = b"\x89PNG\r\n\x1a\n"


async def test_stats_show_what_was_asked(
    discord: StandIn, run: Run, general: Channel, ann: Member, desk: Desk, tmp_path: Path
) -> None:
    await run()
    await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is the capital of peru")))
    await eventually(lambda: decided(tmp_path) == 3)
    screen = await desk.see("curate stats", days=7)
    assert "**The last 7 days** (by UTC)\n3 questions in 7 days: 2 answered, 1 didn't know." in screen.text
    assert "**Most asked for**: sciatica (2)." in screen.text
    assert "**Never asked for in this time**: " in screen.text
    (picture,) = screen.attachments
    assert picture.data.startswith(PNG)
    (gallery,) = [part for part in screen.components if part["type"] == 12]
    (item,) = gallery["items"]
    assert item["description"].startswith("Bar chart of questions per day. 3 questions in 7 days")
    assert item["media"]["url"] == "attachment://faq-7-days.png"
    table = await discord.answer_to(await discord.press(desk.curator, screen, "As CSV"))
    rows = list(csv.DictReader(io.StringIO(table.attachments[0].data.decode())))
    assert {(row["event"], row["origin"], row["entry"], row["count"]) for row in rows} == {
        ("answered", "ask", "sciatica", "1"),
        ("answered", "mention", "sciatica", "1"),
        ("declined", "mention", "", "1"),
    }


@pytest.mark.parametrize("days", [7, 30, 90])
async def test_stats_of_nothing_are_shown_too(discord: StandIn, run: Run, desk: Desk, days: int) -> None:
    await run()
    screen = await desk.see("curate stats", days=days)
    assert f"0 questions in {days} days." in screen.text
    assert screen.attachments[0].data.startswith(PNG)


async def test_every_way_of_asking_is_counted(
    discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    await run()
    question = "does it help sciatica"
    direct = discord.direct_messages(ann)
    await discord.reply_to(await discord.say(ann, direct, question))
    message = await discord.say(discord.member("Ben"), general, question)
    await discord.answer_to(await discord.menu(ann, message, "Answer from the FAQ"))
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help")))
    await discord.answer_to(await discord.press(ann, offer, next(iter(offer.buttons))))
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("i can't control my bladder anymore")))
    await eventually(lambda: decided(tmp_path) == 4)
    with Database(tmp_path) as database:
        counts = Stats(database, b"").counts(TODAY, TODAY)
    found = {(each.event, each.origin) for each in counts}
    assert {
        (Event.ANSWERED, Origin.DIRECT),
        (Event.ANSWERED, Origin.MENU),
        (Event.OFFERED, Origin.MENTION),
        (Event.CHOSEN, None),
        (Event.WARNED, Origin.MENTION),
    } <= found


async def test_a_digest_comes_once_a_week(
    discord: StandIn, run: Run, general: Channel, ann: Member, staff: Channel, curator: Member, tmp_path: Path
) -> None:
    with Database(tmp_path) as database:
        stats = Stats(database, b"")
        stats.digest(TODAY - timedelta(8))
        stats.count(TODAY - timedelta(2), Event.ANSWERED, Origin.ASK, "sciatica", by=12)
        stats.count(TODAY - timedelta(9), Event.DECLINED, Origin.ASK, by=99)
    first = await run(staff_channel=staff.id)
    post = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert post.text == "**The FAQ's week**: 12 questions in 7 days: 12 answered."
    opened = await discord.answer_to(await discord.press(curator, post, "Open the inbox"))
    assert opened.only_for is curator
    assert opened.text.startswith("The inbox is empty")
    refused = await discord.answer_to(await discord.press(ann, post, "Open the inbox"))
    assert refused.text.startswith("This is for the FAQ's curators")
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run(staff_channel=staff.id)
    await discord.answer_to(await discord.command(ann, general, "privacy"))
    assert [message for message in staff.messages if message.only_for is None] == [post]


async def test_privacy_is_told_to_anybody_anywhere(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run(inbox_days=3)
    for channel in (general, discord.direct_messages(ann)):
        told = await discord.answer_to(await discord.command(ann, channel, "privacy"))
        assert told.only_for is ann
        assert "For 3 days" in told.text
