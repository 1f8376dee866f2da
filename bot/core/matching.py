"""Question to ranked entries: two views of a text, what the wordings teach, and a probability learned from the file.

The views are words (stems, synonyms as one concept, misspelt words as their nearest, and neighbouring pairs) and runs
of three and four letters, both weighted by inverse document frequency. A support vector machine per entry, and one for
what is off topic, learns from wordings and off-topic lines which features speak for it and which against. How much
that is worth as a probability is learned from the same texts, judged by machines that have not seen them.

What was tried, as the share of best entries that are right on two public data sets of 28 and 150 intents: the nearest
wording by rapidfuzz's token_set_ratio 0.72 and 0.60, by cosine of these vectors 0.77 and 0.71; sums of an entry's
vectors 0.74 and 0.79; multinomial naive Bayes 0.77 and 0.81; ridge regression over alikeness 0.85 and 0.79; softmax
regression 0.83 and 0.83; these machines 0.86 and 0.84, over words alone 0.81 and 0.81, over runs alone 0.85 and 0.82.
A thesaurus of 800 everyday words as a third view changed nothing; static word embeddings (88 MB installed) gained 0.02
and 0.01 there and lost on the shipped FAQ.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from bot.core import calibration, margins
from bot.core.model import Entry, Faq
from bot.core.ranking import CANDIDATES, Explanation, Match, Ranking, WordingShare, WordShare
from bot.core.vectors import FloatArray, IndexArray, Vector, Vocabulary
from bot.core.views import Views
from bot.core.warning_signs import WarningSigns
from bot.core.words import words

EXACT: Final = 0.99  # the score of an entry that is asked for in one of its own wordings
SHOWN: Final = 3  # wordings in an explanation
WORK: Final = 3.4e8  # what entries that are learned together may cost: the square of their wordings, for each of them
LINES: Final = 2_000  # off-topic lines that are learned with each group
OTHERS: Final = 300  # wordings of other groups that are learned with each group, as what its entries are not
JUDGED: Final = 1_000  # texts that are enough to learn probabilities from


@dataclass(frozen=True, slots=True)
class _Group:
    """Entries that were learned together, and the machines that tell them apart; the last kind is off topic."""

    first: int  # number of the first entry
    features: IndexArray  # numbers of the features that were learned from, ascending
    weights: FloatArray  # what each says for each kind, shape (features, kinds)
    bias: FloatArray  # shape (kinds,)

    def margins(self, vector: Vector) -> FloatArray:
        """Where a text lies for each kind, shape (kinds,)."""
        known, weights = self.learned(vector)
        return known.values @ weights + self.bias

    def learned(self, vector: Vector) -> tuple[Vector, FloatArray]:
        """What of a text was learned from, and the weights of its features, shape (features of that, kinds)."""
        at = np.searchsorted(self.features, vector.features)
        known = at < len(self.features)
        known[known] = self.features[at[known]] == vector.features[known]
        return Vector(vector.features[known], vector.values[known]), self.weights[at[known]]


class Matcher:
    """Built once from a Faq. Matching is pure: the same question gives the same ranking."""

    def __init__(self, faq: Faq) -> None:
        self._entries = sorted(faq.entries, key=lambda entry: entry.id)  # scores don't depend on the file's order
        self._texts, self._owners = _texts(self._entries, faq.off_topic)
        typed = [words(text) for text in self._texts]
        self._exact = dict(zip(typed, self._owners.tolist(), strict=True))
        known = {word for text in typed for word in text}
        self._warning_signs = WarningSigns(faq, known)
        self._views = Views(faq.synonyms, known)
        self._vocabulary = Vocabulary(map(self._views.concepts, typed), typed)
        self._groups, self._calibration = self._learn(_shuffled(typed), np.array([len(text) for text in typed]))

    @property
    def views(self) -> Views:
        """How texts are seen by this FAQ's synonyms and words."""
        return self._views

    def match(self, question: str, most: int = CANDIDATES) -> Ranking:
        """The entries that a question most likely means, best first, `most` at most. No text makes it raise."""
        typed = words(question)
        vector = self._vocabulary.vector(self._views.of(typed))
        lies = [group.margins(vector) for group in self._groups]
        off_topic = sum(float(kinds[-1]) for kinds in lies) / len(lies)
        entries = np.concatenate([kinds[:-1] for kinds in lies])
        scores = self._calibration.probabilities(entries, off_topic, len(typed))
        owner = self._exact.get(typed)
        if owner is not None:  # a wording or an off-topic line, word for word
            scores = np.where(np.arange(len(scores)) == owner, EXACT, (1.0 - EXACT) * scores)
        order = np.argsort(-scores, kind="stable")[:most]
        matches = tuple(Match(self._entries[number], float(scores[number])) for number in order)
        return Ranking(question, matches, self._warning_signs.find(question))

    def explain(self, question: str, entry: Entry) -> Explanation:
        """Why an entry of the FAQ got its score: which words counted, and which wordings and lines are alike."""
        typed = words(question)
        number = self._entries.index(entry)
        vector = self._vocabulary.vector(self._views.of(typed))
        alike = self._vocabulary.vectors.alike(vector) / 2.0
        group = next(group for group in reversed(self._groups) if group.first <= number)
        kind = number - group.first
        moved = self._calibration.moved
        known, weights = group.learned(vector)
        moves = known.values * moved(weights[:, kind], weights[:, -1])
        start = self._calibration.start(len(typed)) + float(moved(group.bias[kind], group.bias[-1]))
        return Explanation(
            entry,
            start,
            start + float(moves.sum()),
            self._word_shares(typed, dict(zip(known.features.tolist(), moves.tolist(), strict=True))),
            self._most_alike(alike, number),
            self._most_alike(alike, len(self._entries)),
        )

    def _word_shares(self, typed: Sequence[str], moves: Mapping[int, float]) -> tuple[WordShare, ...]:
        """How far each word moves a text, from how far each feature does. What two words have in common, a pair or a
        run of letters, is shared between them.
        """
        parts = [
            (part, [number for number in self._vocabulary.numbers(part.words, part.runs) if number in moves])
            for part in self._views.parts(typed)
        ]
        carriers = Counter(number for _, numbers in parts for number in numbers)
        return tuple(
            WordShare(part.typed, part.concept, sum(moves[number] / carriers[number] for number in numbers))
            for part, numbers in parts
        )

    def _most_alike(self, alike: FloatArray, owner: int) -> tuple[WordingShare, ...]:
        """The texts of one owner that are most like a question."""
        rows = np.flatnonzero((self._owners == owner) & (alike > 0.0))
        rows = rows[np.argsort(-alike[rows], kind="stable")][:SHOWN]
        return tuple(WordingShare(self._texts[row], float(alike[row])) for row in rows)

    def _learn(self, shuffled: IndexArray, lengths: IndexArray) -> tuple[list[_Group], calibration.Calibration]:
        """Fit the machines to the texts, then the probabilities to how often they are right about a text that they have
        not seen. `shuffled`: the numbers of the texts in random order; `lengths`: of the texts, in words; both of shape
        (texts,).
        """
        off_topic = len(self._entries)
        wordings = np.bincount(self._owners, minlength=off_topic + 1)[:off_topic]
        groups: list[_Group] = []
        judged: list[calibration.Judged] = []
        for first, stop in _spans(wordings):
            rows = _rows(shuffled, self._owners[shuffled], first, stop, off_topic)
            owners = self._owners[rows]
            kinds = np.where((owners >= first) & (owners < stop), owners - first, -1)
            kinds[owners == off_topic] = stop - first
            vectors = self._vocabulary.vectors.of(rows)
            alike = vectors.all_alike()
            alike += 1.0  # what all texts have in common makes the machines' bias
            enough = sum(len(group.owners) for group in judged) >= JUDGED
            fitted = margins.fit(alike, kinds, stop - first + 1, leave_out=not enough)
            groups.append(_Group(first, *vectors.weights(fitted.coefficients), fitted.coefficients.sum(axis=0)))
            # One of an entry's two wordings teaches nothing here: without it, too little is known of the entry.
            telling = fitted.left_out & (kinds >= 0) & (np.append(wordings, 3)[owners] > 2) & (lengths[rows] > 0)
            rightly = np.where(owners == off_topic, -1, kinds)
            judged.append(calibration.Judged(fitted.lies[telling], rightly[telling], lengths[rows][telling]))
        return groups, calibration.fit(judged)


def _texts(entries: Sequence[Entry], off_topic: Sequence[str]) -> tuple[list[str], IndexArray]:
    """All texts, entry by entry and the off-topic lines last, and whose each is: an entry's number, or their count.

    The empty text is an off-topic line of every FAQ: who says nothing asks nothing.
    """
    pairs = [(text, number) for number, entry in enumerate(entries) for text in sorted(entry.wordings)]
    pairs += [(text, len(entries)) for text in ("", *sorted(off_topic))]
    return [text for text, _ in pairs], np.array([owner for _, owner in pairs], dtype=np.intp)


def _spans(wordings: IndexArray) -> Iterator[tuple[int, int]]:
    """Entries that are learned together, each as from which to before which: as many as WORK allows, one at least."""
    first, together = 0, 0
    for number, own in enumerate(wordings.tolist()):
        if number > first and (together + own) ** 2 * (number + 1 - first) > WORK:
            yield first, number
            first, together = number, 0
        together += own
    yield first, len(wordings)


def _shuffled(typed: Sequence[Sequence[str]]) -> IndexArray:
    """The numbers of texts in an order as good as random, in which each has its place by its words: whatever else is
    added to the FAQ, it is learned, left out and judged with much the same others.
    """
    hashes = [crc32(" ".join(text).encode()) for text in typed]
    return np.array(sorted(range(len(typed)), key=hashes.__getitem__), dtype=np.intp)


def _rows(shuffled: IndexArray, owners: IndexArray, first: int, stop: int, off_topic: int) -> IndexArray:
    """The texts that the entries from `first` to before `stop` are learned from, in the shuffled order: theirs, LINES
    off-topic lines, and OTHERS of the other entries'. `owners`: of the texts in that order.
    """
    lines = owners == off_topic
    own = (owners >= first) & (owners < stop)
    others = ~lines & ~own
    rows: IndexArray = shuffled[own | lines & (np.cumsum(lines) <= LINES) | others & (np.cumsum(others) <= OTHERS)]
    return rows
