"""What all tests share: the shipped FAQ, a small one, and the real client connected to the stand-in."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import fields
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml
from discord.gateway import KeepAliveHandler

from bot.chat.run import serve
from bot.content.yaml.read import check_faq
from bot.live.served import Snapshot
from bot.live.served import load as snapshot_of
from bot.matching.answerer import Answerer
from bot.settings import SHIPPED_FAQ, Settings
from bot.terminal.load import load
from tests.content.yaml.yamlfiles import as_data
from tests.patience import PATIENCE
from tests.smallfaq import small_faq
from tests.standin import Channel, Member, StandIn

ROOT = Path(__file__).parent.parent

# How many examples a property test tries. The time that one takes says more about the machine than about the bot.
USUAL = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("default", USUAL, max_examples=15)
hypothesis.settings.register_profile("thorough", USUAL, max_examples=500)  # --hypothesis-profile=thorough
hypothesis.settings.load_profile("default")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes run the tests: two for each core, since the tests wait for half of their time."""
    return min(8, 2 * (os.cpu_count() or 1))


def clean_environment() -> dict[str, str]:
    """The variables for a process of the bot's, without any settings of whoever runs the tests."""
    settings = {each.name.upper() for each in fields(Settings)}
    return {**{name: value for name, value in os.environ.items() if name not in settings}, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def shipped() -> Answerer:
    """The shipped FAQ, ready to answer."""
    return load(SHIPPED_FAQ)


@pytest.fixture(scope="session")
def small() -> Answerer:
    """The shipped FAQ with few wordings, for tests that let it be learned again and again."""
    return Answerer(check_faq("faq.yaml", small_faq()))


@pytest.fixture
def answerer(shipped: Answerer) -> Answerer:
    """What the bot serves, where a test file gives nothing else."""
    return shipped


@pytest.fixture
async def discord() -> AsyncIterator[StandIn]:
    """A stand-in for Discord. The test fails where the bot sent it anything that Discord would refuse."""
    async with StandIn() as standin:
        yield standin
        await stop_heartbeats()
        assert standin.rest.violations == []


async def stop_heartbeats() -> None:
    """End what discord.py forgets: the thread that keeps a connection alive whose client is closed while it identifies.

    In a test it would go on beside the next ones, and fail 41 seconds later for want of an event loop. The bot's
    process ends with its only loop, and takes the thread with it.
    """
    for each in threading.enumerate():
        if isinstance(each, KeepAliveHandler):
            each.stop()
            await asyncio.to_thread(each.join, PATIENCE)


@pytest.fixture
def general(discord: StandIn) -> Channel:
    return discord.channel(discord.guild())


@pytest.fixture
def ann(discord: StandIn) -> Member:
    return discord.member("Ann")


@pytest.fixture
def staff(discord: StandIn, general: Channel) -> Channel:
    assert general.guild is not None
    return discord.channel(general.guild, "staff")


Run = Callable[..., Coroutine[Any, Any, "asyncio.Task[None]"]]


@pytest.fixture
async def run(
    discord: StandIn, answerer: Answerer, shipped: Answerer, small: Answerer, tmp_path: Path
) -> AsyncIterator[Run]:
    """Starts the real client against the stand-in, as `run` does; stops it when the test ends."""
    running: list[asyncio.Task[None]] = []
    answerer.prepare()  # as `run` does before it connects: an answer must not wait for it
    faq = tmp_path / "faq.yaml"
    files = {id(shipped): SHIPPED_FAQ.read_bytes(), id(small): small_faq()}
    served = files.get(id(answerer)) or yaml.safe_dump(as_data(answerer.faq)).encode()
    faq.write_bytes(served)

    async def start(**changed: Any) -> asyncio.Task[None]:
        """`changed`: settings by name."""
        given: dict[str, Any] = {
            "discord_token": discord.token,
            "discord_api_url": discord.api_url,
            "faq_path": faq,
            "data_path": tmp_path,
        }
        settings = Settings(**given | changed)
        data = faq.read_bytes()
        loaded = Snapshot(data, answerer) if data == served else snapshot_of(faq)
        task = asyncio.create_task(serve(settings, loaded))
        running.append(task)
        before = discord.gateway.identified
        connected = asyncio.create_task(discord.connected(before + 1))
        await asyncio.wait({task, connected}, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        if task.done():
            task.result()
        return task

    yield start
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
