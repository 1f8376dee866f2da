"""Text to words: the one pipeline that questions, wordings and phrases pass, a step per function."""

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from Stemmer import Stemmer

from bot.text.english import CHAT, IRREGULAR

_STEMMER: Final[Any] = Stemmer("english")  # the package has no types

LONGEST: Final = 6000  # characters of a text that are read: the longest that a member can send, as a command's option
MOST_WORDS: Final = 100  # words of a text that are matched, half from each end: there a long story says what it asks

# Discord's own marks in a message: mentions, custom emoji, timestamps, commands (reference, "Message Formatting").
MARKUP: Final = re.compile(r"<(?:@[!&]?|#|a?:\w{1,64}:|t:|/[^:>]{1,100}:|id:)[\w:-]*>|(?i:https?)://\S+")
_APOSTROPHES: Final = re.compile("(?<=\\w)['’‘‛`´ʼ′＇](?=\\w)")
_WORD: Final = re.compile(r"[^\W_]+")
_LONG_DRAWN: Final = re.compile(r"([^\W\d_])\1{2,}")
_THRICE: Final = re.compile(r"(.)\1\1")  # rules a long-drawn letter out in an eighth of the time
_SENTENCE_END: Final = re.compile(r"[.!?\n]+")


@lru_cache(maxsize=16)  # one message is looked at for its words and for its sentences
def clean(text: str) -> str:
    """`text` in one form: compatibility characters, accents, case, invisible characters and Discord's marks removed,
    and no letter more than twice in a row.
    """
    visible = text[:LONGEST]
    if "<" in visible or "://" in visible:
        visible = MARKUP.sub(" ", visible)
    if "'" in visible or "`" in visible or not visible.isascii():
        visible = _APOSTROPHES.sub("", visible)
    if visible.isascii():
        folded = visible.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", visible)[:LONGEST]  # one character can become eighteen
        kept = "".join(character for character in decomposed if unicodedata.category(character) not in _INVISIBLE)
        folded = _APOSTROPHES.sub("", kept.casefold()[:LONGEST])
    return _LONG_DRAWN.sub(r"\1\1", folded) if _THRICE.search(folded) else folded


_INVISIBLE: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Co"})


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, MOST_WORDS at most, chat spellings written out: "Wat r glutes?" gives
    ("what", "are", "glutes").
    """
    found, half = _words(clean(text)), MOST_WORDS // 2
    return tuple(found) if len(found) <= MOST_WORDS else tuple(found[:half] + found[-half:])


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each sentence of a text, to its end, empty sentences left out."""
    parts = [tuple(_words(part)) for part in _SENTENCE_END.split(clean(text)) if part]
    return tuple([part for part in parts if part])


def _words(cleaned: str) -> list[str]:
    found = _WORD.findall(cleaned)
    if CHAT.keys().isdisjoint(found):
        return found
    return list(chain.from_iterable(CHAT[word].split() if word in CHAT else (word,) for word in found))


def comparable(text: str) -> str:
    """A key that is equal for two texts which differ in case, accents or punctuation alone; "" without words."""
    return " ".join(_WORD.findall(clean(text)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its ending, after the Snowball stemmer for English: "massaging" and "massages" are one, and so are
    irregular forms: "felt" and "feeling".
    """
    return str(_STEMMER.stemWord(IRREGULAR.get(word, word)))


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stem(word) for word in words(text))
