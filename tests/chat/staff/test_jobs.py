"""Jobs: each comes again when it is due, and one that fails or takes long holds up no other."""

import asyncio

from bot.chat.staff.jobs import Job, run_jobs
from tests.chat.conftest import Logged


async def test_a_job_that_fails_or_hangs_holds_up_no_other(logged: Logged) -> None:
    ran: asyncio.Queue[str] = asyncio.Queue()

    async def fail() -> None:
        ran.put_nowait("fail")
        raise ValueError("no such thing")

    async def hang() -> None:
        ran.put_nowait("hang")
        await asyncio.Event().wait()

    async def work() -> None:
        ran.put_nowait("work")

    jobs = [Job("The one that fails", 0.001, fail), Job("Another", 0.001, hang), Job("A third", 0.001, work)]
    running = asyncio.create_task(run_jobs(jobs))
    found: list[str] = []
    while found.count("fail") < 3 or found.count("work") < 3:
        found.append(await ran.get())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert found.count("hang") == 1
    assert (await logged.line()).startswith("The one that fails failed, reference ")
