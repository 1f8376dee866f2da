"""Reads and learns a FAQ in another process: that takes many times the memory of what it gives, and ends with it."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from bot.content.model import Faq
from bot.content.yaml.read import Reading, broken_file, read_faq
from bot.matching.answerer import Answerer

if TYPE_CHECKING:
    from bot.matching.learn.weights import Weights
    from bot.matching.meaning.embeddings import Embeddings

log = logging.getLogger(__name__)

SMALL: Final = 50_000  # bytes or characters of a FAQ that is learned here before another process has even started
SECRET: Final = "DISCORD_TOKEN"  # noqa: S105 - the variable's name, which the other process must not see

_starting: Final = threading.Lock()  # held while the secret is not in the environment


def answerer(name: str, data: bytes, embeddings: "Embeddings | None" = None) -> Answerer:
    """Return an answerer from a FAQ file's bytes, ready to answer. Raises BrokenFileError with the file's `name`."""
    read, weights = _read_aside(data, len(data), embeddings)
    if read.faq is None or weights is None:
        raise broken_file(name, read)
    return _ready(Answerer(read.faq, weights, embeddings))


def answerer_of(faq: Faq, embeddings: "Embeddings | None" = None) -> Answerer:
    """Return an answerer from a FAQ, ready to answer."""
    texts = [*faq.off_topic, *(text for entry in faq.entries for text in entry.wordings)]
    return _ready(Answerer(faq, _read_aside(faq, sum(map(len, texts)), embeddings)[1], embeddings))


def _ready(made: Answerer) -> Answerer:
    made.prepare()
    return made


def read_and_learn(given: Faq | bytes, embeddings: "Embeddings | None") -> "tuple[Reading, Weights | None]":
    """Return what a FAQ or its file says, and its weights; None for them if the FAQ is broken."""
    read = read_faq(given) if isinstance(given, bytes) else Reading(given, ())
    if read.faq is None or read.problems:
        return read, None
    from bot.matching.learn.train import learn_as_possible  # not above: `check` need not load numpy

    return read, learn_as_possible(read.faq, embeddings)


def _read_and_learn_aside(given: Faq | bytes, place: "tuple[Path | None, Path | None] | None") -> Any:
    """Do the same in another process, which loads the sentence model if there are new texts, and ends with it."""
    from bot.matching.meaning.embeddings import Embeddings

    return read_and_learn(given, None if place is None else Embeddings(*place))


def _read_aside(given: Faq | bytes, size: int, embeddings: "Embeddings | None") -> "tuple[Reading, Weights | None]":
    """Return what `read_and_learn` returns in another process, or in this one: if `size` is small, or it must."""
    if size <= SMALL:
        return read_and_learn(given, embeddings)
    context = multiprocessing.get_context("spawn")  # a copy of this one ("fork") would copy its threads' locks too
    try:
        with _without_secret():
            pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare_process)
            place = None if embeddings is None else embeddings.place
            future = pool.submit(_read_and_learn_aside, given, place)  # starts the process
        with pool:
            return cast("tuple[Reading, Weights | None]", future.result())
    except Exception as error:  # whatever keeps the system from it, or ends the process
        why = f"{type(error).__name__} ({error})"
        log.warning("I read the FAQ without another process, which takes more memory: %s", why)
    return read_and_learn(given, embeddings)


@contextmanager
def _without_secret() -> Iterator[None]:
    """Take the secret out of the environment while a process is started, which inherits it. Nobody misses it meanwhile:
    the settings are read once, before anything is learned.
    """
    with _starting:
        secret = os.environ.pop(SECRET, None)
        try:
            yield
        finally:
            if secret is not None:
                os.environ[SECRET] = secret


def _prepare_process() -> None:
    """Let the other process end at once at Ctrl-C, and if the bot's process ends before it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # whatever the main thread does: nobody waits for it any more
