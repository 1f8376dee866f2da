"""What is learned from a FAQ: what each feature of a text says for each entry, and how much that is worth.

Plain numbers, which another process can send. What makes them is in training.py, what uses them in matching.py.

What a feature says for all kinds of text is a row of small integers, and a row is packed into one large: 32 bits for
each. So rows are added up by adding two numbers, which Python does for all kinds at once (Lamport, Multiple Byte
Processing with Full-Word Instructions, 1975). For the few dozen features of a question and entries of a FAQ, that takes
a third of the time of adding floats, and less than numpy, which would take more memory than all that was learned.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from bot.content.model import Faq

UNKNOWN: Final = -1  # the number of a feature that nobody knows: it says nothing, and makes no pair that is known
LANE: Final = 32  # bits of a packed row for each of its numbers
ADDED: Final = 2**13  # rows that can be added up: a text has no more features, see views.LONGEST and words.MOST_WORDS
LARGEST: Final = 2 ** (LANE - 1) // ADDED - 1  # that may stand in a row


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that were learned together, and the machines that tell them apart; the last kind is off topic."""

    first: int  # number of the first entry
    bias: tuple[float, ...]  # what all texts have in common says for each kind
    # For each feature, its packed row: the square of what it counts for its rareness, and what it says for each kind,
    # where it was learned from. Last stands 0, for a feature that nobody knows.
    rows: Sequence[int]
    square: float  # what 1 in the first place of a row is worth
    unit: float  # and in the others

    def margins(self, words: int, letters: int) -> list[float]:
        """Where a text lies for each kind, from the sums of its rows for both views."""
        of_words, of_letters = self.unpacked(words), self.unpacked(letters)
        by_words, by_letters = self.factor(of_words[0]), self.factor(of_letters[0])
        both = zip(self.bias, of_words[1:], of_letters[1:], strict=True)
        return [bias + by_words * word + by_letters * letter for bias, word, letter in both]

    def unpacked(self, total: int) -> tuple[int, ...]:
        """The row of which a sum of packed rows is one."""
        return unpacked(total, len(self.bias) + 1)

    def factor(self, square: int) -> float:
        """What a row is multiplied by, so that its view has a length of 1, from what stands first in it."""
        return self.unit / math.sqrt(square * self.square) if square else 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much margins are worth as probabilities; see calibration.py."""

    on_topic: tuple[float, float, float, float]  # weights of an entry's margin, off topic's, logarithm of length, and 1
    sharpness: float

    def probabilities(self, entries: Sequence[float], off_topic: float, length: int) -> list[float]:
        """The probability that each entry is right, from where a text of `length` words lies for each and for what is
        off topic.
        """
        best, sharpness = max(entries), self.sharpness
        raised = [math.exp(sharpness * (margin - best)) for margin in entries]  # softmax
        share = _logistic(self.start(length) + self.moved(best, off_topic)) / sum(raised)
        return [each * share for each in raised]

    def start(self, length: int) -> float:
        """The log-odds that a text of `length` words is on topic, before its margins are looked at."""
        return self.on_topic[2] * math.log1p(length) + self.on_topic[3]

    def moved(self, entry: float, off_topic: float) -> float:
        """How far the margins of an entry and of what is off topic, or parts of them, move these log-odds."""
        return self.on_topic[0] * entry + self.on_topic[1] * off_topic


@dataclass(frozen=True, slots=True)
class Learned:
    """What is learned from a FAQ. Features are concepts, pairs of neighbours, and runs of letters, all numbered."""

    concepts: Mapping[str, int]  # from 0 on
    # A pair is known by the number of its first concept times the count of concepts and 2, plus the number of its
    # second; a text's edges are neighbours, too, and their number is the count of concepts. With one more that no
    # concept has, no pair with UNKNOWN is taken for another.
    pairs: Mapping[int, int]  # numbered on from there
    runs: Mapping[str, int]  # and on from there
    groups: tuple[Group, ...]
    calibration: Calibration

    def pairs_in(self, concepts: Sequence[int]) -> list[int]:
        """The numbers of the pairs in a text, given as the numbers of its concepts: one more than those, or none."""
        if not concepts:
            return []
        number_of, edge, width = self.pairs.get, len(self.concepts), len(self.concepts) + 2
        return [number_of(before * width + here, UNKNOWN) for before, here in pairwise((edge, *concepts, edge))]


def texts_of(faq: Faq) -> list[tuple[str, int]]:
    """All texts that are learned from, entry by entry and the off-topic lines last, with whose each is: an entry's
    number in the order of ids, or the count of entries.

    The empty text is an off-topic line of every FAQ: who says nothing asks nothing.
    """
    entries = sorted(faq.entries, key=lambda entry: entry.id)
    found = [(text, number) for number, entry in enumerate(entries) for text in sorted(entry.wordings)]
    return found + [(text, len(entries)) for text in ("", *sorted(faq.off_topic))]


def packed(row: bytes) -> int:
    """A row as one integer: the sum of each number times two to the power of LANE times its place. The row is given as
    signed numbers of LANE bits each, the lowest byte first.
    """
    signs = _signs(len(row) * 8 // LANE)
    return (int.from_bytes(row, "little") ^ signs) - signs


def unpacked(total: int, places: int) -> tuple[int, ...]:
    """The row of which a sum of packed rows is one."""
    signs = _signs(places)  # added, no place borrows from the next; taken away again bit by bit, each has its sign
    return struct.unpack(f"<{places}i", ((total + signs) ^ signs).to_bytes(LANE // 8 * places, "little"))


def first_of(row: int) -> int:
    """What stands first in a packed row, where that is not below 0."""
    return row & ((1 << LANE) - 1)


@cache
def _signs(places: int) -> int:
    """The packed row of the highest bits."""
    return sum(1 << (LANE * place + LANE - 1) for place in range(places))


def _logistic(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(logit, -30.0), 30.0)))
