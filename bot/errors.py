"""The error whose text a person reads: one sentence that says what to do. Looks at no other room."""

from typing import ClassVar


class BotError(Exception):
    """A mistake that a person can mend. Its text is the one line to show them."""

    exit_code: ClassVar[int] = 2  # usage or settings
