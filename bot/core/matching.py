"""Question to ranked entries: two views of a text, what the wordings teach, and a probability learned from the file.

The views are words (stems, synonyms as one concept, misspelt words as their nearest, and neighbouring pairs) and
characters (runs of three to five letters within words), both weighted by inverse document frequency. A ridge
regression learns from the wordings and off-topic lines how much a text is like each entry and like what is off topic;
how much that is worth as a probability is learned from the same texts, each judged by all the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.core import calibration, ridge
from bot.core.concepts import Concepts
from bot.core.index import FloatArray, Index
from bot.core.model import Entry, Faq
from bot.core.ranking import Match, Ranking, WordShare
from bot.core.spelling import Spelling
from bot.core.warning_signs import WarningSigns
from bot.core.words import comparable, stem, words

# Best entry right on the known questions with 0.3, 0.5 and 0.7: 0.81, 0.84 and 0.83.
WORD_SHARE: Final = 0.5  # of the similarity; the rest is the characters'
PAIR: Final = 0.5  # what two neighbouring words count as a pair, beside each alone
EXACT: Final = 0.99  # the score of an entry that is asked for in one of its own wordings
CANDIDATES: Final = 5  # entries of a ranking, where no other number is asked for
RUNS: Final = (3, 4, 5)  # lengths of the runs of letters
LEARNED: Final = 2_000  # wordings and lines that are learned from, but at least one of every entry
OFF_TOPIC_SHARE: Final = 5  # a fifth of them may be off-topic lines, however many entries there are

# What evidence is worth before anything is learned, for a FAQ with hardly a wording: see calibration.fit.
PRIOR: Final = np.array([4.0, 6.0, 3.0, -2.0])


@dataclass(frozen=True, slots=True)
class _Views:
    """One text seen in both views."""

    words: Mapping[str, float]  # per concept, or pair of neighbours, how surely it is there
    characters: Mapping[str, float]  # per run of letters, the root of its count
    typed: Mapping[str, str]  # per concept, the word that was typed


class Matcher:
    """Built once from a Faq. Matching is pure: the same question gives the same ranking."""

    def __init__(self, faq: Faq) -> None:
        self._entries = sorted(faq.entries, key=lambda entry: entry.id)  # scores don't depend on the file's order
        self._concepts = Concepts(faq.synonyms)
        self._warning_signs = WarningSigns(faq)
        self._texts, self._documents = _documents(self._entries, faq.off_topic)
        self._segments = np.unique(np.minimum(self._documents, len(self._entries)), return_index=True)[1]
        self._exact = {
            comparable(text): min(document, len(self._entries))
            for text, document in zip(self._texts, self._documents, strict=True)
        }
        self._spelling = Spelling(word for text in self._texts for word in words(text))
        views = [self._seen(text) for text in self._texts]
        self._words = Index([view.words for view in views], self._documents)
        self._characters = Index([view.characters for view in views], self._documents)
        self._learned = _spread(self._documents, len(self._entries))
        self._ridge, self._calibration = self._learn()

    def match(self, question: str, most: int = CANDIDATES) -> Ranking:
        """The entries that a question most likely means, best first, `most` at most. No text makes it raise."""
        view = self._seen(question)
        asked = self._words.weighted(view.words)
        similarities = self._similarities(asked, self._characters.weighted(view.characters))
        candidates, evidence = self._candidates(self._ridge.scores(similarities[self._learned]), most)
        scores = self._calibration.probabilities(evidence)
        candidates, scores = self._with_exact(question, candidates, scores)
        order = np.argsort(-scores, kind="stable")
        matches = tuple(
            self._explained(view, asked, similarities, int(candidates[place]), float(scores[place])) for place in order
        )
        return Ranking(question, matches, self._warning_signs.find(question))

    def _with_exact(
        self, question: str, candidates: npt.NDArray[np.intp], scores: FloatArray
    ) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Candidates and scores, made sure where the question is a wording or an off-topic line, word for word."""
        owner = self._exact.get(comparable(question))
        if owner is None:
            return candidates, scores
        if owner < len(self._entries) and owner not in candidates:
            candidates = np.array([owner, *candidates[:-1]], dtype=np.intp)
            scores = np.array([EXACT, *scores[:-1]])
        return candidates, np.where(candidates == owner, EXACT, (1.0 - EXACT) * scores)

    def _seen(self, text: str) -> _Views:
        """A text in both views."""
        typed = words(text)
        nearest = [self._spelling.nearest(word) or (word, 1.0) for word in typed]
        seen: dict[str, float] = {}
        sources: dict[str, str] = {}
        previous = ""
        for concept, start, stop in self._concepts.located([stem(word) for word, _ in nearest]):
            likeness = min(likeness for _, likeness in nearest[start:stop])
            seen[concept] = max(seen.get(concept, 0.0), likeness)
            sources.setdefault(concept, " ".join(typed[start:stop]))
            if previous:
                seen[f"{previous} {concept}"] = PAIR * min(likeness, seen[previous])
            previous = concept
        return _Views(seen, _characters(typed), sources)

    def _similarities(self, by_words: Mapping[str, float], by_characters: Mapping[str, float]) -> FloatArray:
        """How alike a text, as a weighted vector in each view, is to each wording and off-topic line: shape (texts,),
        in 0..1.
        """
        return WORD_SHARE * self._words.similarities(by_words) + (1.0 - WORD_SHARE) * self._characters.similarities(
            by_characters
        )

    def _candidates(self, kinds: FloatArray, most: int) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """From scores per kind, the likeliest entries' numbers, shape (candidates,), and their evidence, shape
        (candidates, 3): the entry's score, how far it is above the best other entry's, and above off topic's.
        """
        of_entries, off_topic = kinds[: len(self._entries)], kinds[len(self._entries)]
        order = np.argsort(-of_entries, kind="stable")[:most]
        found = of_entries[order]
        second = found[1] if len(found) > 1 else 0.0
        rivals = np.where(np.arange(len(found)) == 0, second, found[0])
        return order, np.column_stack([found, found - rivals, found - off_topic])

    def _learn(self) -> tuple[ridge.Ridge, calibration.Calibration]:
        """Fit the ridge regression to the texts, then the probabilities to how often it is right about a text that it
        has not seen.
        """
        off_topic = len(self._entries)
        owners = np.minimum(self._documents, off_topic)[self._learned]
        kinds = np.eye(off_topic + 1)[owners]
        similarities = [
            self._similarities(self._words.vectors[row], self._characters.vectors[row])[self._learned]
            for row in self._learned
        ]
        learned = ridge.fit(np.array(similarities), kinds)
        # An entry's only wording teaches nothing here: without it, nothing is known of the entry.
        telling = (np.bincount(owners)[owners] > 1) | (owners == off_topic)
        judged = [self._candidates(scores, CANDIDATES) for scores in learned.left_out[telling]]
        right = [candidates == owner for owner, (candidates, _) in zip(owners[telling], judged, strict=True)]
        evidence = [np.zeros((0, len(PRIOR) - 1)), *(found for _, found in judged)]
        return learned, calibration.fit(np.concatenate(evidence), np.concatenate([[], *right]), PRIOR)

    def _explained(
        self, view: _Views, asked: Mapping[str, float], similarities: FloatArray, number: int, score: float
    ) -> Match:
        start = self._segments[number]
        stop = self._segments[number + 1] if number + 1 < len(self._segments) else len(similarities)
        row = int(start + np.argmax(similarities[start:stop]))
        shared = _shared(view.typed, asked, self._words.vectors[row])
        return Match(self._entries[number], score, self._texts[row], shared)


def _shared(typed: Mapping[str, str], asked: Mapping[str, float], known: Mapping[str, float]) -> tuple[WordShare, ...]:
    """The concepts that a question has in common with a wording, by how much of the word view's cosine is theirs."""
    shares = [
        WordShare(word, concept, asked[concept] * known[concept])
        for concept, word in typed.items()
        if concept in known and concept in asked
    ]
    return tuple(sorted(shares, key=lambda share: (-share.share, share.typed)))


def _documents(entries: Sequence[Entry], off_topic: Sequence[str]) -> tuple[list[str], list[int]]:
    """All texts, entry by entry and the off-topic lines last, and the document of each: an entry, or a line."""
    pairs = [(text, number) for number, entry in enumerate(entries) for text in sorted(entry.wordings)]
    pairs += [(text, len(entries) + number) for number, text in enumerate(sorted(off_topic))]
    return [text for text, _ in pairs], [document for _, document in pairs]


def _spread(documents: Sequence[int], off_topic: int) -> npt.NDArray[np.intp]:
    """The rows to learn from: all up to LEARNED; else some of every entry and of what is off topic, and of the rest the
    same share of each one's.

    `documents` from `off_topic` on are off-topic lines.
    """
    owners = np.minimum(documents, off_topic)
    sizes = np.bincount(owners)[owners]
    places = np.arange(len(owners)) - np.searchsorted(owners, owners)  # owners are in ascending order
    lines = LEARNED // OFF_TOPIC_SHARE
    each = 2 if 2 * off_topic + lines <= LEARNED else 1
    share = places / sizes
    share[places < np.where(owners < off_topic, each, lines)] = -1.0
    count = max(LEARNED, int(np.sum(share < 0.0)))
    return np.sort(np.argsort(share, kind="stable")[:count])


def _characters(typed: Sequence[str]) -> dict[str, float]:
    """The runs of three to five letters within words, the words' edges marked, with their square-root counts."""
    counts: dict[str, float] = {}
    for word in typed:
        edged = f" {word} "
        for length in RUNS:
            for start in range(len(edged) - length + 1):
                run = edged[start : start + length]
                counts[run] = counts.get(run, 0.0) + 1.0
    return {run: count**0.5 for run, count in counts.items()}
