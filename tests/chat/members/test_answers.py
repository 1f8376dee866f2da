"""What can be done with an answer: look up what is related, show it to everyone, remove it."""

from bot.chat.layout import REMOVE, SHOW
from bot.chat.router import NOT_YOURS
from bot.matching.answerer import Answerer
from tests.conftest import Run
from tests.standin import Channel, Member, Message, StandIn

MANAGE_MESSAGES, VIEW_CHANNEL = 1 << 13, 1 << 10


async def answer(discord: StandIn, ann: Member, channel: Channel) -> Message:
    """The bot's answer to a mention."""
    return await discord.reply_to(await discord.say(ann, channel, discord.to_bot("does it help sciatica")))


def related(shipped: Answerer) -> str:
    """The question of the first entry that is related to the one about sciatica."""
    sciatica = shipped.faq.entry("sciatica")
    assert sciatica is not None
    entry = shipped.faq.entry(sciatica.related[0])
    assert entry is not None
    return entry.question


async def test_an_open_answer_has_related_questions_and_can_be_removed(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    first, *_, last = (await answer(discord, ann, general)).buttons
    assert (first, last) == (related(shipped), REMOVE)


async def test_anybody_can_look_up_a_related_question_privately(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    shown = await answer(discord, ann, general)
    before = shown.text
    private = await discord.answer_to(await discord.press(ben, shown, related(shipped)))
    assert private.only_for is ben
    assert private.text.startswith(f"### {related(shipped)}\n")
    assert shown.text == before


async def test_its_asker_removes_an_answer_and_a_stranger_does_not(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    shown = await answer(discord, ann, general)
    refused = await discord.answer_to(await discord.press(ben, shown, REMOVE))
    assert (refused.text, refused.only_for) == (NOT_YOURS, ben)
    assert not shown.deleted
    await discord.press(ann, shown, REMOVE)
    await discord.until(lambda: shown.deleted or None)


async def test_staff_remove_an_answer_of_anybodys(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    moderator = discord.member("Mo")
    assert general.guild is not None
    moderator.roles.append(discord.role(general.guild, "Moderators", MANAGE_MESSAGES))
    await run()
    shown = await answer(discord, ann, general)
    await discord.press(moderator, shown, REMOVE)
    await discord.until(lambda: shown.deleted or None)


async def test_an_answer_that_is_gone_already_can_be_removed_without_a_fuss(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    shown = await answer(discord, ann, general)
    discord.faults.add("DELETE /channels/.*/messages/.*", status=404, code=10008)
    pressed = await discord.press(ann, shown, REMOVE)
    await discord.until(lambda: pressed.answered_after)
    await discord.until(lambda: any(method == "DELETE" for method, _, _ in discord.rest.requests) or None)
    later = await discord.answer_to(await discord.command(ann, general, "ask", question="what is sciatica"))
    assert "sciatica" in later.text


async def test_a_private_answer_is_shown_to_everyone_once(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    private = await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    assert general.seen_by(ben) == []
    pressed = await discord.press(ann, private, SHOW)
    shown = await discord.answer_to(pressed)
    assert await discord.answer_to(pressed) is private
    assert general.seen_by(ben) == [shown]
    assert shown.text == private.text
    assert SHOW not in private.buttons
    again = await discord.answer_to(await discord.command(ben, general, "ask", question="does it help sciatica"))
    link = await discord.answer_to(await discord.press(ben, again, SHOW))
    assert (link.text.startswith("I answered this here a moment ago: "), link.only_for) == (True, ben)
    assert link.text.endswith(f"/{general.id}/{shown.id}")
    await discord.press(ann, shown, REMOVE)
    await discord.until(lambda: shown.deleted or None)


async def test_a_private_answer_in_direct_messages_needs_no_showing(discord: StandIn, run: Run, ann: Member) -> None:
    await run()
    direct = discord.direct_messages(ann)
    private = await discord.answer_to(await discord.command(ann, direct, "ask", question="does it help sciatica"))
    assert SHOW not in private.buttons


async def test_related_questions_in_direct_messages_are_messages(
    discord: StandIn, run: Run, shipped: Answerer, ann: Member
) -> None:
    await run()
    shown = await answer(discord, ann, discord.direct_messages(ann))
    more = await discord.answer_to(await discord.press(ann, shown, related(shipped)))
    assert more.text.startswith(f"### {related(shipped)}\n")
    assert more is not shown


async def test_an_answer_can_be_removed_where_the_bot_may_not_look(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    await discord.deny(general, VIEW_CHANNEL)
    private = await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    pressed = await discord.press(ann, private, SHOW)
    shown = await discord.answer_to(pressed)
    await discord.press(ann, shown, REMOVE)
    await discord.until(lambda: shown.deleted or None)


async def test_an_answer_that_could_not_be_shown_can_be_shown_later(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    private = await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    discord.faults.add("POST /webhooks/.*", status=400, code=50035)
    apology = await discord.answer_to(await discord.press(ann, private, SHOW))
    assert apology.text.startswith("Sorry, that went wrong on my side.")
    assert SHOW in private.buttons
