"""`check`: all problems of a FAQ file, or what is in it."""

from pathlib import Path

from bot.content import file as store
from bot.content.problems import plural
from bot.matching.replies import contents


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
    print(f"{name} is fine: {contents(reading.faq)}.")
    return 0
