"""Replies as components v2, Discord's message layout: what fits the check's limits fits Discord's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

import discord
from discord import ui

from bot.chat.router import CustomId, button
from bot.content import limits
from bot.content.model import Entry
from bot.matching.replies import Reply

ACCENT: Final = discord.Colour(0x3B82A0)
LOUD: Final = discord.ButtonStyle.primary
QUIET: Final = discord.ButtonStyle.secondary

BROWSE: Final = "Browse the FAQ"
REMOVE: Final = "Remove"
HELPFUL, NOT_HELPFUL = "Helpful", "Not helpful"
SHOW: Final = "Show everyone"
POST: Final = "Post as reply"

Button = ui.Button[ui.LayoutView]


class Visibility(Enum):
    """Who sees a reply, and so what can be done with it."""

    PUBLIC = auto()  # everybody in a channel: its asker and staff can remove it, and others look up what is related
    PRIVATE = auto()  # one member in a server, who can show it to everyone
    FINAL = auto()  # one member, for whom there is nothing more to do about it
    DIRECT = auto()  # one member, in direct messages


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a reply is rendered."""

    asker: int  # id of the member who may use its buttons
    visibility: Visibility
    target: int | None = None  # id of somebody else's message, to which a private answer can be posted as a reply
    rated: bool = True  # whether those who read an answer can say whether it helped

    def about(self, *about: str) -> tuple[str, ...]:
        """Return what a button is about, with the target at the end."""
        return about if self.target is None else (*about, str(self.target))


def layout(reply: Reply, audience: Audience) -> ui.LayoutView:
    """Return a reply as a message. The state of its buttons is in their ids, so that they work after a restart."""
    choices = _entries("choose", reply.choices, audience, LOUD)
    if choices:
        choices.append(button(CustomId("none", audience.asker, audience.about()), reply.otherwise, QUIET))
    rows = (choices, _entries("related", reply.related, audience, QUIET), _actions(reply, audience))
    return screen(box(reply), *(row(buttons) for buttons in rows if buttons))


def screen(*items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    """Return a message of some items. It is stopped, so that discord.py does not keep it: see router.py."""
    view = ui.LayoutView(timeout=None)
    view.stop()
    for item in items:
        view.add_item(item)
    return view


def row(items: Iterable[ui.Item[Any]]) -> ui.ActionRow[ui.LayoutView]:
    """Return items in one row, five buttons or one menu at most."""
    return ui.ActionRow(*items)


def shortened(text: str, longest: int) -> str:
    """Return a text of at most `longest` characters, cut at a word if it is too long."""
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def box(reply: Reply) -> ui.Container[ui.LayoutView]:
    """Return what a reply says, framed. The disclaimer is always last and in small print."""
    texts = [f"### {reply.heading}\n{reply.text}" if reply.heading else reply.text]
    if reply.caution:
        texts.append(f"**Take care:** {reply.caution}")
    texts.append("\n".join(_small(text) for text in (reply.attribution, reply.disclaimer) if text))
    return ui.Container(*map(ui.TextDisplay, texts), accent_colour=ACCENT)


def _small(text: str) -> str:
    """Return a text in small print. Discord's mark for it counts for one line."""
    return "\n".join(f"-# {line}" for line in text.splitlines() if line.strip())


def _entries(action: str, entries: Sequence[Entry], audience: Audience, style: discord.ButtonStyle) -> list[Button]:
    """Return a button for each entry, with its question as the label."""
    ids = [CustomId(action, audience.asker, audience.about(entry.id)) for entry in entries]
    labels = [shortened(entry.question, limits.DISCORD_BUTTON) for entry in entries]
    return [button(custom_id, label, style) for custom_id, label in zip(ids, labels, strict=True)]


def _actions(reply: Reply, audience: Audience) -> list[Button]:
    """Return the buttons that do something with the message itself."""
    asker = audience.asker
    first = [button(CustomId("browse", asker), BROWSE, QUIET)] if reply.browsable else _votes(reply, audience)
    if audience.visibility in (Visibility.PUBLIC, Visibility.DIRECT):
        return [*first, button(CustomId("remove", asker), REMOVE, QUIET)]
    if reply.entry is None or audience.visibility is Visibility.FINAL:
        return first
    if audience.target is not None:
        return [*first, button(CustomId("post", asker, audience.about(reply.entry.id)), POST, LOUD)]
    return [*first, button(CustomId("show", asker, (reply.entry.id,)), SHOW, QUIET)]


def _votes(reply: Reply, audience: Audience) -> list[Button]:
    """Return the buttons that say whether an answer helped, for everybody who reads it."""
    if reply.entry is None or not audience.rated:
        return []
    asker, about, votes = audience.asker, (reply.entry.id,), {"helpful": HELPFUL, "unhelpful": NOT_HELPFUL}
    return [button(CustomId(action, asker, about), label, QUIET) for action, label in votes.items()]
