"""The FAQ file on disk: it is read, and replaced durably as a whole; errors say why that is not possible."""

import errno
import glob
import logging
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.content import limits
from bot.content.model import Faq
from bot.content.problems import UnreadableFileError
from bot.content.yaml.read import Reading, check_faq, read_faq
from bot.errors import BotError

log = logging.getLogger(__name__)

# What the person who runs the bot does about a file that cannot be written.
_REMEDIES: Final = (
    dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "makes room on the disk")
    | dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "lets me write the file and its folder")
    | {errno.EBUSY: "mounts the file's folder instead of the file alone"}
)
_FRESH: Final = ".new"  # suffix of a new file that is to replace another


class UnwritableFileError(BotError):
    """A file that could not be replaced, and is as it was."""

    exit_code = 1

    def __init__(self, name: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        remedy = _REMEDIES.get(error.errno or 0, "looks after the file and its folder")
        said = f"{name} could not be saved, and is as it was: {reason}."
        super().__init__(f"{said} Whoever runs me {remedy}; then try again.")


class OvertakenError(Exception):
    """A file that has changed since its new content was made from it."""


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """Return a file's bytes: limits.FILE_BYTES and one more at most, which shows that the file is too large.

    Raise UnreadableFileError, with `name` in it, or with the path if no name is given.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFileError(name or shown_path(path), error) from error


def read(path: Path) -> Reading:
    """Return the FAQ file at `path`, with its problems. Raise UnreadableFileError."""
    return read_faq(read_bytes(path))


def checked(path: Path) -> Faq:
    """Return the FAQ in a file. Raise UnreadableFileError or BrokenFileError, with its name without its folder."""
    return check_faq(path.name, read_bytes(path, path.name))


def shown_path(path: Path) -> str:
    """Return a path relative to the current folder if it is inside, otherwise as it is."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere, or a link to itself
        return str(path)


def replace(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file's content atomically and durably: after a crash, the file is the old one or the new one.

    A new file is written beside it, synced to disk (fsync) and renamed (POSIX rename is atomic). If `path` is a link,
    the file that it leads to is replaced. Raise OvertakenError if the content is not `before`, or UnwritableFileError.
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
    _sync_folder(target.parent)


def clear(path: Path) -> None:
    """Remove the new files that processes have left beside a file, because they were killed before the rename."""
    target = path.resolve()
    with suppress(OSError):
        for left in target.parent.glob(f".{glob.escape(target.name)}.????????{_FRESH}"):
            left.unlink()


def _write_new(path: Path, data: bytes, like: os.stat_result) -> None:
    """Write a new file and sync it to disk. It gets the owner, if that is allowed, and the mode of another file."""
    mode = stat.S_IMODE(like.st_mode)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(path, like.st_uid, like.st_gid)
    path.chmod(mode)  # the umask may have removed rights


def _sync_folder(folder: Path) -> None:
    """Sync a folder to disk, so that a rename in it is durable. Windows cannot open folders."""
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
