"""What is being answered at the moment, so that stopping waits for it."""

import asyncio
from typing import Any, Final

GRACE: Final = 3.5  # seconds that stopping waits: systemd and Docker kill after 10 at the earliest


class Inflight:
    """The tasks in which something is answered."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def join(self) -> None:
        """Count the running task until it ends."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> int:
        """Wait for all tasks, GRACE seconds at most, and cancel the rest. Returns how many were cancelled."""
        if not self._tasks:
            return 0
        _, left = await asyncio.wait(self._tasks, timeout=GRACE)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)
