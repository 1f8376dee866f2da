"""Nothing that the bot says pings anybody, whatever the FAQ and the question hold."""

import pytest

from bot.chat.layout import POST, SHOW
from bot.content.model import Entry, Faq, Source, WarningSigns
from bot.matching.answerer import Answerer
from bot.matching.replies import NONE_OF_THESE
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

PINGS = "@everyone @here <@1> <@&2>"


@pytest.fixture
def answerer() -> Answerer:
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
    return Answerer(
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


async def test_no_way_of_showing_an_answer_pings(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    assert general.guild is not None
    other = discord.channel(general.guild, "other")
    await run()
    asked = await discord.say(ann, general, "how do I get the red badge")
    preview = await discord.answer_to(await discord.menu(ann, asked, "Answer from the FAQ"))
    await discord.answer_to(await discord.press(ann, preview, POST))
    private = await discord.answer_to(await discord.command(ann, other, "ask", question="how do I get the red badge"))
    pressed = await discord.press(ann, private, SHOW)
    shown = [preview, *discord.replies(asked), private, await discord.answer_to(pressed)]
    shown.append(await discord.answer_to(pressed))
    browsing = await discord.answer_to(await discord.command(ann, general, "faq"))
    for kind in ("section", "entry"):
        custom_id = next(each for each in browsing.selects.values() if kind in each)
        value = next(iter(browsing.options(custom_id).values()))
        shown.append(await discord.answer_to(await discord.select(ann, browsing, custom_id, value)))
    assert [message.pinged for message in shown] == [[]] * len(shown)
    assert all("@everyone" in message.text for message in shown)


async def test_no_report_of_a_dry_run_pings(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    assert general.guild is not None
    discord.message_content_allowed = True
    manager = discord.member("Mo")
    manager.roles.append(discord.role(general.guild, "Managers", 1 << 5))
    staff = discord.channel(general.guild, "staff")
    await run(message_content=True, staff_channel=staff.id)
    used = await discord.command(manager, general, "curate watch", channel=general, mode="dry run")
    await discord.answer_to(used)
    await discord.say(ann, general, "my groin is numb")
    report = await discord.until(lambda: staff.messages[0] if staff.messages else None)
    assert report.pinged == []


async def test_no_edited_reply_pings(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    asked = await discord.say(ann, general, discord.to_bot("when does the train leave"))
    reply = await discord.reply_to(asked)
    await discord.edit(asked, discord.to_bot("how do I get the red badge @everyone"))
    await discord.until(lambda: reply.edited or None)
    assert "@everyone" in reply.text
    assert reply.pinged == []
