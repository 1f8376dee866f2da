"""Placeholder while the chart is being written by somebody else: overwrite this file."""
from collections.abc import Mapping, Sequence
from datetime import date


def chart(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> bytes:
    return b""
