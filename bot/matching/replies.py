"""Decisions to replies: every word that the bot says, whether it is shown in Discord or in a terminal."""

from dataclasses import dataclass
from typing import Final

from bot.content.model import Entry, Faq
from bot.content.problems import plural
from bot.matching.decision import Answer, Decision, Decline, Offer, Silence, Warning

NONE_OF_THESE: Final = "None of these"
NOT_THIS: Final = "Something else"
RELATED: Final = 4  # related entries that are shown with an answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one message. `text` is Markdown; the disclaimer belongs to every reply."""

    text: str
    disclaimer: str
    heading: str | None = None
    caution: str | None = None
    attribution: str | None = None  # where in the source an answer comes from
    choices: tuple[Entry, ...] = ()  # entries to choose from
    entry: Entry | None = None  # the one that answers
    related: tuple[Entry, ...] = ()  # what else to read
    urgent: bool = False  # said whatever else was said before
    browsable: bool = False  # whether to show the way to all that the FAQ has: where nothing of it is shown

    @property
    def otherwise(self) -> str:
        """What to choose if none of the choices is meant."""
        return NOT_THIS if len(self.choices) == 1 else NONE_OF_THESE


def reply_to(decision: Decision, faq: Faq) -> Reply | None:
    """Return the reply for a decision; None for Silence."""
    match decision:
        case Answer(entry):
            return answer(entry, faq)
        case Offer(entries):
            said = "Did you mean this?" if len(entries) == 1 else "I'm not sure which of these you mean. Choose one:"
            return Reply(said, faq.disclaimer, choices=entries)
        case Decline(nearest):
            return decline(nearest, faq)
        case Warning():
            return warning(faq)
        case Silence():
            return None


def answer(entry: Entry, faq: Faq) -> Reply:
    """Return an entry's answer, word for word."""
    return Reply(
        text=entry.answer,
        disclaimer=faq.disclaimer,
        heading=entry.question,
        caution=entry.caution,
        attribution=f"From “{faq.source.title}”, {faq.source.author}: {entry.section}",
        entry=entry,
        related=tuple(filter(None, map(faq.entry, entry.related[:RELATED]))),
    )


def decline(nearest: tuple[Entry, ...], faq: Faq) -> Reply:
    """Say that the FAQ has no answer, and what it has."""
    questions = [entry.question for entry in nearest] or list(faq.examples())
    lead = "The nearest that I can answer:" if nearest else "I can answer, for example:"
    listed = "\n".join(f"- {question}" for question in questions)
    return Reply(f"I don't know: my FAQ has no answer to that. {lead}\n{listed}", faq.disclaimer, browsable=True)


def warning(faq: Faq) -> Reply:
    """Return what a message with a warning sign gets instead of an answer."""
    message = faq.warning_signs.message if faq.warning_signs else ""
    return Reply(message, faq.disclaimer, heading="Please get help now", urgent=True)


def help_with(faq: Faq, how: str) -> Reply:
    """Tell somebody who addressed the bot without a question `how` to ask, with examples from the file."""
    listed = "\n".join(f"- {question}" for question in faq.examples())
    return Reply(f"I answer questions from the FAQ “{faq.title}”.\n{how}\n{listed}", faq.disclaimer, browsable=True)


def chosen_none(faq: Faq) -> Reply:
    """Tell somebody who chose none of an offer's entries that the FAQ has no answer."""
    said = "Then I don't know: my FAQ has no answer to that. You could ask it in other words."
    return Reply(said, faq.disclaimer, browsable=True)


def contents(faq: Faq) -> str:
    """Return what is in a FAQ, counted."""
    wordings = sum(len(entry.wordings) for entry in faq.entries)
    phrases = len(faq.warning_signs.phrases) if faq.warning_signs else 0
    entries = "1 entry" if len(faq.entries) == 1 else f"{len(faq.entries):,} entries"
    inside = f"{entries} with {plural(wordings, 'wording')}"
    return f"{inside}, {plural(len(faq.off_topic), 'off-topic line')}, {plural(phrases, 'warning phrase')}"
