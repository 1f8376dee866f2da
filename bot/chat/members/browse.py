"""`/faq`: the whole FAQ by section, in private menus whose ids hold their state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
NONE: Final = "none"  # the key of no section
_PAGES: Final = {"section": "sections", "entry": "entries"}  # by what a menu does, what the buttons that turn it do


@dataclass
class Browse:
    """Menus of sections and of their entries, as many pages as it takes.

    Their state is the key of the section that is open, and the pages of both menus.
    """

    _served: Served

    def routes(self) -> dict[str, Route]:
        """Return what each menu and button does."""
        menus = dict.fromkeys((*_PAGES, *_PAGES.values()), Route(self._use, Access.ASKER, NOT_YOURS))
        return {"browse": Route(self._open, Access.ANYBODY), **menus}

    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Show the sections, to the member alone."""
        view = self._view(interaction.user.id, self._overview(), NONE, 0, 0)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _open(self, interaction: discord.Interaction[Any], _: CustomId, __: str) -> None:
        await self.start(interaction)

    async def _use(self, interaction: discord.Interaction[Any], custom_id: CustomId, value: str) -> None:
        """Turn a page, or show the section or entry that was chosen."""
        faq = self._served.now.faq
        key, page, entry_page = custom_id.about_at(0), custom_id.number_at(1), custom_id.number_at(2)
        if custom_id.action == "section":
            key, entry_page = value, 0
        entry = faq.entry(value) if custom_id.action == "entry" else None
        if (key != NONE and not _entries(faq, key)) or (custom_id.action == "entry" and entry is None):
            await failures.tell(interaction, GONE)
            return
        reply = self._overview() if entry is None else replies.answer(entry, faq)
        view = self._view(custom_id.asker, reply, key, page, entry_page)
        await interaction.response.edit_message(view=view)

    def _overview(self) -> Reply:
        faq = self._served.now.faq
        what = f"{len(faq.entries)} questions in {len(_sections(faq))} sections"
        return Reply(f"{what}. Choose a section, then a question.", faq.disclaimer, heading=faq.title)

    def _view(self, asker: int, reply: Reply, key: str, page: int, entry_page: int) -> ui.LayoutView:
        faq, state = self._served.now.faq, (key, str(page), str(entry_page))
        alone = replace(reply, related=())  # the menus are the way to go on
        view = layout(alone, Audience(asker, Visibility.FINAL, rated=False))
        sections = [
            discord.SelectOption(label=name, value=_key(name), default=_key(name) == key) for name in _sections(faq)
        ]
        entries = [
            discord.SelectOption(label=entry.question, value=entry.id, default=entry is reply.entry)
            for entry in _entries(faq, key)
        ]
        for item in _menu(asker, "section", "Section", sections, state, 1):
            view.add_item(item)
        for item in _menu(asker, "entry", "Question", entries, state, 2):
            view.add_item(item)
        return view


def _menu(
    asker: int, action: str, name: str, options: list[discord.SelectOption], state: tuple[str, ...], paged: int
) -> Iterator[ui.ActionRow[ui.LayoutView]]:
    """Return a menu's page of options, and buttons to turn it; `paged`: the page's place in the state."""
    if not options:
        return
    pages = -(-len(options) // limits.DISCORD_OPTIONS)
    page = min(int(state[paged]), pages - 1)
    some = options[page * limits.DISCORD_OPTIONS :][: limits.DISCORD_OPTIONS]
    named = name if pages == 1 else f"{name}, page {page + 1} of {pages}"
    yield row([menu(CustomId(action, asker, state), some, named)])
    turns = []
    for to, label in ((page - 1, "back"), (page + 1, "more")):
        if 0 <= to < pages:
            turned = (*state[:paged], str(to), *state[paged + 1 :])
            turns.append(button(CustomId(_PAGES[action], asker, turned), f"{name}: {label}", QUIET))
    if turns:
        yield row(turns)


def _sections(faq: Faq) -> list[str]:
    """Return the sections in the order in which the file first names them."""
    return list(dict.fromkeys(entry.section for entry in faq.entries))


def _entries(faq: Faq, key: str) -> list[Entry]:
    return [entry for entry in faq.entries if _key(entry.section) == key]


def _key(section: str) -> str:
    """Return a section's name in an id: a checksum (CRC-32), the same after a restart."""
    return f"{crc32(section.encode()):08x}"
