"""What `doctor` finds when it connects to Discord: clock, token, intents, gateway and commands; then the servers."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import aiohttp
import discord

from bot.chat import registration, run
from bot.chat.app import App
from bot.content.model import Faq, Source
from bot.data.database import Database
from bot.errors import BotError
from bot.live.served import Snapshot
from bot.matching.answerer import Answerer
from bot.ops.doctor import servers
from bot.ops.doctor.local import Finding
from bot.settings import Settings

CLOCK: Final = 5.0  # seconds that this computer's clock may be wrong: buttons and commands expire after three
READY: Final = 20.0  # seconds to wait for Discord's description of the servers
PORTAL: Final = "Developer Portal (https://discord.com/developers/applications), your application"


async def of_discord(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is found of the token, the application, the gateway, the commands and the servers."""
    if settings.discord_api_url:
        discord.http.Route.BASE = settings.discord_api_url
    if (clock := await _of_clock(discord.http.Route.BASE)) is not None:
        yield clock
    async with discord.Client(intents=discord.Intents(guilds=True), max_messages=None) as client:  # it does nothing
        try:
            await run.log_in(client, settings)
        except (TimeoutError, OSError, aiohttp.ClientError, discord.DiscordException, BotError) as error:
            yield _of_failure("Token", error)
            return
        yield Finding("Token", f"I am {client.user}.")
        for finding in _of_application(client, settings):
            yield finding
        connecting = asyncio.create_task(client.connect(reconnect=False))
        arrived = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait({connecting, arrived}, timeout=READY, return_when=asyncio.FIRST_COMPLETED)
            if not client.is_ready():
                failure = connecting.exception() if connecting.done() else TimeoutError()
                yield _of_failure("Gateway", failure or TimeoutError())
                return
            yield Finding("Gateway", f"connected, with {len(client.guilds)} of the servers that I am in.")
            yield await _of_commands(client, settings)
            for finding in servers.of_servers(client, settings):
                yield finding
        finally:
            for task in (connecting, arrived):
                task.cancel()
            await asyncio.gather(connecting, arrived, return_exceptions=True)


def _of_failure(what: str, error: BaseException) -> Finding:
    """Return what an operator can do about a log-in or connection that failed."""
    known = error if isinstance(error, BotError) else run.problem(error)
    if known is None:
        return Finding(what, f"{type(error).__name__}.", "Run the bot with LOG_LEVEL=debug, and look at what it says.")
    found, _, remedy = str(known).partition(". ")
    return Finding(what, f"{found}.", remedy or "Try again later.")


async def _of_clock(base: str) -> Finding | None:
    """Return how wrong the clock is by the time in Discord's response; None if it gives none."""
    try:
        timeout = aiohttp.ClientTimeout(10)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{base}/gateway") as response:
            theirs = parsedate_to_datetime(response.headers["Date"]).timestamp()
    except (aiohttp.ClientError, OSError, KeyError, ValueError):  # what follows says so
        return None
    ahead = time.time() - theirs
    if abs(ahead) <= CLOCK:
        return Finding("Clock", "right.")
    which = "ahead of" if ahead > 0 else "behind"
    remedy = "Let it be set by network time: sudo timedatectl set-ntp true"
    return Finding("Clock", f"this computer's is {abs(ahead):.0f} seconds {which} Discord's.", remedy)


def _of_application(client: discord.Client, settings: Settings) -> Iterator[Finding]:
    application = client.application
    assert application is not None
    if application.interactions_endpoint_url:
        found = "Discord sends commands and buttons to a web address, so that I never see them."
        remedy = f"{PORTAL}, General Information: empty Interactions Endpoint URL, Save Changes."
        yield Finding("Commands, delivery", found, remedy)
    flags = application.flags
    if not settings.message_content:
        yield Finding("Message Content Intent", "not asked for (MESSAGE_CONTENT=no).")
    elif flags.gateway_message_content or flags.gateway_message_content_limited:
        yield Finding("Message Content Intent", "on.")
    else:
        remedy = f"{PORTAL}, Bot, Privileged Gateway Intents: turn on Message Content Intent, Save Changes."
        yield Finding("Message Content Intent", "off, so watched channels stay silent.", remedy)


async def _of_commands(client: discord.Client, settings: Settings) -> Finding:
    """Compare what is registered with this version's commands: those of a bot that is never connected."""
    nothing = Faq(title="", source=Source("", ""), disclaimer="", entries=())
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder)) as empty:
        tree = App(settings, Snapshot(b"", Answerer(nothing)), empty, message_content=False).client.tree
        wanted = [command.to_dict(tree) for command in tree.get_commands()]
    there = await registration.registered(client)
    if registration.same(there, wanted):
        return Finding("Commands", f"registered: {', '.join(sorted(str(each['name']) for each in there))}.")
    found = "those that are registered are another version's" if there else "none is registered"
    return Finding("Commands", f"{found}.", "Start the bot (python -m bot run): it registers them.")
