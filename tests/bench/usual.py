"""The usual FAQ bot, to compare the bot with: `commands.Bot`, and rapidfuzz's WRatio over all wordings."""

import asyncio
from typing import Final

import discord
from discord.ext import commands
from rapidfuzz import fuzz, process

from bot.content import file
from bot.settings import SHIPPED_FAQ
from tests.bench.echo import connect

SURE: Final = 70  # of 100: the score from which it answers, as such bots have it
UNKNOWN: Final = "I don't know."


class UsualBot(commands.Bot):
    """Answers whoever mentions it with the entry whose wording is most like the question."""

    def __init__(self) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
        )
        entries = file.checked(SHIPPED_FAQ).entries
        self._answers = {wording: entry.answer for entry in entries for wording in entry.wordings}
        self._wordings = list(self._answers)

    async def on_message(self, message: discord.Message, /) -> None:
        """Reply to a mention."""
        if message.author == self.user or self.user not in message.mentions:
            return
        question = message.content.partition(">")[2].strip()  # what follows the mention
        found = process.extractOne(question, self._wordings, scorer=fuzz.WRatio, score_cutoff=SURE)
        await message.reply(self._answers[found[0]] if found else UNKNOWN)


if __name__ == "__main__":
    asyncio.run(connect(UsualBot()))
