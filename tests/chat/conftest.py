"""What the tests of the Discord side share: a channel, and a member to write in it."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat.desk import Desk
from tests.patience import PATIENCE
from tests.smallfaq import small_questions
from tests.standin import Channel, Member, StandIn
from tests.standin.world import MANAGE_GUILD


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


@pytest.fixture
def curator(discord: StandIn, general: Channel) -> Member:
    """A member who may manage the home server."""
    assert general.guild is not None
    member = discord.member("Cleo")
    member.roles.append(discord.role(general.guild, "Managers", MANAGE_GUILD))
    return member


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file that the bot answers from; known questions lie beside it."""
    (tmp_path / "questions.yaml").write_bytes(small_questions())
    return tmp_path / "faq.yaml"


@pytest.fixture
def desk(discord: StandIn, curator: Member, general: Channel) -> Desk:
    return Desk(discord, curator, general)
