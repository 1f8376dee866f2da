"""The chart: a picture of what was asked, the same for the same numbers, and loaded only when it is drawn."""

import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.chat.curators.chart import CARD, COLOURS, SIZE, TEXT, chart
from tests.conftest import ROOT, clean_environment

NAMES = ("answered", "offered a choice", "didn't know", "warned")


def drawn(*numbers: tuple[int, int, int, int]) -> tuple[bytes, dict[str, int]]:
    """The picture of some days, and how many of its dots have which colour below the names."""
    days = [date(2026, 11, 25) - timedelta(len(numbers) - 1 - place) for place in range(len(numbers))]
    data = chart(days, dict(zip(NAMES, zip(*numbers, strict=True), strict=True)))
    picture = Image.open(BytesIO(data))
    assert (picture.format, picture.size) == ("PNG", SIZE)
    dots = picture.crop((0, 60, *SIZE))
    counted = {dot: count for count, dot in dots.getcolors(1 << 20) or []}
    return data, {colour: counted.get(ImageColor.getrgb(colour), 0) for colour in (*COLOURS, CARD, TEXT)}


@pytest.mark.parametrize("days", [7, 30, 90])
def test_bars_are_as_high_as_their_numbers(days: int) -> None:
    _, dots = drawn(*[(40, 20, 10, 5)] * days)
    answered, offered, declined, warned = (dots[colour] for colour in COLOURS)
    assert answered == pytest.approx(2 * offered, rel=0.03)
    assert offered == pytest.approx(2 * declined, rel=0.03)
    assert declined == pytest.approx(2 * warned, rel=0.05)


@pytest.mark.parametrize("days", [7, 90])
def test_nothing_is_said_in_words(days: int) -> None:
    empty, dots = drawn(*[(0, 0, 0, 0)] * days)
    assert [dots[colour] for colour in COLOURS] == [0, 0, 0, 0]
    assert dots[TEXT] > 500
    assert empty != drawn(*[(0, 0, 0, 0)] * (days - 1), (1, 0, 0, 0))[0]


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 4), min_size=1, max_size=90))
def test_any_numbers_are_drawn_and_the_same_ones_alike(numbers: list[tuple[int, int, int, int]]) -> None:
    assert drawn(*numbers)[0] == drawn(*numbers)[0]


def test_it_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, bot.chat.client; print('PIL' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=clean_environment(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
