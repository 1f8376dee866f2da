"""Nothing that the bot says pings anybody, whatever the FAQ and the question hold."""

import pytest

from bot.core.knowledge import Knowledge
from bot.core.model import Entry, Faq, Source, WarningSigns
from bot.core.replies import NONE_OF_THESE
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

PINGS = "@everyone @here <@1> <@&2>"


@pytest.fixture
def knowledge() -> Knowledge:
    """A FAQ that mentions everybody everywhere."""
    entries = tuple(
        Entry(
            name,
            f"section {PINGS}",
            f"How do I get the {name} badge? {PINGS}",
            f"{PINGS} {name}",
            (f"{name} one",),
            PINGS,
        )
        for name in ("red", "blue")
    )
    signs = WarningSigns(f"Get help {PINGS}", ("numb + groin",))
    return Knowledge(
        Faq(f"T {PINGS}", Source(f"S {PINGS}", PINGS), f"D {PINGS}", entries, signs, (), ("when does the train leave",))
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how do I get the red badge", "red\n"),
        ("how do I get the badge", "Choose one"),
        ("when does the train leave <@1>", "I don't know"),
        ("my groin is numb", "Get help"),
        ("", "I answer questions"),
    ],
)
async def test_no_reply_pings(
    discord: StandIn, run: Run, general: Channel, ann: Member, question: str, said: str
) -> None:
    await run()
    reply = await discord.reply_to(await discord.say(ann, general, discord.to_bot(question)))
    private = await discord.answer_to(await discord.command(ann, general, "ask", question=question or " "))
    for message in (reply, private):
        assert said in message.text
        assert "@everyone" in message.text
        assert message.pinged == []


async def test_no_button_pings(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot("how do I get the badge")))
    for label in (next(iter(offer.buttons)), NONE_OF_THESE):
        offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot("how do I get the badge")))
        answer = await discord.answer_to(await discord.press(ann, offer, label))
        assert "@everyone" in answer.text
        assert answer.pinged == []
