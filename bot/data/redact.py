"""Texts that may be kept: without whom and what they name, cut short."""

import re
from typing import Final

from bot.text.words import MARKUP

KEPT: Final = 200  # characters of a question that are kept

_MAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
# Without "https://", which MARKUP knows: a domain with a path, or with one of the endings that are no English words.
_ADDRESS: Final = re.compile(
    r"(?:www\.[^\s<>]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|net|org|info|io|gg|co|uk|de|eu|app|dev|xyz)\b(?:/[^\s<>]*)?)",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@])@[\w.]{2,32}")  # a mention that was typed, not chosen
_DISCRIMINATOR: Final = re.compile(r"\b[\w.]{2,32}#\d{4}\b")
_NUMBER: Final = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,2}\d){4,}")  # five digits and more: telephones, ids, postcodes
_SIGN: Final = re.compile(r"[<@#\d]|://|\.\S")  # without one of these, a text has none of the above


def redacted(text: str) -> str:
    """A text on one line, its mentions, links, mail addresses and long numbers taken out, cut to KEPT characters.

    Names in plain words cannot be told from others, and stay. "" where nothing is left.
    """
    if _SIGN.search(text):
        for pattern in (MARKUP, _MAIL, _ADDRESS, _HANDLE, _DISCRIMINATOR, _NUMBER):
            text = pattern.sub(" … ", text)
    words = " ".join(text.encode("utf-8", "replace").decode().split())
    found = re.sub(r"(?:… ?){2,}", "… ", words).strip()
    cut = found if len(found) <= KEPT else found[: KEPT - 1].rstrip() + "…"
    return cut if re.search(r"\w", cut) else ""
