"""When log lines are written: together a moment later, but warnings at once, and none is lost at the end."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

SCRIPT = """
import asyncio, logging, pathlib, sys, threading
from bot.ops.logs import configure, flush

written, log = pathlib.Path(sys.argv[1]), logging.getLogger("bot")
configure("info")

def look(*lines):
    found = [line.rsplit(maxsplit=1)[-1] for line in written.read_text().splitlines()]
    assert found == list(lines), found

async def main():
    log.info("one")
    log.info("two")
    look()
    async with asyncio.timeout(20):
        while not written.read_text():
            await asyncio.sleep(0.01)
    look("one", "two")
    log.info("three")
    log.warning("four")
    look("one", "two", "three", "four")
    thread = threading.Thread(target=log.info, args=("five",))
    thread.start()
    thread.join()
    look("one", "two", "three", "four", "five")
    log.info("six")

async def last():
    log.info("eight")
    log.info("nine")

asyncio.run(main())
look("one", "two", "three", "four", "five")  # the loop that was to write the sixth is gone
log.info("seven")
look("one", "two", "three", "four", "five", "six", "seven")
asyncio.run(last())
look("one", "two", "three", "four", "five", "six", "seven")
flush()
look("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
asyncio.run(last())
"""


def test_when_a_line_is_written(tmp_path: Path) -> None:
    written = tmp_path / "log"
    with written.open("w") as errors:
        subprocess.run([sys.executable, "-c", SCRIPT, str(written)], cwd=ROOT, stderr=errors, check=True, timeout=60)
    lines = [line.rsplit(maxsplit=1)[-1] for line in written.read_text().splitlines()]
    assert lines == ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "eight", "nine"]
