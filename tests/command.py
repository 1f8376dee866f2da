"""The commands of `python -m bot`, run in this process: starting one for each would take most of a test's time."""

import atexit
import contextlib
import io
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

from bot.__main__ import main
from tests.conftest import clean_environment
from tests.smallfaq import small_faq

FOLDER: Final = Path(tempfile.mkdtemp(prefix="bot-tests-"))  # without a .env of whoever runs the tests
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
SMALL: Final = FOLDER / "small.yaml"
SMALL.write_bytes(small_faq())


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def bot(*arguments: str, typed: str | bytes = "", folder: Path = FOLDER, **variables: str) -> Done:
    """Run a command, 80 columns wide and in a folder; with the small FAQ where FAQ_PATH is not among the variables, and
    without a sentence model where MODEL_PATH is not.
    """
    given = io.TextIOWrapper(
        io.BytesIO(typed.encode() if isinstance(typed, str) else typed), "utf-8", "surrogateescape"
    )
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    settings = {"FAQ_PATH": str(SMALL), "MODEL_PATH": "no", **variables}
    environment = {**clean_environment(), "COLUMNS": "80", **settings}
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch("sys.stdin", given),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        contextlib.chdir(folder),
    ):
        code = _code_of(arguments)
    return Done(code, _printed(output), _printed(errors))


def _code_of(arguments: tuple[str, ...]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:  # how argparse ends
        return int(ended.code or 0)


def _printed(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
