"""The FAQ file while the bot runs: changed by hand and by curators, broken, gone, and on a disk that is full."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content import file as store
from bot.content.diff import LinesChangedError
from bot.content.edits import Addition, GoneError, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.file import UnwritableFileError
from bot.content.model import Entry
from bot.data.database import Database
from bot.data.drafts import DraftStore
from bot.data.journal import Journal, JournalError
from bot.errors import BotError
from bot.live.faqfile import POLL, Broken, BusyFileError, Changed, FaqFile, Mended, News, OtherwiseError
from bot.matching.decision import Answer
from tests.content.yaml.test_mistakes import GOOD

ANN, BEN = 1, 2
THREE = Entry("three", "s", "What is three?", "It is three.")


class Home:
    """A FAQ file that is watched, and what was reported about it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "faq" / "faq.yaml"
        self.path.parent.mkdir()
        self.path.write_text(GOOD)
        self.data = folder / "data"
        self.database = Database(self.data)
        self.journal = Journal(self.database)
        self.file = self.opened()

    def opened(self) -> FaqFile:
        return FaqFile(self.path, store.loaded(self.path), self.journal)

    def entry(self, name: str) -> Entry:
        found = self.file.answerer.faq.entry(name)
        assert found is not None
        return found

    async def told(self) -> News:
        """The next that is reported, when it comes."""
        return await asyncio.wait_for(self.file.news.get(), 10)

    async def edit(self, edit: Addition | Revision | Removal | Import | Undoing | OffTopicLines, who: int = ANN) -> str:
        """Save an edit; what was done."""
        change = await self.file.save(await self.file.propose(edit), who)
        await self.told()
        return change.what


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    made = Home(tmp_path)
    await made.file.start()
    watching = asyncio.create_task(made.file.watch())
    yield made
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    made.database.close()


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


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
    decision = home.file.answerer.decide("What is one?")
    assert isinstance(decision, Answer)
    with pytest.raises(BotError, match='has no "answer"'):
        await home.file.propose(Addition(THREE))
    in_place(home.path, broken + "# still\n")
    await home.file.look()
    in_place(home.path, GOOD)
    assert isinstance(await home.told(), Mended)
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
    ready = await home.file.propose(Addition(THREE))
    happen(home.path)
    with pytest.raises(BotError, match=sentence):
        await home.file.save(ready, ANN)
    assert isinstance(await home.told(), Broken)
    assert isinstance(home.file.answerer.decide("What is one?"), Answer)
    assert home.journal.changes(5) == []
    if home.path.is_dir():
        home.path.rmdir()
    home.path.unlink(missing_ok=True)
    home.path.parent.mkdir(exist_ok=True)
    home.path.write_text(GOOD)
    assert isinstance(await home.told(), Mended)
    await home.file.save(ready, ANN)
    assert home.entry("three") == THREE


async def test_a_file_that_is_being_written_is_not_saved_over(home: Home) -> None:
    """Half of it is a sound FAQ."""
    half, rest = GOOD[: GOOD.index("  - id: two")], GOOD[GOOD.index("  - id: two") :]
    one = home.entry("one")
    ready = await home.file.propose(Revision(one, replace(one, answer="One it is.")))
    with home.path.open("w") as file:
        file.write(half)
        file.flush()
        saving = asyncio.create_task(home.file.save(ready, ANN))
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
            await home.file.propose(Addition(THREE))
    finally:
        done.set()
        await writing


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
async def test_a_file_keeps_its_owner_and_rights(home: Home) -> None:
    os.chown(home.path, 1000, 1000)
    home.path.chmod(0o640)
    await home.edit(Addition(THREE))
    found = home.path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1000, 1000, 0o640)


async def test_a_journal_that_cannot_be_written_is_a_sentence_and_loses_nothing(home: Home) -> None:
    ready = await home.file.propose(Addition(THREE))
    other = sqlite3.connect(home.data / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match=r"My journal cannot be read or written \(database is locked\)\."):
        await home.file.save(ready, ANN)
    assert home.path.read_text() == GOOD
    drafts = DraftStore(home.database)
    draft = drafts.add(time.time(), ANN, Addition(THREE))
    assert drafts.get(draft.number, time.time()) == draft
    in_place(home.path, GOOD.replace("It is one.", "It is 1."))
    while home.entry("one").answer != "It is 1.":  # noqa: ASYNC110 - nothing is told before it is noted
        await asyncio.sleep(POLL)
    assert home.file.news.empty()
    other.execute("ROLLBACK")
    other.close()
    news = await home.told()
    assert isinstance(news, Changed)
    assert str(news.differences) == "edited one"
    await home.file.save(ready, ANN)
    assert [change.what for change in home.journal.changes(5)] == ["added three", "changed the file: edited one"]


async def test_a_protected_file_is_not_replaced(home: Home) -> None:
    home.path.chmod(0o444)
    with pytest.raises(UnwritableFileError, match="lets me write the file and its folder") as raised:
        await home.edit(Addition(THREE))
    assert "could not be saved, and is as it was: Permission denied." in str(raised.value)
    assert home.path.read_text() == GOOD
    assert home.file.answerer.faq.entry("three") is None
    assert home.journal.changes(5) == []
    assert os.listdir(home.path.parent) == ["faq.yaml"]  # noqa: PTH208 - hidden files too


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
async def test_a_full_disk_is_a_sentence_and_nothing_half_written(home: Home) -> None:
    resource = pytest.importorskip("resource")
    large = replace(THREE, also=tuple(f"what is the number {number}" for number in range(5_000)))
    ready = await home.file.propose(Addition(large))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # the journal fits, the file does not
        with pytest.raises(BotError, match=r"makes room on the disk|room on the disk\?"):
            await home.file.save(ready, ANN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert home.path.read_text() == GOOD
    assert os.listdir(home.path.parent) == ["faq.yaml"]  # noqa: PTH208 - hidden files too
    assert home.journal.changes(5) == []
    await home.file.save(ready, ANN)
    assert home.entry("three") == large


async def test_two_curators_edit_different_entries(home: Home) -> None:
    one, two = home.entry("one"), home.entry("two")
    anns = await home.file.propose(Revision(one, replace(one, answer="One it is.")))
    bens = await home.file.propose(Revision(two, replace(two, answer="Two it is.")))
    await home.file.save(anns, ANN)
    await home.file.save(bens, BEN)
    assert (home.entry("one").answer, home.entry("two").answer) == ("One it is.", "Two it is.")


async def test_two_curators_edit_the_same_text_and_both_are_shown(home: Home) -> None:
    one = home.entry("one")
    anns = await home.file.propose(Revision(one, replace(one, answer="One it is.", also=("number one",))))
    bens = replace(one, answer="It is 1.", also=("the first",), caution="Careful.")
    ready = await home.file.propose(Revision(one, bens))
    await home.file.save(anns, ANN)
    with pytest.raises(OtherwiseError) as raised:
        await home.file.save(ready, BEN)
    ready = raised.value.ready
    (clash,) = ready.proposal.clashes
    assert (clash.field, clash.theirs, clash.mine) == ("answer", "One it is.", "It is 1.")
    assert ready.proposal.overtaken
    assert home.entry("one").answer == "One it is."
    await home.file.save(ready, BEN)  # having seen both
    assert home.entry("one") == replace(one, answer="It is 1.", also=("number one", "the first"), caution="Careful.")


async def test_a_hand_edit_while_a_curator_edits_is_kept(home: Home) -> None:
    one = home.entry("one")
    ready = await home.file.propose(Revision(one, replace(one, question="Which is one?")))
    in_place(home.path, GOOD.replace("It is two.", "It is two, by hand."))
    await home.file.save(ready, ANN)
    assert (home.entry("one").question, home.entry("two").answer) == ("Which is one?", "It is two, by hand.")
    assert [change.who for change in home.journal.changes(5)] == [ANN, None]


async def test_an_entry_that_somebody_removed_is_told(home: Home) -> None:
    two = home.entry("two")
    ready = await home.file.propose(Revision(two, replace(two, answer="Two it is.")))
    assert await home.edit(Removal(two), BEN) == "removed two"
    with pytest.raises(GoneError, match='"two" is no longer in the FAQ'):
        await home.file.save(ready, ANN)


async def test_an_entry_goes_out_of_the_related_ones(home: Home) -> None:
    one = home.entry("one")
    await home.edit(Revision(one, replace(one, related=("two",))))
    await home.edit(Removal(home.entry("two")))
    assert home.entry("one").related == ()
    (removal,) = home.journal.changes(1)
    await home.edit(Undoing(removal.number, removal.hunks, ""))
    assert home.entry("one").related == ("two",)


async def test_undo_goes_back_step_by_step(home: Home) -> None:
    one = home.entry("one")
    for answer in ("First.", "Second.", "Third."):
        now = home.entry("one")
        await home.edit(Revision(now, replace(now, answer=answer)))
    answers = []
    for _ in range(3):
        last = home.journal.last_in_force()
        assert last is not None
        await home.edit(Undoing(last.number, last.hunks, ""))
        answers.append(home.entry("one").answer)
    assert answers == ["Second.", "First.", one.answer]
    assert home.journal.last_in_force() is None
    (undo,) = home.journal.changes(1)
    await home.edit(Undoing(undo.number, undo.hunks, ""))  # taken back: what it undid is in force again
    last = home.journal.last_in_force()
    assert last is not None
    assert last.number == 1


async def test_the_history_of_an_entry_has_every_change_of_it(home: Home) -> None:
    both = GOOD.replace("It is one.", "It is 1.").replace("It is two.", "It is 2.")
    await home.edit(Import(both.encode()))
    in_place(home.path, both.replace("It is 2.", "It's 2.").replace("It is 1.", "It's 1."))
    await home.told()
    one = home.entry("one")
    await home.edit(Revision(one, replace(one, answer="One.")))
    assert [change.number for change in home.journal.changes(9, entry="two")] == [2, 1]
    assert [change.number for change in home.journal.changes(9, entry="one")] == [3, 2, 1]
    assert home.file.ids_ever_used() == {"one", "two"}


async def test_a_whole_file_takes_the_place_of_a_broken_one(home: Home) -> None:
    in_place(home.path, "title: [\n")
    assert isinstance(await home.told(), Broken)
    good = GOOD.replace("It is one.", "It is 1.").encode()
    ready = await home.file.propose(Import(good))
    assert str(ready.differences) == "edited one"
    await home.file.save(ready, ANN)
    assert home.path.read_bytes() == good
    assert home.file.trouble is None
    assert home.entry("one").answer == "It is 1."


async def test_every_change_can_be_undone_to_the_byte(home: Home) -> None:
    before = [home.path.read_bytes()]
    one = home.entry("one")
    for edit in (
        Addition(THREE),
        Revision(one, replace(one, answer="One:\n\n- one", also=("number one",), reviewed=None)),
        OffTopicLines(("what is the time",)),
        Removal(home.entry("two")),
        Import(GOOD.replace("title: T", "title: Another").encode()),
    ):
        await home.edit(edit)
        before.append(home.path.read_bytes())
    for earlier, change in zip(reversed(before[:-1]), home.journal.changes(5), strict=True):
        await home.edit(Undoing(change.number, change.hunks, ""))
        assert home.path.read_bytes() == earlier


async def test_an_early_change_is_undone_where_its_lines_still_are(home: Home) -> None:
    await home.edit(Addition(THREE))
    (added,) = home.journal.changes(1)
    one = home.entry("one")
    await home.edit(Revision(one, replace(one, answer="One it is.")))
    await home.edit(Undoing(added.number, added.hunks, ""))
    assert home.file.answerer.faq.entry("three") is None
    assert home.entry("one").answer == "One it is."
    with pytest.raises(LinesChangedError, match="changed again since"):
        await home.file.propose(Undoing(added.number, added.hunks, ""))


async def test_an_import_is_shown_again_after_any_other_change(home: Home) -> None:
    ready = await home.file.propose(Import(GOOD.replace("title: T", "title: Another").encode()))
    await home.edit(Addition(THREE), BEN)
    with pytest.raises(OtherwiseError):
        await home.file.save(ready, ANN)
    assert home.entry("three") == THREE


async def test_what_was_changed_while_the_bot_was_away_is_told(home: Home) -> None:
    await home.edit(Addition(THREE))
    in_place(home.path, home.path.read_text().replace("It is three.", "It was three."))
    again = home.opened()
    await again.start()
    news = again.news.get_nowait()
    assert isinstance(news, Changed)
    assert str(news.differences) == "edited three"
    third = home.opened()
    await third.start()
    assert third.news.empty()
