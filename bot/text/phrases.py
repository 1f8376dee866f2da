"""Warning phrases as the file writes them: which words count, and how parts are joined."""

import re
from typing import Final

from bot.text.words import words

# Words that never count: whether a phrase or a message has them makes no difference.
FILLERS: Final = frozenset(
    words(
        "a an and am are be completely even has have his her i im ive is just literally my of our really s so that the "
        "their to totally ve very was were your"
    )
)

_JOINT: Final = re.compile(r"\s*\+\s*")  # between parts that may stand apart, in any order


def counting(text: str) -> tuple[str, ...]:
    """The words of a text that count, in order."""
    return tuple(word for word in words(text) if word not in FILLERS)


def parts(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The counting words of each part of a phrase: "numb + my groin" gives (("numb",), ("groin",))."""
    return tuple(counting(part) for part in _JOINT.split(phrase))
