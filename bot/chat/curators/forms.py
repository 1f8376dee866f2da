"""Forms: the parts of an entry to fill in, and what was filled in. Their state is in their id, as that of buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import discord
from discord import ui

from bot.chat.layout import shortened
from bot.chat.router import CustomId
from bot.content import limits
from bot.content.edits import ids_of, line_of, lines_of, text_of
from bot.content.model import Entry

ANSWER, WORDINGS, DETAILS, NEW = "answer", "wordings", "details", "new"  # the parts of an entry, a form each
WHOLE = "whole"  # for edits without a form of their own
NO_ENTRY: Final = "no entry"  # an option in place of an entry's id, which it can never be

_FILLED: Final = 3000  # characters that stand in a field of wordings, so that there is room to add some
_FIELDS: Final = 4  # fields of wordings in a form, beside that for new ones
_LONG: Final = discord.TextStyle.paragraph

Label = ui.Label["ui.Modal"]


def form(custom_id: CustomId, title: str, parts: Sequence[ui.Item[Any]]) -> ui.Modal:
    """A form of up to five parts. What is filled in comes back as an interaction with the custom_id's id."""
    made = ui.Modal(title=shortened(title, limits.DISCORD_FORM_TITLE), custom_id=custom_id.custom_id("form"))
    for part in parts:
        made.add_item(part)
    made.stop()  # nothing waits for it in memory, so that it can be submitted after a restart
    return made


def entry_parts(entry: Entry, part: str, page: int) -> list[ui.Item[Any]]:
    """The fields for a part of an entry, filled in."""
    match part:
        case "wordings":
            return _wordings_parts(entry, page)
        case "details":
            return [
                _text("section", "Section", entry.section, limits.SECTION, "Where in the source the answer comes from"),
                _text(
                    "related",
                    "Related entries",
                    ", ".join(entry.related),
                    500,
                    "Their ids, with commas between them: sciatica, back-pain",
                    required=False,
                ),
                _reviewed(entry.reviewed),
            ]
        case "new":
            also = "\n".join(entry.also)
            return [
                *_answer_parts(entry)[:2],
                _text("new", "Other wordings", also, 4000, _ONE_A_LINE, required=False, long=True),
                _text("section", "Section", entry.section, limits.SECTION, "Where in the source the answer comes from"),
                _answer_parts(entry)[2],
            ]
    return _answer_parts(entry)


_WITH_IT: Final = "Shown with the answer"
_UNNAMED: Final = "The question alone, one on each line: no names, nothing about anybody's own health"
_ELSE: Final = "Its id or its question, where it is not in the list above"
_ONE_A_LINE: Final = "One on each line, in members' own words"


def filled(entry: Entry, part: str, page: int, count: int, typed: Mapping[str, str], today: date) -> Entry:
    """The entry with what was filled in for a part of it; `count`: of its wordings when the form was opened."""
    changed: dict[str, Any] = {
        name: read(typed[name])
        for name, read in (("question", line_of), ("answer", text_of), ("section", line_of), ("related", ids_of))
        if name in typed
    }
    if "caution" in typed:
        changed["caution"] = text_of(typed["caution"]) or None
    if part == NEW:
        changed["also"] = lines_of(typed.get("new", ""))
    if part == WORDINGS:
        changed["also"] = _wordings(entry, page, count, typed)
    if typed.get("reviewed") in ("today", "never"):
        changed["reviewed"] = today if typed["reviewed"] == "today" else None
    return replace(entry, **changed)


def pages(wordings: Sequence[str]) -> list[list[list[str]]]:
    """Wordings by form, and in each by field."""
    fields: list[list[str]] = [[]]
    room = _FILLED
    for wording in wordings:
        room -= len(wording) + 1
        if room < 0 and fields[-1]:
            fields.append([])
            room = _FILLED - len(wording) - 1
        fields[-1].append(wording)
    return [fields[first : first + _FIELDS] for first in range(0, len(fields), _FIELDS)]


def wording_parts(texts: Sequence[str], entries: Sequence[Entry]) -> list[ui.Item[Any]]:
    """The fields for messages that become wordings, or off-topic lines. `entries`: likeliest first."""
    options = [
        discord.SelectOption(
            label=shortened(entry.question, limits.DISCORD_CHOICE), value=entry.id, default=entry is entries[0]
        )
        for entry in entries[: limits.DISCORD_OPTIONS - 1]
    ]
    options.append(
        discord.SelectOption(label="None: it is off topic", value=NO_ENTRY, description="I shall say that I don't know")
    )
    return [
        _text("wording", "The wording", "\n".join(texts), limits.DISCORD_INPUT, _UNNAMED, long=True),
        _label("Which entry answers it? Likeliest first", ui.Select(custom_id="entry", options=options)),
        _text("other", "Or another entry", "", limits.QUESTION, _ELSE, required=False),
    ]


def off_topic_parts(texts: Sequence[str]) -> list[ui.Item[Any]]:
    """The field for off-topic lines."""
    return [
        _text("line", "What no entry answers", "\n".join(texts), limits.DISCORD_INPUT, _UNNAMED, long=True),
    ]


def upload_parts() -> list[ui.Item[Any]]:
    """The field for a FAQ file."""
    return [_label("The FAQ file", ui.FileUpload(custom_id="file", max_values=1), "YAML, at most 1 MiB")]


def typed_in(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """What was filled in, by the ids of the fields; of options and files, the first."""
    found: dict[str, str] = {}
    data: Any = interaction.data
    for part in data.get("components", []):
        field = part.get("component") or {}
        values = field.get("values") or [""]
        found[str(field.get("custom_id"))] = str(field["value"] if field.get("value") is not None else values[0])
    return found


def uploaded_in(interaction: discord.Interaction[Any]) -> dict[str, Any] | None:
    """What Discord says about the first file that was uploaded, if one was."""
    data: Any = interaction.data
    attachments: dict[str, dict[str, Any]] = data.get("resolved", {}).get("attachments", {})
    return next(iter(attachments.values()), None)


def _answer_parts(entry: Entry) -> list[ui.Item[Any]]:
    return [
        _text("question", "Question", entry.question, limits.QUESTION, "As a member would ask it"),
        _text("answer", "Answer", entry.answer, limits.ANSWER, "Markdown; a paragraph is one line", long=True),
        _text(
            "caution",
            "Caution",
            entry.caution or "",
            limits.CAUTION,
            "Shown with the answer",
            required=False,
            long=True,
        ),
    ]


def _wordings_parts(entry: Entry, page: int) -> list[ui.Item[Any]]:
    parts: list[ui.Item[Any]] = [_text("new", "New wordings", "", 4000, _ONE_A_LINE, required=False, long=True)]
    by_page = pages(entry.also)
    first = 1 + sum(len(field) for form in by_page[:page] for field in form)
    for number, field in enumerate(by_page[page] if page < len(by_page) else []):
        if field:
            label = f"Wordings {first} to {first + len(field) - 1} of {len(entry.also)}"
            parts.append(_text(f"field{number}", label, "\n".join(field), 4000, _ONE_A_LINE, required=False, long=True))
            first += len(field)
    return parts


def _wordings(entry: Entry, page: int, count: int, typed: Mapping[str, str]) -> tuple[str, ...]:
    """All wordings, with those of one form replaced by what was typed there, and the new ones at the end.

    Where the wordings are no longer those that were in the form, what was typed comes to them, and none goes.
    """
    fields = [field for form in pages(entry.also) for field in form]
    changed = {
        number: list(lines_of(typed[f"field{number}"])) for number in range(_FIELDS) if f"field{number}" in typed
    }
    for number, lines in changed.items():
        if count == len(entry.also):
            fields[page * _FIELDS + number] = lines
        else:
            fields.append(lines)
    kept = [wording for field in fields for wording in field]
    return tuple(dict.fromkeys([*kept, *lines_of(typed.get("new", ""))]))


def _text(
    name: str, label: str, value: str, longest: int, hint: str, *, required: bool = True, long: bool = False
) -> Label:
    """A field with what stands in it, as much as fits; the hint stays in sight."""
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id=name,
        style=_LONG if long else discord.TextStyle.short,
        default=value[: limits.DISCORD_INPUT] or None,
        max_length=min(max(longest, len(value)), limits.DISCORD_INPUT),
        required=required,
    )
    return _label(label, field, hint)


def _label(label: str, field: ui.Item[Any], description: str | None = None) -> Label:
    return ui.Label(text=label, component=field, description=description)


def _reviewed(reviewed: date | None) -> Label:
    as_it_is = f"{reviewed:%Y-%m-%d}, as it is" if reviewed else "not yet, as it is"
    options = [
        discord.SelectOption(label=as_it_is, value="kept", default=True),
        discord.SelectOption(label="today: I have read it against the source", value="today"),
    ]
    if reviewed:
        options.append(discord.SelectOption(label="never", value="never"))
    return _label("Last read against the source", ui.Select(custom_id="reviewed", options=options))
