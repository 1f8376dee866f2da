"""Problems of a file, and errors, as sentences for the person who can mend them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BotError


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: its place, what is wrong, and how to mend it."""

    line: int  # counted from 1
    column: int  # counted from 1
    what: str  # a sentence without its full stop
    remedy: str  # a sentence with its full stop
    entry: str | None = None  # id of the entry that has the problem

    def __str__(self) -> str:
        """Return the problem as `line:column: entry "id": what. Remedy.`"""
        where = f'entry "{self.entry}": ' if self.entry else ""
        return f"{self.line}:{self.column}: {where}{self.what}. {self.remedy}"


class BrokenFileError(BotError):
    """A file with problems. The text of the error shows the first one."""

    exit_code = 1

    def __init__(self, name: str, problems: Sequence[Problem], all_shown_by: str | None = None) -> None:
        """Create the error for the file `name`. `all_shown_by` is a command that shows all its problems."""
        self.name, self.problems = name, tuple(problems)
        rest = len(problems) - 1
        see_all = f": `{all_shown_by}` shows all" if all_shown_by else ""
        more = f" ({rest} more{see_all}.)" if rest else ""
        super().__init__(f"{name}:{problems[0]}{more}")

    def lines(self, most: int = 10) -> list[str]:
        """Return the first problems, `most` at most, each as a line of text."""
        rest = len(self.problems) - most
        more = [f"{self.name} has {plural(rest, 'more problem')}."] if rest > 0 else []
        return [*(f"{self.name}:{problem}" for problem in self.problems[:most]), *more]


class UnreadableFileError(BotError):
    """A file that could not be opened."""

    def __init__(self, name: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        super().__init__(f"{name} cannot be read: {reason}. Check the path.")


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, such as `1 problem` or `2 problems`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
