"""Memory that the bot keeps small while it runs."""

import platform
import subprocess
import sys

import pytest

from tests.conftest import ROOT, clean_environment

# Long-lived small blocks between freed large ones, as answering leaves them: the heap cannot shrink by itself.
SCRIPT = """
from bot.ops import memory
import psutil
kept = [[bytes(12_000), bytes(600)] for _ in range(2_000)]
for pair in kept:
    pair[0] = None
before = psutil.Process().memory_info().rss
memory.give_back()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems' libraries know no such thing")
def test_what_is_freed_between_what_is_not_goes_back_to_the_system() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, cwd=ROOT, env=clean_environment(), check=True
    )
    assert int(done.stdout) > 10 * 2**20


def test_settling_leaves_garbage_to_be_found() -> None:
    script = (
        "import gc, weakref; from bot.ops import memory\nmemory.settle()\nclass Knot: pass\n"
        "knot = Knot(); knot.self = knot; left = weakref.ref(knot); del knot\n"
        "rest = [[] for _ in range(3 * memory.GARBAGE)]\nprint(left(), gc.isenabled())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=clean_environment(), check=True
    )
    assert done.stdout.split() == ["None", "True"]
