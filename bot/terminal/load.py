"""The FAQ for a command in a terminal: read, checked, and learned when the first question comes."""

from pathlib import Path

from bot.content import file
from bot.content.yaml import read as reading
from bot.matching.answerer import Answerer


def load(path: Path) -> Answerer:
    """Return what answers from the FAQ at `path`.

    Raises UnreadableFileError; BrokenFileError if the check finds a problem.
    """
    return Answerer(reading.check(file.shown_path(path), file.read_bytes(path)))


def load_to_measure(path: Path) -> Answerer:
    """Return what answers from the FAQ at `path`, for measuring: it may hold texts too long for Discord.

    Raises UnreadableFileError; BrokenFileError if it is not a sound FAQ.
    """
    found = file.read(path)
    if found.faq is None:
        raise reading.broken(file.shown_path(path), found)
    return Answerer(found.faq)
