"""What the tests of the live FAQ file share."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.home import Home


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    made = Home(tmp_path)
    await made.watcher.start()
    watching = asyncio.create_task(made.watcher.watch())
    yield made
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    made.database.close()
