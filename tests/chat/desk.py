"""A curator's place in a channel: commands, forms and screens, as they are used."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.content.model import Faq
from bot.content.yaml.read import check_faq
from tests.patience import PATIENCE
from tests.standin import Attachment, Channel, Form, Interaction, Member, Message, StandIn


def said(path: Path) -> Faq:
    """What the file says."""
    return check_faq("faq.yaml", path.read_bytes())


class Desk:
    """A curator's place in a channel."""

    def __init__(self, discord: StandIn, curator: Member, channel: Channel) -> None:
        self.discord = discord
        self.curator = curator
        self.channel = channel

    def colleagues(self) -> "Desk":
        """Another curator's place beside this one."""
        dan = self.discord.member("Dan")
        dan.roles += self.curator.roles
        return Desk(self.discord, dan, self.channel)

    async def form(self, command: str, **options: str) -> Form:
        return await self.discord.form_of(await self.discord.command(self.curator, self.channel, command, **options))

    async def form_by(self, screen: Message, label: str) -> Form:
        return await self.discord.form_of(await self.discord.press(self.curator, screen, label))

    async def see(self, command: str, **options: str | int) -> Message:
        return await self._private(await self.discord.command(self.curator, self.channel, command, **options))

    async def fill(self, form: Form, **values: str) -> Message:
        """The screen after a form; underscores in the labels stand for spaces."""
        named = {label.replace("_", " "): value for label, value in values.items()}
        return await self._private(await self.discord.submit(self.curator, form, dict(named)))

    async def press(self, screen: Message, label: str) -> Message:
        return await self._private(await self.discord.press(self.curator, screen, label))

    async def _private(self, interaction: Interaction) -> Message:
        message: Message = await self.discord.answer_to(interaction)
        assert message.only_for is self.curator
        return message


async def upload(discord: StandIn, desk: Desk, data: bytes, name: str = "faq.yaml") -> Message:
    form = await desk.form("curate import")
    sent = await discord.submit(desk.curator, form, {"The FAQ file": Attachment(name, data)})
    message: Message = await discord.answer_to(sent)
    return message


def decided(folder: Path) -> int:
    """How many questions are counted."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        found = database.execute("SELECT coalesce(sum(count), 0) FROM counts WHERE origin <> ''").fetchone()
    return int(found[0])


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait for something in the data folder, which says nothing by itself."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
