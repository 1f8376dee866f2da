"""Does work in another process: one that takes many times the memory of what it gives, and ends with it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

SECRET: Final = "DISCORD_TOKEN"  # noqa: S105 - the variable's name, which the other process must not see

Given = ParamSpec("Given")
Found = TypeVar("Found")

_starting: Final = threading.Lock()  # held while the secret is not in the environment


def aside(work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Return what a function of a module gives in another process. Raises whatever it raises, and what keeps the system
    from starting a process, or ends it.
    """
    context = multiprocessing.get_context("spawn")  # a copy of this one ("fork") would copy its threads' locks too
    with _without_secret():
        pool = ProcessPoolExecutor(1, mp_context=context, initializer=_prepare_process)
        future = pool.submit(work, *given, **named)  # starts the process
    with pool:
        return future.result()


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
