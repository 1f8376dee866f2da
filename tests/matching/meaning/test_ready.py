"""The model as it is kept ready to run: made once, used then, made anew if it is broken, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.matching.meaning.model import SentenceModel, key_of
from bot.matching.meaning.ready import DIGEST, FOLDER, MODEL, WEIGHTS, session
from tests.conftest import ROOT, clean_environment

TEXT = "does it help with a long drive"


@pytest.fixture(scope="module")
def as_it_is() -> SentenceModel:
    return SentenceModel()


def made(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*"))


def test_it_is_made_once_and_says_the_same(tmp_path: Path, as_it_is: SentenceModel) -> None:
    first = SentenceModel(data_folder=tmp_path / "data")
    [ready] = made(tmp_path / "data")
    assert [each.name for each in sorted(ready.iterdir())] == [MODEL, DIGEST, WEIGHTS]
    assert os.name != "posix" or (tmp_path / "data").stat().st_mode & 0o077 == 0
    times = [each.stat().st_mtime_ns for each in ready.iterdir()]
    second = SentenceModel(data_folder=tmp_path / "data")
    assert [each.stat().st_mtime_ns for each in ready.iterdir()] == times
    for model in (first, second):
        assert model.embed(TEXT) == pytest.approx(as_it_is.embed(TEXT), abs=1e-5)


@pytest.mark.parametrize(("name", "length"), [(WEIGHTS, 10_000), pytest.param(MODEL, 0, marks=pytest.mark.slow)])
def test_a_broken_one_is_made_anew(tmp_path: Path, as_it_is: SentenceModel, name: str, length: int) -> None:
    SentenceModel(data_folder=tmp_path)
    [ready] = made(tmp_path)
    whole = (ready / name).read_bytes()
    (ready / name).write_bytes(whole[:length])
    assert SentenceModel(data_folder=tmp_path).embed(TEXT) == pytest.approx(as_it_is.embed(TEXT), abs=1e-5)
    SentenceModel(data_folder=tmp_path)
    assert (ready / name).stat().st_size == len(whole)


def test_one_other_byte_is_noticed(tmp_path: Path, as_it_is: SentenceModel) -> None:
    SentenceModel(data_folder=tmp_path)
    [ready] = made(tmp_path)
    whole = (ready / WEIGHTS).read_bytes()
    other = bytearray(whole)
    other[len(whole) // 2] ^= 64
    (ready / WEIGHTS).write_bytes(other)
    assert SentenceModel(data_folder=tmp_path).embed(TEXT) == pytest.approx(as_it_is.embed(TEXT), abs=1e-5)
    assert (ready / WEIGHTS).read_bytes() == whole


def test_what_is_left_of_others_goes(tmp_path: Path) -> None:
    (tmp_path / FOLDER / f"{key_of()}-1.0.0-x86_64").mkdir(parents=True)
    (tmp_path / FOLDER / "0123-1.0.0-x86_64").mkdir()  # another model
    cut_off, in_work = tmp_path / FOLDER / ".cut-off.new", tmp_path / FOLDER / ".in-work.new"
    cut_off.mkdir()
    in_work.mkdir()
    os.utime(cut_off, (0.0, 0.0))
    SentenceModel(data_folder=tmp_path)
    left = made(tmp_path)
    assert [each.name for each in left[:2]] == [in_work.name, "0123-1.0.0-x86_64"]
    assert (left[2] / MODEL).is_file()
    assert len(left) == 3


@pytest.mark.slow
def test_several_processes_may_make_it_at_once(tmp_path: Path, as_it_is: SentenceModel) -> None:
    script = (
        "from pathlib import Path; from bot.matching.meaning.model import SentenceModel; "
        f"SentenceModel(data_folder=Path({str(tmp_path)!r}))"
    )
    starting = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=clean_environment(), stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [each.communicate()[1] for each in starting] == [b""] * 3
    assert len(made(tmp_path)) == 1
    assert SentenceModel(data_folder=tmp_path).embed(TEXT) == pytest.approx(as_it_is.embed(TEXT), abs=1e-5)


def test_without_a_place_it_is_used_as_it_is(tmp_path: Path, as_it_is: SentenceModel) -> None:
    (tmp_path / "file").write_text("no folder")
    assert np.array_equal(SentenceModel(data_folder=tmp_path / "file").embed(TEXT), as_it_is.embed(TEXT))


def test_who_is_done_soon_makes_none_but_takes_one_that_is_there(tmp_path: Path, as_it_is: SentenceModel) -> None:
    assert np.array_equal(SentenceModel(data_folder=tmp_path, make_ready=False).embed(TEXT), as_it_is.embed(TEXT))
    assert made(tmp_path) == []
    SentenceModel(data_folder=tmp_path)
    assert session(tmp_path / "not-needed.onnx", key_of(), tmp_path, make=False).get_inputs()


def test_of_a_making_that_fails_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "none.onnx").write_bytes(b"no model")
    with pytest.raises(Exception, match="INVALID_PROTOBUF"):
        session(tmp_path / "none.onnx", "0123", tmp_path, make=True)
    assert made(tmp_path) == []
