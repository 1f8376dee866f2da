"""What the tests of the Discord side share: a channel, and a member to write in it."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import SHIPPED_QUESTIONS
from tests.chat.desk import Desk
from tests.patience import PATIENCE
from tests.standin import Channel, Member, StandIn
from tests.standin.world import MANAGE_GUILD


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


@pytest.fixture
def curator(discord: StandIn, general: Channel) -> Member:
    """A member who may manage the home server."""
    assert general.guild is not None
    member = discord.member("Cleo")
    member.roles.append(discord.role(general.guild, "Managers", MANAGE_GUILD))
    return member


@pytest.fixture
def staff(discord: StandIn, general: Channel) -> Channel:
    assert general.guild is not None
    return discord.channel(general.guild, "staff")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file that the bot answers from; its known questions lie beside it."""
    (tmp_path / "questions.yaml").write_bytes(SHIPPED_QUESTIONS.read_bytes())
    return tmp_path / "faq.yaml"


@pytest.fixture
def desk(discord: StandIn, curator: Member, general: Channel) -> Desk:
    return Desk(discord, curator, general)
