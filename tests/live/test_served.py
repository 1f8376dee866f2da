"""What is served answers beside the event loop if it takes long, and in the order in which it is asked."""

import asyncio
import threading
import time

from bot.live.served import Served, Snapshot
from bot.matching.answerer import Answerer
from tests.patience import PATIENCE


async def test_the_event_loop_goes_on_meanwhile(shipped: Answerer) -> None:
    served, asked_for_more = Served(Snapshot(b"", shipped)), threading.Event()

    def waits(_: Answerer) -> bool:
        return asked_for_more.wait(PATIENCE)

    waiting = asyncio.create_task(served.ask(waits))
    await asyncio.sleep(0)  # it has begun
    asked_for_more.set()  # which nobody could do if the loop stood still
    assert await waiting


async def test_who_asks_first_is_answered_first(shipped: Answerer) -> None:
    served, order = Served(Snapshot(b"", shipped)), []

    async def ask(number: int) -> None:
        await served.ask(lambda _: time.sleep(0.02 / (number + 1)))
        order.append(number)

    await asyncio.gather(*map(ask, range(8)))
    assert order == list(range(8))


async def test_without_a_model_it_answers_at_once(small: Answerer) -> None:
    thread = await Served(Snapshot(b"", small)).ask(lambda _: threading.current_thread())
    assert thread is threading.current_thread()
