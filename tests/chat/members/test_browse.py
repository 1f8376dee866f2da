"""`/faq`: every section and entry can be reached through menus, however many there are."""

import pytest

from bot.chat.layout import BROWSE
from bot.chat.members.browse import GONE, NOT_YOURS
from bot.content.model import Entry, Faq, Source
from bot.matching.answerer import Answerer
from tests.conftest import Run
from tests.standin import Channel, Member, Message, StandIn


def many() -> Faq:
    """More sections than a menu holds, and more entries in the first of them."""
    entries = [Entry(f"a-{n}", "section 0", f"What is number {n}?", f"It is {n}.") for n in range(60)]
    entries += [Entry(f"b-{n}", f"section {n}", f"What is in section {n}?", f"All of {n}.") for n in range(1, 61)]
    return Faq("Numbers", Source("S", "A"), "D", tuple(entries))


@pytest.fixture
def answerer(request: pytest.FixtureRequest, shipped: Answerer) -> Answerer:
    return Answerer(many()) if "many" in request.node.name else shipped


def menu(message: Message, kind: str) -> tuple[str, dict[str, str]]:
    """The id of a menu and its options, label to value."""
    custom_id = next(each for each in message.selects.values() if f"pick:{kind}:" in each)
    return custom_id, message.options(custom_id)


async def test_sections_then_questions_then_the_answer(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    browsing = await discord.answer_to(await discord.command(ann, general, "faq"))
    assert browsing.only_for is ann
    custom_id, sections = menu(browsing, "section")
    assert list(sections) == list(dict.fromkeys(entry.section for entry in shipped.faq.entries))
    for section, value in sections.items():
        custom_id, _ = menu(browsing, "section")
        await discord.answer_to(await discord.select(ann, browsing, custom_id, value))
        _, questions = menu(browsing, "entry")
        assert list(questions) == [entry.question for entry in shipped.faq.entries if entry.section == section]
    entry = shipped.faq.entry(next(iter(questions.values())))
    assert entry is not None
    custom_id, _ = menu(browsing, "entry")
    shown = await discord.answer_to(await discord.select(ann, browsing, custom_id, entry.id))
    assert shown is browsing
    assert shown.text.startswith(f"### {entry.question}\n{entry.answer}\n"[:60])
    assert menu(shown, "section")
    assert list(shown.buttons) == []  # the menus are the way to go on


async def test_many_sections_and_questions_take_pages(
    discord: StandIn, run: Run, answerer: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    browsing = await discord.answer_to(await discord.command(ann, general, "faq"))
    seen: list[str] = []
    while True:
        seen += menu(browsing, "section")[1]
        if "Section: more" not in browsing.buttons:
            break
        await discord.answer_to(await discord.press(ann, browsing, "Section: more"))
    assert seen == [f"section {n}" for n in range(61)]
    while "Section: back" in browsing.buttons:
        await discord.answer_to(await discord.press(ann, browsing, "Section: back"))
    custom_id, sections = menu(browsing, "section")
    await discord.answer_to(await discord.select(ann, browsing, custom_id, sections["section 0"]))
    found: list[str] = []
    while True:
        found += menu(browsing, "entry")[1].values()
        if "Question: more" not in browsing.buttons:
            break
        await discord.answer_to(await discord.press(ann, browsing, "Question: more"))
    assert found == [f"a-{n}" for n in range(60)]


async def test_menus_are_their_openers_alone_and_know_what_is_gone(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    browsing = await discord.answer_to(await discord.command(ann, general, "faq"))
    custom_id, _ = menu(browsing, "section")
    foreign = await discord.press_id(ben, browsing, custom_id, kind=3, values=["none"], forged=True)
    assert (await discord.answer_to(foreign)).text == NOT_YOURS
    gone = await discord.answer_to(await discord.press_id(ann, browsing, custom_id, kind=3, values=["00000000"]))
    assert (gone.text, gone.only_for) == (GONE, ann)


async def test_a_decline_shows_anybody_the_way_to_browse(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    declined = await discord.reply_to(await discord.say(ann, general, discord.to_bot("how much does it cost")))
    browsing = await discord.answer_to(await discord.press(ben, declined, BROWSE))
    assert browsing.only_for is ben
    assert menu(browsing, "section")
    private = await discord.answer_to(await discord.command(ann, general, "ask", question="how much does it cost"))
    assert menu(await discord.answer_to(await discord.press(ann, private, BROWSE)), "section")
