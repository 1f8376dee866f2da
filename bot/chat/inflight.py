"""What is being answered at the moment, so that stopping waits for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

GRACE: Final = 3.5  # seconds that are left to what is under way: systemd and Docker kill after 10 at the earliest


class Underway:
    """The tasks in which something is answered."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def join(self) -> None:
        """Count the running task until it ends."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._count(task)

    def start(self, doing: Coroutine[Any, Any, object]) -> None:
        """Do something in a task of its own, and count that until it ends."""
        self._count(asyncio.create_task(doing))

    def _count(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> int:
        """Wait for all of it, GRACE seconds at most, and cut off the rest. How many were cut off."""
        if not self._tasks:
            return 0
        _, left = await asyncio.wait(self._tasks, timeout=GRACE)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)
