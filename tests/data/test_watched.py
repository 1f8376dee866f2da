"""The watched channels: kept over a restart, and read by `doctor` without changing anything."""

from pathlib import Path

from bot.data.database import NAME, Database
from bot.data.watched import Mode, Watched, watched_in
from tests.data.test_database import corrupt


def test_what_is_watched_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    with Database(folder) as database:
        watched = Watched(database)
        watched.watch(1, Mode.ON)
        watched.watch(2, Mode.DRY_RUN)
        watched.watch(3, Mode.ON)
        watched.watch(1, Mode.DRY_RUN)
        watched.watch(3, None)
        watched.watch(4, None)
        assert watched.all() == {1: Mode.DRY_RUN, 2: Mode.DRY_RUN}
    with Database(folder) as database:
        watched = Watched(database)
        assert watched.all() == {1: Mode.DRY_RUN, 2: Mode.DRY_RUN}
        assert [watched.mode(channel) for channel in (1, 3)] == [Mode.DRY_RUN, None]


def test_to_look_at_what_is_watched_changes_nothing(tmp_path: Path) -> None:
    assert watched_in(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []
    with Database(tmp_path) as database:
        Watched(database).watch(1, Mode.ON)
        assert watched_in(tmp_path) == {1: Mode.ON}  # while a bot runs
    before = (tmp_path / NAME).read_bytes()
    assert watched_in(tmp_path) == {1: Mode.ON}
    assert (tmp_path / NAME).read_bytes() == before
    corrupt(tmp_path)
    assert watched_in(tmp_path) == {}
