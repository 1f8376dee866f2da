"""`/curate check`, `export` and `import`: the FAQ file as a whole."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import aiohttp
import discord

from bot.chat import failures
from bot.chat.curators import forms
from bot.chat.curators.drafts import Drafts, acknowledge
from bot.chat.permissions import NOT_A_CURATOR
from bot.chat.router import Access, CustomId, Route
from bot.chat.text import MEND, sentence_screen, trouble_text
from bot.content import file, limits
from bot.errors import BotError
from bot.live.editor import Editor
from bot.live.served import Served
from bot.matching.replies import contents

TOO_LARGE: Final = (
    f"That file is larger than {limits.IMPORT_BYTES:,} bytes, the most that I take through Discord. Is it the FAQ? "
    "Whoever runs me can put it in the place of the old one."
)
NO_FILE: Final = "There was no file in the form. Use /curate import again."
NOT_FETCHED: Final = "Discord did not give me the file that you uploaded. Use /curate import again."


@dataclass(frozen=True)
class FileCommands:
    """What curators do with the file."""

    _served: Served
    _editor: Editor
    _drafts: Drafts
    _download: Callable[[str], Awaitable[bytes]]  # reads the file at an address that Discord gave for an upload

    def routes(self) -> dict[str, Route]:
        """Return what the form for a file leads to."""
        return {"form import": Route(self._imported, Access.ASKING_CURATOR, NOT_A_CURATOR)}

    async def check(self, interaction: discord.Interaction[Any]) -> None:
        """Say what is wrong with the file, or what is in it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        path = self._editor.path
        try:
            said = f"{path.name} is fine: {contents(await asyncio.to_thread(file.checked, path))}."
        except BotError as error:
            said = f"{trouble_text(error)}\n{MEND}"
        await interaction.edit_original_response(view=sentence_screen(said))

    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """Send the file; also the last good one, if that is another."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        path, good = self._editor.path, self._served.now.data
        data, said, files = b"", "", []
        try:
            data = await asyncio.to_thread(file.read_bytes, path, path.name)
            files.append(await _attached(path.name, data))
        except BotError as error:
            said = str(error)
        if data != good:
            files.append(await _attached(f"last-good-{path.name}", good))
        await interaction.followup.send(said, files=files, ephemeral=True)

    async def ask_for_file(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form that takes a FAQ file."""
        await interaction.response.send_modal(forms.import_form(interaction.user.id))

    async def _imported(self, interaction: discord.Interaction[Any], custom_id: CustomId, _: str) -> None:
        uploaded = forms.uploaded_in(interaction)
        if uploaded is None or int(uploaded["size"]) > limits.IMPORT_BYTES:
            await failures.tell(interaction, NO_FILE if uploaded is None else TOO_LARGE)
            return
        await acknowledge(interaction)
        try:
            data = await self._download(uploaded["url"])
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            await failures.tell(interaction, NOT_FETCHED)
            return
        await self._drafts.imported(interaction, custom_id.number_at(0), data)


async def _attached(name: str, data: bytes) -> discord.File:
    """Return a file to send, compressed if Discord would find it too large."""
    if len(data) > limits.DISCORD_UPLOAD:
        data, name = await asyncio.to_thread(gzip.compress, data), f"{name}.gz"
    return discord.File(BytesIO(data), name)
