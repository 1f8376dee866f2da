"""A day of a thousand members' questions: what is in the data folder and the log at its end."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.data.redact import redacted
from bot.matching.quality import questions
from bot.settings import SHIPPED_QUESTIONS
from tests.conftest import Run
from tests.standin import Channel, Member, Message, StandIn

AT_ONCE = 25
WAYS = 4  # mention, command, direct message, message menu


async def ask(discord: StandIn, member: Member, channel: Channel, text: str, way: int) -> Message:
    if way == 0:
        return await discord.reply_to(await discord.say(member, channel, discord.to_bot(text)))
    if way == 2:
        return await discord.reply_to(await discord.say(member, discord.direct_messages(member), text))
    if way == 1:
        used = await discord.command(member, channel, "ask", question=text)
    else:
        used = await discord.menu(member, await discord.say(member, channel, text), "Answer from the FAQ")
    answer: Message = await discord.answer_to(used)
    return answer


@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.slow)])
async def test_a_day_leaves_no_names_and_no_other_texts_than_the_inbox(
    discord: StandIn, run: Run, general: Channel, tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    data = tmp_path / "data"
    await run(data_path=data)
    known = [each.text for each in questions.read("questions", SHIPPED_QUESTIONS.read_bytes())]
    members = [discord.member(f"Zebedee-{number}") for number in range(count)]
    asked = [f"{known[number % len(known)]} <@{members[number - 1].id}>" for number in range(count)]
    for start in range(0, count, AT_ONCE):
        replies = await asyncio.gather(
            *(
                ask(discord, members[number], general, asked[number], number % WAYS)
                for number in range(start, start + AT_ONCE)
            )
        )
        pressed = [
            await discord.press(members[start + place], reply, "Not helpful")
            for place, reply in enumerate(replies)
            if "Not helpful" in reply.buttons
        ]
        for each in pressed[:5]:
            why = await discord.answer_to(each)
            if "Another topic" in why.buttons:
                await discord.answer_to(await discord.press(each.member, why, "Another topic"))

    with closing(sqlite3.connect(data / "bot.sqlite3")) as database:
        received = {text for (text,) in database.execute("SELECT text FROM inbox")}
        assert database.execute("SELECT sum(count) FROM counts WHERE origin <> ''").fetchone()[0] >= count - 4
        assert database.execute("SELECT count(*) FROM votes").fetchone()[0] > count / 4
    assert len(received) > count / 20
    assert received <= {redacted(text) for number, text in enumerate(asked) if number % WAYS != 2}

    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    log = caplog.text
    faq = (tmp_path / "faq.yaml").read_text()  # the journal has the file
    texts = {text for text in known if len(text) > 12 and text not in faq}
    assert len(texts) > 300
    for text in texts:
        assert text not in log
        if not any(text in each for each in received):
            assert text.encode() not in kept, text
    for member in members:
        assert str(member.id) not in log
        assert str(member.id).encode() not in kept
        assert member.id.to_bytes(8, "big") not in kept  # as SQLite keeps a number of that size
    assert "Zebedee" not in log
    assert b"Zebedee" not in kept
