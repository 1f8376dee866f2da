"""`/curate history` and `/curate undo`: the journal of changes, each shown as a diff with the way to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import discord
from discord import ui

from bot.chat import failures
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.entries import find, tell_unknown
from bot.chat.curators.preview import Spot, undo_button
from bot.chat.layout import QUIET, row, screen, shortened
from bot.chat.router import Access, CustomId, Route, button, menu, number
from bot.chat.text import LINE, diff, fitted, option, sentence_screen
from bot.content import diff as changes
from bot.content import limits
from bot.content.edits import Undoing
from bot.data.journal import Change, Journal
from bot.live.editor import Editor
from bot.live.served import Served

NO_CHANGE: Final = "There is no change with that number. /curate history shows those that there are."
NOTHING_TO_UNDO: Final = "Nothing was changed yet, so there is nothing to undo."
PAGE: Final = 10  # changes on a page
SEARCHED: Final = 200  # changes, the newest first, that are looked through for what a curator types
_SPARE: Final = 80  # characters of a message that are left free around a diff


@dataclass(frozen=True)
class History:
    """What curators do with changes that were saved."""

    _journal: Journal
    _served: Served
    _editor: Editor
    _drafts: Drafts

    def routes(self) -> dict[str, Route]:
        """Return what the menus and buttons of the history lead to."""
        return {
            "undo": Route(self._press_undo, Access.CURATORS),
            "history": Route(self._turn, Access.CURATORS),
            "change": Route(self._open, Access.CURATORS),
        }

    async def show(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Show the last changes. `typed`: the id or question of an entry, which may be gone by now, or ""."""
        entry = find(self._served.now.faq, typed)
        name = entry.id if entry is not None else typed.strip()
        if name and entry is None and name not in self._editor.ids_ever_used():
            await tell_unknown(interaction, typed)
            return
        await interaction.response.send_message(view=self._page(interaction.user.id, None, name), ephemeral=True)

    async def undo(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Preview what undoing a change would do. `typed`: its number or what it did; "": the last one in force."""
        typed = typed.strip()
        if not typed:
            await self._undo(interaction, self._journal.last_in_force(), NOTHING_TO_UNDO)
        elif wanted := number(typed):
            await self._undo(interaction, self._journal.change(wanted))
        else:
            await self._undo(interaction, next(iter(self.changes_like(typed)), None))

    def changes_like(self, typed: str) -> list[Change]:
        """Return changes to choose from while somebody types a number or a word."""
        found = self._journal.changes(SEARCHED)
        return [each for each in found if typed.lower() in f"{each.number} {each.what}"][: limits.DISCORD_CHOICES]

    async def _undo(self, interaction: discord.Interaction[Any], change: Change | None, none: str = NO_CHANGE) -> None:
        if change is None:
            await failures.tell(interaction, none)
        else:
            edit = Undoing(change.number, change.hunks, _told(change, change.what))
            await self._drafts.start(interaction, edit, Spot())

    async def _press_undo(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        await self._undo(interaction, self._journal.change(custom_id.number_at(0)))

    async def _turn(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        view = self._page(interaction.user.id, custom_id.number_at(0) or None, custom_id.about_at(1))
        await interaction.response.edit_message(view=view)

    async def _open(self, interaction: discord.Interaction[Any], _: CustomId, value: str) -> None:
        change = self._journal.change(number(value))
        if change is None:
            await failures.tell(interaction, NO_CHANGE)
            return
        heading = f"**Change {change.number}**, {_told(change, change.what)}"
        view = change_screen(change, fitted([heading], 1000), interaction.user.id)
        whole = change_file(change)
        if whole is None:
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            view.add_item(ui.File(whole))
            await interaction.response.send_message(view=view, file=whole, ephemeral=True)

    def _page(self, asker: int, before: int | None, entry: str) -> ui.LayoutView:
        found = self._journal.changes(PAGE + 1, before=before, entry=entry or None)
        return history_screen(found[:PAGE], asker, entry, older=len(found) > PAGE, newest=before is None)


def change_screen(change: Change, heading: str, asker: int) -> ui.LayoutView:
    """Return a change as a diff, with the button that undoes it."""
    lines = diff(change.hunks, limits.DISCORD_TEXT - len(heading) - _SPARE)
    return screen(ui.TextDisplay(f"{heading}\n{lines}"), row([undo_button(change, asker)]))


def change_file(change: Change) -> discord.File | None:
    """Return the whole of a change as a file; None if a message shows enough of it."""
    lines = changes.shown(change.hunks)
    if sum(len(line) + 1 for line in lines) <= limits.DISCORD_TEXT // 2 and max(map(len, lines), default=0) <= LINE:
        return None
    return discord.File(BytesIO("\n".join(lines).encode()), f"change-{change.number}.diff")


def history_screen(found: Sequence[Change], asker: int, entry: str | None, older: bool, newest: bool) -> ui.LayoutView:
    """Return changes to choose one, of an entry or of all. `older`: there are older ones; `newest`: none are newer."""
    of = f" of `{entry}`" if entry else ""
    lines = [f"`{change.number}` {_told(change, shortened(change.what, 150))}" for change in found]
    view = sentence_screen("\n".join([f"**Changes{of}**", *(lines or ["None yet."])]))
    if found:
        options = [option(f"{change.number}: {change.what}", str(change.number)) for change in found]
        view.add_item(row([menu(CustomId("change", asker), options, "Show a change")]))
    about = (entry,) if entry else ()
    turns = [] if newest else [button(CustomId("history", asker, ("0", *about)), "Newest", QUIET)]
    if older:
        turns.append(button(CustomId("history", asker, (str(found[-1].number), *about)), "Older", QUIET))
    return view.add_item(row(turns)) if turns else view


def who(change: Change) -> str:
    """Return who made a change."""
    return f"<@{change.who}>" if change.who else "in the file itself"


def _told(change: Change, what: str) -> str:
    """Return when a change was made (a mark that Discord shows in the reader's time), who made it, and what it did."""
    return f"<t:{change.at:.0f}:R>, {who(change)}: {what}"
