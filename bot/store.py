"""Files to what the bot knows: reads the FAQ from disk, and says why where that is not possible."""

from pathlib import Path

from bot.core import limits, reading
from bot.core.knowledge import Knowledge
from bot.core.problems import UnreadableFileError
from bot.core.reading import Reading


def read_bytes(path: Path) -> bytes:
    """A file's bytes, never more than one above the largest that is read. Raises UnreadableFileError."""
    try:
        with path.open("rb") as file:
            return file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(shown_path(path), error) from error


def read(path: Path) -> Reading:
    """What the FAQ file at `path` turned out to be. Raises UnreadableFileError."""
    return reading.read(read_bytes(path))


def load(path: Path) -> Knowledge:
    """The FAQ at `path`, fit to be served.

    Raises UnreadableFileError, or BrokenFileError where the check finds a problem.
    """
    return Knowledge(reading.check(shown_path(path), read_bytes(path)))


def load_to_measure(path: Path) -> Knowledge:
    """The FAQ at `path` for measuring in a terminal: it may hold texts too long for Discord, where none is sent.

    Raises UnreadableFileError, or BrokenFileError where it is not a sound FAQ.
    """
    found = read(path)
    if found.faq is None:
        raise reading.broken(shown_path(path), found)
    return Knowledge(found.faq)


def shown_path(path: Path) -> str:
    """A path as a person would write it: from the current folder where it is inside."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, or a link to itself
        return str(path)
