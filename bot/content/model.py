"""The FAQ as frozen records: what the file says, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Source:
    """The article that the answers are drawn from."""

    title: str
    author: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer, and the other ways of asking it."""

    id: str  # lower-case words and hyphens; never reused
    section: str  # where in the source the answer comes from
    question: str  # the first wording, and the heading of the answer
    answer: str  # Markdown, shown word for word
    also: tuple[str, ...] = ()  # the other wordings
    caution: str | None = None  # shown with the answer
    related: tuple[str, ...] = ()  # ids of other entries
    reviewed: date | None = None  # when a curator last read it against the source

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way of asking it, the question first."""
        return (self.question, *self.also)


@dataclass(frozen=True, slots=True)
class WarningSigns:
    """How people describe an emergency, and what they are told then."""

    message: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Faq:
    """The whole FAQ file."""

    title: str
    source: Source
    disclaimer: str  # added under every reply by the bot itself
    entries: tuple[Entry, ...]
    warning_signs: WarningSigns | None = None
    synonyms: tuple[tuple[str, ...], ...] = ()  # each tuple is one concept to the matcher
    off_topic: tuple[str, ...] = ()  # what no entry answers, though it looks as if

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id, or None where the FAQ has none."""
        return self._by_id.get(entry_id)

    def examples(self, count: int = 3) -> tuple[str, ...]:
        """Up to `count` questions spread over the file, to show a newcomer what can be asked."""
        step = max(1, len(self.entries) // count)
        return tuple(entry.question for entry in self.entries[::step][:count])

    def located_wordings(self) -> Iterator[tuple[Entry, tuple[str | int, ...], str]]:
        """Each wording with its entry and its path in the file, such as ("entries", 0, "also", 2)."""
        for index, entry in enumerate(self.entries):
            yield entry, ("entries", index, "question"), entry.question
            for number, wording in enumerate(entry.also):
                yield entry, ("entries", index, "also", number), wording
