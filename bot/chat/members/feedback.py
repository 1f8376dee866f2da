"""What is noted about questions: counts, votes, and in the inbox what found no answer; `/privacy` says what is kept."""

import logging
import time
from dataclasses import dataclass, field
from typing import Final

from bot.data.inbox import Inbox, Reason
from bot.data.stats import Event, Stats, today
from bot.matching.decision import Origin
from bot.matching.replies import Reply
from bot.recent import Recent

log = logging.getLogger(__name__)

HOUR: Final = 3_600.0  # seconds for which a question is remembered whose reply may turn out not to help
REMEMBERED: Final = 1_000  # questions that are remembered at once
_NOT_KEPT: Final = (Origin.DIRECT, Origin.WATCHED)  # questions that nothing is kept of


@dataclass
class Feedback:
    """Counts what happens, and brings to the inbox what found no answer. Nothing said in direct messages is kept."""

    _inbox: Inbox
    _stats: Stats
    # By id of the reply: the question, in memory alone, and the id of the message that it stands in.
    _asked: Recent[int, tuple[str, int | None]] = field(default_factory=lambda: Recent(REMEMBERED, HOUR))

    def decided(
        self, sent: int | None, question: str, reply: Reply, origin: Origin, message: int | None, *, first: bool = False
    ) -> None:
        """Count what a question got, and keep it if it was put to the bot and found no answer. `sent`: the reply's id.

        `first`: whether nothing was decided about the message before, so that nothing of it is kept.
        """
        if not question:
            return
        entry = reply.entry.id if reply.entry else ""
        log.info("decision=%s entry=%s origin=%s", _event(reply).value, entry or "-", origin.value)
        self._stats.count(today(), _event(reply), origin, entry)
        self.decided_again(sent, question, reply, origin, message, first=first)

    def decided_again(
        self, sent: int | None, question: str, reply: Reply, origin: Origin, message: int | None, *, first: bool = False
    ) -> None:
        """Keep a question that was edited, or forget it, as its new reply demands. It was counted before.

        What the reply is about is remembered for an hour, if it may turn out not to help.
        """
        if origin in _NOT_KEPT:
            return
        if question and _event(reply) is Event.DECLINED:
            self._inbox.receive(question, Reason.DECLINED, time.time(), message=message, first=first)
        elif message is not None and not first:
            self._inbox.withdraw(message)
        if sent is not None and question and (reply.entry is not None or reply.choices):
            self._asked[sent] = (question, message)

    def remembers(self, sent: int) -> bool:
        """Return whether it is known what a reply is about, and may be kept."""
        return self._inbox.days > 0 and sent in self._asked

    def unhelpful(self, sent: int, reason: Reason, entry: str | None = None) -> bool:
        """Bring to the inbox what a reply is about that did not help, once. Returns whether that was known."""
        asked = self._asked.pop(sent)
        if asked is None:
            return False
        question, message = asked
        self._inbox.receive(question, reason, time.time(), entry=entry, message=message)
        return True

    def withdrawn(self, message: int) -> None:
        """Forget the question in a message that was deleted."""
        self._inbox.withdraw(message)
        for sent in self._asked:
            asked = self._asked.get(sent)
            if asked is not None and asked[1] == message:
                self._asked.pop(sent)

    def forget_old(self) -> None:
        """Forget questions whose hour is over."""
        self._asked.forget_old()

    def counted(self, event: Event, entry: str = "") -> None:
        """Count what a member did with a reply."""
        self._stats.count(today(), event, None, entry)

    def vote(self, member: int, answer: int, entry: str, *, helpful: bool) -> None:
        """Count a member's vote on an answer, given as its message's id."""
        self._stats.vote(today(), member, answer, entry, helpful=helpful)


def _event(reply: Reply) -> Event:
    if reply.entry is not None:
        return Event.ANSWERED
    if reply.choices:
        return Event.OFFERED
    return Event.WARNED if reply.urgent else Event.DECLINED
