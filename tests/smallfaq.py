"""The shipped FAQ with few of its wordings: learned in a tenth of the time, for tests that are about other things.

The decisions on the questions that those tests ask are the same as with all wordings.
"""

from functools import lru_cache
from typing import Final

from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS

WORDINGS: Final = 4  # the first of each entry that stay
WHOLE: Final = "sciatica"  # the entry that keeps all of them, as one that fills two fields of a form
OFF_TOPIC: Final = 5  # of so many lines, one stays: all kinds of them
KNOWN: Final = 3  # of so many known questions, one stays


@lru_cache(maxsize=1)
def small_faq() -> bytes:
    """Return its file's bytes: the lines of the shipped file, without those that are left out."""
    kept, entry, number, also, off_topic = [], "", 0, False, False
    for line in SHIPPED_FAQ.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("  - id: "):
            entry, number, also = line.split()[-1], 0, False
        elif line == "off_topic:\n":
            off_topic, number = True, 0
        also = also or line == "    also:\n"
        is_wording = also and line.startswith("      - ")
        is_off_topic = off_topic and line.startswith("  - ")
        number += bool(is_wording or is_off_topic)
        left_out = (is_wording and number > WORDINGS and entry != WHOLE) or (is_off_topic and number % OFF_TOPIC)
        if not left_out:
            kept.append(line)
    return "".join(kept).encode()


@lru_cache(maxsize=1)
def small_questions() -> bytes:
    """Return a file with a third of the known questions, on which each preview of an edit is tried."""
    lines = SHIPPED_QUESTIONS.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join([line for line in lines if line.startswith("- {")][::KNOWN]).encode()
