"""Progress bars on standard error, for work that takes more than a second."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

MANY: Final = 150  # texts, which take about a second to embed


def embedded(texts: Sequence[str]) -> Iterable[str]:
    """Give texts back one by one while they are embedded, with a bar if they are many."""
    if len(texts) < MANY:
        return texts
    from rich.console import Console  # only where there is something to show
    from rich.progress import track

    console = Console(stderr=True)
    what = "Reading what the texts mean, for the first time"
    return track(texts, what, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def progress(what: str, steps: int) -> Iterator[Callable[[], None]]:
    """Show a bar while some steps are done, and give what is to be called after each."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=steps)
        yield lambda: bar.advance(task)
