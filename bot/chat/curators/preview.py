"""Screens of drafts: what is wrong with one, or how it looks and what it does (a preview); and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import discord
from discord import ui

from bot.chat.curators.forms import ANSWER, DETAILS, WHOLE, WORDINGS, pages
from bot.chat.layout import LOUD, QUIET, Button, box, row, screen, shortened
from bot.chat.router import CustomId, button, menu
from bot.chat.text import diff, fitted, option, problems_text, sentence_screen, trouble_text
from bot.content import limits
from bot.content.edits import Addition, Clash, Edit, Import, OffTopicLines, Removal, Revision, Undoing
from bot.content.model import Entry, Faq
from bot.content.problems import plural
from bot.data.drafts import Draft
from bot.data.journal import Change
from bot.errors import BotError
from bot.live.editor import Preview
from bot.matching import replies

SAVE, BACK, REOPEN, DISCARD, AGAIN, UNDO = "Save", "Back", "Reopen", "Discard", "Try again", "Undo"
SHIFTS: Final = 5  # questions with another answer that are shown
DIFF: Final = 1200  # characters of a diff below a preview
BOTH: Final = 3200  # characters of all texts that two curators have changed
FORMS: Final = 12  # forms of wordings that have a button
_VERDICTS: Final = {True: " (better)", False: " (**worse**)", None: ""}
_RED: Final = discord.ButtonStyle.danger
_SAVING: Final = {Removal: ("Remove", _RED), Undoing: (UNDO, _RED)}  # the button that saves, where it is another


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a draft a curator is: the part of the entry whose form was opened last, and the page of it."""

    part: str = WHOLE
    page: int = 0


def draft_screen(draft: Draft, preview: Preview, now: Faq, spot: Spot, note: str = "") -> ui.LayoutView:
    """Return a draft as it would be saved, with its problems or with what it does. `now`: the FAQ that is served."""
    clashes = preview.clashes
    reply = None if preview.problems or clashes else _new_reply(preview, now)
    texts = [_state(preview), *(_clash(clash, BOTH // (2 * len(clashes))) for clash in clashes)]
    if preview.differences is not None:
        texts.append(_impact(preview))
        if isinstance(preview.edit, Import | Undoing):
            texts.append(f"This {preview.differences.to_come()}.")
        if reply is None or not isinstance(preview.edit, Addition | Removal):  # of these, the reply shows everything
            texts.append(diff(preview.hunks, DIFF))
    heading = [f"**{_title(preview.edit)}**", note, "Members will see:" if reply is not None else ""]
    view = screen(ui.TextDisplay(fitted(heading, 1000)))
    if reply is not None:
        view.add_item(box(reply))
    view.add_item(ui.TextDisplay(fitted(texts, limits.DISCORD_TEXT - view.content_length())))
    if preview.answerer is None:
        return _with_buttons(view, draft, spot, [], REOPEN)
    label, style = _SAVING.get(type(draft.edit), (SAVE, discord.ButtonStyle.success))
    return _with_buttons(view, draft, spot, [_button("save", draft, spot, label, style)], BACK)


def failed_screen(draft: Draft, error: BotError, spot: Spot) -> ui.LayoutView:
    """Return a draft that could not be previewed or saved, and why. Nothing of it is lost."""
    kept = "" if isinstance(draft.edit, Undoing | Removal) else "\nYour draft is kept."
    view = sentence_screen(f"**{_title(draft.edit)}**\n{trouble_text(error)}{kept}")
    return _with_buttons(view, draft, spot, [_button("look", draft, spot, AGAIN, LOUD)], REOPEN)


def drafts_screen(drafts: Sequence[Draft], asker: int) -> ui.LayoutView:
    """Return a curator's drafts, to go on with one."""
    if not drafts:
        return sentence_screen("You have no drafts. What you type into a form is kept for a week, until you save it.")
    view = sentence_screen("**Your drafts**\nWhat you typed and did not save, for a week.")
    options = [option(_title(draft.edit), str(draft.number)) for draft in drafts[: limits.DISCORD_OPTIONS]]
    return view.add_item(row([menu(CustomId("draft", asker), options, "Go on with")]))


def saved_screen(change: Change, asker: int) -> ui.LayoutView:
    """Return that a change was saved."""
    view = sentence_screen(f"Saved: {change.what}. I answer from it now.")
    return view.add_item(row([undo_button(change, asker)]))


def undo_button(change: Change, asker: int) -> Button:
    """Return the button that undoes a change."""
    return button(CustomId("undo", asker, (str(change.number),)), UNDO, QUIET)


def _title(edit: Edit) -> str:
    match edit:
        case Addition(entry):
            return f"New entry {entry.id}: {entry.question}"
        case Revision(wanted=entry):
            return f"Edit of {entry.id}: {entry.question}"
        case Removal(entry):
            return f"Removal of {entry.id}: {entry.question}"
        case OffTopicLines(texts):
            more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
            return f"Off topic: “{texts[0] if texts else ''}”{more}"
        case Undoing(number, what=what):
            return f"Undo change {number}? {what}"
        case Import():
            return "Import of a file"


def _state(preview: Preview) -> str:
    """Return what keeps a draft from being saved, or what a curator has to know before."""
    if preview.problems:
        with_lines = isinstance(preview.edit, Import | Undoing)
        return f"This cannot be saved yet. Nothing is lost:\n{problems_text(preview.problems, with_lines)}"
    if preview.data == preview.base:
        return "Nothing would change."
    if not preview.overtaken:
        return ""
    now = "This is how it is now." if isinstance(preview.edit, Removal) else "This is your draft, put on top of theirs."
    return f"Somebody has changed this entry meanwhile. {now}"


def _clash(clash: Clash, most: int) -> str:
    """Return both versions of a text that two curators have changed, `most` characters of each."""
    name, theirs, mine = clash.field.capitalize(), _quoted(clash.theirs, most), _quoted(clash.mine, most)
    return f"**{name}: two versions**\nIn the file now:\n{theirs}\nYours, which would replace it:\n{mine}"


def _new_reply(preview: Preview, now: Faq) -> replies.Reply | None:
    """Return the entry as members will see it; None if they see no difference."""
    entry, faq = preview.entry, preview.faq
    if entry is None or faq is None:
        return None
    if isinstance(preview.edit, Removal):
        return _reply(entry, now)
    before, after = now.entry(entry.id), _reply(entry, faq)
    return None if before is not None and _reply(before, now) == after else after


def _reply(entry: Entry, faq: Faq) -> replies.Reply:
    """Return an entry's answer without what members cannot see."""
    reply = replies.answer(entry, faq)
    return replace(reply, entry=None, related=tuple(replace(each, also=()) for each in reply.related))


def _impact(preview: Preview) -> str:
    shifts = preview.shifts
    if not shifts:
        none = "No known question would get another answer."
        return none if preview.known else f"{none} (None is known: they would stand in questions.yaml, beside the FAQ.)"
    worse, better = (sum(shift.better is verdict for shift in shifts) for verdict in (False, True))
    which = ", ".join(f"{number} {word}" for number, word in ((worse, "worse"), (better, "better")) if number)
    first = f"{plural(len(shifts), 'known question')} would now get another answer{f' ({which})' if which else ''}:"
    lines = [f"- “{shortened(each.text, 90)}”: {each.was} → {each.now}{_VERDICTS[each.better]}" for each in shifts]
    rest = [f"… and {len(shifts) - SHIFTS} more."] if len(shifts) > SHIFTS else []
    return "\n".join([first, *lines[:SHIFTS], *rest])


def _quoted(text: str, most: int) -> str:
    return "\n".join(f"> {line}" for line in (shortened(text, most) or "(nothing)").splitlines())


def _button(action: str, draft: Draft, spot: Spot, label: str, style: discord.ButtonStyle = QUIET) -> Button:
    """Return a button of a draft, for the version of it that the screen shows."""
    about = (str(draft.number), str(draft.version), spot.part, str(spot.page))
    return button(CustomId(action, draft.who, about), label, style)


def _with_buttons(view: ui.LayoutView, draft: Draft, spot: Spot, first: Sequence[Button], back: str) -> ui.LayoutView:
    """Return a screen with the buttons of a draft: `first` and those that all drafts have, then a row of parts."""
    form = [] if isinstance(draft.edit, Removal | Undoing) else [_button("back", draft, spot, back)]
    view.add_item(row([*first, *form, _button("discard", draft, spot, DISCARD)]))
    if isinstance(draft.edit, Addition | Revision):
        entry = draft.edit.entry if isinstance(draft.edit, Addition) else draft.edit.wanted
        parts = [_button("part", draft, each, label) for each, label in _parts(entry)]
        for start in range(0, len(parts), limits.DISCORD_ROW):
            view.add_item(row(parts[start : start + limits.DISCORD_ROW]))
    return view


def _parts(entry: Entry) -> list[tuple[Spot, str]]:
    """Return the parts of an entry that have a form, with labels. Of many forms of wordings, the first and the last."""
    last = len(pages(entry.also)) - 1
    shown = [page for page in range(last + 1) if page < FORMS - 1 or page == last]
    wordings = [(Spot(WORDINGS, page), f"Wordings {page + 1}" if last else "Wordings") for page in shown]
    return [(Spot(ANSWER), "Answer"), *wordings, (Spot(DETAILS), "Details")]
