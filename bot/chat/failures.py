"""The one way from a failure to a log line and, if somebody waits, a private sentence with the same number."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import discord

from bot.errors import BotError

log = logging.getLogger(__name__)

# What Discord says that is nobody's mistake, by its error codes ("Opcodes and Status Codes", JSON error codes).
MESSAGE_GONE: Final = frozenset({10003, 10008})  # the channel or the message was deleted meanwhile
EXPIRED: Final = frozenset({10015, 10062, 40060, 50027})  # the interaction can no longer be answered, or was already
NOT_PERMITTED: Final = frozenset({50001, 50013})
NO_HISTORY: Final = 160002  # a reply needs Read Message History
NO_DIRECT_MESSAGES: Final = frozenset({50007, 50278})  # the member takes none from the bot
AUTOMOD: Final = 200000

_NAMED: Final = {
    **dict.fromkeys(MESSAGE_GONE, "the message is gone"),
    **dict.fromkeys(EXPIRED, "Discord takes no more answers to it: it came too late or was answered already"),
    **dict.fromkeys(NOT_PERMITTED, "the bot may not do this here; check its permissions in this channel"),
    **dict.fromkeys(NO_DIRECT_MESSAGES, "the member takes no direct messages from the bot"),
    AUTOMOD: "AutoMod blocked the text; allow the bot in Server Settings, AutoMod",
}


def named(error: BaseException) -> str | None:
    """Return what happened if Discord's error says that it is nobody's mistake; None for every other error."""
    return _NAMED.get(error.code) if isinstance(error, discord.HTTPException) else None


@contextmanager
def unless_gone() -> Iterator[None]:
    """Let it pass that a message is gone: what was to be done about it no longer matters."""
    try:
        yield
    except discord.HTTPException as error:
        if error.code not in MESSAGE_GONE:
            raise


def record(what: str, error: BaseException) -> str:
    """Log that `what` failed, and return the reference number of the log line."""
    reference = secrets.token_hex(4)
    if (reason := named(error)) is not None:
        log.warning("%s failed, reference %s: %s.", what, reference, reason)
    else:
        log.error("%s failed, reference %s.", what, reference, exc_info=error)
    return reference


async def keep_running(what: str, run: Callable[[], Awaitable[None]], pause: float = 1.0) -> None:
    """Run something that goes on for ever. If it fails, that is logged, and it runs again after a pause, in seconds."""
    while True:
        try:
            await run()
        except Exception as error:  # whatever it is
            record(what, error)
        await asyncio.sleep(pause)


async def apologise(interaction: discord.Interaction[Any], what: str, error: BaseException) -> None:
    """Log that `what` failed, and tell the member who set it off, privately; with what to do, if that is known."""
    if isinstance(error, BotError):
        log.warning("%s failed: %s", what, error)
        sentence = str(error)
    else:
        reference, reason = record(what, error), named(error)
        if isinstance(error, discord.HTTPException) and error.code in EXPIRED:
            return  # nor would it take an apology
        because = f" {reason[0].upper()}{reason[1:]}." if reason else ""
        again = f"If it happens again, tell a moderator the number {reference}."
        sentence = f"Sorry, that went wrong on my side.{because} {again}"
    try:
        await tell(interaction, sentence)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failure:  # the log has what it is about already
        log.warning("An apology could not be sent: %s", failure)


async def tell(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Say one sentence to the member behind an interaction, privately, whether or not it was answered before."""
    if interaction.response.is_done():
        await interaction.followup.send(sentence, ephemeral=True)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)
