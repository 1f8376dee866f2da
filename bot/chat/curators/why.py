"""`/curate why`: why the bot decides about a question as it does (explanation of the ranking and of the decision)."""

import asyncio
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.text import code, fitted, sentence_screen
from bot.content import limits
from bot.content.edits import line_of
from bot.live.served import Served
from bot.matching.answerer import Answerer
from bot.matching.decision import Origin, decide
from bot.matching.explain import explain


@dataclass(frozen=True)
class Why:
    """Explains decisions to curators."""

    _served: Served

    async def show(self, interaction: discord.Interaction[Any], question: str, overheard: bool) -> None:
        """Explain a decision. `overheard`: as about a message in a watched channel."""
        origin = Origin.WATCHED if overheard else Origin.ASK
        explained = code(await asyncio.to_thread(_explained, self._served.now.answerer, question, origin))
        view = sentence_screen(fitted([f"**{line_of(question)[:300]}**", explained], limits.DISCORD_TEXT))
        await interaction.response.send_message(view=view, ephemeral=True)


def _explained(answerer: Answerer, question: str, origin: Origin) -> str:
    ranking = answerer.match(question)
    return explain(answerer, ranking, decide(ranking, origin))
