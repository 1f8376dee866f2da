"""Buttons of answers and offers, and the message menu: what a member who uses one sees."""

from typing import TYPE_CHECKING, Any, Final

import discord

from bot.chat import failures
from bot.chat.layout import QUIET, Audience, Surface, layout, row
from bot.chat.members.feedback import today
from bot.chat.members.listener import without_mentions
from bot.chat.permissions import is_staff
from bot.chat.router import Control, Press
from bot.chat.text import sentence_screen
from bot.content.model import Entry
from bot.data.inbox import Reason
from bot.data.stats import Event
from bot.matching import replies
from bot.matching.decision import Origin
from bot.matching.replies import Reply

if TYPE_CHECKING:
    from bot.chat.client import FaqClient

NOT_YOURS: Final = "These buttons are for the member who asked. Use /ask to ask a question of your own."
GONE: Final = "This entry is no longer in the FAQ. Use /ask to ask again."
OUTDATED: Final = "This button is from an older version of me. Use /ask to ask again."
NO_QUESTION: Final = "There is no text in that message that I could answer."
THANKS: Final = "Thank you. Your vote is counted without your name; press the other button to change it."
WHY_NOT: Final = (
    "Thank you. Your vote is counted without your name; press the other button to change it.\n"
    "What was wrong? If you tell me, the question goes to the moderators, without names."
)
PASSED_ON: Final = "Thank you. The question is in the moderators' inbox now, without names."
NOT_REMEMBERED: Final = "Thank you. I no longer remember the question; ask it again if you like."
REASONS: Final = {
    "topic": (Reason.OTHER_TOPIC, "Another topic"),
    "open": (Reason.NOT_ANSWERED, "Right topic, not answered"),
}
FOR_ANYBODY: Final = frozenset({"related", "helpful", "unhelpful"})


class Answering:
    """What can be done with answers."""

    def __init__(self, client: "FaqClient") -> None:
        self._client = client
        self._actions = {
            "choose": self._choose,
            "none": self._none,
            "related": self._related,
            "remove": self._remove,
            "show": self._show,
            "post": self._post,
            "helpful": self._vote,
            "unhelpful": self._vote,
            "reason": self._reason,
        }

    @property
    def actions(self) -> frozenset[str]:
        """What buttons here do, by the action in their ids."""
        return frozenset(self._actions)

    async def use(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Do what a button is for, or say why not."""
        allowed = control.action in FOR_ANYBODY or interaction.user.id == control.asker
        if not allowed and not (control.action == "remove" and is_staff(interaction.user, self._client.settings)):
            await failures.tell(interaction, NOT_YOURS)
            return
        await self._actions[control.action](interaction, control)

    async def preview(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """The answer to somebody's message, for the member who looks it up alone, to be posted as a reply."""
        assert self._client.user is not None
        text = without_mentions(message.content, self._client.user.id)
        if not text:
            await failures.tell(interaction, NO_QUESTION)
            return
        target = None if message.author.bot else message.id
        audience = Audience(interaction.user.id, Surface.PRIVATE, target)
        if interaction.guild_id is None:
            audience = Audience(interaction.user.id, Surface.ALONE)
        reply = self._client.reply(text, "")
        sent = await interaction.response.send_message(view=layout(reply, audience), ephemeral=True)
        origin = Origin.DIRECT if interaction.guild_id is None else Origin.MENU
        self._client.learning.decided(text, reply, origin, message.id)
        self._client.learning.remember(sent.message_id, text, reply, origin, message.id)

    async def _choose(self, interaction: discord.Interaction[Any], control: Control) -> None:
        entry = await self._entry(interaction, control)
        if entry is None:
            return
        await self._change(interaction, control, self._answer(entry))
        assert interaction.message is not None
        self._client.records.changed(interaction.message.id, entry.id)
        self._client.learning.counted(Event.CHOSEN, entry.id)

    async def _none(self, interaction: discord.Interaction[Any], control: Control) -> None:
        await self._change(interaction, control, replies.chosen_none(self._client.answerer.faq))
        assert interaction.message is not None
        self._client.learning.counted(Event.NONE)
        self._client.learning.unhelpful(interaction.message.id, Reason.NONE)

    async def _vote(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Count a vote, and ask what was wrong where the question is known."""
        entry = await self._entry(interaction, control)
        if entry is None:
            return
        assert interaction.message is not None
        helpful, answer = control.action == "helpful", interaction.message.id
        learning, member = self._client.learning, interaction.user.id
        learning.tally.vote(today(), member, answer, entry.id, helpful=helpful)
        if helpful or not learning.remembers(answer):
            await failures.tell(interaction, THANKS)
            return
        view = sentence_screen(WHY_NOT)
        about = (str(answer), entry.id)
        view.add_item(
            row(Press(Control("reason", member, (*about, key)), label, QUIET) for key, (_, label) in REASONS.items())
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _reason(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """Bring the question that an answer did not help with to the inbox."""
        reason, _ = REASONS.get(control.about_at(2), REASONS["topic"])
        known = self._client.learning.unhelpful(control.number_at(0), reason, control.about_at(1))
        await interaction.response.edit_message(view=sentence_screen(PASSED_ON if known else NOT_REMEMBERED))

    async def _related(self, interaction: discord.Interaction[Any], control: Control) -> None:
        """In a channel, for whoever presses it alone; where only one member reads, in place of what stands there."""
        entry = await self._entry(interaction, control)
        if entry is None:
            return
        reply, surface = self._answer(entry), _surface(interaction)
        if surface in (Surface.PRIVATE, Surface.ALONE):
            await self._change(interaction, control, reply)
        elif surface is Surface.DIRECT:
            await interaction.response.send_message(view=layout(reply, Audience(interaction.user.id, surface)))
        else:
            view = layout(reply, Audience(interaction.user.id, Surface.PRIVATE))
            await interaction.response.send_message(view=view, ephemeral=True)

    async def _remove(self, interaction: discord.Interaction[Any], control: Control) -> None:
        assert interaction.message is not None
        await interaction.response.defer()
        with failures.unless_gone():
            await interaction.delete_original_response()
        self._client.records.removed(interaction.message.id)

    async def _show(self, interaction: discord.Interaction[Any], control: Control) -> None:
        entry = await self._entry(interaction, control)
        if entry is None:
            return
        await interaction.response.defer()
        said = await self._client.conversation.show(interaction, self._answer(entry))
        if said is not None:
            await failures.tell(interaction, said)
            return
        view = layout(self._answer(entry), Audience(control.asker, Surface.ALONE, rated=False))
        await interaction.edit_original_response(view=view)

    async def _post(self, interaction: discord.Interaction[Any], control: Control) -> None:
        entry = await self._entry(interaction, control)
        target = _target(control)
        if entry is None or target is None:
            return
        reply = self._answer(entry)
        await interaction.response.defer()
        said = await self._client.conversation.post(interaction, reply, target)
        await interaction.followup.send(said, ephemeral=True)

    async def _entry(self, interaction: discord.Interaction[Any], control: Control) -> Entry | None:
        """The entry that a button is about; where the FAQ no longer has it, a sentence says so."""
        entry = self._client.answerer.faq.entry(control.about_at(0))
        if entry is None:
            await failures.tell(interaction, GONE)
        return entry

    def _answer(self, entry: Entry) -> Reply:
        return replies.answer(entry, self._client.answerer.faq)

    async def _change(self, interaction: discord.Interaction[Any], control: Control, reply: Reply) -> None:
        """Put another reply in place of the one that a button belongs to."""
        audience = Audience(control.asker, _surface(interaction), _target(control))
        await interaction.response.edit_message(view=layout(reply, audience))


def _surface(interaction: discord.Interaction[Any]) -> Surface:
    """Where the message is shown that a button belongs to."""
    private = interaction.message is not None and interaction.message.flags.ephemeral
    if interaction.guild_id is None:
        return Surface.ALONE if private else Surface.DIRECT
    return Surface.PRIVATE if private else Surface.OPEN


def _target(control: Control) -> int | None:
    """The message that a private answer can be posted as a reply to: the last of what a button is about."""
    last = control.about[-1] if control.about else ""
    return int(last) if len(control.about) > (control.action != "none") and last.isdecimal() else None
