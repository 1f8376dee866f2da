"""What is learned from: the FAQ's texts, each with its label and its kind."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

from bot.content.model import Entry, Faq
from bot.text.words import words

GENERAL: Final = Path(__file__).with_name("general.txt")  # off-topic lines for any FAQ, one on each line
LEAST_LINES: Final = 230  # off-topic lines that a FAQ is learned with at least: general ones make up what it lacks
SENTENCES: Final = 8  # of an answer that are learned from
SHORTEST: Final = 4  # words of such a sentence

_MARKDOWN: Final = re.compile(r"[*_`#>|~]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")


class Kind(Enum):
    """What a text is."""

    WORDING = "wording"  # of an entry
    LINE = "line"  # of the FAQ's own off-topic lines
    GENERAL = "general"  # one of the general off-topic lines
    SENTENCE = "sentence"  # of an entry's answer: it speaks of what is asked, and is no question itself


@dataclass(frozen=True, slots=True)
class Text:
    """A text to learn from."""

    text: str
    label: int  # the number of its entry, in the order of ids; the count of entries if it is off topic
    kind: Kind
    words: tuple[str, ...]


def training_texts(faq: Faq) -> list[Text]:
    """Return all texts that are learned from. The off-topic ones begin with the FAQ's own: Meaning.line_count counts on
    that.

    The empty text is an off-topic line of every FAQ: who says nothing asks nothing.
    """
    entries = sorted(faq.entries, key=lambda entry: entry.id)
    found: list[Text] = []
    for number, entry in enumerate(entries):
        found += _texts(Kind.WORDING, number, sorted(entry.wordings))
    found += _texts(Kind.LINE, len(entries), (*sorted(faq.off_topic), ""))
    taken, missing = {each.words for each in found}, max(0, LEAST_LINES - len(faq.off_topic) - 1)
    general = [each for each in _texts(Kind.GENERAL, len(entries), general_lines()) if each.words not in taken]
    found += general[:missing]
    for number, entry in enumerate(entries):
        found += _texts(Kind.SENTENCE, number, _sentences(entry))
    return found


def _texts(kind: Kind, label: int, texts: Iterable[str]) -> list[Text]:
    return [Text(text, label, kind, words(text)) for text in texts]


def known_words(texts: Iterable[Text]) -> set[str]:
    """Return the words that are no misspellings: those of the texts, and the everyday words of all general lines."""
    return {word for each in texts for word in each.words}.union(*map(words, general_lines()))


@cache
def general_lines() -> tuple[str, ...]:
    """Return the off-topic lines for any FAQ, their kinds mixed: small talk, orders to the bot, other subjects."""
    lines = GENERAL.read_text(encoding="utf-8").splitlines()
    return tuple(sorted(lines, key=lambda line: crc32(line.encode())))


def _sentences(entry: Entry) -> Iterator[str]:
    """Yield the first sentences of an entry's answer, without Markdown and those of few words."""
    split = _SENTENCE_END.split(_MARKDOWN.sub("", entry.answer))
    yield from [sentence.strip() for sentence in split if len(words(sentence)) >= SHORTEST][:SENTENCES]
