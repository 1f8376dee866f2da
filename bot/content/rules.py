"""Validation rules for a FAQ, one function each: files, edits and imports are all checked by them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.content import limits
from bot.content.model import Faq
from bot.content.problems import plural
from bot.content.yaml.tree import shown
from bot.text.phrases import parts
from bot.text.words import comparable, stems, words

Path: TypeAlias = tuple[str | int, ...]  # the place of a value in the file, such as ("entries", 3, "also", 2)

_OF_MANY_LINES: Final = ("answer", "caution", "disclaimer", "message")  # all others are shown in headings and buttons


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule: the path of the value that breaks it, what is wrong, and how to mend it."""

    path: Path
    what: str
    remedy: str


def unsound(faq: Faq) -> Iterator[Breach]:
    """Return the breaches that make a FAQ ambiguous or useless. Such a FAQ is not loaded at all."""
    yield from _ids_are_sound(faq)
    yield from _related_entries_exist(faq)
    yield from _wordings_can_be_told_apart(faq)
    yield from _synonyms_are_distinct(faq)
    yield from _warning_signs_are_phrased(faq)


def unfit(faq: Faq) -> Iterator[Breach]:
    """Return the breaches that keep a FAQ out of Discord: texts that are too long, or have too many lines."""
    for path, text, longest in _lengths(faq):
        if len(text) > longest:
            what = f"{named(path)} has {plural(len(text), 'character')}; at most {longest:,} fit"
            yield Breach(path, what, "Shorten it.")
        if len(text.splitlines()) > 1 and path[-1] not in _OF_MANY_LINES:
            yield Breach(path, f"{named(path)} has more than one line", "Write it on one line.")


def _ids_are_sound(faq: Faq) -> Iterator[Breach]:
    if not faq.entries:
        yield Breach(("entries",), "the FAQ has no entries", "Add at least one.")
    first: dict[str, int] = {}
    for index, entry in enumerate(faq.entries):
        path = ("entries", index, "id")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id):
            what = f'the id "{shown(entry.id)}" is not made of lower-case words and hyphens'
            yield Breach(path, what, 'Write it like "is-it-normal".')
        elif len(entry.id) > limits.ID:
            what = f"the id has {plural(len(entry.id), 'character')}; at most {limits.ID} fit"
            yield Breach(path, what, "Shorten it.")
        if first.setdefault(entry.id, index) != index:
            yield Breach(path, f'the id "{entry.id}" is used by two entries', "Give one of them another id.")


def _related_entries_exist(faq: Faq) -> Iterator[Breach]:
    for index, entry in enumerate(faq.entries):
        seen: set[str] = set()
        for number, related in enumerate(entry.related):
            path = ("entries", index, "related", number)
            if related == entry.id:
                yield Breach(path, "the entry is related to itself", "Remove this id.")
            elif faq.entry(related) is None:
                what = f'the related entry "{shown(related)}" does not exist'
                yield Breach(path, what, "Use an id of this file, or remove it.")
            elif related in seen:
                yield Breach(path, f'the related entry "{related}" is named twice', "Keep one of the two.")
            seen.add(related)


def _wordings_can_be_told_apart(faq: Faq) -> Iterator[Breach]:
    written: set[str] = set()
    owners: dict[tuple[str, ...], str] = {}  # of the words of each text, as the matcher reads them
    for path, text, owner in _wordings(faq):
        text = text[: limits.WORDING]
        key = comparable(text)
        other = owners.setdefault(words(text), owner)
        if not key:
            yield Breach(path, f'"{shown(text)}" has no words', "Write a question in words, or remove the line.")
        elif other != owner:
            remedy = "Keep it where its answer is, and remove the other."
            yield Breach(path, f'"{shown(text)}" stands in {other} too', remedy)
        elif key in written:
            yield Breach(path, f'"{shown(text)}" stands here twice', "Keep one of the two.")
        written.add(key)


def _wordings(faq: Faq) -> Iterator[tuple[Path, str, str]]:
    """Yield the place of each wording and off-topic line, its text, and what it belongs to."""
    for index, entry in enumerate(faq.entries):
        owner = f'the entry "{entry.id}"'
        yield ("entries", index, "question"), entry.question, owner
        for number, wording in enumerate(entry.also):
            yield ("entries", index, "also", number), wording, owner
    for index, line in enumerate(faq.off_topic):
        yield ("off_topic", index), line, '"off_topic"'


def _synonyms_are_distinct(faq: Faq) -> Iterator[Breach]:
    concepts: dict[tuple[str, ...], int] = {}
    for index, synonyms in enumerate(faq.synonyms):
        if len(synonyms) < 2:
            yield Breach(("synonyms", index), "a list of synonyms has fewer than two", "Add another, or remove it.")
        for number, synonym in enumerate(synonyms):
            path = ("synonyms", index, number)
            key = stems(synonym[: limits.SYNONYM])
            if not key:
                yield Breach(path, f'"{shown(synonym)}" has no words', "Remove it.")
            elif concepts.setdefault(key, index) != index:
                what = f'"{shown(synonym)}" stands in two lists of synonyms, endings aside'
                yield Breach(path, what, "Keep it in one: a word is one concept to the matcher.")


def _warning_signs_are_phrased(faq: Faq) -> Iterator[Breach]:
    if faq.warning_signs is None:
        return
    if not faq.warning_signs.phrases:
        yield Breach(("warning_signs", "phrases"), '"phrases" has no items', "Add how people describe an emergency.")
    for index, phrase in enumerate(faq.warning_signs.phrases):
        if not all(parts(phrase)):
            what = f'"{shown(phrase)}" would be found in messages that are no emergency'
            remedy = "Add a word that tells it apart, on both sides of each +."
            yield Breach(("warning_signs", "phrases", index), what, remedy)


def _lengths(faq: Faq) -> Iterator[tuple[Path, str, int]]:
    """Return each text with its path, and how many characters it may have."""
    yield ("title",), faq.title, limits.TITLE
    yield ("source", "title"), faq.source.title, limits.TITLE
    yield ("source", "author"), faq.source.author, limits.TITLE
    yield ("disclaimer",), faq.disclaimer, limits.DISCLAIMER
    if faq.warning_signs is not None:
        yield ("warning_signs", "message"), faq.warning_signs.message, limits.WARNING_MESSAGE
        for index, phrase in enumerate(faq.warning_signs.phrases):
            yield ("warning_signs", "phrases", index), phrase, limits.WARNING_PHRASE
    for index, synonyms in enumerate(faq.synonyms):
        for number, synonym in enumerate(synonyms):
            yield ("synonyms", index, number), synonym, limits.SYNONYM
    for index, entry in enumerate(faq.entries):
        yield ("entries", index, "section"), entry.section, limits.SECTION
        yield ("entries", index, "question"), entry.question, limits.QUESTION
        yield ("entries", index, "answer"), entry.answer, limits.ANSWER
        yield ("entries", index, "caution"), entry.caution or "", limits.CAUTION
        for number, wording in enumerate(entry.also):
            yield ("entries", index, "also", number), wording, limits.WORDING
    for index, line in enumerate(faq.off_topic):
        yield ("off_topic", index), line, limits.WORDING


def named(path: Path) -> str:
    """Return how a problem calls the value at a path: by its key, or as an item of its key's list."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    return f'an item of "{key}"' if path and isinstance(path[-1], int) else f'"{key}"'
