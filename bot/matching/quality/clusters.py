"""Texts that ask for much the same: groups by the matcher's own views, for the inbox."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.matching.features import Features
from bot.matching.learn.vectors import FloatArray, IndexArray, Vectors, Vocabulary
from bot.text.words import words

# How alike a text is to the first of its group, as the mean cosine of its views. On two public data sets of real users'
# questions, 80 and 90% of those that join a group then ask for what its first text asks for; at 0.36, 71 and 85%, with
# a fifth fewer groups. Rare words weighed more than the matcher does it gave no better groups.
ALIKE: Final = 0.45
WIDTH: Final = 256  # numbers that stand for a text: cosines are then off by 0.06 in the mean (feature hashing)
BLOCK: Final = 512  # texts that are compared at once


def grouped(texts: Sequence[str], features: Features) -> list[list[int]]:
    """The numbers of the texts, group by group; in each, the text that the others are like comes first.

    A text joins the group whose first text it is most like, or opens one (leader clustering), so that earlier texts
    lead. 10,000 unlike texts, the most that the inbox holds, take about half a second.
    """
    typed = [words(text) for text in texts]
    if not any(typed):
        return [[number] for number in range(len(texts))]
    counted = [features.of(text) for text in typed]
    vocabulary = Vocabulary.of(counted)
    sketches = _sketched(Vectors.of([vocabulary.vector(text) for text in counted], len(vocabulary.idf)))
    groups: list[list[int]] = []
    leaders = np.empty_like(sketches)
    for start in range(0, len(texts), BLOCK):
        block = sketches[start : start + BLOCK]
        earlier = len(groups)
        alike, inside = block @ leaders[:earlier].T, block @ block.T
        opened: list[int] = []  # places in the block of the texts that opened groups
        for place, text in enumerate(block):
            found = np.concatenate([alike[place], inside[place, opened]])
            best = int(found.argmax()) if len(found) else -1
            if best >= 0 and found[best] >= ALIKE:
                groups[best].append(start + place)
                continue
            leaders[len(groups)] = text
            opened.append(place)
            groups.append([start + place])
    return groups


def _sketched(vectors: Vectors) -> FloatArray:
    """Each text as WIDTH numbers, shape (texts, WIDTH), whose products are the mean cosines of the views, nearly: its
    features are added up in places and with signs that their numbers give (Weinberger et al. 2009, "Feature Hashing").
    """
    texts, features = vectors.shape
    hashes = np.arange(features, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # spread evenly (Knuth)
    places: IndexArray = (hashes >> np.uint64(40)).astype(np.intp) % WIDTH
    signs = np.where(hashes >> np.uint64(63), 1.0, -1.0)
    cells = vectors.rows * WIDTH + places[vectors.features]
    values = vectors.values * signs[vectors.features]
    sums = np.bincount(cells, weights=values, minlength=texts * WIDTH).reshape(texts, WIDTH)
    found: FloatArray = (sums / np.sqrt(2.0)).astype(np.float32)
    return found
