"""Every way to put a question to the bot in Discord gives the same entry, and what members see is right."""

import pytest

from bot.core.knowledge import Knowledge
from tests.conftest import Run
from tests.standin import StandIn

SCIATICA = "Does a butt massage help sciatica?"


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("does it help sciatica", SCIATICA),
        ("is it normal to ask for this", "Is it normal to ask a therapist for a butt massage?"),
    ],
)
async def test_mention_direct_message_and_command_give_the_same_entry(
    discord: StandIn, run: Run, shipped: Knowledge, question: str, heading: str
) -> None:
    guild = discord.guild()
    general = discord.channel(guild)
    ann = discord.member("Ann")
    await run()
    mention = await discord.say(ann, general, f"<@{discord.bot.id}> {question}")
    direct = await discord.say(ann, discord.direct_messages(ann), question)
    command = await discord.command(ann, general, "ask", question=question)
    for reply in (await discord.reply_to(mention), await discord.reply_to(direct), await discord.answer_to(command)):
        assert reply.text.startswith(f"### {heading}\n")
        assert shipped.faq.disclaimer in reply.text
        assert reply.pinged == []
