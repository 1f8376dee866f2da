"""The embeddings of texts: each is made once, and kept by the hash of its text.

Those of the shipped FAQ come with the bot. Those of another FAQ that is served are kept in a file in the data folder.
"""

import hashlib
import logging
import secrets
import threading
from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from bot.matching.learn.vectors import FloatArray
from bot.matching.meaning.model import MeaningError, SentenceModel, is_installed, key_of

NONE: Final = Path("no")  # instead of a model's folder: to go without
SHIPPED: Final = Path(__file__).with_name("shipped.npz")  # the shipped FAQ's; `ship.py` makes it
FILE: Final = "embeddings-{}.npz"  # in the data folder, for each model one
REMEMBERED: Final = 16  # questions whose embeddings are remembered: the same one is asked for several times in a row
HASH: Final = 16  # bytes
LEVELS: Final = 127  # of the numbers of a kept embedding, on each side of 0

log = logging.getLogger(__name__)

Found = TypeVar("Found")
# Gives texts back one by one, and shows how far it is.
Progress: TypeAlias = Callable[[Sequence[str]], Iterable[str]]
Narrow: TypeAlias = npt.NDArray[np.int8]  # an embedding as it is kept, shape (dimensions,)


def of_model(
    model: Path | None, folder: Path | None, progress: Progress = iter, *, make_ready: bool = True
) -> "Embeddings | None":
    """Return embeddings as `Embeddings` makes them. None if the model is NONE, and without the extra `meaning`, unless
    there is a model of the operator's own.
    """
    if model == NONE or (model is None and not is_installed()):
        return None
    return Embeddings(model, folder, progress, make_ready=make_ready)


class Embeddings:
    """Gives the embeddings of texts. The model is loaded when a text comes whose embedding is not kept. Thread-safe.

    Whatever is wrong with the model is logged once and raised as MeaningError, then and from then on.
    """

    def __init__(
        self,
        model: Path | None = None,
        folder: Path | None = None,
        progress: Progress = iter,
        *,
        make_ready: bool = True,
    ) -> None:
        """`model`: the folder of a model of the operator's own; `folder`: where embeddings are kept, None to keep none;
        `progress`: shows how far the new texts are; `make_ready`: see SentenceModel.
        """
        self.place: Final = model, folder  # what another process needs to make the same
        self._progress = progress
        self._make_ready = make_ready
        self._model: SentenceModel | None = None
        self._failed: str | None = None  # no error, whose traceback would keep what failed in memory
        self._shipped: dict[bytes, Narrow] | None = None
        self._kept: dict[bytes, Narrow] = {}  # what the file has
        self._lock = threading.RLock()  # while one of these is made
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._embedded)

    @property
    def key(self) -> str:
        """What the model is told apart from others by. Raises MeaningError."""
        return self._tried(lambda: key_of(self.place[0]))

    def load(self, key: str | None = None) -> None:
        """Load the model now rather than at the first text. Raises MeaningError, also if a `key` is not the model's."""
        with self._lock:
            if self._model is None:
                self._model = self._tried(lambda: SentenceModel(*self.place, make_ready=self._make_ready))
            if key not in (None, self.key):
                self._tried(_refuse_replaced)

    def of_texts(self, texts: Sequence[str]) -> FloatArray:
        """Return the embeddings of a FAQ's texts, shape (texts, dimensions). Raises MeaningError."""
        found = self._found(texts)
        return _widened(np.array([found[_hash(text)] for text in texts]))

    def keep(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Have the embeddings of these texts, and of no others, in the file: of a FAQ that is served. If that is not
        possible, the next start makes what is new once more.

        `vectors`: as `of_texts` gave them, also in another process.
        """
        folder = self.place[1]
        if folder is None:
            return
        self._read()  # what is there need not be written again
        shipped = self._shipped or {}
        narrow = {_hash(text): _narrowed(vector) for text, vector in zip(texts, vectors, strict=True)}
        new = {key: vector for key, vector in narrow.items() if key not in shipped}
        if new.keys() == self._kept.keys():
            return
        path = folder / FILE.format(self.key)
        self._kept = new
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if new:
                _write_file(path, self.key, new)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("What the FAQ's texts mean could not be kept in %s: %s.", path, error.strerror or error)

    def of_question(self, text: str) -> FloatArray:
        """Return the embedding of a question, shape (dimensions,). It is not kept. Raises MeaningError."""
        kept = self._read().get(_hash(text))
        found: FloatArray = _widened((self._remembered(text) if kept is None else kept)[None])[0]
        return found

    def replace(self, path: Path, texts: Sequence[str]) -> None:
        """Replace a file of embeddings by those of some texts alone. Raises MeaningError or OSError."""
        _write_file(path, self.key, self._found(texts))

    def _found(self, texts: Sequence[str]) -> dict[bytes, Narrow]:
        """Return the embeddings of texts by their hashes: those that are there, and the others made."""
        known = self._read()
        missing = [text for text in dict.fromkeys(texts) if _hash(text) not in known]
        made = {_hash(text): self._embedded(text) for text in self._progress(missing)}
        return {key: made[key] if key in made else known[key] for key in map(_hash, texts)}

    def _embedded(self, text: str) -> Narrow:
        self.load()
        model = self._model
        assert model is not None
        return _narrowed(self._tried(lambda: model.embed(text)))

    def _tried(self, work: Callable[[], Found]) -> Found:
        """Return what some work with the model gives. If it fails, that is logged, and nothing is tried again."""
        if self._failed is not None:
            raise MeaningError(self._failed)
        try:
            return work()
        except MeaningError as error:
            log.warning("%s I go on without it: words and letters alone decide.", error)
            self._failed = str(error)
            raise

    def _read(self) -> ChainMap[bytes, Narrow]:
        """Return what came with the bot and what is kept, as one."""
        with self._lock:
            if self._shipped is None:
                key, folder = self.key, self.place[1]
                self._shipped = _read_file(SHIPPED, key)
                if folder is not None:
                    self._kept = _read_file(folder / FILE.format(key), key)
            return ChainMap(self._kept, self._shipped)


def _refuse_replaced() -> None:
    raise MeaningError("The sentence model was replaced while I run: start me again.")


def _read_file(path: Path, key: str) -> dict[bytes, Narrow]:
    """Return the embeddings in a file, by the hash of their text; none if they are another model's."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["model"]) != key:
                return {}
            hashes, vectors = file["hashes"], file["vectors"]
        hashes, vectors = hashes.reshape(-1, HASH).astype(np.uint8), vectors.reshape(len(hashes), -1).astype(np.int8)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except Exception as error:  # whatever a broken file makes of numpy and of its zip archive
        log.warning("%s cannot be read, so what texts mean is found out anew: %s.", path.name, error)
        return {}
    return {key.tobytes(): vector for key, vector in zip(hashes, vectors, strict=True)}


def _write_file(path: Path, key: str, kept: dict[bytes, Narrow]) -> None:
    """Replace a file of embeddings atomically. Raises OSError."""
    hashes = np.frombuffer(b"".join(kept), dtype=np.uint8).reshape(-1, HASH)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with fresh.open("wb") as file:
            np.savez(file, model=np.array(key), hashes=hashes, vectors=np.array(list(kept.values())))
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
