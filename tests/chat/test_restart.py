"""Every button and menu of an earlier run works after a restart."""

import asyncio

from bot.chat.layout import BROWSE, POST, REMOVE, SHOW
from bot.matching.answerer import Answerer
from bot.matching.replies import NONE_OF_THESE
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn


async def test_all_controls_of_earlier_messages_work(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    sciatica = shipped.faq.entry("sciatica")
    assert sciatica is not None
    related = shipped.faq.entry(sciatica.related[0])
    assert related is not None
    ben = discord.member("Ben")
    first = await run()
    chat = await discord.say(ben, general, "does it help sciatica")
    shown = await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    private = await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    preview = await discord.answer_to(await discord.menu(ann, chat, "Answer from the FAQ"))
    browsing = await discord.answer_to(await discord.command(ann, general, "faq"))
    unsure = [
        await discord.reply_to(
            await discord.say(member, general, discord.to_bot("can u get injurd from a bum massage"))
        )
        for member in (ann, ben)
    ]
    declined = await discord.reply_to(await discord.say(ann, general, discord.to_bot("how much does it cost")))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await run()

    looked_up = await discord.answer_to(await discord.press(ben, shown, related.question))
    assert looked_up.text.startswith(f"### {related.question}\n")
    await discord.press(ann, shown, REMOVE)
    await discord.until(lambda: shown.deleted or None)
    pressed = await discord.press(ann, private, SHOW)
    assert (await discord.answer_to(pressed)).only_for is None
    assert await discord.answer_to(pressed) is private
    assert "Posted" in (await discord.answer_to(await discord.press(ann, preview, POST))).text
    section = next(each for each in browsing.selects.values() if "section" in each)
    value = next(iter(browsing.options(section).values()))
    await discord.answer_to(await discord.select(ann, browsing, section, value))
    entry = next(each for each in browsing.selects.values() if "entry" in each)
    answer = await discord.answer_to(
        await discord.select(ann, browsing, entry, next(iter(browsing.options(entry).values())))
    )
    assert answer.text.startswith(f"### {shipped.faq.entries[0].question}\n")
    chosen = await discord.answer_to(await discord.press(ann, unsure[0], "Is a glute massage safe?"))
    assert chosen.text.startswith("### Is a glute massage safe?\n")
    none = await discord.answer_to(await discord.press(ben, unsure[1], NONE_OF_THESE))
    assert none.text.startswith("Then I don't know")
    assert (await discord.answer_to(await discord.press(ben, declined, BROWSE))).only_for is ben
