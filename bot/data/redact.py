"""Redaction: takes out of a text what can name somebody before the text is kept."""

import re
from typing import Final

from bot.text.words import MARKUP

KEPT: Final = 200  # characters of a question that are kept

_MAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
# Addresses without "https://", which MARKUP finds: "www." or a domain with a common ending that is no English word.
_ADDRESS: Final = re.compile(
    r"(?i:www\.[^\s<>]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|net|org|info|io|gg|co|uk|de|eu|app|dev|xyz)\b(?:/[^\s<>]*)?)"
)
_HANDLE: Final = re.compile(r"(?<![\w@])@[\w.]{2,32}")  # a mention that was typed, so that Discord made none of it
_DISCRIMINATOR: Final = re.compile(r"\b[\w.]{2,32}#\d{4}\b")
_NUMBER: Final = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,2}\d){4,}")  # five digits or more: phone numbers, ids, postcodes
_SIGN: Final = re.compile(r"[<@#\d]|://|\.\S")  # every pattern needs one of these


def redacted(text: str) -> str:
    """Return a text on one line without mentions, links, mail addresses and long numbers, cut to KEPT characters.

    A name in plain words looks like any other word, and stays. Returns "" if no letter or digit is left.
    """
    if _SIGN.search(text):
        for pattern in (MARKUP, _MAIL, _ADDRESS, _HANDLE, _DISCRIMINATOR, _NUMBER):
            text = pattern.sub(" … ", text)
    words = " ".join(text.encode("utf-8", "replace").decode().split())
    found = re.sub(r"(?:… ?){2,}", "… ", words).strip()
    cut = found if len(found) <= KEPT else found[: KEPT - 1].rstrip() + "…"
    return cut if re.search(r"\w", cut) else ""
