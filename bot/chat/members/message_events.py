"""Messages as they come, are edited and are deleted: each is led to what answers it, and its reply follows it."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import discord

from bot.chat import failures
from bot.chat.members.addressed import Addressed
from bot.chat.members.feedback import Feedback
from bot.chat.members.incoming import Incoming
from bot.chat.members.overheard import Overheard
from bot.chat.members.replier import Replier
from bot.data.reply_log import ReplyLog, Sent
from bot.data.watched import Mode
from bot.matching.decision import Origin
from bot.recent import KeyedLocks

_YOUNG: Final = 600.0  # seconds in which a mention that was forgotten can be added by an edit


@dataclass
class MessageEvents:
    """What happens to messages. What concerns one message happens one after the other."""

    _asked: Addressed
    _overheard: Overheard
    _replier: Replier
    _reply_log: ReplyLog
    _feedback: Feedback
    locks: KeyedLocks = field(default_factory=KeyedLocks)  # by message

    async def received(self, message: Incoming) -> None:
        """Reply to a message if it addresses the bot, or if the bot overhears it and is sure."""
        question, mode = message.question, self._overheard.mode(message.channel)
        if question is None and mode is None:
            return
        async with self.locks.of(message.id):
            if message.id in self._replier.deleted:  # the event of its deletion came first
                return
            if question is not None:
                await self._asked.answer(message, question, first=True)
            elif mode is not None:
                await self._overheard.listen(message, mode)

    async def missed(self, message: Incoming, reply: int | None) -> bool:
        """Reply to a message that came while the bot was away, unless it has a `reply`. Returns whether it got one now.

        Only to what was put to the bot: nobody waits for an answer to what would have been overheard.
        """
        question = message.question
        if question is None:
            return False
        async with self.locks.of(message.id):
            if message.id in self._replier.deleted:  # while it was looked for
                return False
            self._reply_log.release(message.id)  # if it was cut off
            if reply is None:
                return await self._asked.answer(message, question)
            if self._replier.claim(message.id, message.channel.id):
                self._reply_log.sent(message.id, reply, None, message.origin)
                if message.is_edited:
                    await self._decide_again(message, Sent(message.channel.id, reply, None, message.origin))
        return False

    async def edited(self, message: Incoming, at: str) -> None:
        """Decide again about a message that was replied to: edit the reply, or remove it if there is none now.

        A young message that has only now been addressed to the bot is answered. `at`: when it was edited, as Discord
        says. It says so again whenever anything else about the message changes.
        """
        async with self.locks.of(message.id):
            sent = self._reply_log.sent_for(message.id)
            if sent is not None and not sent.is_posted and self._reply_log.edited(message.id, at):
                await self._decide_again(message, sent)
            elif sent is None and message.id in self._replier.deleted:
                return
            elif sent is None and time.time() - message.at < _YOUNG and message.question is not None:
                await self._asked.answer(message, message.question)

    async def deleted(self, messages: Iterable[int]) -> None:
        """Remove the replies to messages that are gone, and forget replies that are gone themselves."""
        for message in messages:
            self._replier.deleted[message] = True
            async with self.locks.of(message):
                self._reply_log.removed(message)
                self._feedback.withdrawn(message)
                sent = self._reply_log.sent_for(message)
                if sent is None:
                    continue
                try:
                    await self._replier.remove(sent)
                except discord.HTTPException as error:  # the others shall go all the same
                    failures.record("Removing a reply", error)

    async def _decide_again(self, message: Incoming, sent: Sent) -> None:
        """Let a reply follow its message that was edited."""
        reply = None
        if message.question is not None:
            reply = await self._asked.decide_again(message, message.question)
            if reply is None:
                return
        elif sent.origin is Origin.WATCHED:
            if self._overheard.mode(message.channel) is not Mode.ON:
                return
            if (found := await self._overheard.decide(message)) is not None:
                _, reply = found
        if reply is None:
            self._feedback.withdrawn(message.id)
            await self._replier.remove(sent)
            return
        self._feedback.decided_again(sent.reply, message.question or "", reply, message.origin, message.id)
        await self._replier.change(message, sent, reply)
