"""Ways to find the entry that a question means: the bot's matcher, and what it is measured beside."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.content.model import Faq
from bot.matching.answerer import Answerer

RUNS: Final = (2, 3, 4, 5)  # lengths of the runs of characters in TF-IDF


class Method(ABC):
    """Built from a FAQ, finds entries."""

    def __init__(self, faq: Faq) -> None:
        self.texts = [wording for entry in faq.entries for wording in entry.wordings]
        self.owners = [entry.id for entry in faq.entries for _ in entry.wordings]

    @abstractmethod
    def best(self, question: str) -> str:
        """The id of the best entry."""


class ThisMatcher(Method):
    """The bot's own."""

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        self._answerer = Answerer(faq)
        self._answerer.prepare()

    def best(self, question: str) -> str:
        return self._answerer.match(question).matches[0].entry.id


class Fuzzy(Method):
    """The wording that is likest by one of rapidfuzz's scorers."""

    scorer: Callable[..., float]

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        self._plain = [utils.default_process(text) for text in self.texts]

    def best(self, question: str) -> str:
        found = process.extractOne(utils.default_process(question), self._plain, scorer=type(self).scorer)
        return self.owners[found[2]]


class WRatio(Fuzzy):
    """What FAQ bots usually take."""

    scorer = fuzz.WRatio


class TokenSetRatio(Fuzzy):
    """Of rapidfuzz's scorers, the one that finds most."""

    scorer = fuzz.token_set_ratio


class Characters(Method):
    """The wording with the greatest cosine of TF-IDF vectors over runs of characters within words."""

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        counted = [_runs(text) for text in self.texts]
        frequencies = Counter(run for runs in counted for run in runs)
        self._weights = {run: np.log((1 + len(counted)) / (1 + count)) + 1 for run, count in frequencies.items()}
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row, runs in enumerate(counted):
            for run, value in self._vector(runs).items():
                postings[run].append((row, value))
        self._postings = {
            run: (np.array([row for row, _ in found]), np.array([value for _, value in found]))
            for run, found in postings.items()
        }

    def best(self, question: str) -> str:
        scores = np.zeros(len(self.texts))
        for run, value in self._vector(_runs(question)).items():
            rows, values = self._postings[run]
            scores[rows] += value * values
        return self.owners[int(scores.argmax())]

    def _vector(self, runs: Counter[str]) -> dict[str, float]:
        weighted = {run: count * self._weights[run] for run, count in runs.items() if run in self._weights}
        length = sum(value * value for value in weighted.values()) ** 0.5
        return {run: value / length for run, value in weighted.items()}


def _runs(text: str) -> Counter[str]:
    return Counter(
        edged[at : at + length]
        for word in utils.default_process(text).split()
        for edged in (f" {word} ",)
        for length in RUNS
        for at in range(len(edged) - length + 1)
    )


METHODS: Final[dict[str, Callable[[Faq], Method]]] = {
    "this matcher": ThisMatcher,
    "WRatio": WRatio,
    "token_set_ratio": TokenSetRatio,
    "TF-IDF characters": Characters,
}
