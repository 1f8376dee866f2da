"""Offers in Discord: their buttons, who may press them, and what a press does after a restart or an edit."""

import asyncio

import pytest

from bot.chat.layout import BROWSE, HELPFUL, NOT_HELPFUL, REMOVE
from bot.chat.members.buttons import GONE
from bot.chat.router import NOT_YOURS, OUTDATED
from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from bot.matching.replies import NONE_OF_THESE, NOT_THIS
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

RED = Entry("red-badge", "badges", "How do I get the red badge?", "Ask for red.", ("earning the red badge",))
BLUE = Entry("blue-badge", "badges", "How do I get the blue badge?", "Ask for blue.", ("earning the blue badge",))
UNSURE = "how do I get the badge"  # either of the two
FAINT = "which lantern do you have"  # one entry, perhaps


@pytest.fixture
def answerer() -> Answerer:
    """A FAQ of two entries that are easily confused, for the bot to serve."""
    others = tuple(
        Entry(f"other-{name}", "others", f"What is a {name}?", f"A {name}.", (f"explain {name}s",))
        for name in ("kettle", "lantern", "compass", "ladder")
    )
    return Answerer(Faq("Badges", Source("Handbook", "Somebody"), "No guarantee.", (RED, BLUE, *others)))


async def test_an_offer_has_buttons_that_give_the_answer(
    discord: StandIn, run: Run, answerer: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    *choices, last, remove = offer.buttons
    assert (set(choices), last, remove) == ({RED.question, BLUE.question}, NONE_OF_THESE, REMOVE)
    assert answerer.faq.disclaimer in offer.text
    answer = await discord.answer_to(await discord.press(ann, offer, RED.question))
    assert answer is offer  # the offer becomes the answer
    assert answer.text.startswith(f"### {RED.question}\n{RED.answer}\n")
    assert list(answer.buttons) == [HELPFUL, NOT_HELPFUL, REMOVE]


async def test_a_private_offer_has_working_buttons_too(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    offer = await discord.answer_to(await discord.command(ann, general, "ask", question=UNSURE))
    chosen = next(iter(offer.buttons))
    answer = await discord.answer_to(await discord.press(ann, offer, chosen))
    assert answer.text.startswith(f"### {chosen}\n")
    assert answer.only_for is ann


async def test_none_of_these_ends_the_offer(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    declined = await discord.answer_to(await discord.press(ann, offer, NONE_OF_THESE))
    assert declined.text.startswith("Then I don't know")
    assert list(declined.buttons) == [BROWSE, REMOVE]


async def test_one_plausible_entry_alone_is_offered_as_a_question(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(FAINT)))
    assert offer.text.startswith("Did you mean this?")
    assert list(offer.buttons) == ["What is a lantern?", NOT_THIS, REMOVE]
    declined = await discord.answer_to(await discord.press(ann, offer, NOT_THIS))
    assert declined.text.startswith("Then I don't know")


@pytest.mark.parametrize(
    ("custom_id", "sentence"),
    [
        ("faq:choose:{asker}:no-longer-there", GONE),
        ("faq:choose:{asker}", GONE),
        ("faq:dance:{asker}", OUTDATED),
        ("faq:choose:1:red-badge", NOT_YOURS),
        ("faq:dance:1", NOT_YOURS),
    ],
)
async def test_stale_and_foreign_presses_get_a_private_sentence(
    discord: StandIn, run: Run, general: Channel, ann: Member, custom_id: str, sentence: str
) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    before = offer.text
    forged = custom_id.format(asker=ann.id)
    _rename_first_button(offer.components, forged)
    answer = await discord.answer_to(await discord.press_id(ann, offer, forged))
    assert answer.text == sentence
    assert answer.only_for is ann
    assert offer.text == before


@pytest.mark.parametrize("action", ["choose", "none", "remove", "show", "post", "section", "entry", "entries"])
async def test_nobody_can_forge_what_is_another_members(
    discord: StandIn, run: Run, general: Channel, ann: Member, action: str
) -> None:
    ben = discord.member("Ben")
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    before, messages = offer.text, list(general.seen_by(ben))
    forged = f"faq:{action}:{ann.id}:red-badge:{offer.id}"
    _rename_first_button(offer.components, forged)
    answer = await discord.answer_to(await discord.press_id(ben, offer, forged))
    assert (answer.text.startswith("These "), answer.only_for) == (True, ben)
    assert (offer.text, offer.deleted) == (before, False)
    assert general.seen_by(ann) == messages


async def test_a_press_that_fails_gets_a_private_apology(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    discord.faults.add("POST /interactions/.*/callback", status=400, code=50035)
    apology = await discord.answer_to(await discord.press(ann, offer, RED.question))
    assert apology.only_for is ann
    assert apology.text.startswith("Sorry, that went wrong on my side.")
    reference = apology.text.rsplit(maxsplit=1)[-1].rstrip(".")
    assert any(reference in record.getMessage() for record in caplog.records)


async def test_an_apology_that_fails_too_is_logged_and_the_bot_goes_on(
    discord: StandIn, run: Run, general: Channel, ann: Member, caplog: pytest.LogCaptureFixture
) -> None:
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    discord.faults.add("POST /interactions/.*/callback", times=2, status=400, code=50035)
    await discord.press(ann, offer, RED.question)
    await discord.until(lambda: sum("callback" in path for _, path, _ in discord.rest.requests) == 2 or None)
    answer = await discord.answer_to(await discord.press(ann, offer, BLUE.question))
    assert answer.text.startswith(f"### {BLUE.question}\n")
    assert [record.levelname for record in caplog.records if "apology" in record.getMessage()] == ["WARNING"]


async def test_another_members_press_changes_nothing(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    ben = discord.member("Ben")
    await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    before = offer.text
    answer = await discord.answer_to(await discord.press(ben, offer, next(iter(offer.buttons))))
    assert (answer.text, answer.only_for) == (NOT_YOURS, ben)
    assert offer.text == before


async def test_buttons_work_after_a_restart(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    first = await run()
    offer = await discord.reply_to(await discord.say(ann, general, discord.to_bot(UNSURE)))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()
    chosen = next(iter(offer.buttons))
    answer = await discord.answer_to(await discord.press(ann, offer, chosen))
    assert answer.text.startswith(f"### {chosen}\n")


def _rename_first_button(components: list[dict[str, object]], custom_id: str) -> None:
    row = next(part for part in components if part["type"] == 1)
    row["components"][0]["custom_id"] = custom_id  # type: ignore[index]
