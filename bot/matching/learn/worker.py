"""Reads and learns a FAQ in another process: that takes many times the memory of what it gives, and ends with it."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.content.model import Faq
from bot.content.yaml.read import Reading, broken_file, read_faq
from bot.matching.answerer import Answerer
from bot.matching.aside import aside

if TYPE_CHECKING:
    from bot.matching.learn.weights import Weights
    from bot.matching.meaning.embeddings import Embeddings

log = logging.getLogger(__name__)

SMALL: Final = 50_000  # bytes or characters of a FAQ that is learned here before another process has even started


def answerer(name: str, data: bytes, embeddings: "Embeddings | None" = None) -> Answerer:
    """Return an answerer from a FAQ file's bytes, ready to answer, and keep its embeddings. Raises BrokenFileError with
    the file's `name`.
    """
    read, weights = _read_aside(data, len(data), embeddings)
    if read.faq is None or weights is None:
        raise broken_file(name, read)
    made = _ready(Answerer(read.faq, weights, embeddings))
    made.keep_embeddings()
    return made


def answerer_of(faq: Faq, embeddings: "Embeddings | None" = None) -> Answerer:
    """Return an answerer from a FAQ, ready to answer."""
    texts = [*faq.off_topic, *(text for entry in faq.entries for text in (entry.answer, *entry.wordings))]
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


def _read_and_learn_aside(
    given: Faq | bytes, place: tuple[Path | None, Path | None] | None
) -> "tuple[Reading, Weights | None]":
    """Do the same in another process, which loads the sentence model if there are new texts, and ends with it."""
    from bot.matching.meaning.embeddings import Embeddings

    return read_and_learn(given, None if place is None else Embeddings(*place))


def _read_aside(given: Faq | bytes, size: int, embeddings: "Embeddings | None") -> "tuple[Reading, Weights | None]":
    """Return what `read_and_learn` returns in another process, or in this one: if `size` is small, or it must."""
    if size <= SMALL:
        return read_and_learn(given, embeddings)
    try:
        place = None if embeddings is None else embeddings.place
        return aside(_read_and_learn_aside, given, place)
    except Exception as error:  # whatever keeps the system from it, or ends the process
        why = f"{type(error).__name__} ({error})"
        log.warning("I read the FAQ without another process, which takes more memory: %s", why)
    return read_and_learn(given, embeddings)
