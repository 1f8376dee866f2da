"""`match`: JSON lines in, JSON lines out, for programs that want the matcher's ranking and decision."""

import json
import sys
from argparse import Namespace
from typing import Any, BinaryIO, Final, TextIO

from bot.content.model import Entry
from bot.errors import BotError
from bot.matching.answerer import Answerer
from bot.matching.decision import Answer, Offer, Origin, decide
from bot.terminal.load import load

BEST: Final = 5  # ranked entries in a line of output


def match(arguments: Namespace) -> int:
    """Answer each JSON line of standard input with one on standard output, in order."""
    answerer = load(arguments.faq, to_measure=True)
    if sys.stdin is None:
        raise BotError("There is no standard input to read questions from.")
    origin = Origin.WATCHED if arguments.overheard else Origin.ASK
    match_lines(answerer, origin, sys.stdin.buffer, sys.stdout)
    return 0


def match_lines(answerer: Answerer, origin: Origin, lines: BinaryIO, output: TextIO) -> None:
    """Write a line of `output` for each of `lines`, at once, so that a program can wait for it."""
    for line in lines:
        text = _text(line)
        said = {"error": 'not a JSON object with a "text", such as {"text": "does it help sciatica"}'}
        print(json.dumps(said if text is None else _matched(answerer, origin, text)), file=output, flush=True)


def _matched(answerer: Answerer, origin: Origin, text: str) -> dict[str, Any]:
    ranking = answerer.match(text)
    match decide(ranking, origin):
        case Answer(entry) as decision:
            entries: tuple[Entry, ...] = (entry,)
        case Offer(entries) as decision:
            pass
        case decision:
            entries = ()
    return {
        "text": text,
        "decision": type(decision).__name__.lower(),
        "entries": [entry.id for entry in entries],
        "ranked": [{"entry": match.entry.id, "score": round(match.score, 6)} for match in ranking.matches[:BEST]],
    }


def _text(line: bytes) -> str | None:
    """Return the question in a line; None if the line is something else."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        return None
    text = value.get("text") if isinstance(value, dict) else None
    return text if isinstance(text, str) else None
