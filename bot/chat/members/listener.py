"""Messages that the bot hears: was this one addressed to it, and what does it ask?"""

import discord

from bot.chat.members.incoming import Heard
from bot.chat.permissions import moderates
from bot.settings import Settings


def question_in(message: Heard, bot: int) -> str | None:
    """The question that a message puts to the bot: "" where it only calls it, None where it isn't addressed to it.

    Addressed are direct messages and mentions, which a reply to the bot is one of unless its ping was turned off. A
    mention without words, in reply to somebody else's message, puts that message's question. `bot`: its user id.
    """
    if not message.is_talk or (bot not in message.mentioned and not message.is_direct):
        return None
    text = without_mentions(message.text, bot)
    quoted = quoted_in(message, bot)
    return without_mentions(quoted, bot) if quoted is not None and not text else text


def quoted_in(message: Heard, bot: int) -> str | None:
    """What somebody else's message says that a message replies to."""
    return message.quoted.text if message.quoted is not None and message.quoted.author != bot else None


def without_mentions(text: str, bot: int) -> str:
    """A message's text without mentions of the bot."""
    return text.replace(f"<@{bot}>", " ").replace(f"<@!{bot}>", " ").strip()


def overheard_in(message: Heard, settings: Settings) -> str | None:
    """What a message in a watched channel says, with a forum post's title before it; None where the bot keeps out:
    of bots, webhooks, staff, and what members reply to each other.
    """
    if not message.is_talk or message.is_reply or moderates(message, settings):
        return None
    if message.mentioned:  # somebody else is meant
        return None
    opens = isinstance(message.channel, discord.Thread) and message.channel.id == message.id
    title = f"{message.channel.name}\n" if opens and isinstance(message.channel, discord.Thread) else ""
    return f"{title}{message.text}".strip() or None
