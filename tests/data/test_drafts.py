"""Curators' drafts: kept as they are typed, for a week, also while the disk is full."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content.diff import Hunk
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry
from bot.data.database import Database
from bot.data.drafts import KEPT, Draft, DraftStore
from tests.data.test_database import full_disk, locked, until_mended

ANN, BEN = 1, 2
NOW = 1_800_000_000.0
ENTRY = Entry("three", "s", "What is three?", "It is three.", reviewed=date(2026, 11, 22))


def lines(*texts: str) -> OffTopicLines:
    return OffTopicLines(texts)


@pytest.mark.parametrize(
    "edit",
    [
        Addition(ENTRY),
        Revision(ENTRY, replace(ENTRY, also=("a", "b"), reviewed=None, caution="é\n\u4e2d\0")),
        Removal(ENTRY),
        lines("x", "y"),
        Undoing(1, (Hunk(3, "a\n", "b\n", "", "c\n"), Hunk(9, "", "", "d\n", "")), "edited three"),
        Import(b"\xff\x00"),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_a_draft_is_kept_as_it_is(tmp_path: Path, edit: Edit) -> None:
    with Database(tmp_path) as database:
        draft = DraftStore(database).add(NOW, ANN, edit)
    with Database(tmp_path) as database:
        drafts = DraftStore(database)
        assert drafts.get(draft.number, NOW) == draft
        changed = drafts.update(NOW, draft, lines("z"))
        assert changed == Draft(draft.number, ANN, lines("z"), 2)
        assert drafts.get(draft.number, NOW) == changed
        drafts.discard(draft)
        assert drafts.get(draft.number, NOW) is None


def test_a_curator_sees_their_own_the_newest_first(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        drafts = DraftStore(database)
        one = drafts.add(NOW, ANN, lines("one"))
        two = drafts.add(NOW + 1, ANN, lines("two"))
        drafts.add(NOW + 2, BEN, lines("three"))
        assert drafts.of(ANN, 9, NOW + 2) == [two, one]
        one = drafts.update(NOW + 3, one, lines("one", "more"))
        assert drafts.of(ANN, 9, NOW + 3) == [one, two]
        assert drafts.of(ANN, 1, NOW + 3) == [one]


def test_a_draft_is_gone_after_a_week(tmp_path: Path) -> None:
    with Database(tmp_path) as database:
        drafts = DraftStore(database)
        one = drafts.add(NOW, ANN, lines("a secret of one"))
        two = drafts.add(NOW, ANN, lines("two"))
        two = drafts.update(NOW + 1, two, lines("two", "more"))
        assert len(drafts.of(ANN, 9, NOW + KEPT)) == 2
        later = NOW + KEPT + 1
        assert drafts.get(one.number, later) is None  # though nobody has cleared up yet
        assert drafts.of(ANN, 9, later) == [two]
        drafts.expire(later)
        assert drafts.get(one.number, NOW) is None
        assert drafts.get(two.number, later) == two
    assert b"a secret of one" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@contextmanager
def a_lock(folder: Path) -> Iterator[None]:
    unlock = locked(folder)
    try:
        yield
    finally:
        unlock()


@pytest.mark.parametrize("out_of_order", [a_lock, lambda _: full_disk()], ids=["locked", "full"])
def test_what_is_typed_while_the_file_takes_nothing_reaches_it_later(
    tmp_path: Path, out_of_order: Callable[[Path], AbstractContextManager[None]]
) -> None:
    with Database(tmp_path) as database:
        drafts = DraftStore(database)
        before = drafts.add(NOW, ANN, lines("before"))
        other = drafts.add(NOW, ANN, lines("discarded"))
        with out_of_order(tmp_path):
            new = drafts.add(NOW + 1, ANN, lines("new"))
            assert database.trouble is not None
            changed = drafts.update(NOW + 2, before, lines("before", "more"))
            changed = drafts.update(NOW + 3, changed, lines("before", "more", "and more"))
            drafts.discard(other)
            assert drafts.get(before.number, NOW + 3) == changed
            assert drafts.of(ANN, 9, NOW + 3) == [changed, new]
        until_mended(database)
        assert drafts.of(ANN, 9, NOW + 3) == [changed, new]
    with Database(tmp_path) as database:
        assert DraftStore(database).of(ANN, 9, NOW + 3) == [changed, new]


def test_what_is_typed_while_the_disk_is_full_is_there_after_a_stop(tmp_path: Path) -> None:
    """There is room again, and the bot is stopped before it tries again."""
    with Database(tmp_path) as database:
        drafts = DraftStore(database)
        draft = drafts.add(NOW, ANN, lines("before"))
        with full_disk():
            draft = drafts.update(NOW, draft, lines("typed"))
            assert database.trouble is not None
    with Database(tmp_path) as database:
        assert DraftStore(database).of(ANN, 9, NOW) == [draft]
