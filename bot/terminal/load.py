"""The FAQ for a command in a terminal, and `check`: all its problems, or what is in it."""

from argparse import Namespace
from pathlib import Path

from bot.content import file
from bot.content.problems import plural
from bot.content.yaml.read import broken_file
from bot.matching.answerer import Answerer
from bot.matching.replies import contents
from bot.settings import faq_path


def load(given: Path | None, *, to_measure: bool = False) -> Answerer:
    """Return what answers from the FAQ at `given`, or from that of the settings; to measure, its texts may be too long
    for Discord. Raises UnreadableFileError; BrokenFileError if there is any other problem.
    """
    path = faq_path(given)
    found = file.read(path)
    if found.faq is None or (found.problems and not to_measure):
        raise broken_file(file.shown_path(path), found)
    return Answerer(found.faq)


def check(arguments: Namespace) -> int:
    """Print every problem of the file with line, column and remedy. Returns 1 if there is any, else 0."""
    path = arguments.file or faq_path(arguments.faq)
    name, reading = file.shown_path(path), file.read(path)
    for problem in reading.problems:
        print(f"{name}:{problem}")
    if reading.problems:
        count = plural(len(reading.problems), "problem")
        print(f"\n{count} found. The bot does not load this file until it is mended.")
        return 1
    assert reading.faq is not None
    print(f"{name} is fine: {contents(reading.faq)}.")
    return 0
