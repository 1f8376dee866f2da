"""Forms that curators fill in: the parts of an entry, wordings, off-topic lines, a FAQ file; and what was filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import discord
from discord import ui

from bot.chat import router
from bot.chat.layout import shortened
from bot.chat.router import CustomId
from bot.chat.text import option
from bot.content import limits
from bot.content.edits import ids_of, line_of, lines_of, text_of
from bot.content.model import Entry

ANSWER, WORDINGS, DETAILS, NEW = "answer", "wordings", "details", "new"  # the parts of an entry, a form each
WHOLE = "whole"  # for edits without a form of their own
OFF_TOPIC: Final = "no entry"  # an option in place of an entry's id; with its space, it can never be one

_FILLED: Final = 3000  # characters that stand in a field of wordings, so that there is room to add some
_FIELDS: Final = 4  # fields of wordings in a form; Discord allows five fields, and one is for new wordings
_RELATED: Final = 500  # characters of the ids of related entries
_UNNAMED: Final = "The question alone, one on each line: no names, nothing about anybody's own health"
_ONE_A_LINE: Final = "One on each line, in members' own words"


def form(custom_id: CustomId, title: str, fields: Sequence[ui.Item[Any]]) -> ui.Modal:
    """Return a form of up to five fields."""
    made = router.form(custom_id, shortened(title, limits.DISCORD_FORM_TITLE))
    for field in fields:
        made.add_item(field)
    return made


def import_form(asker: int, draft: int = 0) -> ui.Modal:
    """Return the form that takes a FAQ file. `draft`: number of the draft with the file that it replaces."""
    field = _label("The FAQ file", ui.FileUpload(custom_id="file", max_values=1), "YAML, at most 1 MiB")
    return form(CustomId("import", asker, (str(draft),)), "Import a FAQ file", [field])


def wording_form(custom_id: CustomId, title: str, texts: Sequence[str], entries: Sequence[Entry]) -> ui.Modal:
    """Return the form that makes texts wordings of an entry, or off-topic lines. `entries`: the likeliest first."""
    shown, silent = entries[: limits.DISCORD_OPTIONS - 1], "I shall say that I don't know"
    options = [option(entry.question, entry.id, default=entry is entries[0]) for entry in shown]
    options.append(discord.SelectOption(label="None: it is off topic", value=OFF_TOPIC, description=silent))
    other = "Its id or its question, where it is not in the list above"
    fields = [
        _text("wording", "The wording", "\n".join(texts), limits.DISCORD_INPUT, _UNNAMED, long=True),
        _label("Which entry answers it? Likeliest first", ui.Select(custom_id="entry", options=options)),
        _text("other", "Or another entry", "", limits.QUESTION, other, required=False),
    ]
    return form(custom_id, title, fields)


def off_topic_fields(texts: Sequence[str]) -> list[ui.Item[Any]]:
    """Return the field for off-topic lines."""
    return [_text("line", "What no entry answers", "\n".join(texts), limits.DISCORD_INPUT, _UNNAMED, long=True)]


def entry_fields(entry: Entry, part: str, page: int) -> list[ui.Item[Any]]:
    """Return the fields for a part of an entry, filled in. `page`: of its wordings, from 0."""
    if part == WORDINGS:
        return _wordings_fields(entry, page)
    section = _text("section", "Section", entry.section, limits.SECTION, "Where in the source the answer comes from")
    if part == DETAILS:
        ids, hint = ", ".join(entry.related), "Their ids, with commas between them: sciatica, back-pain"
        related = _text("related", "Related entries", ids, _RELATED, hint, required=False)
        return [section, related, _reviewed(entry.reviewed)]
    hint, care = "Markdown; a paragraph is one line", entry.caution or ""
    question = _text("question", "Question", entry.question, limits.QUESTION, "As a member would ask it")
    answer = _text("answer", "Answer", entry.answer, limits.ANSWER, hint, long=True)
    caution = _text("caution", "Caution", care, limits.CAUTION, "Shown with the answer", required=False, long=True)
    more = [_list("new", "Other wordings", entry.also), section] if part == NEW else []
    return [question, answer, *more, caution]


def filled(entry: Entry, part: str, page: int, count: int, typed: Mapping[str, str], today: date) -> Entry:
    """Return an entry with what was typed, by field, into the form for a part of it when it had `count` wordings."""
    readers = {"question": line_of, "answer": text_of, "section": line_of, "related": ids_of}
    changed: dict[str, Any] = {name: read(typed[name]) for name, read in readers.items() if name in typed}
    if "caution" in typed:
        changed["caution"] = text_of(typed["caution"]) or None
    if part == NEW:
        changed["also"] = lines_of(typed.get("new", ""))
    elif part == WORDINGS:
        changed["also"] = _wordings(entry, page, count, typed)
    if typed.get("reviewed") in ("today", "never"):
        changed["reviewed"] = today if typed["reviewed"] == "today" else None
    return replace(entry, **changed)


def pages(wordings: Sequence[str]) -> list[list[list[str]]]:
    """Return wordings by form, and in each form by field."""
    fields: list[list[str]] = [[]]
    room = _FILLED
    for wording in wordings:
        room -= len(wording) + 1
        if room < 0 and fields[-1]:
            fields.append([])
            room = _FILLED - len(wording) - 1
        fields[-1].append(wording)
    return [fields[first : first + _FIELDS] for first in range(0, len(fields), _FIELDS)]


def typed_in(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what was filled in, by the ids of the fields; of a menu, the option that was chosen first."""
    found: dict[str, str] = {}
    data: Any = interaction.data
    for part in data.get("components", []):
        field = part.get("component") or {}
        values = field.get("values") or [""]
        found[str(field.get("custom_id"))] = str(field["value"] if field.get("value") is not None else values[0])
    return found


def uploaded_in(interaction: discord.Interaction[Any]) -> dict[str, Any] | None:
    """Return what Discord says about the first file that was uploaded, as an attachment object; None if none was."""
    data: Any = interaction.data
    attachments: dict[str, dict[str, Any]] = data.get("resolved", {}).get("attachments", {})
    return next(iter(attachments.values()), None)


def _wordings_fields(entry: Entry, page: int) -> list[ui.Item[Any]]:
    fields: list[ui.Item[Any]] = [_list("new", "New wordings", ())]
    by_page = pages(entry.also)
    first = 1 + sum(len(field) for form in by_page[:page] for field in form)
    for number, field in enumerate(by_page[page] if page < len(by_page) else []):
        if field:
            label = f"Wordings {first} to {first + len(field) - 1} of {len(entry.also)}"
            fields.append(_list(f"field{number}", label, field))
            first += len(field)
    return fields


def _wordings(entry: Entry, page: int, count: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    """Return all wordings: those of one form as they were typed there, and the new ones at the end."""
    fields = [field for form in pages(entry.also) for field in form]
    sent = {number: typed[f"field{number}"] for number in range(_FIELDS) if f"field{number}" in typed}
    for number, text in sent.items():
        if count == len(entry.also):
            fields[page * _FIELDS + number] = list(lines_of(text))
        else:  # they are no longer those that were in the form: what was typed is added, and nothing is removed
            fields.append(list(lines_of(text)))
    fields.append(list(lines_of(typed.get("new", ""))))
    return tuple(dict.fromkeys(wording for field in fields for wording in field))


def _list(name: str, label: str, lines: Sequence[str]) -> ui.Item[Any]:
    """Return a field for wordings, one on each line."""
    return _text(name, label, "\n".join(lines), limits.DISCORD_INPUT, _ONE_A_LINE, required=False, long=True)


def _text(
    name: str, label: str, value: str, longest: int, hint: str, *, required: bool = True, long: bool = False
) -> ui.Item[Any]:
    """Return a field with a value, as much of it as fits. The hint stays in sight while somebody types."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=value[: limits.DISCORD_INPUT] or None,
        max_length=min(max(longest, len(value)), limits.DISCORD_INPUT),
        required=required,
    )
    return _label(label, field, hint)


def _label(label: str, field: ui.Item[Any], description: str | None = None) -> ui.Item[Any]:
    return ui.Label(text=label, component=field, description=description)


def _reviewed(reviewed: date | None) -> ui.Item[Any]:
    as_it_is = f"{reviewed:%Y-%m-%d}, as it is" if reviewed else "not yet, as it is"
    options = [
        discord.SelectOption(label=as_it_is, value="kept", default=True),
        discord.SelectOption(label="today: I have read it against the source", value="today"),
    ]
    if reviewed:
        options.append(discord.SelectOption(label="never", value="never"))
    return _label("Last read against the source", ui.Select(custom_id="reviewed", options=options))
