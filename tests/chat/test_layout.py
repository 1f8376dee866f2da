"""What passes the check always renders within Discord's limits, the disclaimer last."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.layout import Audience, Visibility, layout
from bot.content import limits, rules
from bot.content.model import Entry, Faq, Source, WarningSigns
from bot.matching import replies
from bot.matching.replies import Reply
from tests.standin.world import COMPONENTS_V2, Channel, Member, Message, walk

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


def of(longest: int) -> st.SearchStrategy[str]:
    """Texts as the reader leaves them, the longest among them."""
    return (TEXT.map(lambda text: text[:longest].strip()).filter(bool)) | st.just("W" * longest)


@st.composite
def faqs(draw: st.DrawFn) -> Faq:
    entries = tuple(
        Entry(
            id=f"{'e' * 38}-{number}",
            section=draw(of(limits.SECTION)),
            question=draw(of(limits.QUESTION)),
            answer=draw(of(limits.ANSWER)),
            caution=draw(st.none() | of(limits.CAUTION)),
            related=tuple(f"{'e' * 38}-{other}" for other in range(3) if other != number),
        )
        for number in range(3)
    )
    signs = WarningSigns(draw(of(limits.WARNING_MESSAGE)), ("numb groin",))
    source = Source(draw(of(limits.TITLE)), draw(of(limits.TITLE)))
    faq = Faq(draw(of(limits.TITLE)), source, draw(of(limits.DISCLAIMER)), entries, signs)
    assert list(rules.unfit(faq)) == []
    return faq


LONGEST_ID = 2**63 - 1
AUDIENCES = [Audience(LONGEST_ID, visibility, target) for visibility in Visibility for target in (None, LONGEST_ID)]


def rendered(reply: Reply, audience: Audience = AUDIENCES[0]) -> Message:
    """A reply as the message that Discord is sent, with the longest ids in its buttons."""
    view: Any = layout(reply, audience)  # discord.py gives its components no type
    found = view.to_components()
    buttons = (button for row in found[1:] for button in row["components"])
    assert not any(button.pop("disabled") for button in buttons)  # which is what Discord takes them for anyway
    return Message(Channel("c"), Member("bot"), components=found, flags=COMPONENTS_V2)


@given(faqs())
def test_every_reply_fits(faq: Faq) -> None:
    choices = Reply("I'm not sure which of these you mean. Choose one:", faq.disclaimer, choices=faq.entries)
    said = [replies.answer(entry, faq) for entry in faq.entries]
    said += [choices, replies.decline(faq.entries, faq), replies.decline((), faq), replies.warning(faq)]
    said += [replies.chosen_none(faq), replies.help_with(faq, "Mention me:")]
    for reply, audience in itertools.product(said, AUDIENCES):
        message = rendered(reply, audience)
        assert 0 < len(message.text) <= limits.DISCORD_TEXT
        assert len(list(walk(message.components))) <= 40
        assert all(1 <= len(label) <= limits.DISCORD_BUTTON for label in message.buttons)
        assert all(len(custom_id) <= limits.DISCORD_CUSTOM_ID for custom_id in message.buttons.values())
        assert message.text.splitlines()[-1].removeprefix("-# ") == faq.disclaimer.splitlines()[-1]
        assert reply.text in message.text


def test_a_long_label_is_cut_at_a_word() -> None:
    faq = Faq("T", Source("S", "A"), "D", (Entry("a", "s", "word " * 19 + "end", "x"), Entry("b", "s", "W" * 100, "x")))
    reply = Reply("Choose:", "D", choices=faq.entries)
    message = rendered(reply)
    assert list(message.buttons)[:3] == ["word " * 14 + "word…", "W" * 79 + "…", replies.NONE_OF_THESE]
