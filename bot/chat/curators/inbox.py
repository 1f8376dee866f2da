"""`/curate inbox`: questions that found no answer, in groups, and what a curator does about each group."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafting
from bot.chat.curators.preview import Spot
from bot.chat.layout import QUIET, row, shortened
from bot.chat.router import Control, Pick, Press, number
from bot.chat.text import fitted, sentence_screen
from bot.content import limits
from bot.content.edits import Addition, OffTopicLines
from bot.content.model import Entry
from bot.content.problems import plural
from bot.data.inbox import Reason, Received
from bot.matching.answerer import Answerer
from bot.matching.quality.impact import named

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

EMPTY: Final = "The inbox is empty: every question that was put to me found an answer, or was sorted already."
OFF: Final = "The inbox is off: whoever runs me has set INBOX_DAYS=0, so that no question is kept."
SETTLED: Final = (
    "That question is no longer in the inbox: it was answered, forgotten, or is too old. Use /curate inbox."
)
PAGE: Final = 8  # groups on a page
TEXTS: Final = 10  # texts of a group that are shown, and that become wordings or off-topic lines at once
LINE: Final = 120  # characters of a text that are shown in a list of groups
_REASONS: Final = {
    Reason.DECLINED: "I had no answer",
    Reason.NONE: "“None of these”",
    Reason.OTHER_TOPIC: "the answer was about another topic",
    Reason.NOT_ANSWERED: "the answer left it open",
}


@dataclass(frozen=True)
class Group:
    """Questions that ask for much the same, the most typical first."""

    received: tuple[Received, ...]

    @property
    def first(self) -> Received:
        """The question that the others are like."""
        return self.received[0]

    @property
    def texts(self) -> list[str]:
        """The texts, each once, the most asked first."""
        return [text for text, _ in Counter(each.text for each in self.received).most_common()]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the questions."""
        return [each.number for each in self.received]

    @property
    def unhelpful(self) -> int:
        """How many were answered, and it did not help."""
        return sum(each.reason in (Reason.OTHER_TOPIC, Reason.NOT_ANSWERED) for each in self.received)


def groups_of(received: Sequence[Received], answerer: Answerer) -> list[Group]:
    """The questions in groups, the most asked first; of those asked as often, the ones whose answer did not help."""
    from bot.matching.quality.clusters import (
        grouped,  # with numpy, which takes 11 MB and is needed for nothing else while it runs
    )

    by_text: dict[str, list[Received]] = {}
    for each in received:
        by_text.setdefault(each.text, []).append(each)
    texts = sorted(by_text, key=lambda text: -len(by_text[text]))
    found = [
        Group(tuple(each for place in group for each in by_text[texts[place]]))
        for group in grouped(texts, answerer.matcher.features)
    ]
    return sorted(found, key=lambda group: (-len(group.received), -group.unhelpful))


class Sorting:
    """What curators do with the inbox. Who may do it was asked before."""

    def __init__(self, client: "FaqClient", drafting: Drafting) -> None:
        self._client = client
        self._drafting = drafting
        self._known: tuple[Answerer, list[Received], list[Group]] | None = None
        self._actions = {
            "inbox": self._turn,
            "group": self._open,
            "asword": self._as_wording,
            "asnew": self._as_entry,
            "asoff": self._as_off_topic,
            "forget": self._forget,
        }

    @property
    def actions(self) -> frozenset[str]:
        """What buttons and menus here do, by the action in their ids."""
        return frozenset(self._actions)

    async def use(self, interaction: discord.Interaction[Any], control: Control, value: str) -> None:
        """Do what a button or menu is for."""
        if control.action == "inbox":
            await self._turn(interaction, control)
            return
        chosen = number(value) if control.action == "group" else control.number_at(0)
        group = await self.group(chosen)
        if group is None:
            await failures.tell(interaction, SETTLED)
            return
        await self._actions[control.action](interaction, group)

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show the inbox's first page."""
        view = await self._page(interaction.user.id, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def groups(self) -> list[Group]:
        """What waits in the inbox, in groups."""
        answerer, received = self._client.answerer, self._client.learning.inbox.open(time.time())
        if self._known is None or self._known[:2] != (answerer, received):
            found = await asyncio.to_thread(groups_of, received, answerer)
            self._known = (answerer, received, found)
        return self._known[2]

    async def group(self, chosen: int) -> Group | None:
        """The group that a question is in; None where it no longer waits."""
        return next((group for group in await self.groups() if chosen in group.numbers), None)

    async def _turn(self, interaction: discord.Interaction[Any], control: Any) -> None:
        view = await self._page(interaction.user.id, control.number_at(0))
        if control.asker == interaction.user.id:
            await interaction.response.edit_message(view=view)
        else:  # the button of the weekly digest, which stays as it is
            await interaction.response.send_message(view=view, ephemeral=True)

    async def _page(self, asker: int, page: int) -> ui.LayoutView:
        found = await self.groups()
        if not found:
            return sentence_screen(EMPTY if self._client.learning.inbox.days else OFF)
        last = -(-len(found) // PAGE) - 1
        page = min(page, last)
        return _groups_screen(found[page * PAGE : (page + 1) * PAGE], found, asker, page, last)

    async def _open(self, interaction: discord.Interaction[Any], group: Group) -> None:
        decision = named(self._client.answerer.decide(group.first.text))
        view = _group_screen(group, decision, interaction.user.id)
        await interaction.response.edit_message(view=view)

    async def _as_wording(self, interaction: discord.Interaction[Any], group: Group) -> None:
        near = self._client.answerer.match(group.first.text, limits.DISCORD_OPTIONS - 1).matches
        control = Control("wording", interaction.user.id, (str(group.first.number),))
        parts = forms.wording_parts(group.texts[:TEXTS], [match.entry for match in near])
        await interaction.response.send_modal(forms.form(control, "Wordings of an entry", parts))

    async def _as_entry(self, interaction: discord.Interaction[Any], group: Group) -> None:
        question, *others = group.texts[:TEXTS]
        also = others if len(question) <= limits.QUESTION else [question, *others]
        fresh = Entry("", "", shortened(question, limits.QUESTION), "", also=tuple(also))
        await self._drafting.open(interaction, Addition(fresh), forms.NEW, group.numbers)

    async def _as_off_topic(self, interaction: discord.Interaction[Any], group: Group) -> None:
        edit = OffTopicLines(tuple(group.texts[:TEXTS]))
        await self._drafting.start(interaction, edit, Spot(), group.numbers)

    async def _forget(self, interaction: discord.Interaction[Any], group: Group) -> None:
        self._client.learning.inbox.forget(group.numbers)
        await interaction.response.edit_message(view=await self._page(interaction.user.id, 0))


def _groups_screen(shown: Sequence[Group], found: Sequence[Group], asker: int, page: int, last: int) -> ui.LayoutView:
    """A page of groups, to choose one."""
    total = plural(sum(len(group.received) for group in found), "question")
    heading = f"**Inbox**: {total} without an answer, in {plural(len(found), 'group')}. The most asked come first."
    listed = [f"{_times(group)} {discord.utils.escape_markdown(shortened(group.first.text, LINE))}" for group in shown]
    view = sentence_screen("\n".join([heading, *(f"- {line}" for line in listed)]))
    options = [
        discord.SelectOption(label=shortened(group.first.text, limits.DISCORD_CHOICE), value=str(group.first.number))
        for group in shown
    ]
    view.add_item(row([Pick(Control("group", asker), options, "Sort a group")]))
    turns = [
        Press(Control("inbox", asker, (str(to),)), label, QUIET)
        for to, label in ((page - 1, "Back"), (page + 1, "More"))
        if 0 <= to <= last
    ]
    if turns:
        view.add_item(row(turns))
    return view


def _group_screen(group: Group, decision: str, asker: int) -> ui.LayoutView:
    """A group with what can be done about it."""
    counted = Counter(each.text for each in group.received)
    texts = [
        f"> {discord.utils.escape_markdown(text)}" + (f" ({counted[text]:,} times)" if counted[text] > 1 else "")
        for text in group.texts[:TEXTS]
    ]
    rest = len(group.texts) - TEXTS
    if rest > 0:
        texts.append(f"… and {plural(rest, 'more way')} of asking it.")
    reasons = Counter(_reason(each) for each in group.received)
    why = "; ".join(f"{reason} ({count:,} times)" if count > 1 else reason for reason, count in reasons.most_common())
    heading = f"**{plural(len(group.received), 'question')}**"
    said = [heading, "\n".join(texts), f"{why}.", f"Now I would give: {decision}."]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(fitted(said, limits.DISCORD_TEXT)))
    about = (str(group.first.number),)
    view.add_item(
        row(
            [
                Press(Control("asword", asker, about), "Wording of …"),
                Press(Control("asnew", asker, about), "New entry"),
                Press(Control("asoff", asker, about), "Off topic", QUIET),
                Press(Control("forget", asker, about), "Forget", discord.ButtonStyle.danger),
                Press(Control("inbox", asker, ("0",)), "Back to the inbox", QUIET),
            ]
        )
    )
    return view


def _times(group: Group) -> str:
    return f"**{len(group.received):,}×**"


def _reason(received: Received) -> str:
    about = f" ({received.entry})" if received.entry else ""
    return f"{_REASONS[received.reason]}{about}"
