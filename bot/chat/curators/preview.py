"""A draft as its curator sees it: what is wrong with it, or how it looks and what it does; and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import discord
from discord import ui

from bot.chat.curators.forms import ANSWER, DETAILS, WHOLE, WORDINGS, pages
from bot.chat.curators.history import UNDO, undo_button
from bot.chat.layout import QUIET, box, row, shortened
from bot.chat.router import Control, Pick, Press
from bot.chat.text import diff, fitted, problems_text, sentence_screen, trouble_text
from bot.content import limits
from bot.content.edits import Addition, Clash, Edit, Import, OffTopicLines, Proposal, Removal, Revision, Undoing
from bot.content.model import Entry, Faq
from bot.content.problems import plural
from bot.data.drafts import Draft
from bot.data.journal import Change
from bot.errors import BotError
from bot.live.faqfile import Ready
from bot.matching import replies
from bot.matching.quality.impact import Shift

SAVE, BACK, REOPEN, DISCARD, AGAIN = "Save", "Back", "Reopen", "Discard", "Try again"
SHIFTS: Final = 5  # questions with another answer that are shown
DIFF: Final = 1200  # characters of a diff below a preview
BOTH: Final = 3200  # characters of all texts that two have changed
FORMS: Final = 12  # forms of wordings that are shown
_GREEN, _RED = discord.ButtonStyle.success, discord.ButtonStyle.danger
_FIELDS: Final = {"section": "Section", "question": "Question", "answer": "Answer", "caution": "Caution"}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a draft a curator is: the part of the entry whose form was opened last, and the page of it."""

    part: str = WHOLE
    page: int = 0


def draft_screen(draft: Draft, ready: Ready, now: Faq, spot: Spot, note: str = "") -> ui.LayoutView:
    """A draft as it would be saved: what is wrong with it, or how it looks and what it does, and what to do about it.

    `now`: what the bot answers from.
    """
    proposal = ready.proposal
    view = ui.LayoutView(timeout=None)
    preview = None if proposal.problems or proposal.clashes else _preview(proposal, now)
    texts = [*_state(proposal), *(_clash(clash, BOTH // (2 * len(proposal.clashes))) for clash in proposal.clashes)]
    if ready.differences is not None:
        whole = preview is not None and isinstance(proposal.edit, Addition | Removal)  # there is nothing else to see
        texts += [_impact(ready), _lists(ready), "" if whole else diff(ready.hunks, DIFF)]
    heading = [f"**{_title(proposal.edit)}**", note, "Members will see:" if preview is not None else ""]
    view.add_item(ui.TextDisplay(fitted(heading, 1000)))
    if preview is not None:
        view.add_item(box(preview))
    view.add_item(ui.TextDisplay(fitted(texts, limits.DISCORD_TEXT - view.content_length())))
    first = [_save(draft, spot)] if ready.answerer is not None else []
    _add_rows(view, draft, spot, first, BACK if first else REOPEN)
    return view


def failed_screen(draft: Draft, error: BotError, spot: Spot) -> ui.LayoutView:
    """A draft that could not be looked into or saved, and why; nothing of it is lost."""
    kept = "" if isinstance(draft.edit, Undoing | Removal) else "\nYour draft is kept."
    view = sentence_screen(f"**{_title(draft.edit)}**\n{trouble_text(error)}{kept}")
    _add_rows(view, draft, spot, [Press(_control("look", draft, spot), AGAIN)], REOPEN)
    return view


def drafts_screen(drafts: Sequence[Draft], asker: int) -> ui.LayoutView:
    """A curator's drafts, to go on with one."""
    if not drafts:
        return sentence_screen("You have no drafts. What you type into a form is kept for a week, until you save it.")
    view = sentence_screen("**Your drafts**\nWhat you typed and did not save, for a week.")
    options = [
        discord.SelectOption(label=shortened(_title(draft.edit), limits.DISCORD_CHOICE), value=str(draft.number))
        for draft in drafts[: limits.DISCORD_OPTIONS]
    ]
    view.add_item(row([Pick(Control("draft", asker), options, "Go on with")]))
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
        case OffTopicLines(texts):
            return f"Off topic: {_listed(texts)}"
        case Undoing(number, what=what):
            return f"Undo change {number}? {what}"
        case Import():
            return "Import of a file"


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
    return f"“{texts[0] if texts else ''}”{more}"


def _state(proposal: Proposal) -> list[str]:
    """What keeps a draft from being saved, or what a curator has to know before."""
    if proposal.problems:
        with_lines = isinstance(proposal.edit, Import | Undoing)
        return [f"This cannot be saved yet. Nothing is lost:\n{problems_text(proposal.problems, with_lines)}"]
    if proposal.data == proposal.base:
        return ["Nothing would change."]
    if proposal.overtaken and isinstance(proposal.edit, Removal):
        return ["Somebody has changed this entry meanwhile. This is how it is now."]
    if proposal.overtaken:
        return ["Somebody has changed this entry meanwhile. This is your draft, put on top of theirs."]
    return []


def _clash(clash: Clash, most: int) -> str:
    """Both texts, where two have changed the same, `most` characters of each."""
    name = _FIELDS.get(clash.field, clash.field.capitalize())
    theirs, mine = _quoted(clash.theirs, most), _quoted(clash.mine, most)
    return f"**{name}: two versions**\nIn the file now:\n{theirs}\nYours, which would replace it:\n{mine}"


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
    return reply._replace(entry=None, related=tuple(replace(each, also=()) for each in reply.related))


def _lists(ready: Ready) -> str:
    """Which entries a whole file, or a change that is taken back, would change."""
    if not isinstance(ready.proposal.edit, Import | Undoing) or ready.differences is None:
        return ""
    return f"This {ready.differences.to_come()}."


def _impact(ready: Ready) -> str:
    if not ready.shifts:
        none = "No known question would get another answer."
        return none if ready.known else f"{none} (None is known: they would stand in questions.yaml, beside the FAQ.)"
    count = plural(len(ready.shifts), "known question")
    worse, better = (sum(shift.better is verdict for shift in ready.shifts) for verdict in (False, True))
    which = ", ".join(f"{number} {word}" for number, word in ((worse, "worse"), (better, "better")) if number)
    first = f"{count} would now get another answer{f' ({which})' if which else ''}:"
    lines = [
        f"- “{shortened(each.text, 90)}”: {each.was} → {each.now}{_verdict(each)}" for each in ready.shifts[:SHIFTS]
    ]
    rest = [f"… and {len(ready.shifts) - SHIFTS} more."] if len(ready.shifts) > SHIFTS else []
    return "\n".join([first, *lines, *rest])


def _verdict(shift: Shift) -> str:
    return {True: " (better)", False: " (**worse**)", None: ""}[shift.better]


def _quoted(text: str, most: int) -> str:
    return "\n".join(f"> {line}" for line in (shortened(text, most) or "(nothing)").splitlines())


def _control(action: str, draft: Draft, spot: Spot) -> Control:
    """What a button of a draft is for, in the version that its screen shows."""
    return Control(action, draft.who, (str(draft.number), str(draft.version), spot.part, str(spot.page)))


def _add_rows(view: ui.LayoutView, draft: Draft, spot: Spot, first: Sequence[Press], back: str) -> None:
    buttons = [*first]
    if not isinstance(draft.edit, Removal | Undoing):
        buttons.append(Press(_control("back", draft, spot), back, QUIET))
    buttons.append(Press(_control("discard", draft, spot), DISCARD, QUIET))
    view.add_item(row(buttons))
    if isinstance(draft.edit, Addition | Revision):
        entry = draft.edit.entry if isinstance(draft.edit, Addition) else draft.edit.wanted
        parts = [Press(_control("part", draft, each), label, QUIET) for each, label in _parts(entry)]
        for start in range(0, len(parts), limits.DISCORD_ROW):
            view.add_item(row(parts[start : start + limits.DISCORD_ROW]))


def _save(draft: Draft, spot: Spot) -> Press:
    match draft.edit:
        case Removal():
            label, style = "Remove", _RED
        case Undoing():
            label, style = UNDO, _RED
        case _:
            label, style = SAVE, _GREEN
    return Press(_control("save", draft, spot), label, style)


def _parts(entry: Entry) -> list[tuple[Spot, str]]:
    """The parts of an entry to fill in, its wordings in as many forms as they need: at most the first and the last."""
    last = len(pages(entry.also)) - 1
    shown = [page for page in range(last + 1) if page < FORMS - 1 or page == last]
    wordings = [(Spot(WORDINGS, page), f"Wordings {page + 1}" if last else "Wordings") for page in shown]
    return [(Spot(ANSWER), "Answer"), *wordings, (Spot(DETAILS), "Details")]
