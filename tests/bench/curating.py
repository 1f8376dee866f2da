"""How long curators wait, and members beside them, over real sockets.

    python -m tests.bench.curating [--rounds ROUNDS] [--json]

From saving the file by hand to the first answer from it; from a form to the preview; from pressing «Save» to the first
answer; how soon the bot acknowledges a form and a press; and how long a member waits who asks meanwhile. With the
shipped FAQ, and with one of 1,000 entries of 20 wordings. The bot and the stand-in for Discord share one core.
"""

import argparse
import asyncio
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.table import Table

from bot.chat.run import serve
from bot.content.yaml.read import check_faq
from bot.live import served
from bot.matching.meaning.embeddings import of_model
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS, Settings
from tests.standin import Channel, Member, StandIn
from tests.standin.world import MANAGE_GUILD

ROUNDS: Final = 5
ENTRIES: Final = 1_000
WORDINGS: Final = 20
PATIENCE: Final = 60.0  # seconds to wait for a large FAQ
ASKED_EVERY: Final = 0.02  # seconds between two questions of a member


@dataclass(frozen=True)
class Waited:
    """How long something took, in seconds."""

    faq: str
    what: str
    median: float
    worst: float


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.curating", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is done")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parsed = parser.parse_args()
    waited: list[Waited] = []
    for name, data in (("shipped", SHIPPED_FAQ.read_bytes()), (f"{ENTRIES:,} entries", _large())):
        Console(stderr=True).print(f"Measuring {name} …")
        waited += asyncio.run(_measure(name, data, parsed.rounds))
    if parsed.json:
        print(json.dumps([asdict(each) for each in waited], indent=2))
    else:
        _show(waited)


def _large() -> bytes:
    """A FAQ of many entries, each about two words of its own."""
    made = random.Random(7)
    letters = "bcdfghjklmnprstvw"
    words = ["".join(made.choice(letters) + made.choice("aeiou") for _ in range(3)) for _ in range(3 * ENTRIES)]
    starts, middles = ("what is", "how does", "can I use", "why does", "is"), ("with", "for a", "like", "near")
    frames = [f"{start} {{}} {middle} {{}}" for start in starts for middle in middles]
    entries = [
        {
            "id": f"entry-{number}",
            "section": f"section {number % 40}",
            "question": f"What about {words[2 * number]} and {words[2 * number + 1]}?",
            "also": [frame.format(words[2 * number], words[2 * number + 1]) for frame in frames[: WORDINGS - 1]],
            "answer": f"It is number {number}.",
        }
        for number in range(ENTRIES)
    ]
    whole = {"title": "T", "source": {"title": "S", "author": "A"}, "disclaimer": "D", "entries": entries}
    return yaml.safe_dump(whole, sort_keys=False).encode()


async def _measure(name: str, data: bytes, rounds: int) -> list[Waited]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faq.yaml"
        path.write_bytes(data)
        shutil.copy(SHIPPED_QUESTIONS, folder)
        async with StandIn() as discord:
            discord.description = None  # checking each request would take longer than the bot does
            guild = discord.guild()
            channel = discord.channel(guild)
            curator = discord.member("Cleo")
            curator.roles.append(discord.role(guild, "Managers", MANAGE_GUILD))
            settings = Settings(discord.token, faq_path=path, data_path=Path(folder), discord_api_url=discord.api_url)
            running = asyncio.create_task(serve(settings, served.load(path, of_model(None, Path(folder)))))
            await discord.connected()
            office = _Office(discord, channel, curator, path)
            found: dict[str, list[float]] = {}
            for number in range(rounds):
                async for what, seconds in office.work(number):
                    found.setdefault(what, []).append(seconds)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    return [Waited(name, what, statistics.median(times), max(times)) for what, times in found.items()]


class _Office:
    """A curator who edits, and members who ask meanwhile."""

    def __init__(self, discord: StandIn, channel: Channel, curator: Member, path: Path) -> None:
        self._discord, self._channel, self._curator, self._path = discord, channel, curator, path
        entry = check_faq("", path.read_bytes()).entries[0]
        self._entry, self._question = entry.id, entry.question

    async def work(self, number: int) -> Any:
        """One edit by hand and one from Discord; what was waited for, and how long."""
        discord = self._discord
        worst = asyncio.create_task(self._worst_wait())
        answer = f"By hand, {number}."
        text = self._path.read_text()
        (old,) = {each.answer for each in check_faq("", text.encode()).entries if each.id == self._entry}
        start = time.perf_counter()
        self._path.write_text(text.replace(old, answer, 1) if "\n" not in old else _with(text, self._entry, answer))
        yield "saved by hand to first answer", await self._answered(answer, start)

        used = await discord.command(self._curator, self._channel, "curate edit", entry=self._entry)
        form = await discord.form_of(used)
        yield "/curate edit to its form", used.answered_after or 0.0
        answer = f"From Discord, {number}."
        start = time.perf_counter()
        sent = await discord.submit(self._curator, form, {"Answer": answer})
        screen = await asyncio.wait_for(sent.answers.get(), PATIENCE)
        yield "form to preview", time.perf_counter() - start
        yield "form, acknowledged", sent.answered_after or 0.0
        start = time.perf_counter()
        pressed = await discord.press(self._curator, screen, "Save")
        yield "Save to first answer", await self._answered(answer, start)
        saved = await asyncio.wait_for(pressed.answers.get(), PATIENCE)
        assert saved.text.startswith("Saved"), saved.text
        yield "Save, acknowledged", pressed.answered_after or 0.0
        self._asking = False
        await worst
        yield "a member's question meanwhile, the slowest", max(self._waits)

    async def _answered(self, answer: str, start: float) -> float:
        while answer not in await self._ask():  # noqa: ASYNC110 - a member who asks again and again
            await asyncio.sleep(ASKED_EVERY)
        return time.perf_counter() - start

    async def _ask(self) -> str:
        used = await self._discord.command(Member("Ann"), self._channel, "ask", question=self._question)
        return str((await self._discord.answer_to(used)).text)

    async def _worst_wait(self) -> None:
        self._waits: list[float] = []
        self._asking = True
        while self._asking:  # a cancellation can be lost in asyncio.wait_for before Python 3.12
            start = time.perf_counter()
            await self._ask()
            self._waits.append(time.perf_counter() - start)
            await asyncio.sleep(ASKED_EVERY)


def _with(text: str, entry: str, answer: str) -> str:
    """The text of a file with another answer in an entry whose answer is a block."""
    head, _, tail = text.partition(f"- id: {entry}\n")
    before, _, rest = tail.partition("    answer: |\n")
    lines = rest.splitlines(keepends=True)
    kept = next(at for at, line in enumerate(lines) if line.strip() and not line.startswith("      "))
    return f"{head}- id: {entry}\n{before}    answer: |\n      {answer}\n{''.join(lines[kept:])}"


def _rows(waited: list[Waited]) -> Iterator[tuple[str, ...]]:
    for each in waited:
        yield each.faq, each.what, f"{each.median:.3f}", f"{each.worst:.3f}"


def _show(waited: list[Waited]) -> None:
    table = Table("FAQ", "", title="Seconds that curators wait")
    for column in ("median", "worst"):
        table.add_column(column, justify="right")
    for row in _rows(waited):
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
