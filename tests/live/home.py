"""A FAQ file that is watched and edited, for the tests of both."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.content.edits import Addition, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry
from bot.data.database import Database
from bot.data.drafts import DraftStore
from bot.data.journal import Journal
from bot.live.editor import Editor
from bot.live.served import Served, load
from bot.live.watcher import News, Watcher
from tests.content.yaml.test_mistakes import GOOD
from tests.patience import PATIENCE

ANN, BEN = 1, 2
THREE = Entry("three", "s", "What is three?", "It is three.")


class Home:
    """A FAQ file that is watched, and what was reported about it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "faq" / "faq.yaml"
        self.path.parent.mkdir()
        self.path.write_text(GOOD)
        self.data = folder / "data"
        self.database = Database(self.data)
        self.journal = Journal(self.database)
        self.drafts = DraftStore(self.database)
        self.served = Served(load(self.path))
        self.watcher = Watcher(self.path, self.served, self.journal)
        self.editor = Editor(self.watcher, self.served, self.journal)

    def watcher_of_a_later_start(self) -> Watcher:
        return Watcher(self.path, Served(load(self.path)), self.journal)

    def entry(self, name: str) -> Entry:
        found = self.served.now.faq.entry(name)
        assert found is not None
        return found

    async def told(self) -> News:
        """The next that is reported, when it comes."""
        return await asyncio.wait_for(self.watcher.news.get(), PATIENCE)

    async def edit(self, edit: Addition | Revision | Removal | Import | Undoing | OffTopicLines, who: int = ANN) -> str:
        """Save an edit; what was done."""
        change = await self.editor.save(await self.editor.preview(edit), who)
        await self.told()
        return change.what


def write_in_place(path: Path, text: str) -> None:
    path.write_text(text)
