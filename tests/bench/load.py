"""What the bot costs beside a bare client that echoes and the usual FAQ bot: processor time a message, and memory.

    python -m tests.bench.traffic --load [--messages MESSAGES] [--json]

Each is a process of its own with a stand-in for Discord of its own, which sends the same mentions to all. They take
turns, a block of messages each.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.matching.quality import questions
from bot.settings import SHIPPED_QUESTIONS
from tests.conftest import ROOT, clean_environment
from tests.standin import Channel, Member, StandIn

MESSAGES: Final = 100_000
BLOCK: Final = 2_000  # messages between two changes of turn: processor time comes in hundredths of a second
AT_ONCE: Final = 20
VARIANTS: Final = 997  # of each question: with a number behind it
CHANNELS: Final = 25
SETTLING: Final = 4.0  # seconds after connecting, for what a client does at its start
ENDING: Final = 10.0  # seconds that a client has to end
BY_WORDS: Final = "import sys; sys.modules['onnxruntime'] = None; from bot.__main__ import main; main(['run'])"
CLIENTS: Final = {
    "bare client": ["-m", "tests.bench.echo"],
    "usual bot": ["-m", "tests.bench.usual"],
    "bot without meaning": ["-c", BY_WORDS],
    "bot": ["-m", "bot", "run"],
}
MIB: Final = 2**20


@dataclass
class Client:
    """A client's process, and what it was measured at."""

    name: str
    discord: StandIn
    channels: list[Channel]
    process: psutil.Popen
    resident_at_start: float = 0.0  # MiB, after a first block
    resident_at_end: float = 0.0
    milliseconds: list[float] = field(default_factory=list)  # of processor time for each message, by block
    rates: list[float] = field(default_factory=list)  # messages a second, by block

    @property
    def resident(self) -> float:
        """MiB of memory now."""
        return float(self.process.memory_info().rss) / MIB

    @property
    def used(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@dataclass(frozen=True)
class Cost:
    """What one client costs."""

    name: str
    cpu_ms: float  # median of the blocks
    messages_per_second: float
    resident_at_start: float
    growth: float  # MiB


def measure(messages: int, *, as_json: bool) -> None:
    """Give each client so many messages, and print a table or JSON."""
    costs = asyncio.run(_measure(messages))
    if as_json:
        print(json.dumps(list(map(asdict, costs)), indent=2))
    else:
        _show(costs)


async def _measure(messages: int) -> list[Cost]:
    texts = [question.text for question in questions.read("", SHIPPED_QUESTIONS.read_bytes())]
    with tempfile.TemporaryDirectory() as folder:
        clients = [await _started(name, folder) for name in CLIENTS]
        try:
            with Progress(console=Console(stderr=True), transient=True) as progress:
                task = progress.add_task("Asking", total=messages)
                for client in clients:  # until each has loaded what it needs to answer
                    await _block(client, texts, 0)
                    client.milliseconds.clear()
                    client.rates.clear()
                    client.resident_at_start = client.resident
                for start in range(0, messages, BLOCK):
                    for client in clients:
                        await _block(client, texts, start)
                    progress.advance(task, BLOCK)
            return [_cost(client) for client in clients]
        finally:
            for client in clients:
                client.process.terminate()
                await asyncio.to_thread(client.process.wait, ENDING)
                await client.discord.__aexit__()


async def _started(name: str, folder: str) -> Client:
    discord = await StandIn().__aenter__()
    discord.description = None  # checking each request would take longer than the clients do
    guild = discord.guild()
    channels = [discord.channel(guild, f"channel-{number}") for number in range(CHANNELS)]
    variables = {"DISCORD_API_URL": discord.api_url, "DISCORD_TOKEN": discord.token, "DATA_PATH": f"{folder}/{name}"}
    process = psutil.Popen(
        [sys.executable, *CLIENTS[name]], cwd=ROOT, env=clean_environment() | variables, stderr=-3, stdout=-3
    )
    await discord.connected()
    await asyncio.sleep(SETTLING)
    return Client(name, discord, channels, process)


async def _block(client: Client, texts: Sequence[str], start: int) -> None:
    """Ask a block of questions, AT_ONCE at a time, each by a member of its own."""
    discord, before, began = client.discord, client.used, time.perf_counter()
    for number in range(start, start + BLOCK, AT_ONCE):
        asked = [
            await discord.say(
                Member(f"member {each}"),
                client.channels[each % CHANNELS],
                discord.to_bot(f"{texts[each % len(texts)]} {each % VARIANTS}"),  # of which no embedding is kept
            )
            for each in range(number, number + AT_ONCE)
        ]
        await discord.until(lambda asked=asked: all(map(discord.replies, asked)) or None)  # type: ignore[misc]
        for channel in client.channels:  # or the stand-in would search longer and longer
            channel.messages.clear()
    client.milliseconds.append(1e3 * (client.used - before) / BLOCK)
    client.rates.append(BLOCK / (time.perf_counter() - began))
    client.resident_at_end = client.resident
    discord.rest.requests.clear()
    for session in discord.gateway.sessions.values():
        session.events[:] = [{}] * len(session.events)  # a session that is resumed counts them


def _cost(client: Client) -> Cost:
    return Cost(
        client.name,
        statistics.median(client.milliseconds),
        statistics.median(client.rates),
        client.resident_at_start,
        client.resident_at_end - client.resident_at_start,
    )


def _show(costs: Sequence[Cost]) -> None:
    table = Table("", title="The cost of an answer")
    for column in ("CPU ms a message", "messages a second", "MiB when warm", "MiB more at the end"):
        table.add_column(column, justify="right")
    for each in costs:
        numbers = (each.cpu_ms, each.messages_per_second, each.resident_at_start, each.growth)
        table.add_row(each.name, *(f"{number:.2f}" for number in numbers))
    bare, usual, without, bot = costs
    table.add_section()
    for one in (without, bot):
        for other in (bare, usual):
            table.add_row(f"{one.name} to {other.name}", *(f"{ratio:.2f}" for ratio in _ratios(one, other)), "")
    Console().print(table)


def _ratios(bot: Cost, other: Cost) -> tuple[float, float, float]:
    """Return the bot's processor time, messages a second and memory at the start, each by another client's."""
    return (
        bot.cpu_ms / other.cpu_ms,
        bot.messages_per_second / other.messages_per_second,
        bot.resident_at_start / other.resident_at_start,
    )
