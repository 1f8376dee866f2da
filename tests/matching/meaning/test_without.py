"""Without the sentence model, everything goes on by words and letters: if it is not installed, or cannot be used."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.matching.meaning.model import PACKAGE, TOKENIZER, WEIGHTS, MeaningError, SentenceModel
from tests.conftest import ROOT, clean_environment

ASK = [sys.executable, "-m", "bot", "ask", "does it help sciatica"]
GO_ON = "I go on without it: words and letters alone decide.\n"


def ask(folder: Path, path: Path = ROOT, command: list[str] | None = None, **variables: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a question, asked in a folder, of the bot that lies at a path."""
    environment = {**clean_environment(), "PYTHONPATH": str(path), **variables}
    done = subprocess.run(
        command or ASK, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout, done.stderr


def answered(said: str) -> bool:
    return said.startswith("Does a butt massage help sciatica?\n")


@pytest.mark.parametrize(
    "missing", ["onnxruntime", *(pytest.param(name, marks=pytest.mark.slow) for name in ("tokenizers", PACKAGE))]
)
def test_without_the_extra_it_says_nothing_of_it(tmp_path: Path, missing: str) -> None:
    script = f"import sys; sys.modules[{missing!r}] = None; from bot.__main__ import main; sys.exit(main(sys.argv[1:]))"
    code, said, errors = ask(tmp_path, command=[sys.executable, "-c", script, "ask", "does it help sciatica", "--why"])
    assert (code, errors) == (0, "")
    assert answered(said)
    assert "meaning" not in said


def test_a_model_file_of_other_bytes_is_refused_in_one_line(tmp_path: Path) -> None:
    package = tmp_path / PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('none of its code shall run')")
    found = find_spec(PACKAGE)
    assert found is not None
    assert found.submodule_search_locations
    data = bytearray((Path(found.submodule_search_locations[0]) / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (package / WEIGHTS).write_bytes(data)
    code, said, errors = ask(tmp_path, path=f"{tmp_path}{os.pathsep}{ROOT}")  # type: ignore[arg-type]
    assert (code, answered(said)) == (0, True)
    assert errors == (
        f"The file model.onnx of the package {PACKAGE} has other bytes than it should: reinstall it. {GO_ON}"
    )


def test_a_missing_vocabulary_is_told_in_one_line(tmp_path: Path) -> None:
    for name in ("bot", "faq"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("vocabulary.txt", "__pycache__"))
    code, said, errors = ask(tmp_path, path=tmp_path)
    assert (code, answered(said)) == (0, True)
    assert errors.startswith("The sentence model cannot be read: ")
    assert "Errno" not in errors
    assert errors.endswith(GO_ON)
    assert errors.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other ways")
@pytest.mark.parametrize("megabytes", [280, 400])  # too little to learn with meaning, and too little for the model
def test_too_little_memory_is_told_in_one_line(tmp_path: Path, megabytes: int) -> None:
    limited = ["sh", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "sh", *ASK]
    code, said, errors = ask(tmp_path, command=limited, OPENBLAS_NUM_THREADS="1")
    assert (code, answered(said)) == (0, True)
    assert errors.count("\n") == 1
    assert "too little memory" in errors


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ((), "cannot be read: {}/model.onnx, No such file or directory."),
        ((WEIGHTS,), "cannot be read: {}/tokenizer.json, No such file or directory."),
        ((TOKENIZER,), "cannot be read: {}/model.onnx, No such file or directory."),
        ((WEIGHTS, TOKENIZER), "cannot be loaded: {}/tokenizer.json is no tokenizer, "),
    ],
)
def test_of_a_model_of_ones_own_that_is_none_it_says_which_file_is_wrong(
    tmp_path: Path, files: tuple[str, ...], found: str
) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(MeaningError) as raised:
        SentenceModel(tmp_path)
    assert str(raised.value).startswith(f"The sentence model {found.format(tmp_path)}")


@pytest.mark.parametrize(("content", "missing"), [(None, WEIGHTS), (b"no model", TOKENIZER)])
def test_a_model_of_ones_own_that_is_none_is_told_in_one_line(
    tmp_path: Path, content: bytes | None, missing: str
) -> None:
    if content is not None:
        (tmp_path / WEIGHTS).write_bytes(content)
    code, said, errors = ask(tmp_path, MODEL_PATH=str(tmp_path))
    assert (code, answered(said)) == (0, True)
    assert errors == f"The sentence model cannot be read: {tmp_path}/{missing}, No such file or directory. {GO_ON}"


def test_no_in_whatever_case_goes_without_and_says_nothing(tmp_path: Path) -> None:
    code, said, errors = ask(tmp_path, MODEL_PATH="No")
    assert (code, answered(said), errors) == (0, True, "")
