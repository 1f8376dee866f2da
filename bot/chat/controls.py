"""Buttons with all their state in the id: what was pressed, who may press it, and which entry it is about."""

import re
from typing import Any, Self

import discord
from discord import ui


class Press(
    ui.DynamicItem[ui.Button[Any]], template=r"faq:(?P<action>[a-z]+):(?P<asker>\d+)(?::(?P<entry>[a-z0-9-]+))?"
):
    """A button of the bot's. Discord sends its id back when it is pressed, after a restart too."""

    def __init__(
        self,
        action: str,
        asker: int,
        entry: str | None = None,
        *,
        label: str = "…",
        style: discord.ButtonStyle = discord.ButtonStyle.primary,
    ) -> None:
        """`action`: what pressing does; `asker`: id of the member who may; `entry`: id of the entry it is about."""
        custom_id = f"faq:{action}:{asker}" + (f":{entry}" if entry else "")
        super().__init__(ui.Button(label=label, style=style, custom_id=custom_id))
        self.action = action
        self.asker = asker
        self.entry = entry

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that was pressed, from its id."""
        return cls(match["action"], int(match["asker"]), match["entry"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Let the client's `on_press` do what the button is for."""
        interaction.client.dispatch("press", interaction, self)
