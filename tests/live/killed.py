"""A process that edits a FAQ file for ever, to be killed while it does."""

import asyncio
import itertools
from pathlib import Path
from random import Random

from bot.content.edits import Addition, Edit, Removal, Revision
from bot.content.model import Entry, Faq
from bot.data.database import Database
from bot.data.journal import Journal
from bot.live.editor import Editor
from bot.live.served import Served, load
from bot.live.watcher import Watcher

CURATOR = 5


def edit_for_ever(folder: str, seed: int, started: "object") -> None:
    """Edit the FAQ in a folder until killed."""
    asyncio.run(_edit(Path(folder), Random(seed), started))


async def _edit(folder: Path, random: Random, started: "object") -> None:
    with Database(folder / "data") as database:
        path, journal = folder / "faq.yaml", Journal(database)
        served = Served(load(path))
        watcher = Watcher(path, served, journal)
        editor = Editor(watcher, served, journal)
        await watcher.start()
        for number in itertools.count():
            preview = await editor.preview(_some_edit(served.now.faq, random))
            if number == 1:
                started.set()  # type: ignore[attr-defined]
            await editor.save(preview, CURATOR)


def _some_edit(faq: Faq, random: Random) -> Edit:
    number = random.randrange(10**9)
    kind = random.choice(["add", "revise", "remove"])
    if kind == "add" or len(faq.entries) < 3:
        answer = "It is one of many.\n\n" * random.randint(1, 60)
        return Addition(Entry(f"number-{number}", "numbers", f"What is {number}?", answer.strip(), (f"tell {number}",)))
    entry = random.choice(faq.entries)
    if kind == "remove" and len(faq.entries) > 8:
        return Removal(entry)
    return Revision(entry, Entry(entry.id, "numbers", entry.question, f"It is {number}.", (f"{entry.id} {number}",)))
