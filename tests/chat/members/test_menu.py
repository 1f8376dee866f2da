"""The message menu «Answer from the FAQ»: a private preview, then a reply to the message's author."""

from bot.chat.layout import POST, REMOVE, SHOW
from bot.chat.members import rate_limit
from bot.chat.members.addressed import SLOWER
from bot.chat.members.ask_command import NO_QUESTION
from bot.matching.answerer import Answerer
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn
from tests.standin.world import SEND_MESSAGES

MENU = "Answer from the FAQ"
SCIATICA = "Does a butt massage help sciatica?"


async def test_a_preview_is_private_and_can_be_posted_as_a_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    question = await discord.say(ben, general, "does it help sciatica")
    preview = await discord.answer_to(await discord.menu(ann, question, MENU))
    assert preview.only_for is ann
    assert preview.text.startswith(f"### {SCIATICA}\n")
    assert discord.replies(question) == []
    said = await discord.answer_to(await discord.press(ann, preview, POST))
    (reply,) = discord.replies(question)
    assert reply.text == preview.text
    assert reply.pinged == []
    assert said.only_for is ann
    assert said.text.startswith("Posted: https://discord.com/channels/")
    assert REMOVE in reply.buttons


async def test_a_message_gets_one_reply_whoever_posts(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    question = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(question)
    preview = await discord.answer_to(await discord.menu(ann, question, MENU))
    said = await discord.answer_to(await discord.press(ann, preview, POST))
    assert said.text == "I have replied to that message already."
    assert len(discord.replies(question)) == 1


async def test_what_is_off_topic_cannot_be_posted(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    chat = await discord.say(ann, general, "what time is the raid tonight")
    preview = await discord.answer_to(await discord.menu(ann, chat, MENU))
    assert preview.text.startswith("I don't know")
    assert POST not in preview.buttons


async def test_posting_is_paced_and_needs_the_right_to_write(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    said = []
    for number in range(rate_limit.QUESTIONS + 2):
        question = await discord.say(ann, general, f"does it help sciatica {number}")
        preview = await discord.answer_to(await discord.menu(ann, question, MENU))
        said.append((await discord.answer_to(await discord.press(ann, preview, POST))).text)
    assert [text == SLOWER for text in said] == [False] * rate_limit.QUESTIONS + [True, True]
    posted = [each.text for each in general.messages if each.author is discord.bot and each.only_for is None]
    assert [SCIATICA in text and "I answered this here" in text for text in posted] == [False] + [True] * (
        rate_limit.QUESTIONS - 1
    )
    general.denied = SEND_MESSAGES
    ben = discord.member("Ben")
    preview = await discord.answer_to(await discord.menu(ben, question, MENU))
    refused = await discord.answer_to(await discord.press(ben, preview, POST))
    assert refused.text == "You may not write in this channel."


async def test_a_related_question_takes_the_previews_place_and_can_be_posted(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    question = await discord.say(ann, general, "does it help sciatica")
    preview = await discord.answer_to(await discord.menu(ann, question, MENU))
    sciatica = shipped.faq.entry("sciatica")
    assert sciatica is not None
    related = shipped.faq.entry(sciatica.related[0])
    assert related is not None
    changed = await discord.answer_to(await discord.press(ann, preview, related.question))
    assert changed is preview
    await discord.answer_to(await discord.press(ann, preview, POST))
    assert discord.replies(question)[0].text.startswith(f"### {related.question}\n")


async def test_a_message_without_text_gets_a_sentence(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    await run()
    picture = await discord.say(ann, general, "")
    said = await discord.answer_to(await discord.menu(ann, picture, MENU))
    assert (said.text, said.only_for) == (NO_QUESTION, ann)


async def test_in_direct_messages_there_is_nothing_to_post(discord: StandIn, run: Run, ann: Member) -> None:
    await run()
    direct = discord.direct_messages(ann)
    question = await discord.say(ann, direct, "does it help sciatica")
    await discord.reply_to(question)
    preview = await discord.answer_to(await discord.menu(ann, question, MENU))
    assert preview.text.startswith(f"### {SCIATICA}\n")
    assert {POST, SHOW}.isdisjoint(preview.buttons)
