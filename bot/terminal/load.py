"""The FAQ for a command in a terminal: read, checked, and learned when the first question comes."""

from pathlib import Path

from bot.content import file
from bot.content.yaml.read import broken_file, check_faq
from bot.matching.answerer import Answerer
from bot.settings import faq_path


def load(given: Path | None) -> Answerer:
    """Return what answers from the FAQ at `given`, or from the one of the settings.

    Raises UnreadableFileError; BrokenFileError if the check finds a problem.
    """
    path = faq_path(given)
    return Answerer(check_faq(file.shown_path(path), file.read_bytes(path)))


def load_to_measure(given: Path | None) -> Answerer:
    """Return the same for measuring: the FAQ may hold texts too long for Discord.

    Raises UnreadableFileError; BrokenFileError if it is not a sound FAQ.
    """
    path = faq_path(given)
    found = file.read(path)
    if found.faq is None:
        raise broken_file(file.shown_path(path), found)
    return Answerer(found.faq)
