"""Buttons, menus and forms with all their state in the id: what they do, who may use them, and what about."""

import re
from typing import Any, Final, NamedTuple, Self

import discord
from discord import ui

_ID: Final = r":(?P<action>[a-z]+):(?P<asker>\d+)(?P<about>(?::[a-z0-9-]+)*)"
OURS: Final = re.compile(f"(?:faq|pick){_ID}")
FORM: Final = re.compile(f"form{_ID}")


class Control(NamedTuple):
    """What a button, menu or form is for. Discord sends its id back when it is used, after a restart too."""

    action: str
    asker: int  # id of the member who may use it
    about: tuple[str, ...] = ()  # ids: of an entry, of a message; which page

    @classmethod
    def of(cls, found: re.Match[str]) -> Self:
        """The control that an id stands for."""
        return cls(found["action"], int(found["asker"]), tuple(found["about"].split(":")[1:]))

    def custom_id(self, kind: str) -> str:
        """Its id as a control of this kind."""
        return ":".join((kind, self.action, str(self.asker), *self.about))

    def about_at(self, place: int) -> str:
        """What stands at a place of `about`, or "" where nothing does."""
        return self.about[place] if place < len(self.about) else ""

    def number_at(self, place: int) -> int:
        """The number at a place of `about`, or 0 where there is none."""
        return number(self.about_at(place))


def number(text: str) -> int:
    """The number that a text is; 0 where it is none that SQLite could hold."""
    return int(text) if re.fullmatch(r"[0-9]{1,19}", text) and int(text) < 2**63 else 0


class Press(ui.DynamicItem[ui.Button[Any]], template=f"faq{_ID}"):
    """A button."""

    def __init__(
        self, control: Control, label: str = "…", style: discord.ButtonStyle = discord.ButtonStyle.primary
    ) -> None:
        super().__init__(ui.Button(label=label, style=style, custom_id=control.custom_id("faq")))
        self.control = control

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed, from its id."""
        return cls(Control.of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the client's `on_control` do what the button is for."""
        interaction.client.dispatch("control", interaction, self.control, "")


class Pick(ui.DynamicItem[ui.Select[Any]], template=f"pick{_ID}"):
    """A menu of which one option is chosen."""

    def __init__(self, control: Control, options: list[discord.SelectOption], placeholder: str = "…") -> None:
        super().__init__(ui.Select(custom_id=control.custom_id("pick"), options=options, placeholder=placeholder))
        self.control = control

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The menu that was used, from its id."""
        return cls(Control.of(match), [discord.SelectOption(label="…")])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the client's `on_control` do what the menu is for, with the value that was chosen."""
        interaction.client.dispatch("control", interaction, self.control, self.item.values[0])
