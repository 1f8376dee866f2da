"""Every way to put a question to the bot in Discord gives the same entry, and what members see is right."""

import pytest

from bot.chat.layout import BROWSE, REMOVE
from bot.chat.members.addressed import HOW, UNREADABLE
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Origin
from bot.matching.quality import questions
from bot.settings import SHIPPED_QUESTIONS
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

SCIATICA = "Does a butt massage help sciatica?"
MANAGE_GUILD = 1 << 5
KNOWN = questions.read(SHIPPED_QUESTIONS.name, SHIPPED_QUESTIONS.read_bytes())
NORMAL = "Is it normal to ask a therapist for a butt massage?"


@pytest.mark.parametrize("number", range(8))
async def test_every_way_to_ask_gives_the_same_entry(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member, number: int
) -> None:
    """Known questions that are answered even if overheard, put in each way."""
    assert general.guild is not None
    discord.message_content_allowed = True
    ann.roles.append(discord.role(general.guild, "Managers", MANAGE_GUILD))
    ben, watched = discord.member("Ben"), discord.channel(general.guild, "watched")
    sure = [each.text for each in KNOWN if isinstance(shipped.decide(each.text, Origin.WATCHED), Answer)]
    question = sure[number * len(sure) // 8]
    await run(message_content=True)
    await discord.answer_to(await discord.command(ann, general, "curate watch", channel=watched, mode="on"))
    mention = await discord.reply_to(await discord.say(ben, general, discord.to_bot(question)))
    direct = await discord.reply_to(await discord.say(ben, discord.direct_messages(ben), question))
    command = await discord.answer_to(await discord.command(ben, general, "ask", question=question))
    overheard = await discord.say(ben, watched, question)
    preview = await discord.answer_to(await discord.menu(ann, overheard, "Answer from the FAQ"))
    replies = [mention, direct, command, await discord.reply_to(overheard), preview]
    assert {reply.text for reply in replies} == {mention.text}
    decision = shipped.decide(question)
    assert isinstance(decision, Answer)
    assert mention.text.startswith(f"### {decision.entry.question}\n")


@pytest.mark.parametrize(
    ("question", "heading"), [("does it help sciatica", SCIATICA), ("is it normal to ask for this", NORMAL)]
)
async def test_mention_direct_message_and_command_give_the_same_answer(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member, question: str, heading: str
) -> None:
    await run()
    mention = await discord.say(ann, general, discord.to_bot(question))
    direct = await discord.say(ann, discord.direct_messages(ann), question)
    command = await discord.command(ann, general, "ask", question=question)
    private = await discord.command(ann, discord.direct_messages(ann), "ask", question=question)
    replies = [await discord.reply_to(mention), await discord.reply_to(direct)]
    replies += [await discord.answer_to(command), await discord.answer_to(private)]
    assert len({reply.text for reply in replies}) == 1
    assert replies[0].text.startswith(f"### {heading}\n")
    entry = next(entry for entry in shipped.faq.entries if entry.question == heading)
    assert entry.answer in replies[0].text
    assert f"Take care:** {entry.caution}" in replies[0].text or entry.caution is None
    assert f"{shipped.faq.source.author}: {entry.section}" in replies[0].text
    assert replies[0].text.endswith(f"-# {shipped.faq.disclaimer}")


async def test_a_reply_to_the_bot_is_a_question(discord: StandIn, run: Run, general: Channel, ann: Member) -> None:
    await run()
    first = await discord.reply_to(await discord.say(ann, general, discord.to_bot("is it normal to ask for this")))
    second = await discord.reply_to(await discord.say(ann, general, "and does it help sciatica", to=first))
    assert second.text.startswith(f"### {SCIATICA}\n")


async def test_a_mention_anywhere_in_the_question_and_in_threads_counts(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    assert general.guild is not None
    thread = discord.channel(general.guild, "about sciatica", thread_of=general)
    await run()
    asked = await discord.say(ann, thread, f"does it help <@!{discord.bot.id}> sciatica")
    assert (await discord.reply_to(asked)).text.startswith(f"### {SCIATICA}\n")


async def test_the_command_is_answered_privately_and_a_mention_openly(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    await discord.answer_to(await discord.command(ann, general, "ask", question="does it help sciatica"))
    assert len(general.seen_by(ann)) == 1
    assert general.seen_by(ben) == []
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    assert len(general.seen_by(ben)) == 2


async def test_what_is_off_topic_is_declined_with_the_nearest_questions(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    reply = await discord.reply_to(await discord.say(ann, general, discord.to_bot("how much does it cost")))
    assert reply.text.startswith("I don't know: my FAQ has no answer to that.")
    assert any(f"- {entry.question}" in reply.text for entry in shipped.faq.entries)
    assert reply.text.endswith(shipped.faq.disclaimer)
    assert list(reply.buttons) == [BROWSE, REMOVE]


async def test_a_warning_sign_gets_the_warning_and_no_answer(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    assert shipped.faq.warning_signs is not None
    await run()
    text = "does it help sciatica? my groin is numb and I can't hold my pee"
    reply = await discord.reply_to(await discord.say(ann, general, discord.to_bot(text)))
    assert shipped.faq.warning_signs.message in reply.text
    assert shipped.faq.disclaimer in reply.text
    assert not any(entry.answer in reply.text for entry in shipped.faq.entries)


async def test_an_empty_mention_gets_help_with_three_examples(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    reply = await discord.reply_to(await discord.say(ann, general, discord.to_bot("")))
    assert HOW in reply.text
    assert all(f"- {question}" in reply.text for question in shipped.faq.examples(3))


async def test_a_mention_in_reply_to_a_question_that_the_bot_may_read_answers_it(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    ben = discord.member("Ben")
    await run()
    question = await discord.say(ben, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(question)
    pointing = await discord.say(ann, general, discord.to_bot(""), to=question)
    assert (await discord.reply_to(pointing)).text.startswith(f"### {SCIATICA}\n")


async def test_a_mention_in_reply_to_a_message_that_the_bot_may_not_read_says_so(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    question = await discord.say(discord.member("Ben"), general, "does it help sciatica")
    await run()
    pointing = await discord.say(ann, general, discord.to_bot(""), to=question)
    assert UNREADABLE in (await discord.reply_to(pointing)).text


async def test_what_is_not_addressed_to_the_bot_gets_no_reply(
    discord: StandIn, run: Run, general: Channel, ann: Member
) -> None:
    other = discord.member("OtherBot", bot=True)
    ben = discord.member("Ben")
    await run()
    chat = await discord.say(ann, general, "does it help sciatica")
    answer = await discord.reply_to(await discord.say(ann, general, discord.to_bot("what is sciatica")))
    thanks = await discord.say(ann, general, "thanks, that helped", to=answer, ping=False)
    mention = discord.to_bot("does it help sciatica")
    by_a_webhook = await discord.say(ann, general, mention, webhook_id="5")
    announcement = await discord.say(ann, general, mention, type=7)
    elsewhere = await discord.say(ann, general, "does it help sciatica", guild_id="5")  # a server not known yet
    by_a_bot = await discord.say(other, general, discord.to_bot("does it help sciatica"))
    to_ben = await discord.say(ann, general, f"<@{ben.id}> does it help sciatica", to=by_a_bot)
    everybody = await discord.say(ann, general, "@everyone does it help sciatica")
    # Events are handled in order: when this one is answered, the others have been dealt with.
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(asked)
    silent = (chat, thanks, by_a_webhook, announcement, elsewhere, by_a_bot, to_ben, everybody)
    assert [discord.replies(each) for each in silent] == [[]] * len(silent)


async def test_completion_lists_entries_by_the_matcher(
    discord: StandIn, run: Run, shipped: Answerer, general: Channel, ann: Member
) -> None:
    await run()
    empty = await discord.answer_to(await discord.complete(ann, general, "ask", question=""))
    assert [choice["name"] for choice in empty] == [entry.question for entry in shipped.faq.entries[:25]]
    typed = await discord.answer_to(await discord.complete(ann, general, "ask", question="sciat"))
    assert {choice["name"] for choice in typed[:2]} == {SCIATICA, "What is sciatica?"}
    assert len(typed) <= 25
    odd = await discord.answer_to(await discord.complete(ann, general, "ask", question="\u200b???"))
    assert len(odd) <= 25


def test_every_completion_gives_its_own_entry_when_sent(shipped: Answerer) -> None:
    for entry in shipped.faq.entries:
        decision = shipped.decide(entry.question)
        assert getattr(decision, "entry", None) is entry
