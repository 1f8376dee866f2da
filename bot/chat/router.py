"""Buttons, menus and forms: their state is in Discord's custom id, and one router leads each use to its handler."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, TypeAlias

import discord
from discord import ui

from bot.chat import failures
from bot.chat.permissions import Permissions

NOT_YOURS: Final = "These buttons are for the member who asked. Use /ask to ask a question of your own."
OUTDATED: Final = "This button is from an older version of me. Use /ask to ask again."

# A button's id is, for example, "faq:choose:1234567890:sciatica": kind, action, the asker's user id, what it is about.
_ID: Final = re.compile(r"(?P<kind>faq|pick|form):(?P<action>[a-z]+):(?P<asker>\d+)(?P<about>(?::[a-z0-9-]+)*)")
_BUTTON, _MENU, _FORM = "faq", "pick", "form"


@dataclass(frozen=True, slots=True)
class CustomId:
    """What a button, menu or form does. Discord sends its id back at every use, also after a restart."""

    action: str
    asker: int  # id of the member who may use it
    about: tuple[str, ...] = ()  # ids of an entry, of a message, of a draft; numbers of pages

    def text(self, kind: str) -> str:
        """Return the id as Discord keeps it."""
        return ":".join((kind, self.action, str(self.asker), *self.about))

    def about_at(self, place: int) -> str:
        """Return what stands at a place of `about`; "" if nothing does."""
        return self.about[place] if place < len(self.about) else ""

    def number_at(self, place: int) -> int:
        """Return the number at a place of `about`; 0 if there is none."""
        return number(self.about_at(place))


def number(text: str) -> int:
    """Return the number that a text is; 0 if it is none, or too large for SQLite."""
    return int(text) if re.fullmatch(r"[0-9]{1,19}", text) and int(text) < 2**63 else 0


# Views that are sent are stopped, so that discord.py keeps none of them: the router alone handles their buttons.


def button(
    custom_id: CustomId, label: str, style: discord.ButtonStyle = discord.ButtonStyle.primary
) -> ui.Button[ui.LayoutView]:
    """Return a button."""
    return ui.Button(label=label, style=style, custom_id=custom_id.text(_BUTTON))


def menu(custom_id: CustomId, options: list[discord.SelectOption], placeholder: str) -> ui.Select[ui.LayoutView]:
    """Return a menu of which one option is chosen."""
    return ui.Select(custom_id=custom_id.text(_MENU), options=options, placeholder=placeholder)


def form(custom_id: CustomId, title: str) -> ui.Modal:
    """Return a form without fields. It can be submitted after a restart, since nothing waits for it in memory."""
    made = ui.Modal(title=title, custom_id=custom_id.text(_FORM))
    made.stop()
    return made


class Access(Enum):
    """Who may use a button, menu or form."""

    ANYBODY = auto()
    ASKER = auto()
    ASKER_OR_STAFF = auto()
    CURATORS = auto()
    ASKING_CURATOR = auto()  # its asker, if a curator


Handler: TypeAlias = Callable[[discord.Interaction[Any], CustomId, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """What an action leads to, and for whom. The handler gets the interaction, the id, and the option chosen, or ""."""

    handler: Handler
    access: Access = Access.ASKER
    refusal: str = NOT_YOURS  # said to anybody else


@dataclass
class Router:
    """Leads each use of a button, menu or form to its handler, if the member may use it."""

    _routes: Mapping[str, Route]  # by action; a form's action begins with "form "
    _permissions: Permissions

    async def use(self, interaction: discord.Interaction[Any]) -> None:
        """Handle a use of a button, menu or form. Whatever fails is logged, and told to the member in a sentence."""
        data: Any = interaction.data
        text = str(data["custom_id"])
        try:
            await self._lead(interaction, _ID.fullmatch(text), next(iter(data.get("values") or ()), ""))
        except Exception as error:  # whatever it is, somebody waits for an answer
            await failures.apologise(interaction, f"The button or form {text.split(':')[1:2]}", error)

    async def _lead(self, interaction: discord.Interaction[Any], found: re.Match[str] | None, value: str) -> None:
        if found is None:
            await failures.tell(interaction, OUTDATED)
            return
        custom_id = CustomId(found["action"], int(found["asker"]), tuple(found["about"].split(":")[1:]))
        route = self._routes.get(f"form {custom_id.action}" if found["kind"] == _FORM else custom_id.action)
        if route is None:
            await failures.tell(interaction, OUTDATED if interaction.user.id == custom_id.asker else NOT_YOURS)
        elif (refusal := self._refusal(interaction, route, custom_id)) is not None:
            await failures.tell(interaction, refusal)
        else:
            await route.handler(interaction, custom_id, value)

    def _refusal(self, interaction: discord.Interaction[Any], route: Route, custom_id: CustomId) -> str | None:
        """Return why a member may not use something; None if they may."""
        unless_theirs = None if interaction.user.id == custom_id.asker else route.refusal
        match route.access:
            case Access.ANYBODY:
                return None
            case Access.ASKER:
                return unless_theirs
            case Access.ASKER_OR_STAFF:
                return None if self._permissions.is_staff(interaction.user) else unless_theirs
            case Access.CURATORS:
                return self._permissions.why_no_curator(interaction)
            case Access.ASKING_CURATOR:
                return self._permissions.why_no_curator(interaction) or unless_theirs
