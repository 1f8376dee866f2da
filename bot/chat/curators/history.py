"""The history of the FAQ as curators see it: changes to choose from, and each as a diff with the way to undo it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import discord
from discord import ui

from bot.chat.layout import QUIET, row, shortened
from bot.chat.router import CustomId, button, menu
from bot.chat.text import LINE, diff, sentence_screen
from bot.content import diff as changes
from bot.content import limits
from bot.data.journal import Change

UNDO: Final = "Undo"
_SPARE: Final = 80  # characters around a diff


def change_screen(change: Change, heading: str, asker: int) -> ui.LayoutView:
    """A change as a diff, with the button that undoes it."""
    view = screen()
    lines = diff(change.hunks, limits.DISCORD_TEXT - len(heading) - _SPARE)
    view.add_item(ui.TextDisplay(f"{heading}\n{lines}"))
    view.add_item(row([undo_button(change, asker)]))
    return view


def change_file(change: Change) -> discord.File | None:
    """The whole of a change as a file, where a message would show only the start of it."""
    lines = changes.shown(change.hunks)
    if sum(len(line) + 1 for line in lines) <= limits.DISCORD_TEXT // 2 and max(map(len, lines), default=0) <= LINE:
        return None
    return discord.File(BytesIO("\n".join(lines).encode()), f"change-{change.number}.diff")


def history_screen(found: Sequence[Change], asker: int, entry: str | None, older: bool, newest: bool) -> ui.LayoutView:
    """Changes, the newest first, to choose one from; whether there are `older` ones, and none that is newer."""
    of = f" of `{entry}`" if entry else ""
    lines = [f"`{change.number}` {when(change)}, {who(change)}: {shortened(change.what, 150)}" for change in found]
    view = sentence_screen("\n".join([f"**Changes{of}**", *(lines or ["None yet."])]))
    about = (entry,) if entry else ()
    if found:
        options = [
            discord.SelectOption(
                label=shortened(f"{change.number}: {change.what}", limits.DISCORD_CHOICE), value=str(change.number)
            )
            for change in found
        ]
        view.add_item(row([menu(CustomId("change", asker), options, "Show a change")]))
    turns = []
    if not newest:
        turns.append(button(CustomId("history", asker, ("0", *about)), "Newest", QUIET))
    if older:
        turns.append(button(CustomId("history", asker, (str(found[-1].number), *about)), "Older", QUIET))
    if turns:
        view.add_item(row(turns))
    return view


def undo_button(change: Change, asker: int) -> Button:
    """The button that undoes a change."""
    return button(CustomId("undo", asker, (str(change.number),)), UNDO, QUIET)


def who(change: Change) -> str:
    """Who made a change."""
    return f"<@{change.who}>" if change.who else "in the file itself"


def when(change: Change) -> str:
    """When a change was made, in the reader's time."""
    return f"<t:{change.at:.0f}:R>"
