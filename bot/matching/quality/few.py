"""How well a FAQ would answer if its entries had fewer wordings, or a new entry has few: would an hour's work do?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

from bot.content.model import Entry, Faq
from bot.matching.answerer import Answerer
from bot.matching.meaning.embeddings import Embeddings
from bot.matching.quality.evaluate import Figures, cases, figures
from bot.matching.quality.questions import Question

CURVE: Final = ((2, 30), (5, 100), (10, 100))  # wordings of each entry beside its question, and off-topic lines
DRAWS: Final = 3  # of wordings and lines, of which the mean is taken
NEW: Final = (3, 8)  # wordings of a new entry beside its question, among entries that have all of theirs
ALL: Final = "all wordings"


@dataclass(frozen=True)
class Few:
    """What a FAQ of few wordings amounts to."""

    what: str
    with_meaning: bool
    figures: Figures  # of a new entry: those of its own questions, and of the off-topic ones


def steps(faq: Faq, *, with_meaning: bool) -> int:
    """Return how many FAQs `measured` learns."""
    return (1 + DRAWS * len(_curve(faq)) + len(_new(faq)) * len(faq.entries)) * (1 + with_meaning)


def measured(
    faq: Faq, known: Sequence[Question], embeddings: Embeddings | None, learned: Callable[[], None]
) -> Iterator[Few]:
    """Yield the figures of ever more wordings, and of new entries: with meaning, then without.

    `embeddings`: of the texts; None to measure without meaning alone. `learned` is called after each of the `steps`.
    """
    for used in (embeddings, None) if embeddings is not None else (None,):

        def judged(cut: Faq, asked: Sequence[Question], used: Embeddings | None = used) -> Figures:
            found = figures(cases(Answerer(cut, embeddings=used), asked))
            learned()
            return found

        for wordings, lines in _curve(faq):
            what = f"{wordings} wordings an entry, {min(lines, len(faq.off_topic))} off-topic lines"
            drawn = [judged(with_few(faq, wordings, lines, draw), known) for draw in range(DRAWS)]
            yield Few(what, used is not None, mean(drawn))
        yield Few(ALL, used is not None, judged(faq, known))
        for wordings in _new(faq):
            found = [
                judged(with_new(faq, entry, wordings), [each for each in known if not each.accept or own(each, entry)])
                for entry in faq.entries
            ]
            yield Few(f"a new entry with {wordings} wordings", used is not None, mean(found))


def _curve(faq: Faq) -> tuple[tuple[int, int], ...]:
    """Return those of CURVE that leave anything out of a FAQ."""
    return tuple((wordings, lines) for wordings, lines in CURVE if wordings < _most(faq) or lines < len(faq.off_topic))


def _new(faq: Faq) -> tuple[int, ...]:
    """Return those of NEW that are fewer wordings than some entry has."""
    return tuple(wordings for wordings in NEW if wordings < _most(faq))


def _most(faq: Faq) -> int:
    """Return how many wordings the entry with the most has beside its question."""
    return max(len(entry.also) for entry in faq.entries)


def own(question: Question, entry: Entry) -> bool:
    """Return whether a question is first of all one for an entry."""
    return question.accept[:1] == (entry.id,)


def with_few(faq: Faq, wordings: int, lines: int, draw: int = 0) -> Faq:
    """Return a FAQ with some wordings of each entry, and some off-topic lines: as if drawn by lot, in each of the
    draws others, and always the same.
    """
    entries = tuple(replace(entry, also=tuple(_drawn(entry.also, draw)[:wordings])) for entry in faq.entries)
    return replace(faq, entries=entries, off_topic=tuple(_drawn(faq.off_topic, draw)[:lines]))


def with_new(faq: Faq, new: Entry, wordings: int) -> Faq:
    """Return a FAQ in which one entry has some of its wordings, and all others have theirs."""
    few = replace(new, also=tuple(_drawn(new.also)[:wordings]))
    return replace(faq, entries=tuple(few if entry is new else entry for entry in faq.entries))


def _drawn(texts: Sequence[str], draw: int = 0) -> list[str]:
    return sorted(texts, key=lambda text: crc32(f"{draw} {text}".encode()))


def mean(found: Sequence[Figures]) -> Figures:
    """Return the mean of the figures of several sets of questions, each as often as it has questions in scope."""
    counts = [each.in_scope for each in found]

    def mean_of(values: Sequence[float]) -> float:
        return sum(count * value for count, value in zip(counts, values, strict=True)) / max(1, sum(counts))

    def by_name(tables: Sequence[dict[str, float]]) -> dict[str, float]:
        names = dict.fromkeys(name for table in tables for name in table)
        return {name: mean_of([table.get(name, 0.0) for table in tables]) for name in names}

    return Figures(
        in_scope=sum(counts),
        off_topic=found[0].off_topic,
        top_1=mean_of([each.top_1 for each in found]),
        top_3=mean_of([each.top_3 for each in found]),
        asked=by_name([each.asked for each in found]),
        overheard=by_name([each.overheard for each in found]),
        right_at_false={},
        calibration_error=mean_of([each.calibration_error for each in found]),
    )
