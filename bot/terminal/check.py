"""`check`: all problems of a FAQ file, or what is in it."""

from pathlib import Path

from bot import store
from bot.core.model import Faq
from bot.core.problems import plural


def check(faq: Path) -> int:
    """Print every problem of the file with line, column and remedy. Returns 1 where there is any, else 0."""
    name = store.shown_path(faq)
    reading = store.read(faq)
    for problem in reading.problems:
        print(f"{name}:{problem}")
    if reading.problems:
        print(
            f"\n{plural(len(reading.problems), 'problem')} found. The bot does not load this file until it is mended."
        )
        return 1
    assert reading.faq is not None
    print(f"{name} is fine: {_contents(reading.faq)}.")
    return 0


def _contents(faq: Faq) -> str:
    wordings = sum(len(entry.wordings) for entry in faq.entries)
    phrases = len(faq.warning_signs.phrases) if faq.warning_signs else 0
    inside = f"{_entries(len(faq.entries))} with {plural(wordings, 'wording')}"
    return f"{inside}, {plural(len(faq.off_topic), 'off-topic line')}, {plural(phrases, 'warning phrase')}"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"
