"""What can be wrong, as sentences for the person who can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import BotError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a file: where, what, and what to do about it."""

    line: int  # counted from 1
    column: int  # counted from 1
    what: str  # a sentence without its full stop
    remedy: str  # a sentence with its full stop
    entry: str | None = None  # id of the entry it is in

    def __str__(self) -> str:
        """The problem as `line:column: entry "id": what. Remedy.`"""
        where = f'entry "{self.entry}": ' if self.entry else ""
        return f"{self.line}:{self.column}: {where}{self.what}. {self.remedy}"


class BrokenFileError(BotError):
    """A file with problems, of which its text shows the first."""

    exit_code = 1

    def __init__(self, name: str, problems: Sequence[Problem], all_shown_by: str | None = None) -> None:
        """`all_shown_by`: the command that shows all problems of this file, if there is one."""
        self.name = name
        self.problems = tuple(problems)
        self.all_shown_by = all_shown_by
        super().__init__(str(self))

    def __str__(self) -> str:
        """The file's first problem, and how many more there are."""
        rest = len(self.problems) - 1
        see_all = f": `{self.all_shown_by}` shows all" if self.all_shown_by else ""
        more = f" ({rest} more{see_all}.)" if rest else ""
        return f"{self.name}:{self.problems[0]}{more}"

    def lines(self, most: int = 10) -> list[str]:
        """The file's first problems, a line each."""
        rest = len(self.problems) - most
        more = [f"{self.name} has {plural(rest, 'more problem')}."] if rest > 0 else []
        return [*(f"{self.name}:{problem}" for problem in self.problems[:most]), *more]


class UnreadableFileError(BotError):
    """A file that could not be opened at all."""

    def __init__(self, name: str, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        super().__init__(f"{name} cannot be read: {reason}. Check the path.")


def plural(count: int, noun: str) -> str:
    """`1 problem`, `2 problems`: a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
