"""Normalisation and tokenisation: questions, wordings and phrases become words and stems in the same way."""

import re
import unicodedata
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from Stemmer import Stemmer

from bot.text.english import CHAT, IRREGULAR

_STEMMER: Final[Any] = Stemmer("english")  # the package has no types

LONGEST: Final = 6000  # characters of a text that are read: Discord's limit for an option of a command (DISCORD_OPTION)
MOST_WORDS: Final = 100  # words of a text that are matched, half from each end: a long story has its question there

# Discord's own marks in a message: mentions, custom emoji, timestamps, commands (reference, "Message Formatting").
MARKUP: Final = re.compile(r"<(?:@[!&]?|#|a?:\w{1,64}:|t:|/[^:>]{1,100}:|id:)[\w:-]*>|(?i:https?)://\S+")
_APOSTROPHES: Final = re.compile("(?<=\\w)['’‘‛`´ʼ′＇](?=\\w)")
_WORD: Final = re.compile(r"[^\W_]+")
_LONG_DRAWN: Final = re.compile(r"([^\W\d_])\1{2,}")
_THRICE: Final = re.compile(r"(.)\1\1")  # a quick test: without three equal characters, _LONG_DRAWN need not be tried
_INVISIBLE: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Co"})  # Unicode categories
_SENTENCE_END: Final = re.compile(r"[.!?\n]+")


@lru_cache(maxsize=16)  # the words and the sentences of the same message are asked for
def clean(text: str) -> str:
    """Return a text in one form: Unicode NFKD, case-folded, without accents, invisible characters or Discord's markup.

    No letter stands more than twice in a row. For example, "Sooo  CAFÉ <@1>" gives "soo  cafe  ".
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


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, MOST_WORDS at most: "Wat r glutes?" gives ("what", "are", "glutes")."""
    tokens, half = _words(clean(text)), MOST_WORDS // 2
    return tuple(tokens) if len(tokens) <= MOST_WORDS else tuple(tokens[:half] + tokens[-half:])


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each sentence of a text, all of them. Sentences without words are left out."""
    return tuple(filter(None, (tuple(_words(part)) for part in _SENTENCE_END.split(clean(text)) if part)))


def _words(cleaned: str) -> list[str]:
    tokens = _WORD.findall(cleaned)
    if CHAT.keys().isdisjoint(tokens):
        return tokens
    return list(chain.from_iterable(CHAT[token].split() if token in CHAT else (token,) for token in tokens))


def comparable(text: str) -> str:
    """Return a key that is equal for texts that differ only in case, accents or punctuation; "" without words."""
    return " ".join(_WORD.findall(clean(text)))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a word: "massaging" and "massages" give "massag", and "felt" and "feeling" give "feel"."""
    return str(_STEMMER.stemWord(IRREGULAR.get(word, word)))


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words, in order."""
    return tuple(stem(word) for word in words(text))
