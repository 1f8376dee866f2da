"""What the log shows of a failure: its type and text on the record's own line; at level debug, all that Python says."""

import logging

import pytest

from bot.ops.logs import configure


def logged_failure(level: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure(level)
        logging.getLogger("bot").error("It failed.", exc_info=ValueError("no\nsuch thing"))
    finally:
        root.handlers[:], root.level = before
    return capsys.readouterr().err.splitlines()


def test_a_failure_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = logged_failure("info", capsys)
    assert line.endswith("ERROR   It failed. ValueError: no such thing")


def test_at_level_debug_a_failure_is_shown_as_python_does(capsys: pytest.CaptureFixture[str]) -> None:
    lines = logged_failure("debug", capsys)
    assert lines[0].endswith("ERROR   It failed.")
    assert lines[1:] == ["ValueError: no", "such thing"]
