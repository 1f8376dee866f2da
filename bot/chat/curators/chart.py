"""Questions per day as a picture (stacked bar chart), on a dark card: readable in Discord's dark and light themes."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
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
NOTHING: Final = "No questions in this time."
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
    _draw_bars(draw, series, len(days), top)
    _draw_dates(draw, font, days)
    if highest:
        _draw_names(draw, font, list(series))
    else:
        middle = ((LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2)
        draw.text(middle, NOTHING, TEXT, font, anchor="mm")
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def _step(highest: int) -> int:
    """Return the distance of two grid lines: 1, 2 or 5 times a power of ten, so that LEVELS are enough."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * LEVELS >= highest:
                return step
        power *= 10


def _draw_levels(draw: "ImageDraw", font: "FreeTypeFont", highest: int) -> int:
    """Draw grid lines with their numbers. Return the number of the highest line."""
    step = _step(highest)
    count = max(1, -(-highest // step))
    for level in range(count + 1) if highest else (0,):
        at = BOTTOM - (BOTTOM - TOP) * level / count
        draw.line((LEFT, at, RIGHT, at), LINES, 2)
        draw.text((LEFT - 12, at), f"{level * step:,}", TEXT, font, anchor="rm")
    return count * step


def _draw_bars(draw: "ImageDraw", series: Mapping[str, Sequence[int]], days: int, top: int) -> None:
    for place, numbers in enumerate(zip(*series.values(), strict=True)):
        left, right = _bar(place, days)
        below = 0
        for number, colour in zip(numbers, COLOURS, strict=False):
            high, low = _height(below + number, top), _height(below, top)
            if high < low:  # a number that is less than a pixel high is not drawn
                draw.rectangle((left, high, right - 1, low - 1), colour)
            below += number


def _draw_dates(draw: "ImageDraw", font: "FreeTypeFont", days: Sequence[date]) -> None:
    step = -(-len(days) // DATES)
    for place in range((len(days) - 1) % step, len(days), step):  # the last day is always among them
        day, (left, right) = days[place], _bar(place, len(days))
        name = f"{_MONTHS[day.month - 1]} {day.day}"
        middle = min((left + right) / 2, SIZE[0] - font.getlength(name) / 2 - 4)
        draw.text((middle, BOTTOM + 14), name, TEXT, font, anchor="mt")


def _draw_names(draw: "ImageDraw", font: "FreeTypeFont", names: Sequence[str]) -> None:
    """Draw the legend, in a line above the bars."""
    at: float = LEFT
    for name, colour in zip(names, COLOURS, strict=False):
        draw.rectangle((at, TOP // 2 - 26, at + 22, TOP // 2 - 4), colour)
        draw.text((at + 32, TOP // 2 - 15), name, TEXT, font, anchor="lm")
        at += 32 + font.getlength(name) + 36


def _bar(place: int, days: int) -> tuple[int, int]:
    """Return the first pixel of a day's bar, and the pixel after its last. There is a gap between bars."""
    width = (RIGHT - LEFT) / days
    left = LEFT + width * place
    return round(left + width * 0.1), max(round(left + width * 0.9), round(left + width * 0.1) + 1)


def _height(number: int, top: int) -> int:
    """Return the pixel at which a number is, counted from above."""
    return round(BOTTOM - (BOTTOM - TOP) * number / top)
