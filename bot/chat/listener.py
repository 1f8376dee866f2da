"""Messages that address the bot: is this one, and what does it ask?"""

import re

import discord

_TALK = (discord.MessageType.default, discord.MessageType.reply)  # all other types are Discord's own announcements


def question_in(message: discord.Message, bot: discord.ClientUser) -> str | None:
    """The question that a message puts to the bot: "" where it only calls it, None where it isn't addressed to it.

    Addressed are direct messages, mentions, and replies to the bot. A mention without words, in reply to somebody
    else's message, puts that message's question.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _TALK:
        return None
    replied_to = _replied_to(message)
    to_the_bot = replied_to is not None and replied_to.author.id == bot.id
    if message.guild is not None and bot not in message.mentions and not to_the_bot:
        return None
    text = re.sub(rf"<@!?{bot.id}>", " ", message.content).strip()
    if not text and replied_to is not None and not to_the_bot:
        return replied_to.content.strip()
    return text


def _replied_to(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, where Discord sent it along."""
    resolved = message.reference.resolved if message.reference else None
    return resolved if isinstance(resolved, discord.Message) else None
