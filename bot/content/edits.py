"""Edits of the FAQ: what a curator means to change, and the file that comes of it, if it can."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from bot.content import limits
from bot.content.diff import Hunk, undone
from bot.content.model import Entry, Faq
from bot.content.problems import Problem
from bot.content.yaml.read import read_faq
from bot.content.yaml.write import write_faq
from bot.errors import BotError

TEXTS: Final = ("section", "question", "answer", "caution", "reviewed")  # what of an entry is one text or date
LISTS: Final = ("also", "related")


@dataclass(frozen=True, slots=True)
class Addition:
    """A new entry."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry as a curator found it, and as they want it."""

    found: Entry
    wanted: Entry


@dataclass(frozen=True, slots=True)
class Removal:
    """An entry that goes, out of other entries' related ones too."""

    entry: Entry  # as the curator found it


@dataclass(frozen=True, slots=True)
class OffTopicLines:
    """New lines of what no entry answers."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undoing:
    """An earlier change that is taken back."""

    number: int  # of the change
    hunks: tuple[Hunk, ...]
    what: str  # what it did, who made it, and when


@dataclass(frozen=True, slots=True)
class Import:
    """A whole file that takes the place of the present one."""

    data: bytes


Edit: TypeAlias = Addition | Revision | Removal | OffTopicLines | Undoing | Import


@dataclass(frozen=True, slots=True)
class Clash:
    """A part of an entry that somebody else has changed while a curator was changing it too."""

    field: str
    theirs: str  # as it stands in the file now
    mine: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The file that comes of an edit, to be looked at before it is saved."""

    edit: Edit  # as it stands to the file now: with the entry that is there, and as it would be saved
    base: bytes  # the file that it was made from
    data: bytes
    faq: Faq | None  # what the new file says, where it is a sound FAQ
    problems: tuple[Problem, ...]  # why it cannot be saved
    clashes: tuple[Clash, ...] = ()
    overtaken: bool = False  # whether somebody has changed the entry since the curator found it

    @property
    def savable(self) -> bool:
        """Whether it changes anything, and nothing speaks against it."""
        return self.faq is not None and not self.problems and self.data != self.base

    @property
    def entry(self) -> Entry | None:
        """The entry that an edit is about."""
        match self.edit:
            case Addition(entry) | Removal(entry) | Revision(wanted=entry):
                return entry
        return None


class GoneError(BotError):
    """An edit of an entry that the FAQ has no longer."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            f'The entry "{entry}" is no longer in the FAQ: somebody has removed it. /curate history says who, and '
            "/curate undo takes that back."
        )


def propose(edit: Edit, data: bytes) -> Proposal:
    """What a FAQ file becomes by an edit. `data` must be a sound FAQ file, but for an Import.

    Raises GoneError, LinesChangedError or CannotWriteError where the edit can no longer be made, with a sentence.
    """
    if isinstance(edit, Import):
        return _read(edit, data, edit.data, limits.IMPORT_BYTES)
    faq = read_faq(data).faq
    if faq is None:
        raise ValueError("there is no sound FAQ in the file")
    match edit:
        case Addition(entry):
            return _written(edit, data, _with(faq, entry))
        case Revision():
            return _revised(edit, data, faq)
        case Removal(entry):
            now = _present(faq, entry.id)
            return _written(Removal(now), data, _without(faq, now), overtaken=now != entry)
        case OffTopicLines(texts):
            return _written(edit, data, replace(faq, off_topic=(*faq.off_topic, *texts)))
        case Undoing(hunks=hunks):
            return _read(edit, data, undone(data.decode(), hunks).encode())


def _revised(edit: Revision, data: bytes, faq: Faq) -> Proposal:
    """A curator's changes, made to the entry as it is now."""
    found, mine, now = edit.found, edit.wanted, _present(faq, edit.found.id)
    merged: dict[str, Any] = {}
    clashes = []
    for name in TEXTS:
        was, wants, stands = (getattr(entry, name) for entry in (found, mine, now))
        merged[name] = stands if wants == was else wants
        if stands not in (was, wants) and wants != was:
            clashes.append(Clash(name, str(stands or ""), str(wants or "")))
    for name in LISTS:
        merged[name] = _merged(*(getattr(entry, name) for entry in (found, mine, now)))
    wanted = replace(now, **merged)
    entries = tuple(wanted if entry is now else entry for entry in faq.entries)
    return _written(Revision(now, wanted), data, replace(faq, entries=entries), tuple(clashes), overtaken=found != now)


def _merged(found: tuple[str, ...], mine: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """A list with what a curator added and without what they took away, whatever others did to it meanwhile."""
    if now == found:
        return mine
    kept = [item for item in now if item in mine or item not in found]
    return (*kept, *(item for item in mine if item not in found and item not in kept))


def _present(faq: Faq, entry_id: str) -> Entry:
    entry = faq.entry(entry_id)
    if entry is None:
        raise GoneError(entry_id)
    return entry


def _with(faq: Faq, entry: Entry) -> Faq:
    """The FAQ with one entry more: behind the last of its section, or at the end where it opens one."""
    behind = [number for number, each in enumerate(faq.entries, start=1) if each.section == entry.section]
    at = behind[-1] if behind else len(faq.entries)
    return replace(faq, entries=(*faq.entries[:at], entry, *faq.entries[at:]))


def _without(faq: Faq, gone: Entry) -> Faq:
    kept = (entry for entry in faq.entries if entry is not gone)
    return replace(
        faq,
        entries=tuple(
            replace(entry, related=tuple(each for each in entry.related if each != gone.id))
            if gone.id in entry.related
            else entry
            for entry in kept
        ),
    )


def _written(
    edit: Edit, data: bytes, wanted: Faq, clashes: tuple[Clash, ...] = (), *, overtaken: bool = False
) -> Proposal:
    written = write_faq(data, wanted)
    found = written.reading
    return Proposal(edit, data, written.data, found.faq, found.problems, clashes, overtaken)


def _read(edit: Edit, data: bytes, new: bytes, largest: int = limits.FILE_BYTES) -> Proposal:
    found = read_faq(new, largest)
    return Proposal(edit, data, new, found.faq, found.problems)


# What curators type.


def text_of(typed: str) -> str:
    """A typed text as it is kept: line breaks of one kind, no spaces around it, no halves of characters."""
    return "\n".join(line.rstrip() for line in _whole(typed).splitlines()).strip()


def line_of(typed: str) -> str:
    """A typed text on one line."""
    return " ".join(_whole(typed).split())


def lines_of(typed: str) -> tuple[str, ...]:
    """The lines of a typed list, each once, empty ones left out."""
    return tuple(dict.fromkeys(filter(None, map(line_of, _whole(typed).splitlines()))))


def ids_of(typed: str) -> tuple[str, ...]:
    """The ids in a typed list, with commas or spaces between them."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", _whole(typed).strip()))))


def id_for(question: str, taken: Iterable[str]) -> str:
    """A new entry's id: the words of its question, as many as fit, and a number where that is taken."""
    words = re.findall(r"[a-z0-9]+", re.sub("['’]", "", question.lower())) or ["entry"]
    name = words[0][: limits.ID - _ROOM]
    for word in words[1:]:
        if len(f"{name}-{word}") > limits.ID - _ROOM:
            break
        name = f"{name}-{word}"
    used = set(taken)
    numbered = (f"{name}-{number}" for number in range(2, len(used) + 3))
    return name if name not in used else next(each for each in numbered if each not in used)


_ROOM: Final = 5  # characters of an id that are left for a number


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
