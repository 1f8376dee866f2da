"""The one road from an unexpected exception to a log line and a private sentence with the same reference number."""

import logging
import secrets
from typing import Any

import aiohttp
import discord

log = logging.getLogger(__name__)


def record(what: str, error: BaseException) -> str:
    """Log that `what` failed, and return the reference number of the log line."""
    reference = secrets.token_hex(4)
    log.error("%s failed, reference %s.", what, reference, exc_info=error)
    return reference


async def apologise(interaction: discord.Interaction[Any], what: str, error: BaseException) -> None:
    """Log that `what` failed, and tell the member who set it off, privately."""
    reference = record(what, error)
    sentence = f"Sorry, that went wrong on my side. If it happens again, tell a moderator the number {reference}."
    try:
        await tell(interaction, sentence)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failure:  # the log has its reference already
        log.warning("The apology %s could not be sent: %s", reference, failure)


async def tell(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Say one sentence to the member behind an interaction, privately, whether or not it was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)
