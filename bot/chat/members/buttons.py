"""Buttons of answers and offers: what a member who presses one sees, and answers that they share with everyone."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.chat import failures
from bot.chat.layout import QUIET, Audience, Visibility, layout, row
from bot.chat.members.addressed import SLOWER
from bot.chat.members.feedback import Feedback
from bot.chat.members.incoming import link
from bot.chat.members.rate_limit import Pace, RateLimit
from bot.chat.members.replier import Replier
from bot.chat.router import Access, CustomId, Handler, Route, button
from bot.chat.text import sentence_screen
from bot.content.model import Entry
from bot.data.inbox import Reason
from bot.data.reply_log import ReplyLog
from bot.data.stats import Event
from bot.live.served import Served
from bot.matching import replies
from bot.matching.decision import Origin
from bot.matching.replies import Reply
from bot.recent import KeyedLocks

GONE: Final = "This entry is no longer in the FAQ. Use /ask to ask again."
THANKS: Final = "Thank you. Your vote is counted without your name; press the other button to change it."
WHY_NOT: Final = f"{THANKS}\nWhat was wrong? If you tell me, the question goes to the moderators, without names."
PASSED_ON: Final = "Thank you. The question is in the moderators' inbox now, without names."
NOT_REMEMBERED: Final = "Thank you. I no longer remember the question; ask it again if you like."
REASONS: Final = {
    "topic": (Reason.OTHER_TOPIC, "Another topic"),
    "open": (Reason.NOT_ANSWERED, "Right topic, not answered"),
}
_WRITABLE: Final = discord.TextChannel | discord.Thread | discord.VoiceChannel | discord.StageChannel


@dataclass
class Buttons:
    """What can be done with answers."""

    _served: Served
    _reply_log: ReplyLog
    _feedback: Feedback
    _replier: Replier
    _rate_limit: RateLimit
    _locks: KeyedLocks  # those of the messages, which may be answered at the same moment

    def routes(self) -> dict[str, Route]:
        """Return what each button does."""
        return {
            "choose": Route(self._about_entry(self._choose)),
            "none": Route(self._none),
            "related": Route(self._about_entry(self._related), Access.ANYBODY),
            "remove": Route(self._remove, Access.ASKER_OR_STAFF),
            "show": Route(self._about_entry(self._show)),
            "post": Route(self._about_entry(self._post)),
            "helpful": Route(self._about_entry(self._vote), Access.ANYBODY),
            "unhelpful": Route(self._about_entry(self._vote), Access.ANYBODY),
            "reason": Route(self._reason),
        }

    def _about_entry(self, use: Callable[[discord.Interaction, CustomId, Entry], Awaitable[None]]) -> Handler:
        """Return the handler of a button that is about an entry; if the FAQ no longer has it, a sentence says so."""

        async def handle(interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
            entry = self._served.now.faq.entry(custom_id.about_at(0))
            if entry is None:
                await failures.tell(interaction, GONE)
            else:
                await use(interaction, custom_id, entry)

        return handle

    async def _choose(self, interaction: discord.Interaction[Any], custom_id: CustomId, entry: Entry) -> None:
        changed = await self._change(interaction, custom_id, self._answer(entry))
        self._reply_log.changed(changed, entry.id)
        self._feedback.counted(Event.CHOSEN, entry.id)

    async def _none(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        changed = await self._change(interaction, custom_id, replies.chosen_none(self._served.now.faq))
        self._feedback.counted(Event.NONE)
        self._feedback.unhelpful(changed, Reason.NONE)

    async def _vote(self, interaction: discord.Interaction[Any], custom_id: CustomId, entry: Entry) -> None:
        """Count a vote, and ask what was wrong if the question is known."""
        assert interaction.message is not None
        helpful, answer, member = custom_id.action == "helpful", interaction.message.id, interaction.user.id
        self._feedback.vote(member, answer, entry.id, helpful=helpful)
        if helpful or not self._feedback.remembers(answer):
            await failures.tell(interaction, THANKS)
            return
        reasons = [
            button(CustomId("reason", member, (str(answer), entry.id, key)), label, QUIET)
            for key, (_, label) in REASONS.items()
        ]
        view = sentence_screen(WHY_NOT)
        view.add_item(row(reasons))
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _reason(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        """Bring the question that an answer did not help with to the inbox."""
        reason, _ = REASONS.get(custom_id.about_at(2), REASONS["topic"])
        known = self._feedback.unhelpful(custom_id.number_at(0), reason, custom_id.about_at(1))
        await interaction.response.edit_message(view=sentence_screen(PASSED_ON if known else NOT_REMEMBERED))

    async def _related(self, interaction: discord.Interaction[Any], custom_id: CustomId, entry: Entry) -> None:
        """Answer whoever presses it alone, in a channel; if only one member reads, replace what stands there."""
        reply, visibility = self._answer(entry), _visibility(interaction)
        if visibility in (Visibility.PRIVATE, Visibility.FINAL):
            await self._change(interaction, custom_id, reply)
            return
        is_direct = visibility is Visibility.DIRECT
        view = layout(reply, Audience(interaction.user.id, visibility if is_direct else Visibility.PRIVATE))
        await interaction.response.send_message(view=view, ephemeral=not is_direct)

    async def _remove(self, interaction: discord.Interaction[Any], _: CustomId, __: str) -> None:
        assert interaction.message is not None
        await interaction.response.defer()
        with failures.unless_gone():
            await interaction.delete_original_response()
        self._reply_log.removed(interaction.message.id)

    async def _show(self, interaction: discord.Interaction[Any], custom_id: CustomId, entry: Entry) -> None:
        await interaction.response.defer()
        said = await self._replier.show(interaction, self._answer(entry))
        if said is not None:
            await failures.tell(interaction, said)
            return
        view = layout(self._answer(entry), Audience(custom_id.asker, Visibility.FINAL, rated=False))
        await interaction.edit_original_response(view=view)

    async def _post(self, interaction: discord.Interaction[Any], custom_id: CustomId, entry: Entry) -> None:
        target = _target(custom_id)
        if target is None:
            return
        await interaction.response.defer()
        said = await self._posted(interaction, self._answer(entry), target)
        await interaction.followup.send(said, ephemeral=True)

    async def _posted(self, interaction: discord.Interaction[Any], reply: Reply, message: int) -> str:
        """Post an answer as a reply to somebody's message. Returns a sentence that says so, or why it cannot be."""
        channel, theirs = interaction.channel, interaction.permissions
        target = self._replier.target(channel, message) if isinstance(channel, _WRITABLE) else None
        if target is None:
            return "I may not write in this channel. A moderator can give me the permission to."
        if not (theirs.send_messages_in_threads if isinstance(channel, discord.Thread) else theirs.send_messages):
            return "You may not write in this channel."
        if self._rate_limit.ask(interaction.user.id, time.time()) is not Pace.FINE:
            return SLOWER
        async with self._locks.of(message):
            if not self._replier.claim(message, target.channel.id):
                return "I have replied to that message already."
            sent = await self._replier.send(target, reply, interaction.user.id, Origin.MENU)
        return f"Posted: {link(target.channel, sent)}" if sent else "Discord did not let me post it here."

    def _answer(self, entry: Entry) -> Reply:
        return replies.answer(entry, self._served.now.faq)

    async def _change(self, interaction: discord.Interaction[Any], custom_id: CustomId, reply: Reply) -> int:
        """Put another reply in place of the one that a button belongs to. Returns its message's id."""
        assert interaction.message is not None
        audience = Audience(custom_id.asker, _visibility(interaction), _target(custom_id))
        await interaction.response.edit_message(view=layout(reply, audience))
        return interaction.message.id


def _visibility(interaction: discord.Interaction[Any]) -> Visibility:
    """Return who sees the message that a button belongs to."""
    private = interaction.message is not None and interaction.message.flags.ephemeral
    if interaction.guild_id is None:
        return Visibility.FINAL if private else Visibility.DIRECT
    return Visibility.PRIVATE if private else Visibility.PUBLIC


def _target(custom_id: CustomId) -> int | None:
    """Return the message that a private answer can be posted as a reply to: the last of what a button is about."""
    last = custom_id.about[-1] if custom_id.about else ""
    return int(last) if len(custom_id.about) > (custom_id.action != "none") and last.isdecimal() else None
