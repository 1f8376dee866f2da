"""The FAQ file changed by hand while the bot runs: taken in, told, and kept from doing harm if it is broken or gone."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.edits import Addition, Revision
from bot.errors import BotError
from bot.live.served import Broken, Good, Unreadable
from bot.live.watcher import POLL, BusyFileError, Changed
from bot.matching.decision import Answer
from tests.content.yaml.test_mistakes import GOOD
from tests.live.home import ANN, THREE, Home
from tests.live.home import write_in_place as in_place


def renamed(path: Path, text: str) -> None:
    """As most editors, and git, save a file."""
    fresh = path.with_name("fresh")
    fresh.write_text(text)
    fresh.replace(path)


def behind_a_link(path: Path, text: str) -> None:
    """As container volumes of settings do it: the folder behind a link is another."""
    other = path.with_name("other")
    other.mkdir()
    (other / "faq.yaml").write_text(text)
    path.unlink()
    path.symlink_to(other / "faq.yaml")


@pytest.mark.parametrize("save", [in_place, renamed, behind_a_link])
async def test_a_change_by_hand_is_answered_from_and_told(home: Home, save: Callable[[Path, str], None]) -> None:
    save(home.path, GOOD.replace("It is one.", "It is number one.") + "off_topic: [what is the time]\n")
    news = await home.told()
    assert isinstance(news, Changed)
    assert str(news.differences) == "edited one; changed off_topic"
    assert news.change.who is None
    assert home.entry("one").answer == "It is number one."
    assert [change.what for change in home.journal.changes(5)] == ["changed the file: edited one; changed off_topic"]


async def test_a_change_of_the_same_length_in_the_same_moment_is_seen(home: Home) -> None:
    in_place(home.path, GOOD.replace("It is one.", "It is ONE."))
    await home.told()
    marks = home.path.stat()
    in_place(home.path, GOOD.replace("It is one.", "It is 111."))
    os.utime(home.path, ns=(marks.st_atime_ns, marks.st_mtime_ns))
    await home.told()
    assert home.entry("one").answer == "It is 111."


async def test_a_broken_file_is_told_once_and_the_last_good_one_goes_on_answering(home: Home) -> None:
    broken = GOOD.replace("answer: It is one.", "anwser: It is one.")
    in_place(home.path, broken)
    news = await home.told()
    assert isinstance(news, Broken)
    assert 'has no "answer"' in str(news.error)
    decision = home.served.now.answerer.decide("What is one?")
    assert isinstance(decision, Answer)
    with pytest.raises(BotError, match='has no "answer"'):
        await home.editor.preview(Addition(THREE))
    in_place(home.path, broken + "# still\n")
    await home.watcher.look()
    in_place(home.path, GOOD)
    assert isinstance(await home.told(), Good)
    assert await home.edit(Addition(THREE)) == "added three"


def vanishes(path: Path) -> None:
    path.unlink()


def becomes_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def becomes_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def loses_its_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize(
    ("happen", "sentence"),
    [
        (becomes_a_pipe, "It is not a file"),
        (vanishes, "No such file or directory"),
        (becomes_a_folder, "Is a directory"),
        (loses_its_folder, "No such file or directory"),
    ],
)
async def test_a_file_that_is_gone_is_a_sentence_and_the_old_faq_answers(
    home: Home, happen: Callable[[Path], None], sentence: str
) -> None:
    preview = await home.editor.preview(Addition(THREE))
    happen(home.path)
    with pytest.raises(BotError, match=sentence):
        await home.editor.save(preview, ANN)
    assert isinstance(await home.told(), Unreadable)
    assert isinstance(home.served.now.answerer.decide("What is one?"), Answer)
    assert home.journal.changes(5) == []
    if home.path.is_dir():
        home.path.rmdir()
    home.path.unlink(missing_ok=True)
    home.path.parent.mkdir(exist_ok=True)
    home.path.write_text(GOOD)
    assert isinstance(await home.told(), Good)
    await home.editor.save(preview, ANN)
    assert home.entry("three") == THREE


async def test_a_file_that_is_being_written_is_not_saved_over(home: Home) -> None:
    """Half of it is a sound FAQ."""
    half, rest = GOOD[: GOOD.index("  - id: two")], GOOD[GOOD.index("  - id: two") :]
    one = home.entry("one")
    preview = await home.editor.preview(Revision(one, replace(one, answer="One it is.")))
    with home.path.open("w") as file:
        file.write(half)
        file.flush()
        saving = asyncio.create_task(home.editor.save(preview, ANN))
        await asyncio.sleep(POLL / 2)  # somewhere between two looks
        file.write(rest.replace("It is two.", "It is two, by hand."))
    await saving
    assert (home.entry("one").answer, home.entry("two").answer) == ("One it is.", "It is two, by hand.")


async def test_a_file_that_goes_on_being_written_is_a_sentence(home: Home) -> None:
    done = asyncio.Event()

    async def write_on() -> None:
        while not done.is_set():
            in_place(home.path, GOOD + f"# {time.perf_counter()}\n")
            await asyncio.sleep(POLL / 5)

    writing = asyncio.create_task(write_on())
    try:
        await asyncio.sleep(POLL)  # until it writes
        with pytest.raises(BusyFileError, match=r"being written at this moment\. Try again"):
            await home.editor.preview(Addition(THREE))
    finally:
        done.set()
        await writing


async def test_what_was_changed_while_the_bot_was_away_is_told(home: Home) -> None:
    await home.edit(Addition(THREE))
    in_place(home.path, home.path.read_text().replace("It is three.", "It was three."))
    again = home.watcher_of_a_later_start()
    await again.start()
    news = again.news.get_nowait()
    assert isinstance(news, Changed)
    assert str(news.differences) == "edited three"
    third = home.watcher_of_a_later_start()
    await third.start()
    assert third.news.empty()
