"""Starting and stopping the bot as an operator does: as a process, told by signals, with what can go wrong at first."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.chat import run as running
from tests.command import Done, bot
from tests.conftest import clean_environment
from tests.patience import PATIENCE
from tests.smallfaq import small_faq
from tests.standin import StandIn

TOKEN_REFUSED = (
    "bot: Discord refused the token. Copy a new one from the Developer Portal (your application, Bot, Reset Token) "
    "into .env as DISCORD_TOKEN.\n"
)


CLUB = """
title: Our club
source: {title: House rules, author: The committee}
disclaimer: Ask at the desk if you want to be sure.
entries:
  - {id: parking, section: Visiting, question: "Is there parking?", answer: "Yes, behind the house. It is free."}
  - {id: opening-hours, section: Visiting, question: "When are you open?", answer: Every day from nine to five.}
"""


class Process:
    """`python -m bot run` in a folder of its own, with the small FAQ and no sentence model where no other is given."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        (folder / "small.yaml").write_bytes(small_faq())
        self.environment = {**clean_environment(), "FAQ_PATH": "small.yaml", "MODEL_PATH": "no", **variables}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *arguments: str) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", *arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    def send(self, sent: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sent)

    async def ended(self) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        assert self.process is not None
        output, errors = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        assert self.process.returncode is not None
        return self.process.returncode, output.decode(), errors.decode()

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        await self.start(*arguments)
        return await self.ended()


def test_a_missing_token_is_one_line(tmp_path: Path) -> None:
    assert bot("run", folder=tmp_path) == Done(
        2,
        "",
        "bot: DISCORD_TOKEN is not set: put the bot's token into the file .env (README.md says where).\n",
    )


def test_wrong_settings_are_named_all_at_once_and_the_token_never(tmp_path: Path) -> None:
    variables = {"DISCORD_TOKEN": "Bot se.cr.et", "LOG_LEVEL": "loud", "DISCORD_API_URL": "discord.com"}
    done = bot("run", folder=tmp_path, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'bot: DISCORD_TOKEN should be the token alone, without "Bot " before it; '
        'LOG_LEVEL should be one of debug, info, warning, error, and is "loud"; '
        'DISCORD_API_URL should be an address like https://discord.com/api/v10, and is "discord.com".\n'
    )


def test_an_unreadable_env_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff\xfe\n")
    done = bot("run", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("bot: The file .env cannot be read: ")
    assert done.stderr.count("\n") == 1


async def test_a_refused_token_is_one_line(discord: StandIn, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=wrong.token.here\n")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, LOG_LEVEL="warning")
    assert await process.run() == (2, "", TOKEN_REFUSED)


async def test_a_token_that_the_gateway_refuses_is_one_line(discord: StandIn, tmp_path: Path) -> None:
    discord.gateway.token = "another"
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, LOG_LEVEL="warning")
    assert await process.run() == (2, "", TOKEN_REFUSED)


async def test_it_answers_what_a_question_means_from_its_first_start(discord: StandIn, tmp_path: Path) -> None:
    """With an FAQ of its own: nothing of it came with the bot."""
    channel, ann = discord.channel(discord.guild()), discord.member("Ann")
    (tmp_path / "club.yaml").write_text(CLUB)
    process = Process(
        tmp_path,
        DISCORD_API_URL=discord.api_url,
        DISCORD_TOKEN=discord.token,
        FAQ_PATH="club.yaml",
        LOG_LEVEL="warning",
        MODEL_PATH="",
    )
    await process.start()
    await discord.connected()
    reply = await discord.reply_to(await discord.say(ann, channel, discord.to_bot("where can i leave my car")))
    process.send(signal.SIGTERM)
    assert "behind the house" in reply.text or "Is there parking?" in reply.buttons
    assert await process.ended() == (0, "", "")
    assert {each.name.partition("-")[0] for each in (tmp_path / "data").iterdir()} >= {"embeddings", "sentence"}


async def test_the_last_line_says_how_it_ended(discord: StandIn, tmp_path: Path) -> None:
    discord.channel(discord.guild())
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    await process.start()
    await discord.connected()
    await discord.gateway.close(4004)
    code, _, errors = await process.ended()
    assert code == 2
    assert errors.endswith(TOKEN_REFUSED)
    assert "Registered the commands" in errors


async def test_an_unreachable_discord_is_one_line(tmp_path: Path, unused_tcp_port: int) -> None:
    process = Process(
        tmp_path, DISCORD_API_URL=f"http://127.0.0.1:{unused_tcp_port}", DISCORD_TOKEN="a.b.c", LOG_LEVEL="warning"
    )
    code, output, errors = await process.run()
    assert (code, output) == (1, "")
    assert errors == (
        "bot: Discord cannot be reached. Check this machine's connection; https://discordstatus.com says whether "
        "Discord has trouble. (ClientConnectorError)\n"
    )


async def test_a_discord_in_trouble_is_one_line(discord: StandIn, tmp_path: Path) -> None:
    discord.faults.add("GET /oauth2/applications/@me", status=403)
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, LOG_LEVEL="warning")
    code, _, errors = await process.run()
    assert code == 1
    assert errors == (
        "bot: Discord answered with the error 403 (fault 403). Try again later; https://discordstatus.com says whether "
        "it has trouble.\n"
    )


async def test_a_broken_faq_file_is_one_line(discord: StandIn, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("title: T\nentries: []\n")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    code, _, errors = await process.run("--faq", "mine.yaml")
    assert code == 1
    assert errors == (
        'bot: mine.yaml:1:1: the file has no "source". Add a line "source: …". '
        "(1 more: `python -m bot check mine.yaml` shows all.)\n"
    )
    assert discord.rest.requests == []


async def test_a_missing_faq_file_is_one_line(tmp_path: Path) -> None:
    process = Process(tmp_path, DISCORD_TOKEN="a.b.c", FAQ_PATH="nowhere.yaml")
    assert await process.run() == (
        2,
        "",
        "bot: nowhere.yaml cannot be read: No such file or directory. Check the path.\n",
    )


async def test_an_empty_variable_does_not_hide_the_env_file(discord: StandIn, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=wrong.token.here\n")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN="", LOG_LEVEL="warning")
    assert await process.run() == (2, "", TOKEN_REFUSED)


async def test_an_unreachable_gateway_is_one_line(discord: StandIn, tmp_path: Path, unused_tcp_port: int) -> None:
    discord.gateway_url = f"ws://127.0.0.1:{unused_tcp_port}/"
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    code, output, errors = await process.run()
    assert (code, output) == (1, "")
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith("bot: Discord cannot be reached. ")


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (403, "bot: Discord answered with the error 403. Try again later; "),
        (200, "bot: What answered is not Discord. Check this machine's connection (a log-in page?) and "),
    ],
)
async def test_a_web_page_instead_of_discord_is_one_line(
    discord: StandIn, tmp_path: Path, status: int, line: str
) -> None:
    discord.faults.add("GET /users/@me", status=status, page="<html>\n<body>\nBlocked.\n</body>\n</html>")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, LOG_LEVEL="warning")
    code, output, errors = await process.run()
    assert (code, output) == (1, "")
    assert errors.startswith(line)
    assert errors.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "fault", [{"status": 502}, {"status": 429, "retry_after": 60.0}, {"delay": 60.0}], ids=["502", "429", "slow"]
)
async def test_a_signal_stops_it_while_it_logs_in(discord: StandIn, tmp_path: Path, fault: dict[str, Any]) -> None:
    discord.faults.add("GET /users/@me", times=10, **fault)
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    await process.start()
    await discord.until(lambda: discord.rest.requests or None)
    assert process.process is not None
    process.process.terminate()
    code, output, errors = await process.ended()
    assert (code, output) == (0, "")
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].endswith("Stopping.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_it_cleanly(discord: StandIn, tmp_path: Path, sent: signal.Signals) -> None:
    general = discord.channel(discord.guild())
    ann = discord.member("Ann")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    await process.start()
    await discord.connected()
    await discord.reply_to(await discord.say(ann, general, discord.to_bot("does it help sciatica")))
    assert process.process is not None
    process.process.send_signal(sent)
    code, output, errors = await process.ended()
    assert (code, output) == (0, "")
    assert errors.splitlines()[-1].endswith("Stopping.")
    assert "Traceback" not in errors
    assert "help sciatica" not in errors  # no message's text in the logs
    assert discord.token not in errors


@pytest.mark.parametrize("steps", range(5))
async def test_a_connection_that_just_fails_is_cut_off_all_the_same(steps: int) -> None:
    refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect() -> None:  # as discord.py does
        while True:
            try:
                await asyncio.wait_for(asyncio.shield(refused), PATIENCE)
            except OSError:
                await asyncio.sleep(PATIENCE)

    connection = asyncio.create_task(connect())
    await asyncio.sleep(0.01)
    refused.set_exception(OSError())
    for _ in range(steps):
        await asyncio.sleep(0)
    await asyncio.wait_for(running.cut_off(connection), PATIENCE)
    assert connection.cancelled()


async def test_a_bot_in_no_server_prints_its_invitation(discord: StandIn, tmp_path: Path) -> None:
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
    await process.start()
    assert process.process is not None
    assert process.process.stderr is not None
    seen = b""
    while b"Invite me" not in seen:
        seen = await asyncio.wait_for(process.process.stderr.readline(), PATIENCE)
        assert seen, "the bot ended without an invitation"
    process.process.terminate()
    await process.ended()
    assert f"client_id={discord.bot.id}&scope=bot+applications.commands&permissions=274877975552" in seen.decode()


async def test_a_data_folder_that_cannot_be_used_is_one_line(discord: StandIn, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    process = Process(tmp_path, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token, LOG_LEVEL="warning")
    code, output, errors = await process.run()
    assert (code, output) == (2, "")
    assert errors.startswith("bot: The data folder data cannot be used: ")
    assert errors.endswith(". Set DATA_PATH to a folder that I may write to.\n")
