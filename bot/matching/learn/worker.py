"""Reads and learns a FAQ in another process: what that takes is many times what it leaves, and goes with it."""

import logging
import os
import pickle
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from bot.content.model import Faq
from bot.content.yaml import read as reading
from bot.content.yaml.read import Reading
from bot.matching.answerer import Answerer, learn_here

if TYPE_CHECKING:
    from bot.matching.learn.weights import Weights

log = logging.getLogger(__name__)

SMALL: Final = 50_000  # characters of a FAQ that is learned before another process has even started


def answerer(name: str, data: bytes) -> Answerer:
    """What the bot knows from a FAQ file's bytes, ready to answer. Raises BrokenFileError, which calls it by `name`."""
    found = _aside(data) if len(data) > SMALL else None
    if found is None:
        return _ready(Answerer(reading.check(name, data)))
    read, learned = found
    if read.faq is None or learned is None:
        raise reading.broken(name, read)
    return _ready(Answerer(read.faq, learned))


def answerer_of(faq: Faq) -> Answerer:
    """What the bot knows from a FAQ, ready to answer."""
    from bot.matching.learn.weights import training_texts  # not above: `check` need not load numpy

    found = _aside(faq) if sum(len(text) for text, _ in training_texts(faq)) > SMALL else None
    return _ready(Answerer(faq, found[1] if found else None))


def _ready(known: Answerer) -> Answerer:
    known.prepare()
    return known


_Found: TypeAlias = "tuple[Reading, Weights | None]"  # nothing is learned from a FAQ that is broken


def _aside(given: Faq | bytes) -> _Found | None:
    """What is read and learned from a FAQ or its file. None where the system allows no other process, and this one has
    to do it.
    """
    variables = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-P", "-m", __name__]
    try:
        with subprocess.Popen(  # noqa: S603
            command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            with process.stdin as there:
                pickle.dump(given, there)
            found: _Found = pickle.load(process.stdout)  # noqa: S301
    except Exception as error:  # whatever it answers
        log.warning(
            "I read the FAQ without another process, which takes more memory: %s (%s)", type(error).__name__, error
        )
        return None
    return found


def _answer(question: IO[bytes], answer: IO[bytes]) -> None:
    """What `_aside` has another process do."""
    given = pickle.load(question)  # noqa: S301
    read = reading.read(given) if isinstance(given, bytes) else Reading(given, ())
    found: _Found = (read, None if read.faq is None or read.problems else learn_here(read.faq))
    pickle.dump(found, answer)


if __name__ == "__main__":
    _answer(sys.stdin.buffer, sys.stdout.buffer)
