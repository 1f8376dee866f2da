"""The health file: written every few seconds while the bot is connected, for supervisors to look at."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

NAME: Final = "health.json"
EVERY: Final = 10.0  # seconds between two times that it is written
STALE: Final = 45.0  # seconds after which what it says no longer counts


def write(folder: Path, now: float, *, connected: bool) -> None:
    """Say whether the bot is connected to Discord; `now` in seconds since 1970. Where that cannot be written, nothing
    is: the file grows old, which says the same.
    """
    fresh = folder / f".{NAME}.new"
    with suppress(OSError):
        fresh.write_text(json.dumps({"at": round(now, 3), "connected": connected}) + "\n", encoding="utf-8")
        fresh.replace(folder / NAME)


def clear(folder: Path) -> None:
    """Say that the bot is not running."""
    with suppress(OSError):
        (folder / NAME).unlink(missing_ok=True)


def trouble(folder: Path, now: float) -> str | None:
    """What is wrong with the bot that keeps its data in a folder, as a sentence; None where it is well."""
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
