"""What curators see: a draft with its preview and impact, changes as a diff, and what the file is like."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.chat.controls import Control, Pick, Press
from bot.chat.forms import ANSWER, DETAILS, WORDINGS, pages
from bot.chat.render import QUIET, box, row, shortened
from bot.core import changes, limits, replies
from bot.core.changes import Hunk
from bot.core.editing import Addition, Clash, Edit, Import, OffTopicLine, Proposal, Removal, Revision, Undoing
from bot.core.impact import Shift
from bot.core.model import Entry, Faq
from bot.core.problems import BotError, BrokenFileError, Problem, plural
from bot.faqfile import Ready
from bot.journal import Change, Draft

SAVE, BACK, REOPEN, DISCARD, UNDO, AGAIN = "Save", "Back", "Reopen", "Discard", "Undo", "Try again"
SHIFTS: Final = 5  # questions with another answer that are shown
PROBLEMS: Final = 10  # problems that are shown
_SPARE: Final = 40  # characters that are left free, for what is cut
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
        diff = "" if preview is not None and isinstance(proposal.edit, Addition | Removal) else _diff_of(proposal)
        texts += [_lists(proposal, now), _impact(ready.shifts), diff]
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
    view.add_item(row([_undo(change, asker)]))
    return view


def sentence_screen(text: str) -> ui.LayoutView:
    """A text alone."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(fitted([text], limits.DISCORD_TEXT)))
    return view


def change_screen(change: Change, heading: str, asker: int) -> ui.LayoutView:
    """A change as a diff, with the button that undoes it."""
    view = ui.LayoutView(timeout=None)
    diff = _diff(change.hunks, limits.DISCORD_TEXT - len(heading) - 2 * _SPARE)
    view.add_item(ui.TextDisplay(f"{heading}\n{diff}"))
    view.add_item(row([_undo(change, asker)]))
    return view


def history_screen(found: Sequence[Change], asker: int, entry: str | None, older: bool, newest: bool) -> ui.LayoutView:
    """Changes, the newest first, to choose one from; whether there are `older` ones, and none that is newer."""
    of = f" of `{entry}`" if entry else ""
    lines = [f"`{change.number}` {when(change)}, {who(change)}: {shortened(change.what, 150)}" for change in found]
    view = sentence_screen("\n".join([f"**Changes{of}**", *(lines or ["None yet."])]))
    about = (entry,) if entry else ()
    if found:
        options = [
            discord.SelectOption(
                label=shortened(f"{change.number}: {change.what}", limits.DISCORD_CHOICE), value=str(change.number)
            )
            for change in found
        ]
        view.add_item(row([Pick(Control("change", asker), options, "Show a change")]))
    turns = []
    if not newest:
        turns.append(Press(Control("history", asker, ("0", *about)), "Newest", QUIET))
    if older:
        turns.append(Press(Control("history", asker, (str(found[-1].number), *about)), "Older", QUIET))
    if turns:
        view.add_item(row(turns))
    return view


def problems_text(problems: Sequence[Problem], with_lines: bool = True) -> str:
    """Problems as a list, the first of them."""
    shown = [f"- {_problem(problem, with_lines)}" for problem in problems[:PROBLEMS]]
    rest = len(problems) - PROBLEMS
    return "\n".join([*shown, *([f"… and {plural(rest, 'more problem')}."] if rest > 0 else [])])


def trouble_text(error: BotError) -> str:
    """What is wrong with the file, problem by problem where it has some."""
    if isinstance(error, BrokenFileError):
        return f"{error.name} has {plural(len(error.problems), 'problem')}:\n{problems_text(error.problems)}"
    return str(error)


def who(change: Change) -> str:
    """Who made a change."""
    return f"<@{change.who}>" if change.who else "in the file itself"


def when(change: Change) -> str:
    """When a change was made, in the reader's time."""
    return f"<t:{change.at:.0f}:R>"


def fitted(texts: Iterable[str], most: int) -> str:
    """Texts below each other, cut where they are too long; an opened code block is closed."""
    whole = "\n\n".join(text for text in texts if text)
    if len(whole) <= most:
        return whole
    cut = whole[: most - _SPARE].rsplit("\n", 1)[0]
    return f"{cut}\n```\n…" if cut.count("```") % 2 else f"{cut}\n…"


def code(text: str) -> str:
    """A text as it is, in a block of code."""
    return f"```\n{_unfenced(text)}\n```"


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


def _diff_of(proposal: Proposal) -> str:
    lines = changes.hunks(proposal.base.decode(), proposal.data.decode())
    return _diff(lines, 1200)


def _diff(hunks: Sequence[Hunk], most: int) -> str:
    """A change as a diff, cut where it is too long."""
    lines = [shortened(_unfenced(line), 300) for line in changes.shown(hunks)]
    shown: list[str] = []
    for number, line in enumerate(lines):
        most -= len(line) + 1
        if most < _SPARE:
            shown.append(f"… {plural(len(lines) - number, 'more line')}")
            break
        shown.append(line)
    return "```diff\n{}\n```".format("\n".join(shown))


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


def _problem(problem: Problem, with_line: bool) -> str:
    where = f"line {problem.line}: " if with_line else ""
    entry = f"{problem.entry}: " if problem.entry else ""
    return f"{where}{entry}{problem.what}. {problem.remedy}"


def _quoted(text: str) -> str:
    cut = text if len(text) <= limits.ANSWER else f"{text[: limits.ANSWER]}…"
    return "\n".join(f"> {line}" for line in (cut or "(nothing)").splitlines())


def _unfenced(text: str) -> str:
    """A text that cannot close a block of code."""
    return text.replace("```", "`\u200b`\u200b`")


def _undo(change: Change, asker: int) -> Press:
    return Press(Control("undo", asker, (str(change.number),)), UNDO, QUIET)


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
