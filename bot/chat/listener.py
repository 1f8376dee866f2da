"""Messages that the bot hears: was this one addressed to it, and what does it ask?"""

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
    text = text_of(message, bot)
    quoted = quoted_in(message, bot)
    return text_of(quoted, bot) if quoted is not None and not text else text


def quoted_in(message: discord.Message, bot: discord.ClientUser) -> discord.Message | None:
    """The message of somebody else's that a message replies to."""
    replied_to = message.reference.resolved if message.reference else None
    return replied_to if isinstance(replied_to, discord.Message) and replied_to.author.id != bot.id else None


def text_of(message: discord.Message, bot: discord.ClientUser) -> str:
    """A message's text without mentions of the bot."""
    return message.content.replace(f"<@{bot.id}>", " ").replace(f"<@!{bot.id}>", " ").strip()


def overheard_in(message: discord.Message, settings: Settings) -> str | None:
    """What a message in a watched channel says, with a forum post's title before it; None where the bot keeps out:
    of bots, webhooks, staff, and what members reply to each other.
    """
    if not _is_talk(message) or message.reference is not None or is_staff(message.author, settings):
        return None
    if message.mentions:  # somebody else is meant
        return None
    opens = isinstance(message.channel, discord.Thread) and message.channel.id == message.id
    title = f"{message.channel.name}\n" if opens and isinstance(message.channel, discord.Thread) else ""
    return f"{title}{message.content}".strip() or None


def _is_talk(message: discord.Message) -> bool:
    return not message.author.bot and message.webhook_id is None and message.type in _TALK
