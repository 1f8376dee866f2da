"""`health`: what a supervisor learns of a running bot."""

import json
import signal
import time
from pathlib import Path

import pytest

from bot.ops import health
from tests.chat.desk import eventually
from tests.chat.test_run import Process
from tests.command import bot
from tests.standin import StandIn

NOW = 1_800_000_000.0


def test_a_bot_that_said_so_lately_is_well(tmp_path: Path) -> None:
    health.write(tmp_path, NOW, connected=True)
    assert health.trouble(tmp_path, NOW + 40) is None


@pytest.mark.parametrize(
    ("text", "later", "said"),
    [
        (None, 0, "The bot is not running, or was never connected"),
        ("{", 0, "health.json cannot be read"),
        ("[]", 0, "health.json cannot be read"),
        ('{"at": "x", "connected": true}', 0, "health.json cannot be read"),
        (json.dumps({"at": NOW, "connected": True}), 60, "The bot last said 60 seconds ago that it is running"),
        (json.dumps({"at": NOW, "connected": False}), 0, "The bot is running, and not connected to Discord."),
    ],
)
def test_every_other_bot_is_not(tmp_path: Path, text: str | None, later: float, said: str) -> None:
    if text is not None:
        (tmp_path / health.NAME).write_text(text)
    trouble = health.trouble(tmp_path, NOW + later)
    assert trouble is not None
    assert said in trouble


def test_a_folder_that_takes_no_file_stops_nothing(tmp_path: Path) -> None:
    health.write(tmp_path / "missing", NOW, connected=True)
    assert health.trouble(tmp_path / "missing", NOW) is not None


def asked(folder: Path) -> tuple[int, str]:
    done = bot("health", folder=folder)
    assert done.stderr == ""
    return done.returncode, done.stdout


async def test_a_supervisor_learns_whether_the_bot_is_well(discord: StandIn, tmp_path: Path) -> None:
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    await process.start()
    await discord.connected()
    await eventually(lambda: health.trouble(tmp_path / "data", time.time()) is None)
    assert asked(tmp_path) == (0, "The bot is running, and connected to Discord.\n")
    process.send(signal.SIGTERM)
    await process.ended()
    code, said = asked(tmp_path)
    assert code == 1
    assert said.startswith("The bot is not running")
