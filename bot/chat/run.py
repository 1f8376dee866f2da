"""`run`: from settings and FAQ to a connected client, and a clean end; what goes wrong is one line and an exit code."""

import asyncio
import contextlib
import logging
import signal
import time
from argparse import Namespace
from typing import Final

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route

from bot.chat import failures
from bot.chat.app import App
from bot.chat.client import FaqClient
from bot.data.database import Database
from bot.data.lock import only_one
from bot.errors import BotError
from bot.live import served
from bot.live.served import Snapshot
from bot.matching.meaning.embeddings import of_model
from bot.ops import logs
from bot.settings import Settings, SettingsError, environment

log = logging.getLogger(__name__)

AGAIN: Final = 0.1  # seconds after which a connection is told again that it shall end
UNREADABLE: Final = (AttributeError, TypeError, ValueError, LookupError)  # discord.py's for an event it cannot read
NEW_SESSION: Final = 5.0  # seconds before another session begins: Discord allows one in that time
PATIENCE: Final = 1.0  # seconds within which it ends, or is closed as it is
UNREACHABLE: Final = (
    "Discord cannot be reached. Check this machine's connection; https://discordstatus.com says whether Discord has "
    "trouble."
)


class UnreachableError(BotError):
    """Discord could not be reached, or did not do what the bot needs."""

    exit_code = 1


class RefusedTokenError(SettingsError):
    """Discord does not accept the token."""

    def __init__(self) -> None:
        super().__init__(
            "Discord refused the token. Copy a new one from the Developer Portal (your application, Bot, Reset Token) "
            "into .env as DISCORD_TOKEN."
        )


def run(arguments: Namespace) -> int:
    """Run the bot until SIGINT or SIGTERM. Raises BotError for what an operator can mend."""
    settings = Settings.read(environment(), faq_path=arguments.faq)
    logs.configure(settings.log_level)
    embeddings = of_model(settings.model_path, settings.data_path)
    asyncio.run(serve(settings, served.load(settings.faq_path, embeddings)))
    return 0


async def serve(settings: Settings, snapshot: Snapshot) -> None:
    """Connect and answer until SIGINT or SIGTERM. `snapshot`: the FAQ file of the settings.

    Raises UnreachableError, RefusedTokenError, RunningError or DataFolderError.
    """
    if settings.discord_api_url:
        Route.BASE = settings.discord_api_url
    stop = _stopped_by_signals()
    with only_one(settings.data_path), Database(settings.data_path) as database:
        try:
            await _serve(App(settings, snapshot, database, message_content=settings.message_content), settings, stop)
        except discord.PrivilegedIntentsRequired:
            log.warning(
                "Discord does not let me read all messages, so watched channels stay silent; all else works. Turn on "
                "Message Content Intent in the Developer Portal (your application, Bot), or set MESSAGE_CONTENT=no."
            )
            await _serve(App(settings, snapshot, database, message_content=False), settings, stop)


async def _serve(app: App, settings: Settings, stop: asyncio.Task[bool]) -> None:
    """Connect one client and answer until told to stop."""
    async with app.client as client:
        connection = asyncio.create_task(_connect(client, settings))
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
        finally:  # before the client is closed, which has no events to give any more then
            await cut_off(connection)
        await client.finish()
        log.info("Stopping.")


async def cut_off(task: asyncio.Task[None]) -> None:
    """Cancel a task until it has ended, PATIENCE seconds at most.

    Once is not always enough: asyncio.wait_for, by which discord.py connects again, forgets a cancellation that comes
    just when the connection fails (Python issue 86296; mended in 3.12).
    """
    until = time.monotonic() + PATIENCE
    while not task.done() and time.monotonic() < until:
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN)
    if task.done() and not task.cancelled():
        task.exception()  # which nobody asks for any more


async def _connect(client: FaqClient, settings: Settings) -> None:
    """Log in and stay connected. Raises UnreachableError, RefusedTokenError or PrivilegedIntentsRequired."""
    try:
        await log_in(client, settings)
        await _stay_connected(client)
    except AttributeError as error:
        if client.ws is not None:
            raise
        # What discord.py 2.7 raises where the gateway could not be reached even once.
        raise UnreachableError(f"{UNREACHABLE} (gateway)") from error
    except (TimeoutError, OSError, aiohttp.ClientError, discord.DiscordException) as error:
        if (known := problem(error)) is None:
            raise
        raise known from error


async def _stay_connected(client: FaqClient) -> None:
    """Stay connected, until the client is closed. An event that discord.py cannot read takes no other with it."""
    while True:
        try:
            return await client.connect()
        except UNREADABLE as error:
            if client.ws is None:  # what discord.py 2.7 raises if the gateway was never reached
                raise
            failures.record("Reading an event", error)
        await _read_on(client.ws)
        client.dispatch("disconnect")
        await asyncio.sleep(NEW_SESSION)


async def _read_on(connection: DiscordWebSocket) -> None:
    """Read events until the connection ends. It is open still after an event that cannot be read, which made
    discord.py's own loop end; what is missed before the next session is looked for when that begins.
    """
    while True:
        try:
            await connection.poll_event()
        except UNREADABLE as error:
            failures.record("Reading an event", error)
        except (ReconnectWebSocket, discord.ConnectionClosed, aiohttp.ClientError, OSError):
            return await connection.close()


def problem(error: BaseException) -> BotError | None:
    """Return what an operator can do about a connection that failed; None if that is not known."""
    match error:
        case discord.LoginFailure() | discord.ConnectionClosed(code=4004):  # "Gateway Close Event Codes"
            return RefusedTokenError()
        case discord.ConnectionClosed():
            return UnreachableError(f"Discord closed the connection with code {error.code}.")
        case discord.HTTPException():
            what = f"Discord answered with the error {error.status}{_said(error.text)}."
            return UnreachableError(f"{what} Try again later; https://discordstatus.com says whether it has trouble.")
        case TimeoutError() | OSError() | aiohttp.ClientError() | discord.GatewayNotFound():
            return UnreachableError(f"{UNREACHABLE} ({type(error).__name__})")
    return None


async def log_in(client: discord.Client, settings: Settings) -> None:
    """Log in, and learn where the gateway is. Raises UnreachableError and what discord.py raises."""
    try:
        await client.login(settings.discord_token)
        if settings.discord_api_url:
            _, gateway, _ = await client.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    except (TypeError, KeyError, ValueError) as error:  # an answer that is not JSON, or another's
        raise UnreachableError(
            "What answered is not Discord. Check this machine's connection (a log-in page?) and DISCORD_API_URL."
        ) from error


def _said(text: str) -> str:
    """Return what an error response said, in brackets: one line, cut if it is long; "" if it is a web page."""
    line = " ".join(text.split())
    return f" ({line[:100]})" if line and not line.startswith("<") else ""


def _stopped_by_signals() -> asyncio.Task[bool]:
    """Return a task that ends when the process is told to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        # Windows knows no such handlers; there, Ctrl-C ends asyncio.run, which closes the client all the same.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(each, stopped.set)
    return asyncio.create_task(stopped.wait())
