"""Edits of the FAQ by curators, and the new file that each leads to: a three-way merge if the file has changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any, Final, TypeAlias

from bot.content import limits
from bot.content.diff import Hunk, undone
from bot.content.model import Entry, Faq
from bot.content.problems import Problem
from bot.content.yaml.read import read_faq
from bot.content.yaml.write import Written, write_faq
from bot.errors import BotError

TEXTS: Final = ("section", "question", "answer", "caution", "reviewed")  # fields of an entry with one text or date
LISTS: Final = ("also", "related")  # fields of an entry with a list of texts


@dataclass(frozen=True, slots=True)
class Addition:
    """A new entry."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of an entry, made by a curator who saw it as `found` and wants it as `wanted`."""

    found: Entry
    wanted: Entry


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal of an entry. Its id is removed from other entries' related ones too."""

    entry: Entry  # as the curator saw it


@dataclass(frozen=True, slots=True)
class OffTopicLines:
    """New off-topic lines: messages that no entry answers."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undoing:
    """A change of the file that is to be undone."""

    number: int  # of the change in the journal
    hunks: tuple[Hunk, ...]
    what: str  # a sentence: what the change did, who made it, and when


@dataclass(frozen=True, slots=True)
class Import:
    """A whole new file that replaces the present one."""

    data: bytes


Edit: TypeAlias = Addition | Revision | Removal | OffTopicLines | Undoing | Import


@dataclass(frozen=True, slots=True)
class Clash:
    """A merge conflict: somebody else has changed a field of an entry that a curator wants to change too."""

    field: str
    theirs: str  # its text in the file now
    mine: str


@dataclass(frozen=True)
class Proposal:
    """The file that an edit leads to, to be looked at before it is saved."""

    edit: Edit  # rebased: it holds the entry that is in the file now, and the one that would be saved
    base: bytes  # the file that the edit was applied to
    data: bytes  # the new file
    faq: Faq | None  # the FAQ in the new file, if it is sound
    problems: tuple[Problem, ...]  # why the new file cannot be saved
    clashes: tuple[Clash, ...] = ()
    overtaken: bool = False  # whether somebody has changed the entry since the curator saw it

    @property
    def savable(self) -> bool:
        """Return whether the edit changes the file, and the new file has no problems."""
        return self.faq is not None and not self.problems and self.data != self.base

    @property
    def entry(self) -> Entry | None:
        """Return the entry that the edit adds, changes or removes; None for other edits."""
        match self.edit:
            case Addition(entry) | Removal(entry) | Revision(wanted=entry):
                return entry
        return None


class GoneError(BotError):
    """An edit of an entry that is no longer in the FAQ."""

    def __init__(self, entry: str) -> None:
        gone = f'The entry "{entry}" is no longer in the FAQ: somebody has removed it.'
        super().__init__(f"{gone} /curate history says who, and /curate undo takes that back.")


def propose(edit: Edit, data: bytes) -> Proposal:
    """Return the file that an edit makes of the file `data`, which must be a sound FAQ file except for an Import.

    Raise GoneError, LinesChangedError or CannotWriteError if the edit cannot be made. Their texts are for the curator.
    """
    if isinstance(edit, Import):
        return _proposal(edit, data, Written(edit.data, read_faq(edit.data, limits.IMPORT_BYTES)))
    faq = read_faq(data).faq
    if faq is None:
        raise ValueError("there is no sound FAQ in the file")
    match edit:
        case Addition(entry):
            return _proposal(edit, data, write_faq(data, _with(faq, entry)))
        case Revision():
            return _revised(edit, data, faq)
        case Removal(entry):
            now = _entry_of(faq, entry.id)
            return _proposal(Removal(now), data, write_faq(data, _without(faq, now)), overtaken=now != entry)
        case OffTopicLines(texts):
            return _proposal(edit, data, write_faq(data, replace(faq, off_topic=(*faq.off_topic, *texts))))
        case Undoing(hunks=hunks):
            new = undone(data.decode(), hunks).encode()
            return _proposal(edit, data, Written(new, read_faq(new)))


def _revised(edit: Revision, data: bytes, faq: Faq) -> Proposal:
    """Return a three-way merge of the curator's changes and of those that the entry has got meanwhile.

    If both have changed a text, the curator's counts, and the other is kept in a Clash.
    """
    base, mine, theirs = edit.found, edit.wanted, _entry_of(faq, edit.found.id)
    merged: dict[str, Any] = {}
    clashes = []
    for name in TEXTS:
        was, wants, stands = (getattr(entry, name) for entry in (base, mine, theirs))
        merged[name] = stands if wants == was else wants
        if stands not in (was, wants) and wants != was:
            clashes.append(Clash(name, str(stands or ""), str(wants or "")))
    for name in LISTS:
        merged[name] = _merged_list(*(getattr(entry, name) for entry in (base, mine, theirs)))
    wanted = replace(theirs, **merged)
    new = replace(faq, entries=tuple(wanted if entry is theirs else entry for entry in faq.entries))
    return _proposal(Revision(theirs, wanted), data, write_faq(data, new), tuple(clashes), overtaken=base != theirs)


def _merged_list(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Return `theirs` with the items that the curator added to `base`, and without those that they removed from it."""
    if theirs == base:
        return mine
    kept = [item for item in theirs if item in mine or item not in base]
    return (*kept, *(item for item in mine if item not in base and item not in kept))


def _entry_of(faq: Faq, entry_id: str) -> Entry:
    """Return the entry with this id. Raise GoneError if there is none."""
    entry = faq.entry(entry_id)
    if entry is None:
        raise GoneError(entry_id)
    return entry


def _with(faq: Faq, entry: Entry) -> Faq:
    """Return the FAQ with a new entry: behind the last one of its section, or at the end if the section is new."""
    behind = [number for number, each in enumerate(faq.entries, start=1) if each.section == entry.section]
    at = behind[-1] if behind else len(faq.entries)
    return replace(faq, entries=(*faq.entries[:at], entry, *faq.entries[at:]))


def _without(faq: Faq, gone: Entry) -> Faq:
    """Return the FAQ without an entry, and without its id among other entries' related ones."""
    return replace(
        faq,
        entries=tuple(
            replace(entry, related=tuple(related for related in entry.related if related != gone.id))
            for entry in faq.entries
            if entry is not gone
        ),
    )


def _proposal(
    edit: Edit, base: bytes, new: Written, clashes: tuple[Clash, ...] = (), *, overtaken: bool = False
) -> Proposal:
    return Proposal(edit, base, new.data, new.reading.faq, new.reading.problems, clashes, overtaken)


def text_of(typed: str) -> str:
    """Return a typed text with line feeds as its line breaks, without spaces around it, and without lone surrogates."""
    return "\n".join(line.rstrip() for line in _whole(typed).splitlines()).strip()


def line_of(typed: str) -> str:
    """Return a typed text on one line."""
    return " ".join(_whole(typed).split())


def lines_of(typed: str) -> tuple[str, ...]:
    """Return the lines of a typed list, each once, without empty ones."""
    return tuple(dict.fromkeys(filter(None, map(line_of, _whole(typed).splitlines()))))


def ids_of(typed: str) -> tuple[str, ...]:
    """Return the ids in a typed list, each once. Commas, semicolons or spaces stand between them."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", _whole(typed).strip()))))


def id_for(question: str, taken: Iterable[str]) -> str:
    """Return an id for a new entry: the first words of its question, and a number if that id is taken."""
    longest = limits.ID - 5  # five characters are left free for a number
    first, *others = re.findall(r"[a-z0-9]+", re.sub("['’]", "", question.lower())) or ["entry"]
    name: str = first[:longest]
    for word in others:
        if len(f"{name}-{word}") > longest:
            break
        name = f"{name}-{word}"
    used = set(taken)
    return next(each for each in chain([name], (f"{name}-{number}" for number in count(2))) if each not in used)


def _whole(text: str) -> str:
    """Return a text with "?" in place of lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()
