"""Replies to components v2, Discord's message layout: what fits the check's limits fits Discord's."""

from typing import Final

import discord
from discord import ui

from bot.chat.buttons import Press
from bot.core import limits
from bot.core.replies import NONE_OF_THESE, Reply

ACCENT: Final = discord.Colour(0x3B82A0)


def layout(reply: Reply, asker: int) -> ui.LayoutView:
    """A reply as a message. `asker` is the id of the member who may press its buttons.

    Every button's state is in its id, so the view needs no memory and its buttons work after a restart.
    """
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=ACCENT)
    for text in _texts(reply):
        box.add_item(ui.TextDisplay(text))
    view.add_item(box)
    if reply.choices:
        view.add_item(_choices(reply, asker))
    return view


def _texts(reply: Reply) -> list[str]:
    """The reply's texts, the disclaimer always last and in small print."""
    texts = [f"### {reply.heading}\n{reply.text}" if reply.heading else reply.text]
    if reply.caution:
        texts.append(f"**Take care:** {reply.caution}")
    texts.append("\n".join(_small(small) for small in (reply.origin, reply.disclaimer) if small))
    return texts


def _small(text: str) -> str:
    """Small print: Discord's mark for it counts for one line."""
    return "\n".join(f"-# {line}" for line in text.splitlines() if line.strip())


def _choices(reply: Reply, asker: int) -> ui.ActionRow[ui.LayoutView]:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for entry in reply.choices:
        row.add_item(Press("choose", asker, entry.id, label=_label(entry.question)))
    row.add_item(Press("none", asker, label=NONE_OF_THESE, style=discord.ButtonStyle.secondary))
    return row


def _label(text: str) -> str:
    """A button's label: cut at a word where it is too long."""
    if len(text) <= limits.DISCORD_BUTTON:
        return text
    return text[: limits.DISCORD_BUTTON - 1].rsplit(" ", 1)[0] + "…"
