"""How soon members see something while the bot is asked 50 questions a second, over real sockets.

    python -m tests.bench.traffic [--seconds SECONDS] [--rate QUESTIONS] [--json]
    python -m tests.bench.traffic --faults [--messages MESSAGES] [--json]
    python -m tests.bench.traffic --load [--messages MESSAGES] [--json]

The bot and the stand-in for Discord share one process and one core, so the bot alone is faster than this says. With
--faults it says instead what becomes of 10,000 questions while everything goes wrong; it exits with 1 where one was
answered twice, or neither answered nor its loss logged. With --load it says what the bot costs beside other clients.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.chat.run import serve
from bot.live import served
from bot.matching.meaning.embeddings import of_model
from bot.matching.quality import questions
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS, Settings
from tests.bench import load
from tests.chat.storm import Outcome, Storm
from tests.standin import Channel, Member, Message, StandIn
from tests.standin.world import Interaction

RATE: Final = 50.0  # questions a second; every second one is a command, the others are mentions
SECONDS: Final = 20.0
MESSAGES: Final = 10_000
WARM_UP: Final = 20  # questions before that are not counted
COMMAND: Final = "/ask, first response"
MENTION: Final = "mention, reply"


@dataclass(frozen=True)
class Waiting:
    """How long members waited."""

    way: str
    asked: int
    answered: int
    median_ms: float
    p99_ms: float
    worst_ms: float


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.traffic", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to ask")
    parser.add_argument("--rate", type=float, default=RATE, help="questions a second")
    parser.add_argument("--faults", action="store_true", help="ask while everything goes wrong")
    parser.add_argument("--load", action="store_true", help="measure processor time and memory beside other clients")
    parser.add_argument(
        "--messages", type=int, help=f"how many, with --faults ({MESSAGES:,}) or --load ({load.MESSAGES:,})"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parsed = parser.parse_args()
    if parsed.faults:
        sys.exit(_under_faults(parsed.messages or MESSAGES, as_json=parsed.json))
    if parsed.load:
        load.measure(parsed.messages or load.MESSAGES, as_json=parsed.json)
        return
    waited = asyncio.run(_measure(parsed.seconds, parsed.rate))
    if parsed.json:
        print(json.dumps({"rate": parsed.rate, "waiting": list(map(asdict, waited))}, indent=2))
    else:
        _show(waited, parsed.rate)


def _under_faults(messages: int, *, as_json: bool) -> int:
    """Ask under faults, and print what became of the questions; 1 where something did that must not."""
    outcome = asyncio.run(_storm(messages))
    wrong = len(outcome.twice) + len(outcome.never)
    figures = {"asked": outcome.asked, "answered once": outcome.once, "loss logged": outcome.logged}
    figures |= {"answered twice": len(outcome.twice), "lost without a word": len(outcome.never)}
    if as_json:
        print(json.dumps({"questions": figures, "faults": outcome.happened}, indent=2))
    else:
        table = Table("", "", title="Questions under faults")
        for name, count in (*figures.items(), *outcome.happened.items()):
            table.add_row(name, f"{count:,}")
        Console().print(table)
    return 1 if wrong else 0


async def _storm(messages: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder, Progress(console=Console(stderr=True), transient=True) as progress:
        async with StandIn() as discord:
            discord.description = None
            storm = Storm(discord, Path(folder), messages, restarts=max(1, messages // 300))
            task = progress.add_task("Asking", total=messages)
            return await storm.run(lambda: progress.advance(task))


async def _measure(seconds: float, rate: float) -> list[Waiting]:
    loaded = served.load(SHIPPED_FAQ, of_model(None, None))
    texts = [question.text for question in questions.read("", SHIPPED_QUESTIONS.read_bytes())]
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn() as discord:
            discord.description = None  # checking each request would take longer than the bot does
            channel = discord.channel(discord.guild())
            settings = Settings(discord.token, data_path=Path(folder), discord_api_url=discord.api_url)
            running = asyncio.create_task(serve(settings, loaded))
            await discord.connected()
            await _ask(discord, channel, texts[:WARM_UP], rate, "Warming up")
            count = int(seconds * rate)
            asked = [f"{texts[number % len(texts)]} {number}" for number in range(count)]  # no embedding is kept of it
            waited = await _ask(discord, channel, asked, rate, "Asking")
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return waited


async def _ask(discord: StandIn, channel: Channel, texts: Sequence[str], rate: float, what: str) -> list[Waiting]:
    """Put questions at an even rate, each by a member of its own, and wait for all that is answered."""
    commands: list[Interaction] = []
    mentions: list[Message] = []
    start = time.perf_counter()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=len(texts))
        for number, text in enumerate(texts):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            member = Member(f"member {number}")
            if number % 2:
                commands.append(await discord.command(member, channel, "ask", question=text))
            else:
                mentions.append(await discord.say(member, channel, discord.to_bot(text)))
            progress.advance(task)
    wanted = {each.id for each in mentions}
    with contextlib.suppress(TimeoutError):  # what is not answered by then is missing in the table
        await discord.until(lambda: all(each.answered_after for each in commands) or None)
        await discord.until(lambda: _replies(channel).keys() >= wanted or None)
    replies = _replies(channel)
    by_command = [1e3 * each.answered_after for each in commands if each.answered_after is not None]
    by_mention = [
        float(_milliseconds(replies[each.id]) - _milliseconds(each.id)) for each in mentions if each.id in replies
    ]
    return [_waiting(COMMAND, len(commands), by_command), _waiting(MENTION, len(mentions), by_mention)]


def _replies(channel: Channel) -> dict[int, int]:
    """The ids of messages, and of their replies."""
    return {each.replies_to.id: each.id for each in channel.messages if each.replies_to is not None}


def _milliseconds(message: int) -> int:
    """When a message was written, from its id (reference, "Snowflakes")."""
    return message >> 22


def _waiting(way: str, asked: int, waited: Sequence[float]) -> Waiting:
    ordered = sorted(waited) or [float("nan")]
    return Waiting(way, asked, len(waited), statistics.median(ordered), ordered[int(0.99 * len(ordered))], ordered[-1])


def _show(waited: Sequence[Waiting], rate: float) -> None:
    table = Table("", title=f"{rate:.0f} questions a second")
    for column in ("asked", "answered", "median ms", "p99 ms", "worst ms"):
        table.add_column(column, justify="right")
    for each in waited:
        times = (f"{each.median_ms:.0f}", f"{each.p99_ms:.0f}", f"{each.worst_ms:.0f}")
        table.add_row(each.way, str(each.asked), str(each.answered), *times)
    Console().print(table)


if __name__ == "__main__":
    main()
