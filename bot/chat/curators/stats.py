"""`/curate stats`: what was asked and found, as a chart, in words, and as a table for a spreadsheet."""

import asyncio
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot.chat.curators.chart import chart
from bot.chat.curators.report import details, report, summary
from bot.chat.layout import QUIET, row, shortened
from bot.chat.members.feedback import today
from bot.chat.router import CustomId, button
from bot.chat.text import fitted
from bot.content import limits
from bot.data.stats import Count, table

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

DAYS: Final = (7, 30, 90)
CSV: Final = "As CSV"


class Statistics:
    """Shows counts to curators. Who may see them was asked before."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._drawing = asyncio.Lock()  # one chart at a time: each takes a core for a moment

    async def show(self, interaction: discord.Interaction[Any], days: int) -> None:
        """Show the last days, today among them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        counts, first, last = self._counts(days)
        found = report(counts, self._client.answerer.faq, first, last)
        async with self._drawing:
            picture = await asyncio.to_thread(chart, found.days, found.series)
        file = discord.File(BytesIO(picture), f"faq-{days}-days.png")
        said = summary(found)
        view = screen()
        view.add_item(ui.TextDisplay(f"**The last {days} days** (by UTC)\n{said}"))
        alt = shortened(f"Bar chart of questions per day. {said}", limits.DISCORD_ALT)
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description=alt)))
        if listed := details(found):
            view.add_item(ui.TextDisplay(fitted([listed], limits.DISCORD_TEXT - view.content_length())))
        view.add_item(row([button(CustomId("csv", interaction.user.id, (str(days),)), CSV, QUIET)]))
        await interaction.followup.send(view=view, file=file, ephemeral=True)

    async def export(self, interaction: discord.Interaction[Any], days: int) -> None:
        """Send the counts of the last days as a table."""
        counts, first, last = self._counts(days if days in DAYS else DAYS[-1])
        file = discord.File(BytesIO(table(counts).encode()), f"faq-{first}-to-{last}.csv")
        await interaction.response.send_message(file=file, ephemeral=True)

    def _counts(self, days: int) -> tuple[list[Count], date, date]:
        last = today()
        first = last - timedelta(days - 1)
        return self._client.learning.tally.counts(first, last), first, last
