"""The privacy text: says from the settings what the bot keeps, where, for how long, and how to have it deleted."""

from argparse import Namespace

from bot.content.problems import plural
from bot.data import backups, drafts, inbox, redact, reply_log, stats
from bot.settings import Settings, environment

DAY = 86_400


def text(settings: Settings) -> str:
    """Return the whole text, in Markdown that Discord shows: for `/privacy`, and for an operator to publish."""
    reads = "only what is put to me: commands, mentions, replies to me, and direct messages."
    if settings.message_content:
        reads = (
            "messages that are put to me, and those in channels that the moderators let me watch. What I have nothing "
            "to say about I forget at once."
        )
    lines = (
        f"**I read** {reads}",
        *_inbox(settings),
        "**Counts**: how often each entry was asked for, declined or found helpful, by day and by command or mention. "
        f"Without who or what, for {stats.KEPT} days.",
        "**Votes**: whether an answer helped. So that each member has one vote, I keep a mark that is computed from "
        "your id, the answer and my password to Discord. My data alone does not tell whose it is; whoever runs me "
        f"could compare it with yours. It is gone after {plural(stats.VOTES_KEPT, 'day')}.",
        f"**Replies**: the ids of your message and of my reply, so that it follows when you edit or delete yours, for "
        f"{plural(reply_log.KEPT // DAY, 'day')}. No texts.",
        "**Curators**: who changed what in the FAQ and when, for as long as I run here; what they typed and did not "
        f"save, for {plural(drafts.KEPT // DAY, 'day')}.",
        "**The FAQ's texts** as numbers that stand for what they mean, made on this computer; of no other texts.",
        "**Never kept**: direct messages, who asked what, questions that I answered and nobody found the answer "
        "unhelpful, messages that describe an emergency. My log has ids of channels and messages, and no texts.",
        f"**Copies**: every night I copy all of this, and keep the last {backups.KEPT} copies: what is deleted is gone "
        "from them a week later.",
        "All of it lies on the computer that I run on, in my data folder, and I give it to nobody else.",
    )
    listed = "\n".join(f"- {line}" for line in lines)
    return (
        f"**What I keep, and what I don't**\n{listed}\n\n"
        "**Deleting**: delete your message, and its text in the inbox and my reply go too. For anything else, ask a "
        "moderator of the server: the inbox has a button to forget a question. Whoever runs me can delete the data "
        "folder."
    )


def _inbox(settings: Settings) -> tuple[str, ...]:
    if not settings.inbox_days:
        return ("**Questions that I had no answer to**: none is kept.",)
    days = plural(settings.inbox_days, "day")
    return (
        "**Questions that I had no answer to**, or whose answer did not help, for the moderators to answer: the first "
        f"{redact.KEPT} characters, without mentions, links, mail addresses and long numbers, and without who "
        f"asked; with the id of your message, so that it goes when you delete that. For {days}, "
        f"{inbox.MOST:,} at most. The most asked stand in a weekly message to the moderators' channel too; one that "
        "they make part of the FAQ stays in it.",
        "**In memory**, for an hour and never on disk: questions that I answered in a server, so that “Not helpful” "
        "can bring them to the moderators.",
    )


def privacy(_: Namespace) -> int:
    """Print the text for the settings of the environment, and return 0. Raises SettingsError if one is wrong."""
    print(text(Settings.read({"DISCORD_TOKEN": "none", **environment()})))  # what is kept does not depend on the token
    return 0
