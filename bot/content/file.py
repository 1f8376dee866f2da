"""The FAQ file on disk: read to what the bot knows, and replaced as a whole; says why where that is not possible."""

import errno
import glob
import logging
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.content import limits
from bot.content.model import Faq
from bot.content.problems import UnreadableFileError
from bot.content.yaml.read import Reading, broken_file, check_faq, read_faq
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.learn import worker as aside

log = logging.getLogger(__name__)

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PROTECTED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class UnwritableFileError(BotError):
    """A file that could not be replaced. It is as it was."""

    exit_code = 1

    def __init__(self, name: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        super().__init__(f"{name} could not be saved, and is as it was: {reason}. {_remedy(error)}")


def _remedy(error: OSError) -> str:
    """What whoever runs the bot can do about a file that cannot be written."""
    if error.errno in _FULL:
        return "Whoever runs me makes room on the disk; then try again."
    if error.errno in _PROTECTED:
        return "Whoever runs me lets me write the file and its folder; then try again."
    if error.errno == errno.EBUSY:
        return "Whoever runs me mounts the file's folder instead of the file alone; then try again."
    return "Whoever runs me looks after the file and its folder; then try again."


class OvertakenError(Exception):
    """A file that is no longer what it was when its new content was made."""


@dataclass(frozen=True)
class Loaded:
    """A FAQ file's bytes, and what the bot knows from them."""

    data: bytes
    answerer: Answerer


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """A file's bytes, never more than one above the largest that is read.

    Raises UnreadableFileError, which says the path, or the `name` where that is given.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(name or shown_path(path), error) from error


def read(path: Path) -> Reading:
    """What the FAQ file at `path` turned out to be. Raises UnreadableFileError."""
    return read_faq(read_bytes(path))


def checked(path: Path) -> Faq:
    """What the FAQ file at `path` says, which errors call by its name alone.

    Raises UnreadableFileError, or BrokenFileError where the check finds a problem.
    """
    return check_faq(path.name, read_bytes(path, path.name))


def load(path: Path) -> Answerer:
    """The FAQ at `path`, fit to be served.

    Raises UnreadableFileError, or BrokenFileError where the check finds a problem.
    """
    return Answerer(check_faq(shown_path(path), read_bytes(path)))


def loaded(path: Path) -> Loaded:
    """The FAQ at `path` with its bytes, ready to answer. Raises what `load` does."""
    data = read_bytes(path)
    return Loaded(data, aside.answerer(shown_path(path), data))


def load_to_measure(path: Path) -> Answerer:
    """The FAQ at `path` for measuring in a terminal: it may hold texts too long for Discord, where none is sent.

    Raises UnreadableFileError, or BrokenFileError where it is not a sound FAQ.
    """
    found = read(path)
    if found.faq is None:
        raise broken_file(shown_path(path), found)
    return Answerer(found.faq)


def shown_path(path: Path) -> str:
    """A path as a person would write it: from the current folder where it is inside."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, or a link to itself
        return str(path)


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file's content durably: whatever happens, the file is the old one or the new one.

    A new file is written beside it, brought to disk and renamed (POSIX rename, which is atomic). A link stays, and the
    file that it leads to is replaced. Raises OvertakenError where the content is not `before`, and UnwritableFileError.
    """
    target = path.resolve()
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_FRESH}")
    try:
        found = target.stat()
        writable = found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)  # to root, everything is
        if not writable or not os.access(target, os.W_OK):  # renaming over it would not ask
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        try:
            _write_new(fresh, after, found)
            if target.read_bytes() != before:
                raise OvertakenError
            fresh.replace(target)
        finally:
            with suppress(OSError):
                fresh.unlink()
    except OSError as error:
        raise UnwritableFileError(path.name, error) from error
    _bring_to_disk(target.parent)


def clear(path: Path) -> None:
    """Remove what a process that was killed while replacing a file has left beside it."""
    target = path.resolve()
    with suppress(OSError):
        for left in target.parent.glob(f".{glob.escape(target.name)}.????????{_FRESH}"):
            left.unlink()


_FRESH: Final = ".new"  # how the name of a file ends that is to take another's place


def _write_new(path: Path, data: bytes, like: os.stat_result) -> None:
    """Write a new file to disk, with the owner and rights of another as far as that is allowed."""
    mode = stat.S_IMODE(like.st_mode)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode), "wb"
    ) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(path, like.st_uid, like.st_gid)
    path.chmod(mode)  # whatever the process takes away from new files


def _bring_to_disk(folder: Path) -> None:
    """Bring a folder's own content, the names of its files, to disk, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:  # the file is saved; only a power failure in the next seconds could bring the old one back
        log.warning("The folder %s cannot be brought to disk: %s.", folder, error.strerror or error)
