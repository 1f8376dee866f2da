"""Texts as curators and staff read them: sentences, problems, diffs and code blocks, cut to what fits a message."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import discord
from discord import ui

from bot.chat.layout import screen, shortened
from bot.content import diff as changes
from bot.content import limits
from bot.content.diff import Hunk
from bot.content.problems import BrokenFileError, Problem, plural
from bot.errors import BotError

PROBLEMS: Final = 10  # problems that are shown
LINE, BESIDE = 300, 80  # characters that are shown of a line that went or came in a diff, and of one that stayed
MEND: Final = (
    "The last good FAQ goes on answering. Mend the file where it is; or take the last good one from /curate export, "
    "and put that, or a better one, in its place with /curate import."
)
_SPARE: Final = 40  # characters that are left free for the line that says that something is cut


def sentence_screen(text: str) -> ui.LayoutView:
    """Return a message that is a text alone."""
    return screen(ui.TextDisplay(fitted([text], limits.DISCORD_TEXT)))


def fitted(texts: Iterable[str], most: int) -> str:
    """Return texts below each other, cut to `most` characters. A code block that is cut is closed."""
    whole = "\n\n".join(text for text in texts if text)
    if len(whole) <= most:
        return whole
    cut = whole[: most - _SPARE].rsplit("\n", 1)[0]
    return f"{cut}\n```\n…" if cut.count("```") % 2 else f"{cut}\n…"


def option(text: str, value: str, *, default: bool = False) -> discord.SelectOption:
    """Return an option of a menu, with as much of a text as fits."""
    return discord.SelectOption(label=shortened(text, limits.DISCORD_CHOICE), value=value, default=default)


def code(text: str) -> str:
    """Return a text in a code block."""
    return f"```\n{_unfenced(text)}\n```"


def problems_text(problems: Sequence[Problem], with_lines: bool = True) -> str:
    """Return the first problems as a list. `with_lines`: whether each names its line in the file."""
    lines = []
    for problem in problems[:PROBLEMS]:
        where = f"line {problem.line}: " if with_lines else ""
        entry = f"{problem.entry}: " if problem.entry else ""
        lines.append(f"- {where}{entry}{problem.what}. {problem.remedy}")
    if len(problems) > PROBLEMS:
        lines.append(f"… and {plural(len(problems) - PROBLEMS, 'more problem')}.")
    return "\n".join(lines)


def trouble_text(error: BotError) -> str:
    """Return what is wrong with the file, problem by problem if there are some."""
    if isinstance(error, BrokenFileError):
        return f"{error.name} has {plural(len(error.problems), 'problem')}:\n{problems_text(error.problems)}"
    return str(error)


def diff(hunks: Sequence[Hunk], most: int) -> str:
    """Return a change as a diff in a code block, cut to about `most` characters."""
    lines = [_unfenced(line) for line in _cut(changes.shown(hunks))]
    shown: list[str] = []
    for number, line in enumerate(lines):
        most -= len(line) + 1
        if most < _SPARE:
            shown.append(f"… {plural(len(lines) - number, 'more line')}")
            break
        shown.append(line)
    return "```diff\n{}\n```".format("\n".join(shown))


def _cut(lines: Sequence[str]) -> list[str]:
    """Return the lines of a diff, cut so that what differs between a line and its counterpart is in sight."""
    cut, counterparts = [], _counterparts(lines)
    for at, line in enumerate(lines):
        other = counterparts.get(at) if len(line) > LINE else None
        if other is None:
            cut.append(shortened(line, BESIDE if line.startswith(" ") else LINE))
            continue
        pairs = enumerate(zip(line[1:], other[1:], strict=False), start=1)
        first = next((place for place, (one, two) in pairs if one != two), min(len(line), len(other)))
        start = max(1, first - LINE // 2)
        cut.append(shortened(line[0] + ("…" if start > 1 else "") + line[start:], LINE))
    return cut


def _counterparts(lines: Sequence[str]) -> dict[int, str]:
    """Return, by place, what came for each line that went and the reverse, in runs where as many came as went."""
    found: dict[int, str] = {}
    for _, group in groupby(range(len(lines)), lambda at: lines[at].startswith(("-", "+"))):
        run = list(group)
        went = sum(lines[at].startswith("-") for at in run)
        if 2 * went == len(run):
            found |= {at: lines[other] for at, other in zip(run, run[went:] + run[:went], strict=True)}
    return found


def _unfenced(text: str) -> str:
    """Return a text that cannot close a code block."""
    return text.replace("```", "`\u200b`\u200b`")
