"""The schema: an old database is brought to this version with all that is in it, and a newer one is refused."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content.diff import Hunk
from bot.content.edits import Addition, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry
from bot.data import schema
from bot.data.database import NAME, Database, DataFolderError
from bot.data.drafts import DraftStore
from bot.data.inbox import Inbox, Reason
from bot.data.journal import Change, Journal
from bot.data.reply_log import ReplyLog, Sent
from bot.data.stats import Event, Stats
from bot.data.watched import Mode, Watched, watched_in
from bot.matching.decision import Origin
from tests.conftest import ROOT
from tests.data.test_database import corrupt, locked, read_only, until_mended

# Written by the program before this schema had a version, with rows in every table.
OLD = Path(__file__).with_name("version-0.sqlite3")
THEN = 1_800_000_000.0  # when it was written
DAY = date(2027, 1, 15)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(OLD, folder / NAME)
    return folder


def layout(folder: Path) -> tuple[int, list[str]]:
    with closing(sqlite3.connect(folder / NAME)) as file:
        found = file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        return schema.version(file), [" ".join(sql.split()).replace('"', "") for (sql,) in found]


def test_an_old_and_a_new_database_have_the_same_tables(old: Path, tmp_path: Path) -> None:
    for folder in (old, tmp_path / "new"):
        Database(folder).close()
    assert layout(old) == layout(tmp_path / "new")
    assert layout(old)[0] == len(schema.STEPS)


def test_the_old_reply_log_and_watched_channels_are_there(old: Path) -> None:
    assert watched_in(old) == {101: Mode.ON, 102: Mode.DRY_RUN}
    with Database(old) as database:
        log = ReplyLog(database)
        assert [log.sent_for(message) for message in (1000, 1010, 1020, 1030)] == [
            Sent(101, 1001, "sciatica", Origin.MENTION),
            Sent(101, 1011, "posture", Origin.WATCHED),
            Sent(101, 1021, "sciatica", Origin.MENU),
            Sent(101, 1031, None, Origin.MENTION),
        ]
        assert [log.sent_for(message) for message in (1040, 1050, 1060)] == [None] * 3
        assert not any(log.claim(message, 101, THEN) for message in range(1000, 1070, 10))
        assert log.unsent(THEN) == {102: [1040]}
        assert not log.release(1050)
        assert not log.edited(1000, "2027-01-15T08:00:00+00:00")
        assert log.lately(101, "sciatica", THEN) == 1021
        assert log.last_seen() == THEN + 7
        assert Watched(database).all() == {101: Mode.ON, 102: Mode.DRY_RUN}


def test_the_old_counts_and_votes_are_there(old: Path) -> None:
    with Database(old) as database:
        stats = Stats(database, b"a token")
        expected = {
            (Event.ANSWERED, origin, "sciatica"): number + 1
            for number, origin in enumerate((Origin.ASK, Origin.MENTION, Origin.MENU, Origin.DIRECT, Origin.WATCHED))
        } | {
            (Event.DECLINED, Origin.MENTION, ""): 1,
            (Event.OFFERED, Origin.ASK, ""): 1,
            (Event.WARNED, Origin.WATCHED, ""): 1,
            (Event.CHOSEN, None, "posture"): 1,
            (Event.NONE, None, ""): 1,
            (Event.HELPFUL, None, "sciatica"): 1,
            (Event.NOT_HELPFUL, None, "sciatica"): 1,
        }
        counts = stats.counts(DAY, DAY)
        assert {(each.event, each.origin, each.entry): each.count for each in counts} == expected
        stats.vote(DAY, 11, 1001, "sciatica", helpful=True)  # as they voted then
        stats.vote(DAY, 12, 1001, "sciatica", helpful=False)
        assert stats.counts(DAY, DAY) == counts
        assert stats.digested() == date(2027, 1, 11)


def test_the_old_inbox_is_there(old: Path) -> None:
    with Database(old) as database:
        inbox = Inbox(database, 30)
        assert [(each.text, each.reason, each.entry) for each in inbox.open(THEN)] == [
            ("what does it cost", Reason.DECLINED, None),
            ("none of these fits me", Reason.NONE, None),
            ("is it about my back", Reason.OTHER_TOPIC, "sciatica"),
            ("how long does it take", Reason.NOT_ANSWERED, "posture"),
        ]
        (draft,) = [each for each in DraftStore(database).of(7, 25, THEN) if isinstance(each.edit, Addition)]
        inbox.saved(draft.number, 3)
        inbox.withdraw(2001)
        inbox.undone(1)
        assert [each.text for each in inbox.open(THEN)] == [
            "is it about my back",
            "how long does it take",
            "do you offer vouchers",
        ]


HUNKS = (Hunk(3, "a\nb\n", "old é\n", "new\n", "c\n"), Hunk(9, "", "", "more\n", "d\n"))


def test_the_old_journal_is_there(old: Path) -> None:
    with Database(old) as database:
        journal = Journal(database)
        first = Change(1, THEN, 7, "edited sciatica", HUNKS)
        second = Change(2, THEN + 1, None, "changed the file: added cost", (Hunk(0, "", "", "x\n", ""),))
        third = Change(3, THEN + 2, 8, "undid change 1", HUNKS[:1], undoes=1)
        assert journal.changes(9) == [third, second, first]
        assert journal.changes(9, entry="sciatica") == [third, first]
        assert journal.entries() == {"sciatica", "posture", "cost"}
        assert journal.last_in_force() == second
        assert journal.noted() == b"file \xff\x00"
        journal.settle(b"file four")  # which the change leads to that was begun and not finished
        assert [change.number for change in journal.changes(9)] == [4, 3, 2, 1]
        assert journal.begin(THEN, 7, "added one", (), b"").number == 5


def test_the_old_drafts_are_there(old: Path) -> None:
    also, related = ("will it calm my nerve", "nerve pain"), ("posture",)
    entry = Entry(
        "sciatica", "Pain", "Does it help sciatica?", "The article says so.", also, "Ask a doctor.", related,
        date(2026, 11, 22),
    )  # fmt: skip
    with Database(old) as database:
        drafts = DraftStore(database)
        assert [(each.edit, each.version) for each in drafts.of(7, 25, THEN)] == [
            (OffTopicLines(("who won", "nice weather", "ha")), 2),
            (Import(b"title: T\n\xff\x00"), 1),
            (Undoing(1, HUNKS, "edited sciatica, by 7"), 1),
            (Removal(entry), 1),
            (Revision(entry, replace(entry, also=(), caution=None, reviewed=None)), 1),
            (Addition(entry), 1),
        ]
        (other,) = drafts.of(8, 25, THEN)
        assert drafts.get(other.number, THEN) == other


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    Database(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / NAME)) as file:
        file.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(DataFolderError) as refused:
        Database(tmp_path)
    assert str(refused.value) == (
        f"The data folder {tmp_path} was written by a newer version of me. Update me, or set DATA_PATH to another "
        "folder."
    )
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {NAME: before}


@pytest.mark.parametrize("damage", [locked, read_only, corrupt])
def test_an_old_database_that_is_damaged_is_brought_over_when_it_is_mended(
    old: Path, damage: Callable[[Path], Callable[[], None]]
) -> None:
    mend = damage(old)
    with Database(old) as database:
        log = ReplyLog(database)
        assert log.claim(3000, 101, THEN)
        log.sent(3000, 3001, "cost", Origin.WATCHED)
        assert database.trouble is not None
        mend()
        until_mended(database)
        assert log.sent_for(3000) == Sent(101, 3001, "cost", Origin.WATCHED)
        assert log.sent_for(1010) == Sent(101, 1011, "posture", Origin.WATCHED)


KILLED = """
import os, signal, sqlite3, sys
from bot.data import schema
file = sqlite3.connect(sys.argv[1], isolation_level=None)
left = int(sys.argv[2])
def stop(action, *_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return sqlite3.SQLITE_OK
file.set_authorizer(stop)
schema.upgrade(file)
print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("actions", [5, 60, 120, 200])
def test_a_process_killed_in_the_middle_leaves_a_whole_version(old: Path, actions: int) -> None:
    command = [sys.executable, "-c", KILLED, str(old / NAME), str(actions)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done
    number, _ = layout(old)
    with closing(sqlite3.connect(old / NAME)) as file:
        columns = {name for (name,) in file.execute("SELECT name FROM pragma_table_info('replies')")}
        assert file.execute("SELECT count(*) FROM replies").fetchone() == (7,)
    assert ("origin" in columns, number) in {(False, 0), (False, 1), (True, 2)}
    with Database(old) as database:
        assert ReplyLog(database).lately(101, "sciatica", THEN) == 1021
        assert database.trouble is None
