"""What the tests of the Discord side share: a channel, and a member to write in it."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from tests.standin import Channel, Member, StandIn
from tests.standin.server import PATIENCE


@pytest.fixture
def general(discord: StandIn) -> Channel:
    return discord.channel(discord.guild())


@pytest.fixture
def ann(discord: StandIn) -> Member:
    return discord.member("Ann")


class Logged(logging.Handler):
    """What the bot logs at warning or above, as it comes."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.put_nowait(record.getMessage())

    async def line(self) -> str:
        """The next line."""
        return await asyncio.wait_for(self._lines.get(), PATIENCE)

    def nothing_else(self) -> bool:
        return self._lines.empty()


@pytest.fixture
def logged() -> Iterator[Logged]:
    """What the bot logs."""
    handler = Logged()
    logging.getLogger("bot").addHandler(handler)
    yield handler
    logging.getLogger("bot").removeHandler(handler)
