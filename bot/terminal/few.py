"""`evaluate --few`: how well the FAQ would answer if its entries had fewer wordings, with meaning and without."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from bot.matching.answerer import Answerer
from bot.matching.quality import few
from bot.matching.quality.few import Few
from bot.matching.quality.questions import Question
from bot.terminal.progress import progress

_COLUMNS: Final = ("top-1", "right", "r/o", "wrong", "false")


def print_few(answerer: Answerer, known: Sequence[Question], *, as_json: bool) -> None:
    """Measure, and print a table or JSON."""
    faq, embeddings = answerer.faq, answerer.embeddings
    answerer.prepare()
    if not answerer.matcher.has_meaning:  # for whatever reason, which was logged
        embeddings = None
    steps = few.steps(faq, with_meaning=embeddings is not None)
    with progress("Learning the FAQ with fewer wordings", steps) as learned:
        found = list(few.measured(faq, known, embeddings, learned))
    if as_json:
        json.dump([asdict(each) for each in found], sys.stdout, indent=2)
        print()
    else:
        print("\n".join(_table(found)))


def _table(found: Sequence[Few]) -> Iterator[str]:
    for with_meaning in dict.fromkeys(each.with_meaning for each in found):
        yield f"{'With meaning' if with_meaning else 'Without meaning':<45}" + "".join(
            f"{name:>7}" for name in _COLUMNS
        )
        for each in found:
            if each.with_meaning is with_meaning:
                yield f"  {each.what:<43}" + "".join(f"{share:7.3f}" for share in _row(each))
        yield ""
    if {each.what for each in found} == {few.ALL}:
        yield "The FAQ has no entry with so many wordings that it would be worth trying fewer."
        yield ""
    yield "top-1: the best entry is right; right: answered from it; r/o: answered rightly, or a right one offered;"
    yield "wrong: answered from a wrong entry; false: off topic and answered. A new entry: its own questions alone."


def _row(each: Few) -> tuple[float, ...]:
    asked = each.figures.asked
    right, offered = asked.get("right", 0.0), asked.get("offered", 0.0)
    return each.figures.top_1, right, right + offered, asked.get("wrong", 0.0), asked.get("answered", 0.0)
