"""Another process reads and learns the FAQ: the bot answers from what it sends, and does it itself if it must."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from bot.content.problems import BrokenFileError
from bot.matching.answerer import Answerer
from bot.matching.learn import worker
from bot.settings import SHIPPED_FAQ
from tests.conftest import ROOT, clean_environment

QUESTION = "does it help sciatica"


def answered(by: Answerer) -> list[tuple[str, float]]:
    return [(match.entry.id, match.score) for match in by.match(QUESTION).matches]


@pytest.fixture
def python(tmp_path: Path, shipped: Answerer) -> Iterator[Path]:
    """A file that is started as the other process, in place of Python."""
    worker.answerer_of(shipped.faq, shipped.embeddings)  # so that multiprocessing's own helper process is there already
    path = tmp_path / "python"
    multiprocessing.set_executable(str(path))
    yield path
    multiprocessing.set_executable(sys.executable)


def executable(path: Path, program: str) -> None:
    path.write_text(program)
    path.chmod(0o755)


def test_it_knows_what_would_be_learned_here(shipped: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    assert answered(worker.answerer("faq.yaml", SHIPPED_FAQ.read_bytes(), shipped.embeddings)) == answered(shipped)
    assert answered(worker.answerer_of(shipped.faq, shipped.embeddings)) == answered(shipped)
    assert caplog.records == []


def test_the_other_process_has_ended_when_the_bot_answers(shipped: Answerer) -> None:
    worker.answerer_of(shipped.faq, shipped.embeddings)
    assert multiprocessing.active_children() == []


def test_several_threads_may_learn_at_once(shipped: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    with ThreadPoolExecutor(2) as threads:
        for made in threads.map(worker.answerer_of, [shipped.faq] * 2, [shipped.embeddings] * 2):
            assert answered(made) == answered(shipped)
    assert caplog.records == []


@pytest.mark.parametrize("size", [0, 2 * worker.SMALL])
def test_a_broken_file_is_told_by_its_name(size: int, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BrokenFileError, match=r"mine\.yaml:3:1"):
        worker.answerer("mine.yaml", b"title: Cats\n# " + b"x" * size + b"\n[")
    assert caplog.records == []


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho Instrumented\n", None])
def test_if_no_other_process_helps_this_one_learns(
    shipped: Answerer, python: Path, caplog: pytest.LogCaptureFixture, program: str | None
) -> None:
    if program is not None:
        executable(python, program)
    assert answered(worker.answerer("faq.yaml", SHIPPED_FAQ.read_bytes(), shipped.embeddings)) == answered(shipped)
    assert answered(worker.answerer_of(shipped.faq, shipped.embeddings)) == answered(shipped)
    assert [record.getMessage().partition(",")[0] for record in caplog.records] == [
        "I read the FAQ without another process"
    ] * 2


def test_the_other_process_takes_nothing_from_the_folder_that_it_is_started_in(
    shipped: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    assert answered(worker.answerer_of(shipped.faq, shipped.embeddings)) == answered(shipped)
    assert caplog.records == []


def test_the_other_process_is_not_told_the_token(
    shipped: Answerer, tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    executable(python, f'#!/bin/sh\nenv > {tmp_path}/told\nexec {sys.executable} "$@"\n')
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    monkeypatch.setenv("BESIDE_IT", "something")
    assert answered(worker.answerer_of(shipped.faq, shipped.embeddings)) == answered(shipped)
    told = (tmp_path / "told").read_text()
    assert "BESIDE_IT=something" in told
    assert "secret-token" not in told
    assert os.environ["DISCORD_TOKEN"] == "secret-token"
    assert caplog.records == []


def test_no_process_that_stays_is_told_the_token() -> None:
    """multiprocessing starts a helper of its own beside the first other process."""
    script = (
        "from bot.live.served import load; from bot.settings import SHIPPED_FAQ\n"
        "load(SHIPPED_FAQ)\nprint('learned', flush=True)\ninput()"
    )
    with started(script) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == b"learned\n"
        helpers = psutil.Process(bot.pid).children(recursive=True)
        assert all("DISCORD_TOKEN" not in each.environ() for each in helpers)
        bot.kill()


def started(script: str) -> "subprocess.Popen[bytes]":
    """A bot's process with a token."""
    environment = {**clean_environment(), "DISCORD_TOKEN": "secret-token"}
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


LEARNS_FOR_LONG = """
import asyncio, contextlib, signal
from dataclasses import replace
from bot.content.model import Entry
from bot.content import file
from bot.matching.learn import worker
from bot.settings import SHIPPED_FAQ

faq = file.checked(SHIPPED_FAQ)
texts = [text for entry in faq.entries for text in entry.wordings]
entries = [
    Entry(f"e-{number}", "s", f"{number} {texts[number]}?", "It is.", tuple(f"{number} {text}" for text in texts[:40]))
    for number in range(150)
]

async def learn():
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    learning = asyncio.create_task(asyncio.to_thread(worker.answerer_of, replace(faq, entries=tuple(entries))))
    await stop.wait()
    learning.cancel()
    print("stopping", flush=True)

asyncio.run(learn())
"""
ENOUGH = 60.0  # seconds in which a condition must have come true, on however busy a machine


def learner_of(bot: int) -> psutil.Process:
    """The process that learns for a bot, once it is there and learns."""
    until = time.monotonic() + ENOUGH
    while time.monotonic() < until:
        for child in psutil.Process(bot).children():
            if any("numpy" in each.path for each in child.memory_maps()):
                return child
    raise TimeoutError


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_bot_that_is_stopped_while_it_learns_ends_and_leaves_no_process(sent: signal.Signals) -> None:
    with started(LEARNS_FOR_LONG) as bot:
        learner = learner_of(bot.pid)
        if sent == signal.SIGKILL:
            bot.kill()
        else:
            os.killpg(bot.pid, sent)  # as a terminal and a supervisor do: to all processes
            assert bot.stdout is not None
            assert bot.stdout.readline() == b"stopping\n"
        learner.wait(ENOUGH)
        bot.wait(ENOUGH)
