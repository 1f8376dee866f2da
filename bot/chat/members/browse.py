"""`/faq`: the whole FAQ by section, in private menus whose ids hold their state."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import discord
from discord import ui

from bot.chat import failures
from bot.chat.layout import QUIET, Audience, Surface, layout, row
from bot.chat.router import Control, Pick, Press
from bot.content import limits
from bot.content.model import Entry, Faq
from bot.matching import replies
from bot.matching.replies import Reply

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

GONE: Final = "The FAQ has changed, and that is no longer in it. Use /faq to look again."
NOT_YOURS: Final = "These menus are for the member who opened them. Use /faq to open your own."


class Browsing:
    """Menus of sections and of their entries, as many pages as it takes."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client

    actions: Final = frozenset({"browse", "section", "sections", "entry", "entries"})

    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Show the sections, to the member alone."""
        view = self._view(interaction.user.id, self._overview(), "", 0, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def use(self, interaction: discord.Interaction[Any], control: Control, value: str) -> None:
        """Turn a page, or show the section or entry that was chosen.

        A control is about the section that is open, by its key, and the pages of both menus.
        """
        if control.action == "browse":  # for anybody, as /faq is
            await self.start(interaction)
            return
        if interaction.user.id != control.asker:
            await failures.tell(interaction, NOT_YOURS)
            return
        faq = self._client.answerer.faq
        key, page, entry_page = control.about_at(0), control.number_at(1), control.number_at(2)
        reply = self._overview()
        if control.action == "section":
            key, entry_page = value, 0
        if key != NONE and not _entries(faq, key):
            await failures.tell(interaction, GONE)
            return
        if control.action == "entry":
            entry = faq.entry(value)
            if entry is None:
                await failures.tell(interaction, GONE)
                return
            reply = replies.answer(entry, faq)
        await interaction.response.edit_message(view=self._view(control.asker, reply, key, page, entry_page))

    def _overview(self) -> Reply:
        faq = self._client.answerer.faq
        count = len(faq.entries)
        what = f"{count} questions in {len(_sections(faq))} sections"
        return Reply(f"{what}. Choose a section, then a question.", faq.disclaimer, heading=faq.title)

    def _view(self, asker: int, reply: Reply, key: str, page: int, entry_page: int) -> ui.LayoutView:
        faq = self._client.answerer.faq
        key = key or NONE
        alone = reply._replace(related=())  # the menus are the way to go on
        view = layout(alone, Audience(asker, Surface.ALONE, rated=False))
        sections = [
            discord.SelectOption(label=name, value=_key(name), default=_key(name) == key) for name in _sections(faq)
        ]
        for item in _menu(asker, "section", "Section", sections, (key, page, entry_page), 1):
            view.add_item(item)
        entries = [
            discord.SelectOption(label=entry.question, value=entry.id, default=entry is reply.entry)
            for entry in _entries(faq, key)
        ]
        for item in _menu(asker, "entry", "Question", entries, (key, page, entry_page), 2):
            view.add_item(item)
        return view


NONE: Final = "none"  # the key of no section


def _menu(
    asker: int,
    action: str,
    placeholder: str,
    options: Sequence[discord.SelectOption],
    state: tuple[str, int, int],
    paged: int,
) -> list[ui.ActionRow[ui.LayoutView]]:
    """A menu's page of options and, where there are more, the buttons to turn it; `paged`: which part of the state
    says the page.
    """
    if not options:
        return []
    pages = -(-len(options) // limits.DISCORD_OPTIONS)
    page = min(int(state[paged]), pages - 1)
    some = list(options[page * limits.DISCORD_OPTIONS :][: limits.DISCORD_OPTIONS])
    named = placeholder if pages == 1 else f"{placeholder}, page {page + 1} of {pages}"
    rows = [row([Pick(Control(action, asker, tuple(map(str, state))), some, named)])]
    turns = [
        Press(Control(_PAGES[action], asker, _with(state, paged, to)), f"{placeholder}: {label}", QUIET)
        for to, label in ((page - 1, "back"), (page + 1, "more"))
        if 0 <= to < pages
    ]
    return [*rows, row(turns)] if turns else rows


_PAGES: Final = {"section": "sections", "entry": "entries"}


def _with(state: tuple[str, int, int], place: int, page: int) -> tuple[str, ...]:
    changed = [str(part) for part in state]
    changed[place] = str(page)
    return tuple(changed)


def _sections(faq: Faq) -> list[str]:
    """The sections in the order in which the file first names them."""
    return list(dict.fromkeys(entry.section for entry in faq.entries))


def _entries(faq: Faq, key: str) -> list[Entry]:
    return [entry for entry in faq.entries if _key(entry.section) == key]


def _key(section: str) -> str:
    """A section's name in an id, short and the same after a restart."""
    return f"{crc32(section.encode()):08x}"
