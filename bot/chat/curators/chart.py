"""Questions per day as a picture (stacked bar chart), on a dark card: readable in Discord's dark and light themes."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE: Final = (1000, 500)  # pixels; Discord shows it about 550 wide, so texts and gaps are large
CARD, TEXT, LINES = "#1e1f22", "#f2f3f5", "#4a4c52"
# Everybody can tell these apart, whatever their colour vision: the lighter ones of Okabe and Ito, "Color Universal
# Design" (2008).
COLOURS: Final = ("#56b4e9", "#e69f00", "#b9bbbe", "#d55e00")
LEFT, RIGHT, TOP, BOTTOM = 80, 970, 90, 440  # the edges of the area with the bars, in pixels
LETTERS: Final = 24  # height of texts, in pixels
DATES: Final = 7  # dates below the bars, at most
LEVELS: Final = 5  # grid lines above the lowest one, at most
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chart(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> bytes:
    """Return a PNG of SIZE with a bar for each day, in which the numbers of up to four series are stacked.

    `series`: by name, with a number for each day. The same numbers give the same bytes.
    """
    from PIL import Image, ImageDraw, ImageFont  # loaded only when somebody asks for a chart

    picture = Image.new("RGB", SIZE, CARD)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(LETTERS)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without its fonts"
    highest = max(sum(numbers) for numbers in zip(*series.values(), strict=True))
    top = _draw_levels(draw, font, highest)
    for place, day in enumerate(days):
        left, right = _bar(place, len(days))
        _draw_bar(draw, left, right, [numbers[place] for numbers in series.values()], top)
        if (len(days) - 1 - place) % -(-len(days) // DATES) == 0:  # the last day is always among them
            name = f"{_MONTHS[day.month - 1]} {day.day}"
            middle = min((left + right) / 2, SIZE[0] - font.getlength(name) / 2 - 4)
            draw.text((middle, BOTTOM + 14), name, TEXT, font, anchor="mt")
    if highest:
        _draw_legend(draw, font, list(series))
    else:
        draw.text(((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2), "No questions in this time.", TEXT, font, anchor="mm")
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def _draw_levels(draw: "ImageDraw", font: "FreeTypeFont", highest: int) -> int:
    """Draw grid lines with their numbers. Return the number of the highest line."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step: int = next(step for step in steps if step * LEVELS >= highest)  # so that LEVELS are enough
    levels = max(1, -(-highest // step))
    for level in range(levels + 1) if highest else (0,):
        at = BOTTOM - (BOTTOM - TOP) * level / levels
        draw.line((LEFT, at, RIGHT, at), LINES, 2)
        draw.text((LEFT - 12, at), f"{level * step:,}", TEXT, font, anchor="rm")
    return levels * step


def _draw_bar(draw: "ImageDraw", left: int, right: int, numbers: Sequence[int], top: int) -> None:
    """Draw a day's numbers upon each other. `top`: the number of the highest grid line."""
    below, low = 0, BOTTOM
    for number, colour in zip(numbers, COLOURS, strict=False):
        below += number
        high = round(BOTTOM - (BOTTOM - TOP) * below / top)
        if high < low:  # a number that is less than a pixel high is not drawn
            draw.rectangle((left, high, right - 1, low - 1), colour)
        low = high


def _draw_legend(draw: "ImageDraw", font: "FreeTypeFont", names: Sequence[str]) -> None:
    at: float = LEFT
    for name, colour in zip(names, COLOURS, strict=False):
        draw.rectangle((at, TOP // 2 - 26, at + 22, TOP // 2 - 4), colour)
        draw.text((at + 32, TOP // 2 - 15), name, TEXT, font, anchor="lm")
        at += 32 + font.getlength(name) + 36


def _bar(place: int, days: int) -> tuple[int, int]:
    """Return the first pixel of a day's bar, and the pixel after its last. There is a gap between bars."""
    width = (RIGHT - LEFT) / days
    left = round(LEFT + width * (place + 0.1))
    return left, max(round(LEFT + width * (place + 0.9)), left + 1)
