"""Replies to components v2, Discord's message layout: what fits the check's limits fits Discord's."""

from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache
from itertools import starmap
from typing import Any, Final, NamedTuple, TypeAlias

import discord
from discord import ui

from bot.chat.router import Control, Press
from bot.content import limits
from bot.matching.replies import NONE_OF_THESE, Reply

_ROW: Final = discord.ComponentType.action_row.value
_BUTTON: Final = discord.ComponentType.button.value
_TEXT: Final = discord.ComponentType.text_display.value
_CONTAINER: Final = discord.ComponentType.container.value

ACCENT: Final = discord.Colour(0x3B82A0)
LOUD: Final = discord.ButtonStyle.primary
QUIET: Final = discord.ButtonStyle.secondary

BROWSE: Final = "Browse the FAQ"
REMOVE: Final = "Remove"
HELPFUL, NOT_HELPFUL = "Helpful", "Not helpful"
SHOW: Final = "Show everyone"
POST: Final = "Post as reply"


class Surface(Enum):
    """Where a reply is shown, and so what can be done with it."""

    OPEN = auto()  # in a channel: its asker and staff can remove it, and others look up what is related
    PRIVATE = auto()  # to one member in a server, who can show it to everyone
    ALONE = auto()  # to one member, for whom there is nothing more to do about it
    DIRECT = auto()  # in direct messages


class Audience(NamedTuple):
    """For whom a reply is rendered."""

    asker: int  # id of the member who may use its buttons
    surface: Surface
    target: int | None = None  # id of somebody else's message, which a private answer can be posted as a reply to
    rated: bool = True  # whether those who read an answer can say whether it helped

    def about(self, *about: str) -> tuple[str, ...]:
        """What a control is about, with the target behind it."""
        return about if self.target is None else (*about, str(self.target))


_Button: TypeAlias = tuple[Control, str, discord.ButtonStyle]  # what it does, its label, and how it looks


def layout(reply: Reply, audience: Audience) -> ui.LayoutView:
    """A reply as a message.

    Every button's state is in its id, so the view needs no memory and its buttons work after a restart.
    """
    view = ui.LayoutView(timeout=None)
    view.add_item(box(reply))
    for buttons in _rows(reply, audience):
        view.add_item(row(starmap(Press, buttons)))
    return view


def components(reply: Reply, audience: Audience) -> list[dict[str, Any]]:
    """The same as Discord's JSON, for what is sent most: to make a view takes longer than to find an answer."""
    texts = [{"type": _TEXT, "content": text} for text in _texts(reply)]
    framed = {"type": _CONTAINER, "accent_color": ACCENT.value, "spoiler": False, "components": texts}
    rows = [{"type": _ROW, "components": [_as_json(*button) for button in each]} for each in _rows(reply, audience)]
    return [framed, *rows]


def _as_json(control: Control, label: str, style: discord.ButtonStyle) -> dict[str, Any]:
    return {"type": _BUTTON, "style": style.value, "label": label, "custom_id": control.custom_id("faq")}


def row(items: Iterable[ui.Item[Any]]) -> ui.ActionRow[ui.LayoutView]:
    """Items in one row, five buttons or one menu at most."""
    made: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for item in items:
        made.add_item(item)
    return made


def shortened(text: str, longest: int) -> str:
    """A text that fits: cut at a word where it is too long."""
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def box(reply: Reply) -> ui.Container[ui.LayoutView]:
    """What a reply says, framed."""
    made: ui.Container[ui.LayoutView] = ui.Container(accent_colour=ACCENT)
    for text in _texts(reply):
        made.add_item(ui.TextDisplay(text))
    return made


def _texts(reply: Reply) -> list[str]:
    """The reply's texts, the disclaimer always last and in small print."""
    texts = [f"### {reply.heading}\n{reply.text}" if reply.heading else reply.text]
    if reply.caution:
        texts.append(f"**Take care:** {reply.caution}")
    texts.append("\n".join(_small(small) for small in (reply.attribution, reply.disclaimer) if small))
    return texts


@lru_cache(maxsize=256)
def _small(text: str) -> str:
    """Small print: Discord's mark for it counts for one line."""
    return "\n".join(f"-# {line}" for line in text.splitlines() if line.strip())


def _rows(reply: Reply, audience: Audience) -> list[list[_Button]]:
    """The reply's rows of buttons, none of them empty."""
    rows = (_choices(reply, audience), _related(reply, audience), _actions(reply, audience))
    return [buttons for buttons in rows if buttons]


def _choices(reply: Reply, audience: Audience) -> list[_Button]:
    if not reply.choices:
        return []
    return [
        *(
            (
                Control("choose", audience.asker, audience.about(entry.id)),
                shortened(entry.question, limits.DISCORD_BUTTON),
                LOUD,
            )
            for entry in reply.choices
        ),
        (Control("none", audience.asker, audience.about()), NONE_OF_THESE, QUIET),
    ]


def _related(reply: Reply, audience: Audience) -> list[_Button]:
    return [
        (
            Control("related", audience.asker, audience.about(entry.id)),
            shortened(entry.question, limits.DISCORD_BUTTON),
            QUIET,
        )
        for entry in reply.related
    ]


def _actions(reply: Reply, audience: Audience) -> list[_Button]:
    """What can be done with the message itself."""
    asker = audience.asker
    first = [(Control("browse", asker), BROWSE, QUIET)] if reply.browsable else _votes(reply, audience)
    if audience.surface in (Surface.OPEN, Surface.DIRECT):
        return [*first, (Control("remove", asker), REMOVE, QUIET)]
    if reply.entry is None or audience.surface is Surface.ALONE:
        return first
    if audience.target is not None:
        return [*first, (Control("post", asker, audience.about(reply.entry.id)), POST, LOUD)]
    return [*first, (Control("show", asker, (reply.entry.id,)), SHOW, QUIET)]


def _votes(reply: Reply, audience: Audience) -> list[_Button]:
    """Buttons for whether an answer helped, for everybody who reads it."""
    if reply.entry is None or not audience.rated:
        return []
    about = (reply.entry.id,)
    return [
        (Control("helpful", audience.asker, about), HELPFUL, QUIET),
        (Control("unhelpful", audience.asker, about), NOT_HELPFUL, QUIET),
    ]
