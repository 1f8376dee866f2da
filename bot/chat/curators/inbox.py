"""`/curate inbox`: questions that found no answer, in groups (clusters), and what a curator does about each group."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.preview import Spot
from bot.chat.layout import LOUD, QUIET, row, screen, shortened
from bot.chat.router import Access, CustomId, Route, button, menu, number
from bot.chat.text import fitted, option, sentence_screen
from bot.content import limits
from bot.content.edits import Addition, OffTopicLines
from bot.content.model import Entry
from bot.content.problems import plural
from bot.data.inbox import Inbox, Reason, Received
from bot.live.served import Served
from bot.matching.answerer import Answerer
from bot.matching.quality.impact import named

EMPTY: Final = "The inbox is empty: every question that was put to me found an answer, or was sorted already."
OFF: Final = "The inbox is off: whoever runs me has set INBOX_DAYS=0, so that no question is kept."
GONE: Final = "That question is no longer in the inbox: it was answered, forgotten, or is too old. Use /curate inbox."
PAGE: Final = 8  # groups on a page
TEXTS: Final = 10  # texts of a group that are shown, and that become wordings or off-topic lines at once
LINE: Final = 120  # characters of a text that are shown in a list of groups
_REASONS: Final = {
    Reason.DECLINED: "I had no answer",
    Reason.NONE: "none of what I offered",
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
    """Return questions in groups: the most asked first; of equally many, those whose answers did not help."""
    from bot.matching.quality.clusters import grouped  # with numpy: 11 MB, which the bot needs for nothing else

    by_text: dict[str, list[Received]] = {}
    for each in received:
        by_text.setdefault(each.text, []).append(each)
    texts = sorted(by_text, key=lambda text: -len(by_text[text]))
    found = [
        Group(tuple(each for place in group for each in by_text[texts[place]]))
        for group in grouped(texts, answerer.matcher.features)
    ]
    return sorted(found, key=lambda group: (-len(group.received), -group.unhelpful))


@dataclass
class InboxScreens:
    """What curators do with the inbox."""

    _served: Served
    _inbox: Inbox
    _drafts: Drafts
    _known: tuple[Answerer, list[Received], list[Group]] | None = None  # the groups that were made last

    def routes(self) -> dict[str, Route]:
        """Return what the menu and the buttons of the inbox lead to."""
        return {
            "inbox": Route(self._turn, Access.CURATORS),
            "group": self._route(self._open),
            "asword": self._route(self._as_wording),
            "asnew": self._route(self._as_entry),
            "asoff": self._route(self._as_off_topic),
            "forget": self._route(self._forget),
        }

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show the inbox's first page."""
        await interaction.response.send_message(view=await self._page(interaction.user.id, 0), ephemeral=True)

    async def groups(self) -> list[Group]:
        """Return what waits in the inbox, in groups."""
        answerer, received = self._served.now.answerer, self._inbox.open(time.time())
        if self._known is None or self._known[:2] != (answerer, received):
            self._known = (answerer, received, await asyncio.to_thread(groups_of, received, answerer))
        return self._known[2]

    async def group(self, chosen: int) -> Group | None:
        """Return the group that a question is in; None if it no longer waits. `chosen`: the question's number."""
        return next((group for group in await self.groups() if chosen in group.numbers), None)

    def _route(self, handler: Callable[[discord.Interaction[Any], Group], Awaitable[None]]) -> Route:
        """Return the route to a handler that gets the group which was chosen in a menu, or which a button is about."""

        async def handle(interaction: discord.Interaction[Any], custom_id: CustomId, value: str) -> None:
            group = await self.group(number(value) if value else custom_id.number_at(0))
            if group is None:
                await failures.tell(interaction, GONE)
            else:
                await handler(interaction, group)

        return Route(handle, Access.CURATORS)

    async def _turn(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        view = await self._page(interaction.user.id, custom_id.number_at(0))
        if custom_id.asker == interaction.user.id:
            await interaction.response.edit_message(view=view)
        else:  # the button of the weekly digest, which stays as it is
            await interaction.response.send_message(view=view, ephemeral=True)

    async def _page(self, asker: int, page: int) -> ui.LayoutView:
        found = await self.groups()
        if not found:
            return sentence_screen(EMPTY if self._inbox.days else OFF)
        return _groups_screen(found, asker, page)

    async def _open(self, interaction: discord.Interaction[Any], group: Group) -> None:
        decision = await self._served.ask(lambda answerer: answerer.decide(group.first.text))
        await interaction.response.edit_message(view=_group_screen(group, named(decision), interaction.user.id))

    async def _as_wording(self, interaction: discord.Interaction[Any], group: Group) -> None:
        custom_id = CustomId("wording", interaction.user.id, (str(group.first.number),))
        near = await self._served.ask(lambda answerer: answerer.match(group.first.text, limits.DISCORD_OPTIONS - 1))
        entries = [match.entry for match in near.matches]
        form = forms.wording_form(custom_id, "Wordings of an entry", group.texts[:TEXTS], entries)
        await interaction.response.send_modal(form)

    async def _as_entry(self, interaction: discord.Interaction[Any], group: Group) -> None:
        question, *others = group.texts[:TEXTS]
        also = others if len(question) <= limits.QUESTION else [question, *others]
        fresh = Entry("", "", shortened(question, limits.QUESTION), "", also=tuple(also))
        await self._drafts.open(interaction, Addition(fresh), forms.NEW, group.numbers)

    async def _as_off_topic(self, interaction: discord.Interaction[Any], group: Group) -> None:
        await self._drafts.start(interaction, OffTopicLines(tuple(group.texts[:TEXTS])), Spot(), group.numbers)

    async def _forget(self, interaction: discord.Interaction[Any], group: Group) -> None:
        self._inbox.forget(group.numbers)
        await interaction.response.edit_message(view=await self._page(interaction.user.id, 0))


def _groups_screen(found: Sequence[Group], asker: int, page: int) -> ui.LayoutView:
    """Return a page of groups, to choose one. The last page, if there are not so many."""
    last = -(-len(found) // PAGE) - 1
    page = min(page, last)
    shown = found[page * PAGE : (page + 1) * PAGE]
    total = plural(sum(len(group.received) for group in found), "question")
    heading = f"**Inbox**: {total} without an answer, in {plural(len(found), 'group')}. The most asked come first."
    texts = [discord.utils.escape_markdown(shortened(group.first.text, LINE)) for group in shown]
    lines = [f"- **{len(group.received):,}×** {text}" for group, text in zip(shown, texts, strict=True)]
    options = [option(group.first.text, str(group.first.number)) for group in shown]
    view = sentence_screen("\n".join([heading, *lines]))
    view.add_item(row([menu(CustomId("group", asker), options, "Sort a group")]))
    turns = [
        button(CustomId("inbox", asker, (str(to),)), label, QUIET)
        for to, label in ((page - 1, "Back"), (page + 1, "More"))
        if 0 <= to <= last
    ]
    return view.add_item(row(turns)) if turns else view


def _group_screen(group: Group, decision: str, asker: int) -> ui.LayoutView:
    """Return a group with what can be done about it. `decision`: what its first question would get now, in words."""
    counted = Counter(each.text for each in group.received)
    texts = [f"> {discord.utils.escape_markdown(text)}{_times(counted[text])}" for text in group.texts[:TEXTS]]
    rest = len(group.texts) - TEXTS
    if rest > 0:
        texts.append(f"… and {plural(rest, 'more way')} of asking it.")
    reasons = Counter(_REASONS[each.reason] + (f" ({each.entry})" if each.entry else "") for each in group.received)
    why = "; ".join(f"{reason}{_times(count)}" for reason, count in reasons.most_common())
    heading = f"**{plural(len(group.received), 'question')}**"
    said = fitted([heading, "\n".join(texts), f"{why}.", f"Now I would give: {decision}."], limits.DISCORD_TEXT)
    about = (str(group.first.number),)
    buttons = [
        button(CustomId("asword", asker, about), "Wording of …", LOUD),
        button(CustomId("asnew", asker, about), "New entry", LOUD),
        button(CustomId("asoff", asker, about), "Off topic", QUIET),
        button(CustomId("forget", asker, about), "Forget", discord.ButtonStyle.danger),
        button(CustomId("inbox", asker, ("0",)), "Back to the inbox", QUIET),
    ]
    return screen(ui.TextDisplay(said), row(buttons))


def _times(count: int) -> str:
    return f" ({count:,} times)" if count > 1 else ""
