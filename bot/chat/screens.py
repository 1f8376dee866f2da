"""A draft as its curator sees it: what is wrong with it, or how it looks and what it does; and what to do about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.chat.controls import Control, Press
from bot.chat.forms import ANSWER, DETAILS, WORDINGS, pages
from bot.chat.history import UNDO, undo_button
from bot.chat.render import QUIET, box, row, shortened
from bot.chat.texts import diff, fitted, problems_text, sentence_screen, trouble_text
from bot.core import changes, limits, replies
from bot.core.editing import Addition, Clash, Edit, Import, OffTopicLine, Proposal, Removal, Revision, Undoing
from bot.core.impact import Shift
from bot.core.model import Entry, Faq
from bot.core.problems import BotError, plural
from bot.faqfile import Ready
from bot.journal import Change, Draft

SAVE, BACK, REOPEN, DISCARD, AGAIN = "Save", "Back", "Reopen", "Discard", "Try again"
SHIFTS: Final = 5  # questions with another answer that are shown
DIFF: Final = 1200  # characters of a diff below a preview
_GREEN, _RED = discord.ButtonStyle.success, discord.ButtonStyle.danger
_LABELS: Final = {ANSWER: "Answer", WORDINGS: "Wordings", DETAILS: "Details"}
_FIELDS: Final = {"section": "Section", "question": "Question", "answer": "Answer", "caution": "Caution"}


def draft_screen(draft: Draft, ready: Ready, now: Faq, part: str, note: str = "") -> ui.LayoutView:
    """A draft as it would be saved: what is wrong with it, or how it looks and what it does, and what to do about it.

    `now`: what the bot answers from; `part`: of the entry, whose form was filled in last.
    """
    proposal = ready.proposal
    view = ui.LayoutView(timeout=None)
    preview = None if proposal.problems or proposal.clashes else _preview(proposal, now)
    heading = fitted([f"**{_title(proposal.edit)}**", note], 1000)
    texts = [*_state(proposal), *map(_clash, proposal.clashes)]
    if ready.knowledge is not None:
        whole = preview is not None and isinstance(proposal.edit, Addition | Removal)  # there is nothing else to see
        texts += [_lists(proposal, now), _impact(ready.shifts), "" if whole else diff(ready.hunks, DIFF)]
    view.add_item(ui.TextDisplay(heading))
    if preview is not None:
        view.add_item(box(preview))
    view.add_item(ui.TextDisplay(fitted(texts, limits.DISCORD_TEXT - view.content_length())))
    _add_rows(view, draft, part, savable=ready.knowledge is not None)
    return view


def failed_screen(draft: Draft, error: BotError, part: str) -> ui.LayoutView:
    """A draft that could not be looked into or saved, and why; nothing of it is lost."""
    view = sentence_screen(f"**{_title(draft.edit)}**\n{trouble_text(error)}\nYour draft is kept.")
    _add_rows(view, draft, part, savable=False, again=True)
    return view


def saved_screen(change: Change, asker: int) -> ui.LayoutView:
    """That a change was saved."""
    view = sentence_screen(f"Saved: {change.what}. I answer from it now.")
    view.add_item(row([undo_button(change, asker)]))
    return view


def _title(edit: Edit) -> str:
    match edit:
        case Addition(entry):
            return f"New entry {entry.id}: {entry.question}"
        case Revision(wanted=entry):
            return f"Edit of {entry.id}: {entry.question}"
        case Removal(entry):
            return f"Removal of {entry.id}: {entry.question}"
        case OffTopicLine(text):
            return f"Off topic: “{text}”"
        case Undoing(number):
            return f"Undo change {number}?"
        case Import():
            return "Import of a file"


def _state(proposal: Proposal) -> list[str]:
    """What keeps a draft from being saved, or what a curator has to know before."""
    if proposal.problems:
        with_lines = isinstance(proposal.edit, Import | Undoing)
        return [f"This cannot be saved yet. Nothing is lost:\n{problems_text(proposal.problems, with_lines)}"]
    if proposal.data == proposal.base:
        return ["Nothing would change."]
    if proposal.overtaken:
        return ["Somebody has changed this entry meanwhile. What you see is your draft, put on top of theirs."]
    return []


def _clash(clash: Clash) -> str:
    """Both texts, where two have changed the same."""
    name = _FIELDS.get(clash.field, clash.field.capitalize())
    return (
        f"**{name}: two versions**\nIn the file now:\n{_quoted(clash.theirs)}\nYours, which would replace it:\n"
        f"{_quoted(clash.mine)}"
    )


def _preview(proposal: Proposal, now: Faq) -> replies.Reply | None:
    """The entry as members will see it, where they will see something else than before."""
    entry, faq = proposal.entry, proposal.faq
    if entry is None or faq is None:
        return None
    if isinstance(proposal.edit, Removal):
        return _reply(entry, now)
    before = now.entry(entry.id)
    if before is not None and _reply(before, now) == _reply(entry, faq):
        return None
    return _reply(entry, faq)


def _reply(entry: Entry, faq: Faq) -> replies.Reply:
    """An entry's answer, as far as it can be seen."""
    reply = replies.answer(entry, faq)
    return replace(reply, entry=None, related=tuple(replace(each, also=()) for each in reply.related))


def _lists(proposal: Proposal, now: Faq) -> str:
    """Which entries a whole file, or a change that is taken back, would change."""
    if not isinstance(proposal.edit, Import | Undoing) or proposal.faq is None:
        return ""
    return f"This {changes.differences(now, proposal.faq).to_come()}."


def _impact(shifts: Sequence[Shift]) -> str:
    if not shifts:
        return "No known question would get another answer."
    count = plural(len(shifts), "known question")
    worse, better = (sum(shift.better is verdict for shift in shifts) for verdict in (False, True))
    which = ", ".join(f"{number} {word}" for number, word in ((worse, "worse"), (better, "better")) if number)
    lines = [
        f"- “{shortened(shift.text, 90)}”: {shift.was} → {shift.now}{_verdict(shift)}" for shift in shifts[:SHIFTS]
    ]
    rest = [f"… and {len(shifts) - SHIFTS} more."] if len(shifts) > SHIFTS else []
    return "\n".join([f"{count} would now get another answer{f' ({which})' if which else ''}:", *lines, *rest])


def _verdict(shift: Shift) -> str:
    return {True: " (better)", False: " (**worse**)", None: ""}[shift.better]


def _quoted(text: str) -> str:
    cut = text if len(text) <= limits.ANSWER else f"{text[: limits.ANSWER]}…"
    return "\n".join(f"> {line}" for line in (cut or "(nothing)").splitlines())


def _add_rows(view: ui.LayoutView, draft: Draft, part: str, *, savable: bool, again: bool = False) -> None:
    about = (str(draft.number), part) if part else (str(draft.number),)
    buttons = []
    if savable:
        buttons.append(_save(draft, about))
    if again:
        buttons.append(Press(Control("save", draft.who, about), AGAIN))
    if not isinstance(draft.edit, Removal | Undoing):
        buttons.append(Press(Control("back", draft.who, about), BACK if savable else REOPEN, QUIET))
    buttons.append(Press(Control("discard", draft.who, about), DISCARD, QUIET))
    view.add_item(row(buttons))
    if isinstance(draft.edit, Addition | Revision):
        parts = _parts(draft)
        for first in range(0, len(parts), limits.DISCORD_ROW):
            view.add_item(row(parts[first : first + limits.DISCORD_ROW]))


def _save(draft: Draft, about: tuple[str, ...]) -> Press:
    match draft.edit:
        case Removal():
            label, style = "Remove", _RED
        case Undoing():
            label, style = UNDO, _RED
        case _:
            label, style = SAVE, _GREEN
    return Press(Control("save", draft.who, about), label, style)


def _parts(draft: Draft) -> list[Press]:
    """The parts of an entry to fill in, its wordings in as many forms as they need."""
    entry = draft.edit.entry if isinstance(draft.edit, Addition) else None
    if isinstance(draft.edit, Revision):
        entry = draft.edit.wanted
    count = len(pages(entry.also)) if entry else 1
    forms = [(ANSWER, 0), *((WORDINGS, page) for page in range(count)), (DETAILS, 0)]
    return [
        Press(
            Control("part", draft.who, (str(draft.number), part, str(page))),
            _LABELS[part] + (f" {page + 1}" if part == WORDINGS and count > 1 else ""),
            QUIET,
        )
        for part, page in forms
    ]
