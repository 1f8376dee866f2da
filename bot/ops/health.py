"""The health file: written every few seconds while the bot is connected, for supervisors to look at."""

import json
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.settings import data_path

NAME: Final = "health.json"
EVERY: Final = 10.0  # seconds between two times that it is written
STALE: Final = 45.0  # seconds after which what it says no longer counts


@dataclass
class Heartbeat:
    """Says every few seconds whether the bot is well: in the health file, and for the catch-up of the next start."""

    _folder: Path
    _seen: Callable[[float], None]  # notes that all events up to a time, in seconds since 1970, have reached the bot
    connected: bool = False  # whether events come

    def beat(self) -> None:
        """Say it now."""
        now = time.time()
        write(self._folder, now, connected=self.connected)
        if self.connected:
            self._seen(now)

    def stop(self) -> None:
        """Say that the bot is not running."""
        with suppress(OSError):
            (self._folder / NAME).unlink(missing_ok=True)


def write(folder: Path, now: float, *, connected: bool) -> None:
    """Write the health file; `now` in seconds since 1970. One that cannot be written grows old, which says the same."""
    fresh = folder / f".{NAME}.new"
    with suppress(OSError):
        fresh.write_text(json.dumps({"at": round(now, 3), "connected": connected}) + "\n", encoding="utf-8")
        fresh.replace(folder / NAME)


def trouble(folder: Path, now: float) -> str | None:
    """Return what is wrong with the bot that keeps its data in a folder, as a sentence; None if it is well."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
        age, connected = now - float(said["at"]), bool(said["connected"])
    except FileNotFoundError:
        return f"The bot is not running, or was never connected: there is no {folder / NAME}."
    except (OSError, ValueError, TypeError, KeyError) as error:
        return f"{folder / NAME} cannot be read: {error}."
    if not -STALE <= age <= STALE:
        return f"The bot last said {age:.0f} seconds ago that it is running: it hangs, was killed, or cannot write."
    return None if connected else "The bot is running, and not connected to Discord."


def health(_: Namespace) -> int:
    """Print whether the running bot is well. Returns 1 if it is not, else 0."""
    wrong = trouble(data_path(), time.time())
    print(wrong or "The bot is running, and connected to Discord.")
    return 0 if wrong is None else 1
