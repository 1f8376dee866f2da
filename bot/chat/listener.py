"""Messages that address the bot: is this one, and what does it ask?"""

import re

import discord

_TALK = (discord.MessageType.default, discord.MessageType.reply)  # all other types are Discord's own announcements


def question_in(message: discord.Message, bot: discord.ClientUser) -> str | None:
    """The question that a message puts to the bot: "" where it only calls it, None where it isn't addressed to it.

    Addressed are direct messages and mentions, which a reply to the bot is one of unless its ping was turned off. A
    mention without words, in reply to somebody else's message, puts that message's question.
    """
    if message.author.bot or message.webhook_id is not None or message.type not in _TALK:
        return None
    if not isinstance(message.channel, discord.DMChannel) and bot not in message.mentions:
        return None
    text = re.sub(rf"<@!?{bot.id}>", " ", message.content).strip()
    replied_to = message.reference.resolved if message.reference else None
    if not text and isinstance(replied_to, discord.Message) and replied_to.author.id != bot.id:
        return replied_to.content.strip()
    return text
