"""`/faq`: the whole FAQ by section, in private menus whose ids hold their state."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from zlib import crc32

import discord
from discord import ui

from bot.chat import failures
from bot.chat.layout import QUIET, Audience, Visibility, layout, row
from bot.chat.router import Access, CustomId, Route, button, menu
from bot.content import limits
from bot.content.model import Entry, Faq
from bot.live.served import Served
from bot.matching import replies
from bot.matching.replies import Reply

GONE: Final = "The FAQ has changed, and that is no longer in it. Use /faq to look again."
NOT_YOURS: Final = "These menus are for the member who opened them. Use /faq to open your own."


class Browse:
    """Menus of sections and of their entries, as many pages as it takes."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def routes(self) -> dict[str, Route]:
        """Return what each menu and button does."""
        actions = ("section", "sections", "entry", "entries")
        menus = {action: Route(self._use, Access.ASKER, NOT_YOURS) for action in actions}
        return {"browse": Route(self._open, Access.ANYBODY), **menus}

    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Show the sections, to the member alone."""
        view = self._view(interaction.user.id, self._overview(), "", 0, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _open(self, interaction: discord.Interaction[Any], _: CustomId, __: str) -> None:
        await self.start(interaction)

    async def _use(self, interaction: discord.Interaction[Any], custom_id: CustomId, value: str) -> None:
        """Turn a page, or show the section or entry that was chosen.

        An id is about the section that is open, by its key, and the pages of both menus.
        """
        faq = self._served.now.faq
        key, page, entry_page = custom_id.about_at(0), custom_id.number_at(1), custom_id.number_at(2)
        reply = self._overview()
        if custom_id.action == "section":
            key, entry_page = value, 0
        if key != NONE and not _entries(faq, key):
            await failures.tell(interaction, GONE)
            return
        if custom_id.action == "entry":
            entry = faq.entry(value)
            if entry is None:
                await failures.tell(interaction, GONE)
                return
            reply = replies.answer(entry, faq)
        view = self._view(custom_id.asker, reply, key, page, entry_page)
        await interaction.response.edit_message(view=view)

    def _overview(self) -> Reply:
        faq = self._served.now.faq
        count = len(faq.entries)
        what = f"{count} questions in {len(_sections(faq))} sections"
        return Reply(f"{what}. Choose a section, then a question.", faq.disclaimer, heading=faq.title)

    def _view(self, asker: int, reply: Reply, key: str, page: int, entry_page: int) -> ui.LayoutView:
        faq = self._served.now.faq
        key = key or NONE
        alone = replace(reply, related=())  # the menus are the way to go on
        view = layout(alone, Audience(asker, Visibility.FINAL, rated=False))
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
    rows = [row([menu(CustomId(action, asker, tuple(map(str, state))), some, named)])]
    turns = [
        button(CustomId(_PAGES[action], asker, _with(state, paged, to)), f"{placeholder}: {label}", QUIET)
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
