"""Groups of texts that ask for much the same, by the cosine similarity of their TF-IDF vectors, for the inbox."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.matching.features import Features
from bot.matching.learn.vectors import FloatArray, Vectors, Vocabulary
from bot.text.words import words

SIMILARITY: Final = 0.45  # that a text must have to the first text of a group, to join it; docs/matching.md says why
WIDTH: Final = 256  # numbers that stand for a text: similarities are then off by 0.06 on average
BLOCK: Final = 512  # texts that are compared at once


def grouped(texts: Sequence[str], features: Features) -> list[list[int]]:
    """Return the numbers of the texts, group by group. A text joins the group whose first text it is most similar to,
    or opens one (leader clustering), so that earlier texts lead.
    """
    typed = [words(text) for text in texts]
    if not any(typed):
        return [[number] for number in range(len(texts))]
    found = [features.of(text) for text in typed]
    vectors = _hashed(Vocabulary.of(found).vectors(found))
    groups: list[list[int]] = []
    leaders = np.empty_like(vectors)  # the vectors of the first texts
    for start in range(0, len(texts), BLOCK):
        block = vectors[start : start + BLOCK]
        earlier = len(groups)
        to_earlier, to_block = block @ leaders[:earlier].T, block @ block.T
        opened: list[int] = []  # places in the block of the texts that opened groups
        for place, vector in enumerate(block):
            similarities = np.concatenate([to_earlier[place], to_block[place, opened]])
            best = int(similarities.argmax()) if len(similarities) else -1
            if best >= 0 and similarities[best] >= SIMILARITY:
                groups[best].append(start + place)
                continue
            leaders[len(groups)] = vector
            opened.append(place)
            groups.append([start + place])
    return groups


def _hashed(vectors: Vectors) -> FloatArray:
    """Return each text as WIDTH numbers, shape (texts, WIDTH), whose dot products are about the cosine similarities.

    Each feature is added to a place and with a sign that are drawn at random, the same in all texts (feature hashing;
    Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009).
    """
    texts, features = vectors.shape
    random = np.random.default_rng(0)  # always the same numbers, so that the same texts give the same groups
    places, signs = random.integers(WIDTH, size=features), random.choice([-1.0, 1.0], size=features)
    cells = vectors.rows * WIDTH + places[vectors.features]
    values = vectors.values * signs[vectors.features]
    sums = np.bincount(cells, weights=values, minlength=texts * WIDTH).reshape(texts, WIDTH)
    found: FloatArray = (sums / np.sqrt(2.0)).astype(np.float32)  # both kinds of features have length 1
    return found
