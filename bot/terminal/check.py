"""`check`: all problems of a FAQ file, or what is in it."""

from argparse import Namespace

from bot.content import file
from bot.content.problems import plural
from bot.matching.replies import contents
from bot.settings import faq_path


def check(arguments: Namespace) -> int:
    """Print every problem of the file with line, column and remedy. Returns 1 if there is any, else 0."""
    path = arguments.file or faq_path(arguments.faq)
    name, reading = file.shown_path(path), file.read(path)
    for problem in reading.problems:
        print(f"{name}:{problem}")
    if reading.problems:
        count = plural(len(reading.problems), "problem")
        print(f"\n{count} found. The bot does not load this file until it is mended.")
        return 1
    assert reading.faq is not None
    print(f"{name} is fine: {contents(reading.faq)}.")
    return 0
