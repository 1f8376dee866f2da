"""The token is nowhere to be read: not in what the bot prints, logs at any level, or keeps, whatever fails."""

import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.run import RefusedTokenError
from bot.data.database import NAME
from bot.settings import Settings, SettingsError
from tests.chat.desk import eventually
from tests.chat.test_run import Process
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn

TOKEN = "MTU3NDE1MjY0MTE2Njk2NzE3Mg.GsEcRt.never-to-be-seen-by-anybody"
SENDING = "POST /channels/.*/messages"

Failure = Callable[[StandIn, Process], Awaitable[object]]


async def refused_by_rest(discord: StandIn, process: Process) -> None:
    discord.token = "another"


async def refused_by_gateway(discord: StandIn, process: Process) -> None:
    discord.gateway.token = "another"


async def unreachable(discord: StandIn, process: Process) -> None:
    process.environment["DISCORD_API_URL"] = "http://127.0.0.1:9"


async def broken_faq(discord: StandIn, process: Process) -> None:
    (process.folder / "faq.yaml").write_text(f"title: {TOKEN[:4]}\n")
    process.environment["FAQ_PATH"] = "faq.yaml"


async def log_in_forbidden(discord: StandIn, process: Process) -> None:
    discord.faults.add("GET /users/@me", status=403)


async def log_in_answered_by_a_web_page(discord: StandIn, process: Process) -> None:
    discord.faults.add("GET /users/@me", status=200, page="<html></html>")


async def token_with_a_slip(discord: StandIn, process: Process) -> None:
    process.environment["DISCORD_TOKEN"] = f"Bot {TOKEN}"


async def other_setting_wrong(discord: StandIn, process: Process) -> None:
    process.environment["HOME_SERVER"] = "home"


BEFORE: list[Failure] = [
    refused_by_rest,
    refused_by_gateway,
    unreachable,
    broken_faq,
    log_in_forbidden,
    log_in_answered_by_a_web_page,
    token_with_a_slip,
    other_setting_wrong,
]


def seen(process: Process, *printed: str) -> bytes:
    """All that the bot printed, and all that it keeps."""
    kept = [path.read_bytes() for path in process.folder.rglob("*") if path.is_file()]
    return b"\n".join([*(text.encode() for text in printed), *kept])


@pytest.fixture
async def process(discord: StandIn, tmp_path: Path) -> Process:
    discord.token = discord.gateway.token = TOKEN
    return Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=TOKEN, LOG_LEVEL="debug")


@pytest.mark.parametrize("failure", BEFORE, ids=lambda each: each.__name__)
async def test_after_a_start_that_fails(discord: StandIn, process: Process, failure: Failure) -> None:
    await failure(discord, process)
    code, output, errors = await process.run()
    assert code in (1, 2)
    assert errors
    assert TOKEN.encode() not in seen(process, output, errors)


REFUSALS: list[dict[str, Any]] = [
    {"status": 400, "code": 50035},
    {"status": 401},
    {"status": 403, "code": 50013},
    {"status": 404, "code": 10008},
    {"status": 200, "page": "<html></html>"},
]
OFTEN: list[dict[str, Any]] = [
    {"status": 429, "retry_after": 0.1, "times": 6},
    {"status": 503, "times": 3},
    {"cut": True, "times": 3},
]


@pytest.mark.slow
@pytest.mark.parametrize("faults", [REFUSALS, *([each] for each in OFTEN)], ids=["refusals", "429", "503", "cut"])
async def test_after_replies_that_fail(
    discord: StandIn, process: Process, general: Channel, faults: list[dict[str, Any]]
) -> None:
    assert general.guild is not None
    await process.start()
    await discord.connected()
    for number, fault in enumerate(faults):
        discord.faults.add(SENDING, **fault)
        member = discord.member(f"Ann {number}")
        await discord.say(member, general, discord.to_bot("does it help sciatica"))
        if faults is REFUSALS:  # else the other question meets the fault, too
            await discord.until(lambda: discord.faults.are_met() or None)
        other = discord.channel(general.guild, f"other-{number}", thread_of=general)
        await discord.reply_to(await discord.say(member, other, discord.to_bot("is it normal to ask for this")))
    process.send(signal.SIGTERM)
    _, output, errors = await process.ended()
    assert "Stopping." in errors
    assert TOKEN.encode() not in seen(process, output, errors)


@pytest.mark.slow
async def test_after_lost_sessions_a_damaged_database_and_a_kill(
    discord: StandIn, process: Process, general: Channel, ann: Member
) -> None:
    await process.start()
    await discord.connected()
    await discord.gateway.drop()
    await discord.resumed()
    await discord.gateway.invalidate()
    await discord.connected(2)
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    await eventually((process.folder / "data" / "health.json").is_file)
    process.send(signal.SIGKILL)
    _, output, errors = await process.ended()
    (process.folder / "data" / NAME).write_bytes(b"no database" * 1_000)
    (process.folder / "data" / f"{NAME}-wal").unlink()  # or SQLite would mend it from there
    await process.start()
    await discord.connected(3)
    process.send(signal.SIGTERM)
    _, more, worse = await process.ended()
    assert "cannot be written or read" in worse
    assert TOKEN.encode() not in seen(process, output, errors, more, worse)


async def test_in_no_representation(discord: StandIn, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    await run()
    settings = Settings(TOKEN)
    with pytest.raises(SettingsError) as refused:
        Settings.read({"DISCORD_TOKEN": f"Bot {TOKEN}", "HOME_SERVER": "home"})
    for each in (settings, [settings], RefusedTokenError(), refused.value):
        assert TOKEN not in f"{each!r} {each}"
    assert discord.token not in caplog.text
