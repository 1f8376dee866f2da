"""`/curate stats`: what was asked and found, as a chart, in words, and as a table (CSV) for a spreadsheet."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final

import discord
from discord import ui

from bot.chat.curators.chart import chart
from bot.chat.curators.stats_text import details, report, summary
from bot.chat.layout import QUIET, row, screen, shortened
from bot.chat.router import Access, CustomId, Route, button
from bot.chat.text import fitted
from bot.content import limits
from bot.data.stats import Count, Stats, table, today
from bot.live.served import Served

DAYS: Final = (7, 30, 90)  # spans to choose from


@dataclass(frozen=True)
class StatsScreens:
    """Shows counts to curators."""

    _served: Served
    _stats: Stats
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)  # one chart at a time: each takes a core for a moment

    def routes(self) -> dict[str, Route]:
        """Return what the button below the chart leads to."""
        return {"csv": Route(self._export, Access.CURATORS)}

    async def show(self, interaction: discord.Interaction[Any], days: int) -> None:
        """Show the last days, today among them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        counts, first, last = self._counts(days)
        found = report(counts, self._served.now.faq, first, last)
        async with self._drawing:
            picture = await asyncio.to_thread(chart, found.days, found.series)
        file = discord.File(BytesIO(picture), f"faq-{days}-days.png")
        said = summary(found)
        alt = shortened(f"Bar chart of questions per day. {said}", limits.DISCORD_ALT)
        image = discord.MediaGalleryItem(file, description=alt)
        view = screen(ui.TextDisplay(f"**The last {days} days** (by UTC)\n{said}"), ui.MediaGallery(image))
        if listed := details(found):
            view.add_item(ui.TextDisplay(fitted([listed], limits.DISCORD_TEXT - view.content_length())))
        view.add_item(row([button(CustomId("csv", interaction.user.id, (str(days),)), "As CSV", QUIET)]))
        await interaction.followup.send(view=view, file=file, ephemeral=True)

    async def _export(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        days = custom_id.number_at(0)
        counts, first, last = self._counts(days if days in DAYS else DAYS[-1])
        file = discord.File(BytesIO(table(counts).encode()), f"faq-{first}-to-{last}.csv")
        await interaction.response.send_message(file=file, ephemeral=True)

    def _counts(self, days: int) -> tuple[list[Count], date, date]:
        last = today()
        first = last - timedelta(days - 1)
        return self._stats.counts(first, last), first, last
