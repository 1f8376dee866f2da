"""Questions per day as a picture: stacked bars on a dark card, readable in Discord's dark and light look."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE: Final = (1000, 500)  # Discord shows it about 550 wide, so that texts and gaps are large
CARD, TEXT, LINES = "#1e1f22", "#f2f3f5", "#4a4c52"
# Told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008), the lighter ones.
COLOURS: Final = ("#56b4e9", "#e69f00", "#b9bbbe", "#d55e00")
LEFT, RIGHT, TOP, BOTTOM = 80, 970, 90, 440  # where the bars are
LETTERS: Final = 24  # height of texts
DATES: Final = 7  # that stand under the bars, at most
LEVELS: Final = 5  # lines across, at most
NOTHING: Final = "No questions in this time."
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chart(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> bytes:
    """A PNG of SIZE: for each day, the numbers of each series on top of each other; four series at most.

    The same numbers give the same bytes.
    """
    from PIL import Image, ImageDraw, ImageFont  # only where somebody asks for a chart

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
    """What lies between two lines across: 1, 2 or 5 times a power of ten, so that LEVELS are enough."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * LEVELS >= highest:
                return step
        power *= 10


def _draw_levels(draw: "ImageDraw", font: "FreeTypeFont", highest: int) -> int:
    """Lines across with their numbers; the number that the highest stands for."""
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
            if high < low:  # a number too small for a dot is not drawn
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
    """Which colour is what, in a line above the bars."""
    at: float = LEFT
    for name, colour in zip(names, COLOURS, strict=False):
        draw.rectangle((at, TOP // 2 - 26, at + 22, TOP // 2 - 4), colour)
        draw.text((at + 32, TOP // 2 - 15), name, TEXT, font, anchor="lm")
        at += 32 + font.getlength(name) + 36


def _bar(place: int, days: int) -> tuple[int, int]:
    """From where to before where the bar of a day is, with a gap beside it."""
    width = (RIGHT - LEFT) / days
    left = LEFT + width * place
    return round(left + width * 0.1), max(round(left + width * 0.9), round(left + width * 0.1) + 1)


def _height(number: int, top: int) -> int:
    return round(BOTTOM - (BOTTOM - TOP) * number / top)
