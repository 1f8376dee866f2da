"""Parses warning phrases: stop words are left out, and `+` separates parts that may stand apart, in any order."""

from typing import Final

from bot.text.words import words

# Stop words: it makes no difference whether a phrase or a message has them.
FILLERS: Final = frozenset(
    words(
        "a an and am are be completely even has have his her i im ive is just literally my of our really s so that the "
        "their to totally ve very was were your"
    )
)


def counting(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, without stop words."""
    return tuple(word for word in words(text) if word not in FILLERS)


def parts(phrase: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of each part of a phrase: "numb + my groin" gives (("numb",), ("groin",))."""
    return tuple(counting(part) for part in phrase.split("+"))
