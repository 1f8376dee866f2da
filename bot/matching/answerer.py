"""A FAQ with the matcher built from it: one call from a member's words to a decision."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.content.model import Entry, Faq
from bot.matching import decision, replies
from bot.matching.decision import Decision, Origin
from bot.matching.ranking import CANDIDATES, Explanation, Ranking
from bot.matching.replies import Reply

if TYPE_CHECKING:
    from bot.matching.learn.weights import Weights
    from bot.matching.matcher import Matcher
    from bot.matching.meaning.embeddings import Embeddings

Found = TypeVar("Found")


@dataclass
class Answerer:
    """What the bot knows at one moment. It is replaced as a whole; its matcher is built when it is first needed."""

    faq: Faq
    weights: "Weights | None" = field(default=None, compare=False, repr=False)  # if they are learned already
    embeddings: "Embeddings | None" = field(default=None, compare=False, repr=False)  # None: without meaning
    _matcher: "Matcher | None" = field(default=None, init=False, compare=False, repr=False)

    @property
    def matcher(self) -> "Matcher":
        """The matcher of this FAQ."""
        from bot.matching.learn.train import learn_as_possible  # only where nothing else has learned it
        from bot.matching.matcher import Matcher  # not above: a command that matches nothing need not load numpy

        if self._matcher is None:
            weights = learn_as_possible(self.faq, self.embeddings) if self.weights is None else self.weights
            self._matcher = Matcher(self.faq, weights, self.embeddings)
        return self._matcher

    def _ask(self, work: "Callable[[Matcher], Found]") -> Found:
        """Return what `work` makes of the matcher: of one without meaning from where the model cannot be loaded on."""
        from bot.matching.learn.train import learn
        from bot.matching.matcher import Matcher
        from bot.matching.meaning.model import MeaningError

        with suppress(MeaningError):  # which is logged
            return work(self.matcher)
        self._matcher = Matcher(self.faq, learn(self.faq))
        return work(self._matcher)

    def match(self, question: str, most: int = CANDIDATES) -> Ranking:
        """Return the entries that a question may mean, best first, `most` at most."""
        return self._ask(lambda matcher: matcher.match(question, most))

    def decide(self, question: str, origin: Origin = Origin.ASK) -> Decision:
        """Return what to do about a member's words."""
        return decision.decide(self.match(question, decision.MOST), origin)

    def reply(self, question: str, how: str) -> Reply:
        """Return what to say to a question that was put to the bot; `how` to ask, if it is empty."""
        if not question:
            return replies.help_with(self.faq, how)
        reply = replies.reply_to(self.decide(question), self.faq)
        assert reply is not None, "a question that was asked got silence"
        return reply

    def explain(self, question: str, entry: Entry) -> Explanation:
        """Return why an entry got its score for a question: which words counted, and which wordings are similar."""
        return self._ask(lambda matcher: matcher.explain(question, entry))

    def prepare(self) -> None:
        """Build the matcher, and load the sentence model, now rather than at the first question."""
        self._ask(lambda matcher: matcher.prepare())

    def keep_embeddings(self) -> None:
        """Keep the embeddings of this FAQ's texts, and of no others, for the next start: it is served."""
        self.matcher.keep_embeddings()

    def suggestions(self, typed: str, count: int) -> tuple[Entry, ...]:
        """Return up to `count` entries for what a member has typed so far; for an empty text, the file's first."""
        if not typed.strip():
            return self.faq.entries[:count]
        return tuple(match.entry for match in self.match(typed, count).matches)
