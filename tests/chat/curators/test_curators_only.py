"""Nobody but curators, in the home server: every command, button, menu and form of theirs is refused to others."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.curators.drafts import NOT_YOURS, Drafts
from bot.chat.curators.entries import Entries
from bot.chat.curators.file import FileCommands
from bot.chat.curators.history import History
from bot.chat.curators.inbox import InboxScreens
from bot.chat.curators.stats import StatsScreens
from bot.chat.permissions import NOT_A_CURATOR
from bot.chat.router import Access
from bot.content.yaml.read import check_faq
from tests.chat.desk import decided, eventually
from tests.conftest import Run
from tests.standin import Attachment, Channel, Interaction, Message, StandIn
from tests.standin.forms import Form
from tests.standin.world import MANAGE_GUILD

MENU = "Add as a wording"
SORTING = {"inbox", "group", "asword", "asnew", "asoff", "forget"}
ACTIONS = {"undo", "history", "change", "save", "look", "back", "discard", "part", "draft", "csv"} | SORTING
FORMS = {"draft", "wording", "import"}
COMMANDS: dict[str, dict[str, Any]] = {
    "curate add": {},
    "curate edit": {"entry": "sciatica"},
    "curate remove": {"entry": "sciatica"},
    "curate undo": {},
    "curate history": {},
    "curate check": {},
    "curate drafts": {},
    "curate export": {},
    "curate import": {},
    "curate inbox": {},
    "curate stats": {},
    "curate why": {"question": "does it help"},
}


class Place:
    """Servers, and somebody in them who is no curator of the home server."""

    def __init__(self, discord: StandIn, run: Run, path: Path) -> None:
        self.discord, self.path = discord, path
        home, other = discord.guild("Home"), discord.guild("Elsewhere")
        self.home, self.elsewhere = discord.channel(home), discord.channel(other)
        self.home_id = home.id
        managers = discord.role(home, "Managers", MANAGE_GUILD)
        elsewhere = discord.role(other, "Managers elsewhere", MANAGE_GUILD)
        self.curator, self.colleague = discord.member("Cleo"), discord.member("Dan")
        self.curator.roles += [managers, elsewhere]
        self.colleague.roles.append(managers)
        self.member = discord.member("Ann")
        self.stranger = discord.member("Eve")  # who manages another server
        self.stranger.roles.append(elsewhere)

    async def draft(self, answer: str = "Yes.") -> Message:
        """A curator's draft."""
        form = await self.form()
        screen: Message = await self.discord.answer_to(
            await self.discord.submit(self.curator, form, {"Answer": answer})
        )
        return screen

    async def form(self) -> Form:
        used = await self.discord.command(self.curator, self.home, "curate edit", entry="sciatica")
        return await self.discord.form_of(used)

    async def said(self, interaction: Interaction) -> str:
        message = await self.discord.answer_to(interaction)
        assert isinstance(message, Message), message
        assert message.only_for is interaction.member
        return message.text

    def from_elsewhere(self, used: Interaction, channel: Channel) -> Interaction:
        """The place of an interaction, to be forged from another channel."""
        return Interaction(used.member, channel, used.kind, used.data)


@pytest.fixture
async def place(discord: StandIn, run: Run, tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(discord, run, tmp_path / "faq.yaml")
    await run(home_server=made.home_id)
    before = made.path.read_bytes()
    yield made
    assert made.path.read_bytes() == before  # whatever was tried


def test_every_command_is_tried(place: Place) -> None:
    (curate,) = [command for command in place.discord.rest.commands if command["name"] == "curate"]
    known = {f"curate {option['name']}" for option in curate["options"]}
    assert known - {"curate watch"} == set(COMMANDS)  # watch: see test_watching
    assert curate["default_member_permissions"] == MANAGE_GUILD


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_is_refused(place: Place, name: str) -> None:
    discord, options = place.discord, COMMANDS[name]
    for member, channel in (
        (place.member, place.home),
        (place.stranger, place.home),
        (place.stranger, place.elsewhere),
        (place.curator, place.elsewhere),
        (place.curator, discord.direct_messages(place.curator)),
    ):
        assert await place.said(await discord.command(member, channel, name, **options)) == NOT_A_CURATOR


async def test_the_menu_is_refused(place: Place) -> None:
    discord = place.discord
    for member, channel in ((place.member, place.home), (place.curator, place.elsewhere)):
        message = await discord.say(place.member, channel, "does it help")
        assert await place.said(await discord.menu(member, message, MENU)) == NOT_A_CURATOR


async def test_changes_are_not_suggested(place: Place) -> None:
    screen = await place.draft()
    await place.discord.answer_to(await place.discord.press(place.curator, screen, "Save"))
    for member, channel, count in ((place.curator, place.home, 1), (place.member, place.home, 0)):
        typed = await place.discord.complete(member, channel, "curate undo", change="")
        assert len(await place.discord.answer_to(typed)) == count
    undone = await place.discord.answer_to(await place.discord.command(place.curator, place.home, "curate undo"))
    await place.discord.answer_to(await place.discord.press(place.curator, undone, "Undo"))


async def screens(place: Place) -> list[Message]:
    """A message with each kind of button and menu that curators have."""
    discord, curator = place.discord, place.curator
    screen = await place.draft("First.")
    saved = await discord.answer_to(await discord.press(curator, screen, "Save"))
    for _ in range(10):
        more = await place.draft(f"Not the {_}.")
        await discord.answer_to(await discord.press(curator, more, "Save"))
    history = await discord.answer_to(await discord.command(curator, place.home, "curate history"))
    older = await discord.answer_to(
        await discord.press(
            curator, await discord.answer_to(await discord.command(curator, place.home, "curate history")), "Older"
        )
    )
    draft = await place.draft("Draft.")
    drafts = await discord.answer_to(await discord.command(curator, place.home, "curate drafts"))
    failed = await place.draft("Another.")
    good = place.path.read_bytes()
    place.path.write_text("title: [")
    failed = await discord.answer_to(await discord.press(curator, failed, "Save"))
    place.path.write_bytes(good)
    for text in ("who won the football", "which ski boots are best"):
        await discord.reply_to(await discord.say(place.member, place.home, discord.to_bot(text)))
    await eventually(lambda: decided(place.path.parent) == 2)
    inbox = await discord.answer_to(await discord.command(curator, place.home, "curate inbox"))
    (menu,) = inbox.selects.values()
    value = next(iter(inbox.options(menu).values()))
    listed = await discord.answer_to(await discord.command(curator, place.home, "curate inbox"))
    group = await discord.answer_to(await discord.select(curator, inbox, menu, value))
    stats = await discord.answer_to(await discord.command(curator, place.home, "curate stats"))
    return [saved, history, older, draft, drafts, failed, listed, group, stats]


async def test_buttons_and_menus_are_refused(place: Place) -> None:
    discord = place.discord
    before = place.path.read_bytes()
    found = await screens(place)
    tried: set[str] = set()
    for message in found:
        controls = [*message.buttons.values(), *message.selects.values()]
        for custom_id in controls:
            tried.add(custom_id.split(":")[1])
            values = ("1",) if custom_id.startswith("pick") else ()
            kind = 3 if values else 2
            for member in (place.member, place.stranger):
                forged = await discord.press_id(member, message, custom_id, kind=kind, values=values, forged=True)
                assert (await discord.answer_to(forged)).text == NOT_A_CURATOR
            own = re.sub(r"(?<=:)\d{17,}", str(place.member.id), custom_id)  # as if it were theirs
            mine = Message(
                message.channel, discord.bot, components=_with_id(message, custom_id, own), flags=message.flags
            )
            forged = await discord.press_id(place.member, mine, own, kind=kind, values=values, forged=True)
            assert (await discord.answer_to(forged)).text == NOT_A_CURATOR
            away = Message(place.elsewhere, discord.bot, components=message.components, flags=message.flags)
            forged = await discord.press_id(place.curator, away, custom_id, kind=kind, values=values, forged=True)
            assert (await discord.answer_to(forged)).text == NOT_A_CURATOR
    assert tried == ACTIONS
    place.path.write_bytes(before)


def test_every_route_is_tried_and_is_for_curators() -> None:
    """What the tests here have to try, so that nothing new is left out."""
    nothing: Any = None
    rooms = (
        Drafts(nothing, nothing, nothing, nothing),
        InboxScreens(nothing, nothing, nothing),
        StatsScreens(nothing, nothing),
        History(nothing, nothing, nothing, nothing),
        FileCommands(nothing, nothing, nothing, nothing),
        Entries(nothing, nothing, nothing, nothing),
    )
    routes = {action: route for room in rooms for action, route in room.routes().items()}
    assert set(routes) == ACTIONS | {f"form {action}" for action in FORMS}
    for action, route in routes.items():
        assert route.access is (Access.ASKING_CURATOR if action.startswith("form ") else Access.CURATORS)


def _with_id(message: Message, old: str, new: str) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = json.loads(json.dumps(message.components).replace(f'"{old}"', f'"{new}"'))
    return components


async def test_forms_are_refused(place: Place) -> None:
    discord = place.discord
    form = await place.form()
    menu = await discord.menu(place.curator, await discord.say(place.member, place.home, "does it help"), MENU)
    wording = await discord.form_of(menu)
    upload = await discord.form_of(await discord.command(place.curator, place.home, "curate import"))
    file = {"The FAQ file": Attachment("faq.yaml", b"title: T")}
    for each, values in ((form, {"Answer": "Forged."}), (wording, {}), (upload, file)):
        components, attachments = each.filled(dict(values))
        for member in (place.member, place.stranger):
            for asker in (place.curator.id, member.id):
                custom_id = re.sub(r"(?<=:)\d{17,}", str(asker), str(each.data["custom_id"]))
                sent = await discord.submit_raw(member, each.opened_by, custom_id, components, attachments)
                assert await place.said(sent) == NOT_A_CURATOR
        away = place.from_elsewhere(each.opened_by, place.elsewhere)
        sent = await discord.submit_raw(place.curator, away, str(each.data["custom_id"]), components, attachments)
        assert await place.said(sent) == NOT_A_CURATOR


async def test_another_curators_draft_is_theirs(place: Place) -> None:
    discord, form = place.discord, await place.form()
    components, _ = form.filled({"Answer": "Forged."})
    own = re.sub(r"(?<=:)\d{17,}", str(place.colleague.id), str(form.data["custom_id"]))
    assert await place.said(await discord.submit_raw(place.colleague, form.opened_by, own, components)) == NOT_YOURS
    screen = await place.draft()
    save = screen.buttons["Save"]
    pressed = await discord.press_id(place.colleague, screen, save, forged=True)
    assert (await discord.answer_to(pressed)).text == NOT_YOURS


async def test_forms_of_no_known_kind_get_a_sentence(place: Place) -> None:
    form = await place.form()
    for custom_id in (f"form:nothing:{place.curator.id}", "form", "else", f"form:draft:{place.curator.id}:999999"):
        sent = await place.discord.submit_raw(place.curator, form.opened_by, custom_id, [])
        assert len(await place.said(sent)) > 20
    for components in ([], [{"type": 18, "component": {"type": 4, "custom_id": "answer"}}], [{"type": 1}]):
        sent = await place.discord.submit_raw(place.curator, form.opened_by, form.data["custom_id"], components)
        message = await place.discord.answer_to(sent)
        assert message.only_for is place.curator


async def test_the_curator_role_is_enough(discord: StandIn, run: Run, tmp_path: Path) -> None:
    guild = discord.guild()
    general = discord.channel(guild)
    role = discord.role(guild, "Curators")
    ben = discord.member("Ben")
    ben.roles.append(role)
    await run(curator_role=role.id)
    form = await discord.form_of(await discord.command(ben, general, "curate edit", entry="sciatica"))
    screen = await discord.answer_to(await discord.submit(ben, form, {"Answer": "Yes."}))
    ben.roles.remove(role)
    refused = await discord.answer_to(await discord.press(ben, screen, "Save"))
    assert refused.text == NOT_A_CURATOR
    ben.roles.append(role)
    await discord.answer_to(await discord.press(ben, screen, "Save"))
    entry = check_faq("", (tmp_path / "faq.yaml").read_bytes()).entry("sciatica")
    assert entry is not None
    assert entry.answer == "Yes."
