"""How often the matcher is right and how long it takes, beside other methods; and both as the FAQ grows.

    python -m tests.bench.matching [--data FOLDER]... [--largest WORDINGS] [--json]

Everything is measured in one run on one machine; only comparisons within it mean something.
"""

import argparse
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.content import file
from bot.content.model import Entry, Faq, Source
from bot.matching.quality import questions
from bot.matching.quality.questions import Question
from bot.settings import SHIPPED_FAQ, SHIPPED_QUESTIONS
from tests.bench.methods import METHODS, Method
from tests.conftest import ROOT, clean_environment

SIZES: Final = (100, 1_000, 10_000, 20_000, 100_000)  # wordings, 20 of each entry
STARTS: Final = 5  # processes of which the median is taken
WORDINGS: Final = 20
ASKED: Final = 300  # questions of a grown FAQ; the slow method gets a tenth
GROWN: Final = ("this matcher", "without meaning", "WRatio")
FALSE: Final = 0.05  # of the off-topic messages may get an answer, where it is asked how many are answered rightly


Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Accuracy:
    """One method on one set of questions."""

    data: str
    method: str
    top_1: float
    right: float | None  # answered, if FALSE of the off-topic messages get an answer too; None if there are none
    build_seconds: float
    median_ms: float
    p99_ms: float
    memory_mb: float  # what building and asking added at its peak to the process


@dataclass(frozen=True)
class Growth:
    """One method on a FAQ of one size."""

    wordings: int
    entries: int
    method: str
    top_1: float
    build_seconds: float
    median_ms: float
    p99_ms: float
    memory_mb: float  # what building and asking added at its peak to the process


def main() -> None:
    """Measure, and print tables or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__.splitlines()[0])
    folder = "folder of NAME.faq.yaml and NAME.questions.yaml; may be given several times"
    parser.add_argument("--data", type=Path, action="append", default=[], help=folder)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="wordings of the largest FAQ that is grown")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parsed = parser.parse_args()
    sets = list(_sets(parsed.data))
    sizes = [size for size in SIZES if size <= parsed.largest]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(sets) * len(METHODS) + len(sizes) * len(GROWN))

        def step(what: str) -> None:
            progress.update(task, description=what)

        accuracies = []
        for name, faq, known in sets:
            for method in METHODS:
                step(f"{name}: {method}")
                accuracies.append(_in_own_process(_accuracy, name, faq, known, method))
                progress.advance(task)
        progress.update(task, description="ask from a cold start")
        cold = _cold_start()
        growths = []
        for size in sizes:
            grown = _grown(sets, size)
            for method in GROWN:
                step(f"{size:,} wordings: {method}")
                growths.append(_in_own_process(_growth, *grown, method))
                progress.advance(task)
    if parsed.json:
        figures = {
            "accuracy": list(map(asdict, accuracies)),
            "growth": list(map(asdict, growths)),
            "cold_start_s": cold,
        }
        print(json.dumps(figures, indent=2))
    else:
        _show(accuracies, growths)
        Console().print(f"`ask` from a cold start: {cold:.2f} s, the median of {STARTS} processes")


def _cold_start() -> float:
    """The seconds that the command `ask` takes as a process of its own, which reads and learns the shipped FAQ."""
    times = []
    for _ in range(STARTS):
        start = time.perf_counter()
        command = [sys.executable, "-m", "bot", "ask", "does it help sciatica"]
        subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _sets(folders: Sequence[Path]) -> Iterator[tuple[str, Faq, list[Question]]]:
    """The name, the FAQ and the questions of each data set, the shipped one first."""
    paths = [(SHIPPED_FAQ, SHIPPED_QUESTIONS, "shipped")]
    for path in (path for folder in folders for path in sorted(folder.glob("*.faq.yaml"))):
        name = path.name.removesuffix(".faq.yaml")
        paths.append((path, path.with_name(f"{name}.questions.yaml"), name))
    for faq, known, name in paths:
        asked = questions.read(known.name, known.read_bytes())
        read = file.read(faq).faq
        assert read is not None
        yield name, read, list(asked)


def _accuracy(name: str, faq: Faq, known: Sequence[Question], method: str) -> Accuracy:
    before = _peak_mb()
    METHODS[method](faq)  # once before, so that no method pays for what Python and the data folder keep
    start = time.perf_counter()
    built = METHODS[method](faq)
    seconds = time.perf_counter() - start
    found, times = _ask(built, [f"{question.text} " for question in known])  # with a blank: of that none is embedded
    pairs = list(zip(found, known, strict=True))
    right = [score for (entry, score), question in pairs if entry in question.accept]
    false = sorted((score for (_, score), question in pairs if not question.accept), reverse=True)
    asked = sum(bool(question.accept) for question in known)
    sure = sum(score > false[int(FALSE * len(false))] for score in right) / asked if false else None
    return Accuracy(name, method, len(right) / asked, sure, seconds, *_spread(times), _peak_mb() - before)


def _ask(method: Method, texts: Sequence[str]) -> tuple[list[tuple[str, float]], list[float]]:
    """The entry for each text with how sure it is, and how many milliseconds each took."""
    found, times = [], []
    for text in texts:
        start = time.perf_counter()
        found.append(method.best(text))
        times.append(1e3 * (time.perf_counter() - start))
    return found, times


def _spread(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    return statistics.median(times), sorted(times)[int(0.99 * len(times))]


def _in_own_process(measure: Callable[..., Measured], *given: Any) -> Measured:
    """Measured in a process of its own, whose memory is not that of what went before."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, *given).result()


def _growth(faq: Faq, asked: list[tuple[str, str]], method: str) -> Growth:
    if method == GROWN[-1]:
        asked = asked[: len(asked) // 10]
    before = _peak_mb()
    start = time.perf_counter()
    built = METHODS[method](faq)
    seconds = time.perf_counter() - start
    found, times = _ask(built, [text for text, _ in asked])
    right = sum(entry == wanted for (entry, _), (_, wanted) in zip(found, asked, strict=True))
    memory = _peak_mb() - before
    size = sum(len(entry.wordings) for entry in faq.entries)
    return Growth(size, len(faq.entries), method, right / len(asked), seconds, *_spread(times), memory)


def _peak_mb() -> float:
    """The most memory that this process has had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)


def _grown(sets: Sequence[tuple[str, Faq, list[Question]]], size: int) -> tuple[Faq, list[tuple[str, str]]]:
    """A FAQ with so many wordings, and questions with the entry that each means.

    Each entry mixes three sentences of the data sets: a wording is a piece of one and a piece of another. Questions are
    made like wordings, but are none.
    """
    random_ = random.Random(size)
    sentences = sorted({text for _, faq, _ in sets for entry in faq.entries for text in entry.wordings})
    entries, spare = [], []
    for number in range(size // WORDINGS):
        themes = random_.sample(sentences, 3)
        mixed: dict[str, None] = {}
        while len(mixed) < WORDINGS + 1:
            mixed[" ".join(_piece(theme, random_) for theme in random_.sample(themes, 2))] = None
            themes[random_.randrange(3)] += f" {random_.choice(sentences).split()[0]}"  # or few words never get there
        name = f"e-{number}"
        question, *also, unseen = (text[:300] for text in mixed)
        entries.append(Entry(name, "s", question, "It is so.", tuple(also)))
        spare.append((unseen, name))
    asked = random_.sample(spare, min(ASKED, len(spare))) if len(spare) >= ASKED else spare * (ASKED // len(spare))
    return Faq("Grown", Source("S", "A"), "D", tuple(entries)), asked


def _piece(sentence: str, random_: random.Random) -> str:
    """Some neighbouring words of a sentence, half of them at least."""
    words = sentence.split()
    length = random_.randint((len(words) + 1) // 2, len(words))
    start = random_.randint(0, len(words) - length)
    return " ".join(words[start : start + length])


def _show(accuracies: Sequence[Accuracy], growths: Sequence[Growth]) -> None:
    console = Console()
    table = Table("data", "method", title="Best entry right, right answers if 5% of off-topic ones get one, and cost")
    for column in ("top-1", "right", "build s", "median ms", "p99 ms", "MB"):
        table.add_column(column, justify="right")
    for each in accuracies:
        right = "" if each.right is None else f"{each.right:.3f}"
        cost = (f"{each.build_seconds:.2f}", f"{each.median_ms:.2f}", f"{each.p99_ms:.2f}", f"{each.memory_mb:.0f}")
        end = each.method == list(METHODS)[-1]
        table.add_row(each.data, each.method, f"{each.top_1:.3f}", right, *cost, end_section=end)
    console.print(table)
    table = Table(title=f"A growing FAQ, {WORDINGS} wordings an entry")
    for column in ("wordings", "entries"):
        table.add_column(column, justify="right")
    table.add_column("method")
    for column in ("top-1", "build s", "median ms", "p99 ms", "memory MB"):
        table.add_column(column, justify="right")
    for grown in growths:
        times = (f"{grown.build_seconds:.2f}", f"{grown.median_ms:.2f}", f"{grown.p99_ms:.2f}")
        size = (f"{grown.wordings:,}", f"{grown.entries:,}")
        end = grown.method == GROWN[-1]
        table.add_row(*size, grown.method, f"{grown.top_1:.3f}", *times, f"{grown.memory_mb:.0f}", end_section=end)
    console.print(table)


if __name__ == "__main__":
    main()
