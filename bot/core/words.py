"""Text to words: the one pipeline that questions, wordings and phrases pass, a step per function."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from snowballstemmer.english_stemmer import EnglishStemmer

from bot.core import limits

_STEMMER: Final[Any] = EnglishStemmer  # the package has no types

LONGEST: Final = limits.DISCORD_OPTION  # characters of a text that are looked at: all that a member can send
MOST_WORDS: Final = 400  # words of a text that are matched; what a question is about is said by then

# Discord's own marks in a message: mentions, custom emoji, timestamps, commands (reference, "Message Formatting").
_MARKUP: Final = re.compile(r"<(?:@[!&]?|#|a?:\w{1,64}:|t:|/[^:>]{1,100}:|id:)[\w:-]*>|(?i:https?)://\S+")
_APOSTROPHES: Final = re.compile("(?<=\\w)['’‘‛`´ʼ′＇](?=\\w)")
_WORD: Final = re.compile(r"[^\W_]+")
_LONG_DRAWN: Final = re.compile(r"(.)\1{2,}")
_SENTENCE_END: Final = re.compile(r"[.!?\n]+")

# How people shorten English in chats.
_CHAT: Final = {
    "abt": "about",
    "bc": "because",
    "cuz": "because",
    "doc": "doctor",
    "em": "them",
    "gonna": "going to",
    "gotta": "got to",
    "idk": "i dont know",
    "k": "ok",
    "kinda": "kind of",
    "ppl": "people",
    "pls": "please",
    "plz": "please",
    "probs": "problems",
    "r": "are",
    "rly": "really",
    "smth": "something",
    "tho": "though",
    "thru": "through",
    "u": "you",
    "ur": "your",
    "w": "with",
    "wanna": "want to",
    "wat": "what",
    "y": "why",
    "ya": "you",
}


def clean(text: str) -> str:
    """`text` in one form: compatibility characters, accents, case, invisible characters and Discord's marks removed."""
    visible = _APOSTROPHES.sub("", _MARKUP.sub(" ", text[:LONGEST]))
    decomposed = unicodedata.normalize("NFKD", visible)
    kept = "".join(character for character in decomposed if unicodedata.category(character) not in _INVISIBLE)
    return _APOSTROPHES.sub("", kept.casefold()[:LONGEST])  # one character can become eighteen


_INVISIBLE: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Co"})


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, MOST_WORDS at most, chat spellings written out: "Wat r glutes?" gives
    ("what", "are", "glutes").
    """
    return tuple(islice(_words(clean(text)), MOST_WORDS))


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each sentence of a text, to its end, empty sentences left out."""
    parts = (tuple(_words(part)) for part in _SENTENCE_END.split(clean(text)))
    return tuple(part for part in parts if part)


def _words(cleaned: str) -> Iterator[str]:
    for word in _WORD.findall(cleaned):
        plain = _LONG_DRAWN.sub(r"\1\1", word)
        yield from _CHAT.get(plain, plain).split()


def comparable(text: str) -> str:
    """A key that is equal for two texts which differ in case, accents or punctuation alone; "" without words."""
    return " ".join(_WORD.findall(clean(text)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without its ending, after the Snowball stemmer for English: "massaging" and "massages" are one."""
    return str(_STEMMER().stemWord(word))


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stem(word) for word in words(text))
