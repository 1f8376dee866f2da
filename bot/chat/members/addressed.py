"""How a question that was put to the bot is answered: mentions, replies to the bot, and direct messages."""

import logging
import time
from dataclasses import dataclass
from typing import Final

from bot.chat.members.incoming import Incoming
from bot.chat.members.rate_limit import SECONDS, Pace, RateLimit
from bot.chat.members.replier import Replier
from bot.data.reply_log import ReplyLog
from bot.live.served import Served
from bot.matching.replies import Reply

log = logging.getLogger(__name__)

HOW: Final = "Mention me with your question, or use /ask for an answer that only you see. For example:"
HOW_DIRECT: Final = "Write me your question. For example:"
SLOWER: Final = (
    f"That's a lot of questions at once! Give me {SECONDS:.0f} seconds, then ask on. /faq shows everything that I know."
)
UNREADABLE: Final = (
    "I can't read that message: Discord shows me only what is written to me. Right-click (or hold) it and choose Apps, "
    "“Answer from the FAQ”, or put the question to me yourself."
)


@dataclass
class Addressed:
    """Answers messages that are addressed to the bot."""

    _served: Served
    _replier: Replier
    _reply_log: ReplyLog
    _rate_limit: RateLimit

    async def answer(self, message: Incoming, question: str, *, first: bool = False) -> bool:
        """Reply to a message once. Returns whether a reply was sent.

        `first`: whether the message came just now, and nothing was decided about it before.
        """
        target = self._replier.target(message.channel, message.id)
        if target is None or not self._replier.claim(message.id, message.channel.id):
            return False
        reply = await self.decide(message, question)
        # A message that is read late counts when it was written.
        pace = Pace.FINE if reply.urgent else self._rate_limit.ask(message.author, message.at)
        if pace is Pace.STILL_FAST:
            self._reply_log.unwanted(message.id)
            log.info("decision=silence origin=%s reason=too-fast message=%d", message.origin.value, message.id)
            return False
        if pace is Pace.FAST:
            reply, question = Reply(SLOWER, reply.disclaimer), ""
        return await self._replier.answer(target, message, reply, question, message.origin, first=first)

    async def decide(self, message: Incoming, question: str) -> Reply:
        """Return the reply to a message."""
        if not question and message.quoted_text is not None:
            return Reply(UNREADABLE, self._served.now.faq.disclaimer, browsable=True)
        how = HOW_DIRECT if message.is_direct else HOW
        return await self._served.ask(lambda answerer: answerer.reply(question, how))

    async def decide_again(self, message: Incoming, question: str) -> Reply | None:
        """Return the reply to a message that was edited; None if its author edits too fast to follow."""
        reply = await self.decide(message, question)
        follows = reply.urgent or self._rate_limit.ask(message.author, time.time()) is Pace.FINE
        return reply if follows else None
