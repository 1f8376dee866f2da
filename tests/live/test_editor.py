"""The FAQ file changed by curators: previewed, saved, undone, and on a disk that is full."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.content.diff import LinesChangedError
from bot.content.edits import Addition, GoneError, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.file import UnwritableFileError
from bot.content.model import Entry
from bot.data.journal import JournalError
from bot.errors import BotError
from bot.live.editor import ChangedMeanwhileError
from bot.live.served import Broken, Good, load
from bot.live.watcher import POLL, Changed
from bot.matching.meaning.embeddings import Embeddings
from tests.content.yaml.test_mistakes import GOOD
from tests.live.home import ANN, BEN, THREE, Home
from tests.live.home import write_in_place as in_place


async def test_an_edit_embeds_what_is_new_alone_and_keeps_it_when_it_is_saved(home: Home) -> None:
    made: list[str] = []

    def note(texts: Sequence[str]) -> Sequence[str]:
        made.extend(texts)
        return texts

    home.served.serve(load(home.path, Embeddings(None, home.data, note)))
    made.clear()
    for number in ("three", "four", "five"):
        entry = Entry(number, "s", f"What is {number}?", "Yes.")
        preview = await home.editor.preview(Addition(entry))
        assert made == [f"What is {number}?"]
        made.clear()
        await home.editor.save(preview, ANN)
    again = load(home.path, Embeddings(None, home.data, note))
    assert again.answerer.matcher.has_meaning
    assert made == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
async def test_a_file_keeps_its_owner_and_rights(home: Home) -> None:
    os.chown(home.path, 1000, 1000)
    home.path.chmod(0o640)
    await home.edit(Addition(THREE))
    found = home.path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1000, 1000, 0o640)


async def test_a_journal_that_cannot_be_written_is_a_sentence_and_loses_nothing(home: Home) -> None:
    preview = await home.editor.preview(Addition(THREE))
    other = sqlite3.connect(home.data / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalError, match=r"My journal cannot be read or written \(database is locked\)\."):
        await home.editor.save(preview, ANN)
    assert home.path.read_text() == GOOD
    draft = home.drafts.add(time.time(), ANN, Addition(THREE))
    assert home.drafts.get(draft.number, time.time()) == draft
    in_place(home.path, GOOD.replace("It is one.", "It is 1."))
    while home.entry("one").answer != "It is 1.":  # noqa: ASYNC110 - nothing is told before it is noted
        await asyncio.sleep(POLL)
    assert home.watcher.news.empty()
    other.execute("ROLLBACK")
    other.close()
    news = await home.told()
    assert isinstance(news, Changed)
    assert str(news.differences) == "edited one"
    await home.editor.save(preview, ANN)
    assert [change.what for change in home.journal.changes(5)] == ["added three", "changed the file: edited one"]


async def test_a_protected_file_is_not_replaced(home: Home) -> None:
    home.path.chmod(0o444)
    with pytest.raises(UnwritableFileError, match="lets me write the file and its folder") as raised:
        await home.edit(Addition(THREE))
    assert "could not be saved, and is as it was: Permission denied." in str(raised.value)
    assert home.path.read_text() == GOOD
    assert home.served.now.answerer.faq.entry("three") is None
    assert home.journal.changes(5) == []
    assert os.listdir(home.path.parent) == ["faq.yaml"]  # noqa: PTH208 - hidden files too


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
async def test_a_full_disk_is_a_sentence_and_nothing_half_written(home: Home) -> None:
    resource = pytest.importorskip("resource")
    large = replace(THREE, also=tuple(f"what is the number {number}" for number in range(5_000)))
    preview = await home.editor.preview(Addition(large))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # the journal fits, the file does not
        with pytest.raises(BotError, match=r"makes room on the disk|room on the disk\?"):
            await home.editor.save(preview, ANN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert home.path.read_text() == GOOD
    assert os.listdir(home.path.parent) == ["faq.yaml"]  # noqa: PTH208 - hidden files too
    assert home.journal.changes(5) == []
    await home.editor.save(preview, ANN)
    assert home.entry("three") == large


async def test_two_curators_edit_different_entries(home: Home) -> None:
    one, two = home.entry("one"), home.entry("two")
    anns = await home.editor.preview(Revision(one, replace(one, answer="One it is.")))
    bens = await home.editor.preview(Revision(two, replace(two, answer="Two it is.")))
    await home.editor.save(anns, ANN)
    await home.editor.save(bens, BEN)
    assert (home.entry("one").answer, home.entry("two").answer) == ("One it is.", "Two it is.")


async def test_two_curators_edit_the_same_text_and_both_are_shown(home: Home) -> None:
    one = home.entry("one")
    anns = await home.editor.preview(Revision(one, replace(one, answer="One it is.", also=("number one",))))
    bens = replace(one, answer="It is 1.", also=("the first",), caution="Careful.")
    preview = await home.editor.preview(Revision(one, bens))
    await home.editor.save(anns, ANN)
    with pytest.raises(ChangedMeanwhileError) as raised:
        await home.editor.save(preview, BEN)
    preview = raised.value.preview
    (clash,) = preview.clashes
    assert (clash.field, clash.theirs, clash.mine) == ("answer", "One it is.", "It is 1.")
    assert preview.overtaken
    assert home.entry("one").answer == "One it is."
    await home.editor.save(preview, BEN)  # having seen both
    assert home.entry("one") == replace(one, answer="It is 1.", also=("number one", "the first"), caution="Careful.")


async def test_a_hand_edit_while_a_curator_edits_is_kept(home: Home) -> None:
    one = home.entry("one")
    preview = await home.editor.preview(Revision(one, replace(one, question="Which is one?")))
    in_place(home.path, GOOD.replace("It is two.", "It is two, by hand."))
    await home.editor.save(preview, ANN)
    assert (home.entry("one").question, home.entry("two").answer) == ("Which is one?", "It is two, by hand.")
    assert [change.who for change in home.journal.changes(5)] == [ANN, None]


async def test_an_entry_that_somebody_removed_is_told(home: Home) -> None:
    two = home.entry("two")
    preview = await home.editor.preview(Revision(two, replace(two, answer="Two it is.")))
    assert await home.edit(Removal(two), BEN) == "removed two"
    with pytest.raises(GoneError, match='"two" is no longer in the FAQ'):
        await home.editor.save(preview, ANN)


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
    assert home.editor.ids_ever_used() == {"one", "two"}


async def test_a_whole_file_takes_the_place_of_a_broken_one(home: Home) -> None:
    in_place(home.path, "title: [\n")
    assert isinstance(await home.told(), Broken)
    good = GOOD.replace("It is one.", "It is 1.").encode()
    preview = await home.editor.preview(Import(good))
    assert str(preview.differences) == "edited one"
    await home.editor.save(preview, ANN)
    assert home.path.read_bytes() == good
    assert home.served.file == Good()
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
    assert home.served.now.answerer.faq.entry("three") is None
    assert home.entry("one").answer == "One it is."
    with pytest.raises(LinesChangedError, match="changed again since"):
        await home.editor.preview(Undoing(added.number, added.hunks, ""))


async def test_an_import_is_shown_again_after_any_other_change(home: Home) -> None:
    preview = await home.editor.preview(Import(GOOD.replace("title: T", "title: Another").encode()))
    await home.edit(Addition(THREE), BEN)
    with pytest.raises(ChangedMeanwhileError):
        await home.editor.save(preview, ANN)
    assert home.entry("three") == THREE


async def test_drafts_are_kept_as_they_are(home: Home) -> None:
    one = home.entry("one")
    (edit,) = [Revision(one, replace(one, also=("a", "b"), reviewed=None, caution="é\n\u4e2d"))]
    for each in (edit, Addition(THREE), Removal(one), OffTopicLines(("x",)), Import(b"\xff\x00")):
        draft = home.drafts.add(time.time(), ANN, each)
        assert home.drafts.get(draft.number, time.time()) == draft
        again = home.drafts.update(time.time(), draft, Addition(THREE))
        assert home.drafts.get(draft.number, time.time()) == again
        home.drafts.discard(draft)
        assert home.drafts.get(draft.number, time.time()) is None
