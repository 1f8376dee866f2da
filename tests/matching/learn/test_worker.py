"""Another process reads and learns the FAQ: the bot answers from what it sends, and does it itself where it must."""

import sys
from pathlib import Path

import pytest

from bot.content.problems import BrokenFileError
from bot.matching.answerer import Answerer
from bot.matching.learn import worker as aside
from bot.settings import SHIPPED_FAQ

QUESTION = "does it help sciatica"


def answered(known: Answerer) -> list[tuple[str, float]]:
    return [(match.entry.id, match.score) for match in known.match(QUESTION).matches]


def test_it_knows_what_would_be_learned_here(shipped: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    assert answered(aside.answerer("faq.yaml", SHIPPED_FAQ.read_bytes())) == answered(shipped)
    assert answered(aside.answerer_of(shipped.faq)) == answered(shipped)
    assert caplog.records == []


@pytest.mark.parametrize("size", [0, 2 * aside.SMALL])
def test_a_broken_file_is_told_by_its_name(size: int, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BrokenFileError, match=r"mine\.yaml:3:1"):
        aside.answerer("mine.yaml", b"title: Cats\n# " + b"x" * size + b"\n[")
    assert caplog.records == []


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\ncat > /dev/null\necho Instrumented\n", None])
def test_where_no_other_process_helps_this_one_learns(
    shipped: Answerer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    program: str | None,
) -> None:
    python = tmp_path / "python"
    if program is not None:
        python.write_text(program)
        python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    assert answered(aside.answerer("faq.yaml", SHIPPED_FAQ.read_bytes())) == answered(shipped)
    assert answered(aside.answerer_of(shipped.faq)) == answered(shipped)
    assert [record.getMessage().partition(",")[0] for record in caplog.records] == [
        "I read the FAQ without another process"
    ] * 2


def test_the_other_process_takes_nothing_from_the_folder_that_it_is_started_in(
    shipped: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    assert answered(aside.answerer_of(shipped.faq)) == answered(shipped)
    assert caplog.records == []


def test_the_other_process_is_not_told_the_token(
    shipped: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nenv > {tmp_path}/told\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("DISCORD_TOKEN", "secret-token")
    monkeypatch.setattr(sys, "executable", str(python))
    assert answered(aside.answerer_of(shipped.faq)) == answered(shipped)
    told = (tmp_path / "told").read_text()
    assert "PYTHONPATH=" in told
    assert "secret-token" not in told
