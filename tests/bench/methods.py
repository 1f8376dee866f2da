"""Ways to find the entry that a question means: the bot's matcher, and what it is measured beside."""

import atexit
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
from rapidfuzz import fuzz, process, utils

from bot.content.model import Faq
from bot.matching.answerer import Answerer
from bot.matching.meaning.embeddings import Embeddings

LENGTHS: Final = (2, 3, 4, 5)  # of the character n-grams in TF-IDF
FOLDER: Final = Path(tempfile.mkdtemp(prefix="bench-"))  # the ready sentence model, 92 MB, while this process runs
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


class Method(ABC):
    """Built from a FAQ, finds entries."""

    def __init__(self, faq: Faq) -> None:
        self.texts = [wording for entry in faq.entries for wording in entry.wordings]
        self.entries = [entry.id for entry in faq.entries for _ in entry.wordings]

    @abstractmethod
    def best(self, question: str) -> tuple[str, float]:
        """The id of the best entry, and how sure that is."""


class ThisMatcher(Method):
    """The bot's own, with meaning."""

    embeddings: ClassVar[Embeddings | None] = Embeddings(None, FOLDER)

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        self._answerer = Answerer(faq, embeddings=self.embeddings)
        self._answerer.prepare()

    def best(self, question: str) -> tuple[str, float]:
        match = self._answerer.match(question).matches[0]
        return match.entry.id, match.score


class WithoutMeaning(ThisMatcher):
    """The bot's own by words and letters alone."""

    embeddings = None


class BestWording(Method):
    """The wording that is nearest by all-MiniLM-L6-v2."""

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        assert ThisMatcher.embeddings is not None
        self._embeddings = ThisMatcher.embeddings
        self._vectors = self._embeddings.of_texts(self.texts)

    def best(self, question: str) -> tuple[str, float]:
        cosines = self._vectors @ self._embeddings.of_question(question)
        best = int(cosines.argmax())
        return self.entries[best], float(cosines[best])


class Fuzzy(Method):
    """The wording that is most similar by one of rapidfuzz's scorers."""

    scorer: Callable[..., float]

    def __init__(self, faq: Faq) -> None:
        super().__init__(faq)
        self._plain = [utils.default_process(text) for text in self.texts]

    def best(self, question: str) -> tuple[str, float]:
        found = process.extractOne(utils.default_process(question), self._plain, scorer=type(self).scorer)
        return self.entries[found[2]], found[1]


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

    def best(self, question: str) -> tuple[str, float]:
        scores = np.zeros(len(self.texts))
        for ngram, value in self._vector(_ngrams(question)).items():
            rows, values = self._postings[ngram]
            scores[rows] += value * values
        best = int(scores.argmax())
        return self.entries[best], float(scores[best])

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
    "without meaning": WithoutMeaning,
    "all-MiniLM-L6-v2": BestWording,
    "WRatio": WRatio,
    "token_set_ratio": TokenSetRatio,
    "TF-IDF characters": Characters,
}
