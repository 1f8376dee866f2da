"""Drafts of curators: from the form that opens one, over its preview, to the change that is saved. None is lost."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import discord
from discord import ui

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.preview import Spot, draft_screen, drafts_screen, failed_screen, saved_screen
from bot.chat.permissions import NOT_A_CURATOR
from bot.chat.router import Access, CustomId, Handler, Route, number
from bot.chat.text import sentence_screen
from bot.content import limits
from bot.content.edits import Addition, Edit, Import, OffTopicLines, Removal, Revision, id_for, lines_of
from bot.data.drafts import Draft, DraftStore
from bot.data.inbox import Inbox
from bot.errors import BotError
from bot.live.editor import ChangedMeanwhileError, Editor, Preview
from bot.live.served import Served
from bot.recent import KeyedLocks, Recent

GONE: Final = "This draft is gone: it was saved or discarded, or is older than a week."
NOT_YOURS: Final = "This draft is another curator's."
DISCARDED: Final = "Discarded. Nothing was changed."
MEANWHILE: Final = "This is not what you last saw of it, so nothing was saved yet. Look again:"
REMEMBERED: Final = 2  # drafts whose preview is kept: each holds a matcher; of others it is made again
_TITLES: Final = {forms.WORDINGS: "Wordings", forms.DETAILS: "Details", forms.NEW: "New entry"}


@dataclass
class Drafts:
    """What can be done with drafts, each by the curator whose draft it is."""

    _editor: Editor
    _store: DraftStore
    _inbox: Inbox
    _served: Served

    def __post_init__(self) -> None:
        self._previews: Recent[int, tuple[int, Preview]] = Recent(REMEMBERED)  # by draft, with its version
        self._locks = KeyedLocks()  # one for each draft: buttons may be pressed in quick succession

    def routes(self) -> dict[str, Route]:
        """Return what the menu, the buttons and the form of drafts lead to."""
        handlers = {"draft": self._go_on, "save": self._save, "look": self._look, "discard": self._discard}
        handlers |= {"back": self._reopen, "part": self._reopen}
        routes = {action: Route(self._of_own(handler), Access.CURATORS) for action, handler in handlers.items()}
        return routes | {"form draft": Route(self._of_own(self._submitted), Access.ASKING_CURATOR, NOT_A_CURATOR)}

    async def open(
        self, interaction: discord.Interaction[Any], edit: Addition | Revision, part: str, settles: Sequence[int] = ()
    ) -> None:
        """Open a form for a new draft. `settles`: numbers of questions in the inbox that it is about."""
        draft = self._add(interaction.user.id, edit, settles)
        await interaction.response.send_modal(_form(draft, Spot(part)))

    async def start(
        self, interaction: discord.Interaction[Any], edit: Edit, spot: Spot, settles: Sequence[int] = ()
    ) -> None:
        """Preview a new draft that needs no form, or whose form was filled in. `settles`: as for `open`."""
        draft = self._add(interaction.user.id, edit, settles)
        await acknowledge(interaction, fresh=True)
        await self._preview(interaction, draft, spot)

    async def imported(self, interaction: discord.Interaction[Any], number: int, data: bytes) -> None:
        """Preview an uploaded file. If `number` is that of a curator's draft, the file replaces the one in it."""
        draft = self._get(number)
        if draft is None or draft.who != interaction.user.id:
            await self.start(interaction, Import(data), Spot())
        else:
            await self._update(interaction, draft, Import(data), Spot())

    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """Show a curator's drafts."""
        drafts = self._store.of(interaction.user.id, limits.DISCORD_OPTIONS, time.time())
        await interaction.response.send_message(view=drafts_screen(drafts, interaction.user.id), ephemeral=True)

    async def _go_on(self, interaction: discord.Interaction[Any], _: CustomId, draft: Draft) -> None:
        await acknowledge(interaction, fresh=True)
        await self._preview(interaction, draft, Spot(forms.ANSWER))

    async def _submitted(self, interaction: discord.Interaction[Any], custom_id: CustomId, draft: Draft) -> None:
        """Keep what was typed into a draft's form, and preview it."""
        spot, count = Spot(custom_id.about_at(1), custom_id.number_at(2)), custom_id.number_at(3)
        edit = _filled(draft.edit, spot, count, forms.typed_in(interaction))
        await self._update(interaction, draft, edit, spot)

    async def _look(self, interaction: discord.Interaction[Any], custom_id: CustomId, draft: Draft) -> None:
        await interaction.response.defer()
        await self._preview(interaction, draft, _spot(custom_id))

    async def _reopen(self, interaction: discord.Interaction[Any], custom_id: CustomId, draft: Draft) -> None:
        await interaction.response.send_modal(_form(draft, _spot(custom_id)))

    async def _save(self, interaction: discord.Interaction[Any], custom_id: CustomId, pressed: Draft) -> None:
        await interaction.response.defer()
        spot = _spot(custom_id)
        async with self._locks.of(pressed.number):
            draft = self._get(pressed.number)
            if draft is None:  # the button was pressed twice
                return
            if draft.version != custom_id.number_at(1):
                await self._preview(interaction, draft, spot, MEANWHILE)
                return
            try:
                change = await self._editor.save(await self._seen(draft), interaction.user.id)
            except ChangedMeanwhileError as changed:
                await self._present(interaction, draft, changed.preview, spot, MEANWHILE)
                return
            except BotError as error:
                await interaction.edit_original_response(view=failed_screen(draft, error, spot))
                return
            self._inbox.saved(draft.number, change.number)
            self._forget(draft)
        await interaction.edit_original_response(view=saved_screen(change, draft.who))

    async def _discard(self, interaction: discord.Interaction[Any], _: CustomId, pressed: Draft) -> None:
        await interaction.response.defer()
        async with self._locks.of(pressed.number):
            draft = self._get(pressed.number)
            if draft is None:  # it was saved meanwhile, and its screen says so
                return
            self._forget(draft)
        await interaction.edit_original_response(view=sentence_screen(DISCARDED))

    def _of_own(self, handler: Callable[[discord.Interaction[Any], CustomId, Draft], Awaitable[None]]) -> Handler:
        """Return a handler that gets the draft that was chosen, or that the id is about, if it is the curator's own."""

        async def handle(interaction: discord.Interaction[Any], custom_id: CustomId, value: str) -> None:
            draft = self._get(number(value) if value else custom_id.number_at(0))
            if draft is not None and draft.who == interaction.user.id:
                await handler(interaction, custom_id, draft)
            else:
                await failures.tell(interaction, GONE if draft is None else NOT_YOURS)

        return handle

    def _get(self, number: int) -> Draft | None:
        return self._store.get(number, time.time())

    def _add(self, who: int, edit: Edit, settles: Sequence[int]) -> Draft:
        draft = self._store.add(time.time(), who, edit)
        self._inbox.take_up(settles, draft.number)
        return draft

    def _forget(self, draft: Draft) -> None:
        self._store.discard(draft)
        self._previews.pop(draft.number)

    async def _update(self, interaction: discord.Interaction[Any], draft: Draft, edit: Edit, spot: Spot) -> None:
        """Keep what a draft has become, and preview it."""
        draft = self._store.update(time.time(), draft, edit)
        await acknowledge(interaction)
        await self._preview(interaction, draft, spot)

    async def _preview(self, interaction: discord.Interaction[Any], draft: Draft, spot: Spot, note: str = "") -> None:
        try:
            preview = await self._editor.preview(self._named(draft.edit))
        except BotError as error:
            await interaction.edit_original_response(view=failed_screen(draft, error, spot))
            return
        await self._present(interaction, draft, preview, spot, note)

    async def _present(
        self, interaction: discord.Interaction[Any], draft: Draft, preview: Preview, spot: Spot, note: str = ""
    ) -> None:
        """Show a preview, which is made from what the file says now. The draft becomes the edit that is in it."""
        # With its new version, a button of an earlier screen saves nothing: this edit was not seen there.
        if isinstance(draft.edit, Revision | Removal) and draft.edit != preview.edit:
            draft = self._store.update(time.time(), draft, preview.edit)
        self._previews[draft.number] = (draft.version, preview)
        view = draft_screen(draft, preview, self._served.now.faq, spot, note)
        await interaction.edit_original_response(view=view)

    async def _seen(self, draft: Draft) -> Preview:
        """Return the preview that the curator has seen, made again if it is no longer kept.

        Raises ChangedMeanwhileError if it has become another edit, and BotError.
        """
        version, kept = self._previews.get(draft.number) or (0, None)
        if kept is not None and version == draft.version:
            return kept
        edit = self._named(draft.edit)
        preview = await self._editor.preview(edit)
        if preview.edit != edit or isinstance(edit, Import):
            raise ChangedMeanwhileError(preview)
        return preview

    def _named(self, edit: Edit) -> Edit:
        """Return an edit whose new entry has an id, made from its question if the curator gave none."""
        if not isinstance(edit, Addition) or edit.entry.id:
            return edit
        return Addition(replace(edit.entry, id=id_for(edit.entry.question, self._editor.ids_ever_used())))


async def acknowledge(interaction: discord.Interaction[Any], *, fresh: bool = False) -> None:
    """Say that something is coming: a `fresh` message, or a new screen in the one with the button that was pressed."""
    if interaction.response.is_done():
        return
    fresh = fresh or interaction.message is None
    await interaction.response.defer(ephemeral=fresh, thinking=fresh)


def _spot(custom_id: CustomId) -> Spot:
    return Spot(custom_id.about_at(2), custom_id.number_at(3))


def _form(draft: Draft, spot: Spot) -> ui.Modal:
    """Return the form for a part of a draft, filled in."""
    about: tuple[str, ...] = (str(draft.number),)
    match draft.edit:
        case Import():
            return forms.import_form(draft.who, draft.number)
        case OffTopicLines(texts):
            return forms.form(CustomId("draft", draft.who, about), "Off topic", forms.off_topic_fields(texts))
        case Addition(entry) | Revision(wanted=entry):
            about += (spot.part, str(spot.page), str(len(entry.also)))
            count = len(forms.pages(entry.also))
            page = f" {spot.page + 1} of {count}" if spot.part == forms.WORDINGS and count > 1 else ""
            title = f"{_TITLES.get(spot.part, 'Edit')}{page}" + (f": {entry.id}" if entry.id else "")
            fields = forms.entry_fields(entry, spot.part, spot.page)
            return forms.form(CustomId("draft", draft.who, about), title, fields)
    raise ValueError(f"there is no form for {type(draft.edit).__name__}")


def _filled(edit: Edit, spot: Spot, count: int, typed: Mapping[str, str]) -> Edit:
    """Return an edit with what was typed into its form. `count`: of the wordings when the form was opened."""
    today = datetime.now().astimezone().date()  # where the bot runs
    match edit:
        case OffTopicLines():
            return OffTopicLines(lines_of(typed.get("line", "")))
        case Addition(entry):
            return Addition(forms.filled(entry, spot.part, spot.page, count, typed, today))
        case Revision(found, wanted):
            return Revision(found, forms.filled(wanted, spot.part, spot.page, count, typed, today))
    raise ValueError(f"there is no form for {type(edit).__name__}")
