"""What the bot learns from what it is asked: counts, votes, and questions for the inbox; see `/privacy`."""

import logging
import time
from collections import OrderedDict
from datetime import UTC, date, datetime
from typing import Final

from bot.data.inbox import Inbox, Reason
from bot.data.stats import Event, Stats
from bot.matching.decision import Origin
from bot.matching.replies import Reply

log = logging.getLogger(__name__)

HOUR: Final = 3_600.0  # seconds for which a question is remembered whose reply may turn out not to help
REMEMBERED: Final = 1_000  # questions that are remembered at once


class Learning:
    """Counts what happens, and brings to the inbox what found no answer. Nothing said in direct messages is kept."""

    def __init__(self, inbox: Inbox, tally: Stats) -> None:
        self.inbox = inbox
        self.tally = tally
        # By reply, in memory alone: when, what was asked, and in which message.
        self._questions: OrderedDict[int, tuple[float, str, int | None]] = OrderedDict()

    def decided(
        self, question: str, reply: Reply, origin: Origin, message: int | None = None, *, first: bool = False
    ) -> None:
        """Count what a question got, and keep it where it was put to the bot and found no answer.

        `first`: whether nothing was decided about the message before, so that nothing of it is kept.
        """
        if not question:
            return
        entry = reply.entry.id if reply.entry else ""
        log.info("decision=%s entry=%s origin=%s", _what(reply).value, entry or "-", origin.value)
        self.tally.count(today(), _what(reply), origin, entry)
        self.decided_again(question, reply, origin, message, first=first)

    def decided_again(
        self, question: str, reply: Reply, origin: Origin, message: int | None, *, first: bool = False
    ) -> None:
        """Keep a question that was edited, or forget it, as its new reply demands. It was counted before."""
        if origin in (Origin.DIRECT, Origin.WATCHED):
            return
        if question and _what(reply) is Event.DECLINED:
            self.inbox.receive(question, Reason.DECLINED, time.time(), message=message, first=first)
        elif message is not None and not first:
            self.inbox.withdraw(message)

    def remember(
        self, shown: int | None, question: str, reply: Reply, origin: Origin, message: int | None = None
    ) -> None:
        """Remember for an hour what the reply in the message `shown` is about, where that may turn out not to help."""
        now = time.monotonic()
        self.forget_old(now)
        helpful = reply.entry is not None or reply.choices
        if shown is not None and question and helpful and origin not in (Origin.DIRECT, Origin.WATCHED):
            self._questions[shown] = (now, question, message)

    def remembers(self, shown: int) -> bool:
        """Whether it is known what a reply is about, and may be kept."""
        self.forget_old(time.monotonic())
        return self.inbox.days > 0 and shown in self._questions

    def unhelpful(self, shown: int, reason: Reason, entry: str | None = None) -> bool:
        """Bring to the inbox what a reply is about that did not help, once; whether that was known."""
        self.forget_old(time.monotonic())
        found = self._questions.pop(shown, None)
        if found is None:
            return False
        _, question, message = found
        self.inbox.receive(question, reason, time.time(), entry=entry, message=message)
        return True

    def withdrawn(self, message: int) -> None:
        """Forget the question in a message that was deleted."""
        self.inbox.withdraw(message)
        for shown in [shown for shown, (_, _, about) in self._questions.items() if about == message]:
            del self._questions[shown]

    def forget_old(self, now: float) -> None:
        """Forget questions whose hour is over; `now` as time.monotonic has it."""
        while self._questions:
            at, _, _ = next(iter(self._questions.values()))
            if at > now - HOUR and len(self._questions) <= REMEMBERED:
                return
            self._questions.popitem(last=False)

    def counted(self, what: Event, entry: str = "") -> None:
        """Count what a member did with a reply."""
        self.tally.count(today(), what, None, entry)


def today() -> date:
    """The day that things are counted on, in UTC."""
    return datetime.now(UTC).date()


def _what(reply: Reply) -> Event:
    if reply.entry is not None:
        return Event.ANSWERED
    if reply.choices:
        return Event.OFFERED
    return Event.WARNED if reply.urgent else Event.DECLINED
