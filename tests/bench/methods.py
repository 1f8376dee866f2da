"""Ways to find the entry that a question means: the bot's matcher, and what it is measured beside."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.content.model import Faq
from bot.matching.answerer import Answerer

LENGTHS: Final = (2, 3, 4, 5)  # of the character n-grams in TF-IDF


class Method(ABC):
    """Built from a FAQ, finds entries."""

    def __init__(self, faq: Faq) -> None:
        self.texts = [wording for entry in faq.entries for wording in entry.wordings]
        self.entries = [entry.id for entry in faq.entries for _ in entry.wordings]

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
    """The wording that is most similar by one of rapidfuzz's scorers."""

    scorer: Callable[..., float]

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        self._plain = [utils.default_process(text) for text in self.texts]

    def best(self, question: str) -> str:
        found = process.extractOne(utils.default_process(question), self._plain, scorer=type(self).scorer)
        return self.entries[found[2]]


class WRatio(Fuzzy):
    """What FAQ bots usually take."""

    scorer = fuzz.WRatio


class TokenSetRatio(Fuzzy):
    """Of rapidfuzz's scorers, the one that finds most."""

    scorer = fuzz.token_set_ratio


class Characters(Method):
    """The wording with the greatest cosine of TF-IDF vectors over character n-grams within words."""

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        counted = [_ngrams(text) for text in self.texts]
        frequencies = Counter(ngram for ngrams in counted for ngram in ngrams)
        self._weights = {ngram: np.log((1 + len(counted)) / (1 + count)) + 1 for ngram, count in frequencies.items()}
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row, ngrams in enumerate(counted):
            for ngram, value in self._vector(ngrams).items():
                postings[ngram].append((row, value))
        self._postings = {
            ngram: (np.array([row for row, _ in found]), np.array([value for _, value in found]))
            for ngram, found in postings.items()
        }

    def best(self, question: str) -> str:
        scores = np.zeros(len(self.texts))
        for ngram, value in self._vector(_ngrams(question)).items():
            rows, values = self._postings[ngram]
            scores[rows] += value * values
        return self.entries[int(scores.argmax())]

    def _vector(self, ngrams: Counter[str]) -> dict[str, float]:
        weighted = {ngram: count * self._weights[ngram] for ngram, count in ngrams.items() if ngram in self._weights}
        length = sum(value * value for value in weighted.values()) ** 0.5
        return {ngram: value / length for ngram, value in weighted.items()}


def _ngrams(text: str) -> Counter[str]:
    return Counter(
        edged[at : at + length]
        for word in utils.default_process(text).split()
        for edged in (f" {word} ",)
        for length in LENGTHS
        for at in range(len(edged) - length + 1)
    )


METHODS: Final[dict[str, Callable[[Faq], Method]]] = {
    "this matcher": ThisMatcher,
    "WRatio": WRatio,
    "token_set_ratio": TokenSetRatio,
    "TF-IDF characters": Characters,
}
