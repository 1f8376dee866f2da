"""What the bot answers from at this moment: one frozen snapshot of the FAQ file, replaced in one assignment."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from bot.content import file
from bot.content.model import Faq
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.learn import worker

if TYPE_CHECKING:
    from bot.matching.meaning.embeddings import Embeddings

Found = TypeVar("Found")


@dataclass(frozen=True)
class Snapshot:
    """The bytes of a good FAQ file, and what answers from them."""

    data: bytes
    answerer: Answerer

    @property
    def faq(self) -> Faq:
        """What the file says."""
        return self.answerer.faq


@dataclass(frozen=True)
class Good:
    """The file is what the bot answers from."""

    error: None = None
    refused: None = None


@dataclass(frozen=True)
class Broken:
    """The file has problems, and the bot answers from the last good one."""

    error: BotError
    refused: bytes  # what the file says


@dataclass(frozen=True)
class Unreadable:
    """The file cannot be read, and the bot answers from the last good one."""

    error: BotError
    refused: None = None


FileState: TypeAlias = Good | Broken | Unreadable


@dataclass
class Served:
    """What is served now, and how the file is. `now` is replaced as a whole, never changed."""

    now: Snapshot
    file: FileState = Good()
    _thread: ThreadPoolExecutor = field(init=False, default_factory=lambda: ThreadPoolExecutor(1, "matching"))

    def serve(self, snapshot: Snapshot) -> None:
        """Answer from another snapshot, which is what the file says."""
        self.now, self.file = snapshot, Good()

    async def ask(self, work: Callable[[Answerer], Found]) -> Found:
        """Return what `work` makes of what answers now, in the order in which it is asked for.

        With a sentence model it is done in a thread: a long question takes that 30 ms, for which nothing else shall
        wait.
        """
        answerer = self.now.answerer
        if answerer.embeddings is None:
            return work(answerer)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, answerer)


def load(path: Path, embeddings: "Embeddings | None" = None) -> Snapshot:
    """Return a snapshot of a FAQ file, ready to answer. Raises UnreadableFileError or BrokenFileError."""
    data = file.read_bytes(path)
    return Snapshot(data, worker.answerer(file.shown_path(path), data, embeddings))
