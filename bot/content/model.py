"""The FAQ as frozen dataclasses, with the fields that its file has."""

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
    """A question with its answer and its other wordings."""

    id: str  # lower-case words and hyphens; never reused
    section: str  # where in the source the answer comes from
    question: str  # the first wording, and the heading of the answer
    answer: str  # Markdown, shown word for word
    also: tuple[str, ...] = ()  # other wordings: ways in which members ask the question
    caution: str | None = None  # shown with the answer
    related: tuple[str, ...] = ()  # ids of other entries
    reviewed: date | None = None  # when a curator last read it against the source

    @property
    def wordings(self) -> tuple[str, ...]:
        """Return all ways of asking the question; the question itself is the first."""
        return (self.question, *self.also)


@dataclass(frozen=True, slots=True)
class WarningSigns:
    """Phrases in which people describe an emergency, and the message that they get then."""

    message: str
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Faq:
    """The whole FAQ file."""

    title: str
    source: Source
    disclaimer: str  # the bot adds it under every answer
    entries: tuple[Entry, ...]
    warning_signs: WarningSigns | None = None
    synonyms: tuple[tuple[str, ...], ...] = ()  # each tuple holds words and phrases that the matcher takes for one
    off_topic: tuple[str, ...] = ()  # messages that look like questions for the FAQ, though no entry answers them

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry with this id, or None if there is none."""
        return self._by_id.get(entry_id)

    def examples(self, count: int = 3) -> tuple[str, ...]:
        """Return up to `count` questions from all over the file, to show a newcomer what can be asked."""
        step = max(1, len(self.entries) // count)
        return tuple(entry.question for entry in self.entries[::step][:count])
