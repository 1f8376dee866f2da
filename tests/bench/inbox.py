"""How long a full inbox takes to open: 10,000 unlike questions, read and grouped. `python -m tests.bench.inbox`."""

import random
import statistics
import tempfile
import time
from pathlib import Path

from bot.chat.curators.inbox import groups_of
from bot.data.database import Database
from bot.data.inbox import MOST, Inbox, Reason
from bot.settings import SHIPPED_FAQ
from bot.terminal.load import load

REPEATS = 5


def main() -> None:
    """Print the medians."""
    answerer = load(SHIPPED_FAQ)
    answerer.prepare()
    faq = answerer.faq
    halves = [text.split() for text in (*(each for entry in faq.entries for each in entry.wordings), *faq.off_topic)]
    chance = random.Random(1)
    texts: set[str] = set()
    while len(texts) < MOST:
        one, other = chance.choice(halves), chance.choice(halves)
        texts.add(" ".join((*one[: len(one) // 2], *other[len(other) // 2 :], str(chance.randrange(100)))))
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder)) as database:
        inbox, now = Inbox(database, 30), time.time()
        started = time.perf_counter()
        for text in sorted(texts):
            inbox.receive(text, Reason.DECLINED, now)
        print(f"received: {(time.perf_counter() - started) / MOST * 1000:.2f} ms each")
        times, groups = [], 0
        for _ in range(REPEATS):
            started = time.perf_counter()
            groups = len(groups_of(inbox.open(now), answerer))
            times.append(time.perf_counter() - started)
    print(
        f"opened: median {statistics.median(times):.2f} s, worst {max(times):.2f} s; {MOST:,} texts, {groups:,} groups"
    )


if __name__ == "__main__":
    main()
