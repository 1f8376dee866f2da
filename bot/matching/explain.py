"""Explains a decision in lines of text: the rule, the scores, the words that counted, and the similar wordings."""

import math
from collections.abc import Iterator
from typing import Final

from bot.matching.answerer import Answerer
from bot.matching.decision import Decision
from bot.matching.ranking import Explanation, Match, Ranking, SimilarText, WordShare
from bot.text.words import stems

WORDS: Final = 8  # words of a question that are shown


def explain(answerer: Answerer, ranking: Ranking, decision: Decision) -> str:
    """Return the rule that decided, the scores, and what spoke for and against the best entry."""
    best = ranking.matches[0]
    lines = ["Why", f"Rule: {decision.rule}", "", "The likeliest entries, with the probability that each is right:"]
    lines += [f"  {match.score:4.2f}  {match.entry.id}: {match.entry.question}" for match in ranking.matches]
    lines += ["", *_shown(answerer.explain(ranking.question, best.entry), best)]
    return "\n".join(lines)


def in_short(explanation: Explanation) -> str:
    """Return what spoke for an entry in one line: the words that counted most, and the nearest text."""
    strongest = sorted(_counting(explanation), key=lambda share: -share.share)[:3]
    counted = ", ".join(f"{share.typed} {share.share:+.2f}" for share in strongest) or "no word that the FAQ knows"
    similar = explanation.meaning.nearest if explanation.meaning is not None else explanation.wordings
    nearest = similar[0] if similar else None
    return f"{counted}; nearest text: “{nearest.text}” ({nearest.similarity:.2f})" if nearest else counted


def _shown(explanation: Explanation, best: Match) -> Iterator[str]:
    counting = _counting(explanation)
    strongest = sorted(range(len(counting)), key=lambda place: -abs(counting[place].share))[:WORDS]
    on_topic = 1.0 / (1.0 + math.exp(-explanation.total))
    yield f"Words that spoke for {best.entry.id} (+) or for being off topic (-):"
    yield from (f"  {counting[place].share:+6.2f}  {_named(counting[place])}" for place in sorted(strongest))
    yield f"  {explanation.start:+6.2f}  its length: where any question of as many words starts from"
    if explanation.meaning is not None:
        yield f"  {explanation.meaning.share:+6.2f}  its meaning as a whole, beside that of all texts"
    yield f"  {explanation.total:+6.2f}  in all, with the words not shown: {on_topic:.2f} likely to be on topic"
    if explanation.meaning is not None:
        yield "Its wordings, and sentences of its answer, that are nearest in meaning, in 0 to 1:"
        yield from _listed(explanation.meaning.nearest)
        yield "Off-topic lines that are nearest in meaning, in 0 to 1:"
        yield from _listed(explanation.meaning.off_topic)
    for title, found in (("Its wordings", explanation.wordings), ("Off-topic lines", explanation.off_topic)):
        yield f"{title} whose words are most like the question's, in 0 to 1:"
        yield from _listed(found)


def _listed(found: tuple[SimilarText, ...]) -> Iterator[str]:
    yield from (f"  {each.similarity:4.2f}  {each.text}" for each in found)
    if not found:
        yield "  none"


def _counting(explanation: Explanation) -> list[WordShare]:
    return [share for share in explanation.words if abs(share.share) >= 0.005]


def _named(share: WordShare) -> str:
    if stems(share.typed) == (share.term,):
        return share.typed
    return f"{share.typed} (as “{share.term.replace('_', ' ')}”)"
