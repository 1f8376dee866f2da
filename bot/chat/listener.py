"""Messages that the bot hears: was this one addressed to it, and what does it ask?"""

import re
from typing import Final

import discord

from bot.chat.rights import is_staff
from bot.settings import Settings

# All other types are Discord's own announcements.
_TALK: Final = (discord.MessageType.default, discord.MessageType.reply)


def question_in(message: discord.Message, bot: discord.ClientUser) -> str | None:
    """The question that a message puts to the bot: "" where it only calls it, None where it isn't addressed to it.

    Addressed are direct messages and mentions, which a reply to the bot is one of unless its ping was turned off. A
    mention without words, in reply to somebody else's message, puts that message's question.
    """
    if not _is_talk(message):
        return None
    if not isinstance(message.channel, discord.DMChannel) and bot not in message.mentions:
        return None
    text = re.sub(rf"<@!?{bot.id}>", " ", message.content).strip()
    replied_to = message.reference.resolved if message.reference else None
    if not text and isinstance(replied_to, discord.Message) and replied_to.author.id != bot.id:
        return replied_to.content.strip()
    return text


def overheard_in(message: discord.Message, settings: Settings) -> str | None:
    """What a message in a watched channel says, with a forum post's title before it; None where the bot keeps out:
    of bots, webhooks, staff, and what members reply to each other.
    """
    if not _is_talk(message) or message.reference is not None or is_staff(message.author, settings):
        return None
    if message.raw_mentions:  # somebody else is meant
        return None
    opens = isinstance(message.channel, discord.Thread) and message.channel.id == message.id
    title = f"{message.channel.name}\n" if opens and isinstance(message.channel, discord.Thread) else ""
    return f"{title}{message.content}".strip() or None


def _is_talk(message: discord.Message) -> bool:
    return not message.author.bot and message.webhook_id is None and message.type in _TALK
