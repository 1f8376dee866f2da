"""How the running bot keeps its memory small: less looking for garbage, and what is freed goes back to the system."""

import ctypes
import gc
from collections.abc import Callable
from functools import cache
from typing import Final

GARBAGE: Final = 10_000  # new objects before those are looked for that nothing refers to: of some twenty questions


def settle() -> None:
    """Take what is there by now for what stays: it need not be looked through again and again."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def give_back() -> None:
    """Give back what is freed and lies between what is not, which glibc keeps otherwise (malloc_trim(3)): half a
    megabyte for each 50,000 answers. Other systems' libraries know no such thing.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return found
