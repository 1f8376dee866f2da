"""Texts as curators and staff read them: sentences, problems, diffs and code blocks, cut to what fits a message."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

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


def code(text: str) -> str:
    """Return a text in a code block."""
    return f"```\n{_unfenced(text)}\n```"


def problems_text(problems: Sequence[Problem], with_lines: bool = True) -> str:
    """Return the first problems as a list. `with_lines`: whether each names its line in the file."""
    shown = [f"- {_problem(problem, with_lines)}" for problem in problems[:PROBLEMS]]
    rest = len(problems) - PROBLEMS
    return "\n".join([*shown, *([f"… and {plural(rest, 'more problem')}."] if rest > 0 else [])])


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
    cut: list[str] = []
    for at, line in enumerate(lines):
        other = _counterpart(lines, at) if len(line) > LINE else None
        if other is None:
            cut.append(shortened(line, BESIDE if line.startswith(" ") else LINE))
            continue
        pairs = enumerate(zip(line[1:], other[1:], strict=False), start=1)
        first = next((place for place, (one, two) in pairs if one != two), min(len(line), len(other)))
        start = max(1, first - LINE // 2)
        cut.append(shortened(line[0] + ("…" if start > 1 else "") + line[start:], LINE))
    return cut


def _counterpart(lines: Sequence[str], at: int) -> str | None:
    """Return the line that came for the one that went at `at`, or the other way round.

    None if not as many lines came as went there.
    """
    if not _changed(lines[at]):
        return None
    start = at
    while start > 0 and _changed(lines[start - 1]):
        start -= 1
    run = list(takewhile(_changed, lines[start:]))
    went = sum(line.startswith("-") for line in run)
    if 2 * went != len(run):
        return None
    place = at - start
    return run[place + went] if place < went else run[place - went]


def _changed(line: str) -> bool:
    return line.startswith(("-", "+"))


def _problem(problem: Problem, with_line: bool) -> str:
    where = f"line {problem.line}: " if with_line else ""
    entry = f"{problem.entry}: " if problem.entry else ""
    return f"{where}{entry}{problem.what}. {problem.remedy}"


def _unfenced(text: str) -> str:
    """Return a text that cannot close a code block."""
    return text.replace("```", "`\u200b`\u200b`")
