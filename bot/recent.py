"""Containers that stay small: a dict that forgets, and locks by key. Looks at no other room."""

import asyncio
import math
import time
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """A dict of at most `most` items, none older than `seconds`: the item that was set first is forgotten first."""

    def __init__(self, most: int, seconds: float = math.inf, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: returns the time now, in seconds."""
        self._most, self._seconds, self._clock = most, seconds, clock
        self._items: dict[Key, tuple[float, Value]] = {}  # in the order in which they were set

    def __setitem__(self, key: Key, value: Value) -> None:
        """Set an item, which is the newest from now on."""
        self._items.pop(key, None)
        self._items[key] = (self._clock(), value)
        self.forget_old()
        while len(self._items) > self._most:
            del self._items[next(iter(self._items))]

    def __contains__(self, key: Key) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Key]:
        """Return the keys, the oldest first."""
        self.forget_old()
        return iter(list(self._items))

    def __len__(self) -> int:
        self.forget_old()
        return len(self._items)

    def get(self, key: Key) -> Value | None:
        """Return an item; None if there is none, or if it is too old."""
        at, value = self._items.get(key, (-math.inf, None))
        return value if at > self._clock() - self._seconds else None

    def pop(self, key: Key) -> Value | None:
        """Forget an item, and return it; None if there was none, or if it is too old."""
        value = self.get(key)
        self._items.pop(key, None)
        return value

    def forget_old(self) -> None:
        """Forget what is older than `seconds`."""
        oldest = self._clock() - self._seconds
        while self._items and next(iter(self._items.values()))[0] <= oldest:
            del self._items[next(iter(self._items))]


class KeyedLocks:
    """A lock for each key that is in use: what concerns one key happens one after the other."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    def of(self, *key: Hashable) -> asyncio.Lock:
        """Return the lock of a key. It exists as long as somebody holds it."""
        return self._locks.setdefault(key, asyncio.Lock())
