"""A sentence model made ready to run: its weights as numbers of four bytes, in a file of their own in the data folder.

The system maps such a file into memory, and reads of it what is used. To read the model's own file and widen its
weights takes 100 MB more, which the process would keep. It is made once, in another process, which takes 0.5 s; so not
for a command that ends at once. Its SHA-256 is checked whenever it is loaded, which takes 0.1 s.
"""

import hashlib
import logging
import os
import platform
import secrets
import shutil
import time
from pathlib import Path
from typing import Any, Final

from bot.matching.aside import aside

FOLDER: Final = "sentence-model"  # in the data folder
MODEL, WEIGHTS, DIGEST = "model.onnx", "weights.bin", "sha256.txt"
SMALLEST: Final = 1_024  # bytes of a part of the weights that is put into their file
UNFINISHED: Final = ".new"  # suffix of a folder that is being filled
LONG: Final = 600.0  # seconds after which nobody is filling it any more
SILENT: Final = 4  # onnxruntime's log level for what is fatal: what else it has to say, nobody could act on

_PROVIDERS: Final = ["CPUExecutionProvider"]

log = logging.getLogger(__name__)


def session(model: Path, key: str, data_folder: Path | None, *, make: bool) -> Any:
    """Return a loaded model. `key`: of the model; `data_folder`: where it is ready to run, None to read it as it is;
    `make`: make it ready if it is not there. Raises what onnxruntime raises.
    """
    import onnxruntime

    onnxruntime.set_default_logger_severity(SILENT)
    if data_folder is not None:
        ready = data_folder / FOLDER / f"{key}-{onnxruntime.__version__}-{platform.machine()}"
        try:
            is_whole = _is_whole(ready)
            if make and not is_whole:
                if ready.is_dir():
                    shutil.rmtree(ready)
                aside(_make, model, ready)
            if make or is_whole:
                return onnxruntime.InferenceSession(ready / MODEL, _options(), providers=_PROVIDERS)
        except Exception as error:  # whatever is wrong with the folder, the disk, or the other process
            log.info("The sentence model could not be made ready, so it takes 100 MB more memory: %s", error)
    return onnxruntime.InferenceSession(model, _options(), providers=_PROVIDERS)


def _is_whole(ready: Path) -> bool:
    """Return whether a ready model is there, as it was written."""
    try:
        return (ready / DIGEST).read_text(encoding="ascii") == _digest(ready)
    except (OSError, UnicodeDecodeError):
        return False


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for name in (MODEL, WEIGHTS):
        with (folder / name).open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()


def _options() -> Any:
    """Return how models run: on one thread, so that sums come out the same on any number of cores; without an arena,
    which would keep the memory of the longest text for good.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = SILENT
    return options


def _make(model: Path, ready: Path) -> None:
    """Make a model ready in a folder, which is there as a whole or not at all. Raises OSError or onnxruntime's."""
    ready.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready.parent.mkdir(mode=0o700, exist_ok=True)
    for other in ready.parent.iterdir():
        is_of_another_version = other.name.startswith(ready.name.partition("-")[0]) and other != ready
        is_unfinished = other.suffix == UNFINISHED and time.time() - other.stat().st_mtime > LONG
        if is_of_another_version or is_unfinished:
            shutil.rmtree(other, ignore_errors=True)
    fresh = ready.with_name(f".{secrets.token_hex(4)}{UNFINISHED}")
    fresh.mkdir(mode=0o700)
    try:
        _write(model, fresh)
        if not ready.is_dir():  # else another process was faster
            fresh.rename(ready)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write(model: Path, folder: Path) -> None:
    import onnxruntime

    options = _options()
    options.optimized_model_filepath = str(folder / MODEL)
    settings = {"file_name": WEIGHTS, "min_size_in_bytes": str(SMALLEST)}
    for name, value in settings.items():
        options.add_session_config_entry(f"session.optimized_model_external_initializers_{name}", value)
    onnxruntime.InferenceSession(model, options, providers=_PROVIDERS)
    (folder / DIGEST).write_text(_digest(folder), encoding="ascii")
    for each in folder.iterdir():
        with each.open("rb+") as file:
            os.fsync(file.fileno())
