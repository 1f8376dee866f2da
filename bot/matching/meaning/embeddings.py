"""The embeddings of texts: each is made once, and kept by the hash of its text.

Those of the shipped FAQ come with the bot. Those of other texts of a FAQ are kept in a file in the data folder.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray
from bot.matching.meaning.model import MeaningError, SentenceModel, digest_of, is_installed

SHIPPED: Final = Path(__file__).with_name("shipped.npz")  # the shipped FAQ's; tests/bench/embeddings.py makes it
FILE: Final = "embeddings.npz"  # in the data folder
KEPT: Final = 60_000  # embeddings in the file, at most, which are 24 MB; the oldest go first
REMEMBERED: Final = 16  # questions whose embeddings are remembered: the same one is asked for several times in a row
HASH: Final = 16  # bytes
LEVELS: Final = 127  # of the numbers of a kept embedding, on each side of 0

log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[
    [Sequence[str]], Iterable[str]
]  # gives the texts back one by one, and shows how far it is
Found = TypeVar("Found")
Narrow: TypeAlias = npt.NDArray[np.int8]  # an embedding as it is kept, shape (dimensions,)


def of_model(model: Path | None, folder: Path | None, progress: "Progress" = iter) -> "Embeddings | None":
    """Return embeddings as `Embeddings` makes them; None without the extra `meaning`, unless there is a model of the
    operator's own.
    """
    return Embeddings(model, folder, progress) if model is not None or is_installed() else None


class Embeddings:
    """Gives the embeddings of texts. The model is loaded when a text comes whose embedding is not kept."""

    def __init__(self, model: Path | None = None, folder: Path | None = None, progress: Progress = iter) -> None:
        """`model`: the folder of a model of the operator's own; `folder`: where embeddings are kept, None to keep none;
        `progress`: shows how far the new texts are.
        """
        self.place: Final = model, folder  # what another process needs to make the same
        self._file = folder / FILE if folder is not None else None
        self._progress = progress
        self._model: SentenceModel | None = None
        self._failed: MeaningError | None = None
        self._kept: dict[bytes, Narrow] | None = None
        self._remembered = lru_cache(maxsize=REMEMBERED)(lambda text: self._loaded().embed(text))

    def load(self) -> None:
        """Load the model now rather than at the first text. Raises MeaningError, which is logged the first time."""
        self._loaded()

    def _loaded(self) -> SentenceModel:
        if self._model is None:
            self._model = self._tried(lambda model: SentenceModel(model, self.place[1]))
        return self._model

    def _digest(self) -> str:
        return self._tried(digest_of)

    def _tried(self, work: Callable[[Path | None], Found]) -> Found:
        """Return what some work makes of the model's folder. If it fails, it is logged, and not tried again."""
        if self._failed is not None:
            raise self._failed
        try:
            return work(self.place[0])
        except MeaningError as error:
            log.warning("%s I go on without it: words and letters alone decide.", error)
            self._failed = MeaningError(str(error))  # another one, whose traceback keeps no memory of what failed
            raise

    def of_texts(self, texts: Sequence[str]) -> FloatArray:
        """Return the embeddings of a FAQ's texts, shape (texts, dimensions), and keep those that are new. Raises
        MeaningError.
        """
        kept = self._read()
        missing = [text for text in dict.fromkeys(texts) if _hash(text) not in kept]
        for text in self._progress(missing):
            kept[_hash(text)] = _narrowed(self._loaded().embed(text))
        if missing and self._file is not None:
            self._add(self._file, {_hash(text): kept[_hash(text)] for text in missing})
        return _widened(np.array([kept[_hash(text)] for text in texts]))

    def of_question(self, text: str) -> FloatArray:
        """Return the embedding of a question, shape (dimensions,). It is not kept. Raises MeaningError."""
        kept = self._read().get(_hash(text))
        return self._remembered(text) if kept is None else _widened(kept[None])[0]

    def replace(self, path: Path, texts: Sequence[str]) -> None:
        """Replace a file of embeddings by those of some texts alone. Raises MeaningError or OSError."""
        self.of_texts(texts)
        kept = self._read()
        _write_file(path, self._digest(), {_hash(text): kept[_hash(text)] for text in texts})

    def _read(self) -> dict[bytes, Narrow]:
        """Return what is kept, in the order in which it was made."""
        if self._kept is None:
            digest = self._digest()
            files = [SHIPPED, *([self._file] if self._file else [])]
            self._kept = {key: narrow for path in files for key, narrow in _read_file(path, digest).items()}
        return self._kept

    def _add(self, path: Path, new: dict[bytes, Narrow]) -> None:
        """Add to the file. If that is not possible, the next start makes what is new once more."""
        digest = self._digest()
        kept = dict(list((_read_file(path, digest) | new).items())[-KEPT:])
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_file(path, digest, kept)
        except OSError as error:
            log.warning("What texts mean could not be kept in %s: %s.", path, error.strerror or error)


def _read_file(path: Path, digest: str) -> dict[bytes, Narrow]:
    """Return the embeddings in a file, by the hash of their text; none if they are another model's."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["model"]) != digest:
                return {}
            hashes, vectors = file["hashes"], file["vectors"]
        hashes, vectors = hashes.reshape(-1, HASH).astype(np.uint8), vectors.reshape(len(hashes), -1).astype(np.int8)
    except Exception as error:  # whatever a broken file makes of numpy and of its zip archive
        log.warning("%s cannot be read and is made anew: %s.", path.name, error)
        return {}
    return {key.tobytes(): vector for key, vector in zip(hashes, vectors, strict=True)}


def _write_file(path: Path, digest: str, kept: dict[bytes, Narrow]) -> None:
    """Replace a file of embeddings atomically. Raises OSError."""
    hashes = np.frombuffer(b"".join(kept), dtype=np.uint8).reshape(-1, HASH)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with fresh.open("wb") as file:
            np.savez(file, model=np.array(digest), hashes=hashes, vectors=np.array(list(kept.values())))
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:HASH]


def _narrowed(embedding: FloatArray) -> Narrow:
    """Return an embedding as small numbers: its cosine similarities change by less than 0.01."""
    narrow: Narrow = np.rint(embedding * (LEVELS / max(float(np.abs(embedding).max()), 1e-9))).astype(np.int8)
    return narrow


def _widened(narrow: Narrow) -> FloatArray:
    """Return kept embeddings as vectors of length 1, shape (texts, dimensions)."""
    wide = narrow.astype(np.float32)
    found: FloatArray = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), np.float32(1e-9))
    return found
