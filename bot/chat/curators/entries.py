"""`/curate add`, `edit` and `remove`, and the message menu's «Add as a wording»: entries, by id or question."""

from dataclasses import dataclass, replace
from typing import Any, Final

import discord

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.inbox import InboxScreens
from bot.chat.curators.preview import Spot
from bot.chat.layout import shortened
from bot.chat.permissions import NOT_A_CURATOR
from bot.chat.router import Access, CustomId, Route
from bot.content import limits
from bot.content.edits import Addition, OffTopicLines, Removal, Revision, id_for, line_of, lines_of
from bot.content.model import Entry, Faq
from bot.live.editor import Editor
from bot.live.served import Served
from bot.text.words import MARKUP

NO_ENTRY: Final = "The FAQ has no entry “{}”. Choose one that is suggested while you type."
TAKEN: Final = "There is, or was, an entry with the id “{}” already. Give another, or none: I make one."
NO_WORDS: Final = "There is no text in that message that could become a wording."
NO_SUCH_ENTRY: Final = "The FAQ has no entry “{}”, so this was not added: “{}”. Use the menu again, and choose another."


@dataclass(frozen=True)
class Entries:
    """What curators do with entries. Each ends in a draft."""

    _served: Served
    _editor: Editor
    _drafts: Drafts
    _inbox_screens: InboxScreens

    def routes(self) -> dict[str, Route]:
        """Return what the form for wordings leads to."""
        return {"form wording": Route(self._worded, Access.ASKING_CURATOR, NOT_A_CURATOR)}

    async def add(self, interaction: discord.Interaction[Any], question: str, section: str, name: str) -> None:
        """Open the form for a new entry. `name`: its id, or ""."""
        name = id_for(name, ()) if name else ""
        if name and name in self._editor.ids_ever_used():
            await failures.tell(interaction, TAKEN.format(name))
        else:
            edit = Addition(Entry(name, line_of(section), line_of(question), ""))
            await self._drafts.open(interaction, edit, forms.NEW)

    async def edit(self, interaction: discord.Interaction[Any], typed: str, part: str) -> None:
        """Open the form for a part of an entry."""
        if entry := await self._found(interaction, typed):
            await self._drafts.open(interaction, Revision(entry, entry), part)

    async def remove(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Preview what the removal of an entry would do."""
        if entry := await self._found(interaction, typed):
            await self._drafts.start(interaction, Removal(entry), Spot())

    async def _found(self, interaction: discord.Interaction[Any], typed: str) -> Entry | None:
        """Return the entry with an id or a question. If there is none, say so and return None."""
        entry = find(self._served.now.faq, typed)
        if entry is None:
            await tell_unknown(interaction, typed)
        return entry

    async def add_wording(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Open the form that makes a message a wording of an entry."""
        text = shortened(line_of(MARKUP.sub(" ", message.content)), limits.WORDING)
        if not text:
            await failures.tell(interaction, NO_WORDS)
            return
        near = await self._served.ask(lambda answerer: answerer.match(text, limits.DISCORD_OPTIONS - 1))
        custom_id, entries = CustomId("wording", interaction.user.id), [match.entry for match in near.matches]
        await interaction.response.send_modal(forms.wording_form(custom_id, "Add as a wording", [text], entries))

    async def _worded(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        """Preview wordings: of a message, or of a group of the inbox, which the id is about then."""
        typed = forms.typed_in(interaction)
        wordings = lines_of(typed.get("wording", ""))
        chosen = typed.get("other", "").strip() or typed.get("entry", "")
        group = await self._inbox_screens.group(custom_id.number_at(0)) if custom_id.about else None
        settles = group.numbers if group is not None else []
        if chosen == forms.OFF_TOPIC:
            await self._drafts.start(interaction, OffTopicLines(wordings), Spot(), settles)
            return
        entry = find(self._served.now.faq, chosen)
        if entry is None:
            texts = shortened("; ".join(wordings), limits.WORDING)
            await failures.tell(interaction, NO_SUCH_ENTRY.format(chosen[:100], texts))
            return
        wanted = replace(entry, also=(*entry.also, *wordings))
        last = len(forms.pages(wanted.also)) - 1
        await self._drafts.start(interaction, Revision(entry, wanted), Spot(forms.WORDINGS, last), settles)


def find(faq: Faq, typed: str) -> Entry | None:
    """Return the entry with an id or a question; None if there is none."""
    typed = typed.strip()
    by_question = (entry for entry in faq.entries if entry.question.casefold() == typed.casefold())
    return faq.entry(typed) or next(by_question, None)


async def tell_unknown(interaction: discord.Interaction[Any], typed: str) -> None:
    """Say that the FAQ has no such entry."""
    await failures.tell(interaction, NO_ENTRY.format(discord.utils.escape_markdown(typed[:100])))
