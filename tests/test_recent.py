"""Containers that stay small: what they forget, and when."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recent import KeyedLocks, Recent


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_oldest_is_forgotten_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent["a"], recent["b"] = 1, 2
    recent["a"] = 3  # set again, it is the newest
    recent["c"] = 4
    assert {key: recent.get(key) for key in "abc"} == {"a": 3, "b": None, "c": 4}
    assert list(recent) == ["a", "c"]


@pytest.mark.parametrize(("now", "value"), [(9.0, "x"), (10.0, None)])
def test_what_is_too_old_is_forgotten(now: float, value: str | None) -> None:
    clock = Clock()
    recent: Recent[int, str] = Recent(5, seconds=10.0, clock=clock)
    recent[1] = "x"
    clock.now = now
    assert recent.get(1) == value
    assert (1 in recent) is (value is not None)
    assert len(recent) == (value is not None)
    assert recent.pop(1) == value
    assert recent.get(1) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.0, 3.0))), st.integers(1, 5))
def test_it_never_holds_more_than_it_may_nor_anything_too_old(steps: list[tuple[int, float]], most: int) -> None:
    clock = Clock()
    recent: Recent[int, float] = Recent(most, seconds=4.0, clock=clock)
    for key, seconds in steps:
        clock.now += seconds
        recent[key] = clock.now
        assert len(recent) <= most
        assert all(value is not None and value > clock.now - 4.0 for value in map(recent.get, recent))
        assert recent.get(key) == clock.now


async def test_what_concerns_one_key_happens_one_after_the_other() -> None:
    locks, events = KeyedLocks(), list[str]()

    async def work(name: str, key: str) -> None:
        async with locks.of(key):
            events.append(f"{name} begins")
            await asyncio.sleep(0)
            events.append(f"{name} ends")

    await asyncio.gather(work("one", "a"), work("two", "a"), work("three", "b"))
    assert events.index("one ends") < events.index("two begins")
    assert events.index("three begins") < events.index("one ends")
