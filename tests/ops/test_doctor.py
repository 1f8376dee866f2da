"""`doctor`: a line for each thing, and for each that can be wrong, what to do."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from bot.data.database import NAME, Database
from bot.data.watched import Mode, Watched
from bot.settings import SHIPPED_FAQ
from tests.command import bot
from tests.conftest import Run
from tests.standin import Channel, Member, StandIn
from tests.standin.world import READ_MESSAGE_HISTORY, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL

posix = pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")


class Doctor:
    """`doctor` in a folder of its own, with settings that make sense unless others are given."""

    def __init__(self, discord: StandIn, folder: Path, staff: Channel) -> None:
        self.discord = discord
        self.folder = folder
        self.variables = {
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_TOKEN": discord.token,
            "STAFF_CHANNEL": str(staff.id),
        }

    async def says(self, **changed: str) -> tuple[int, str]:
        """Exit code, and what it prints."""
        done = await asyncio.to_thread(bot, "doctor", folder=self.folder, **{**self.variables, **changed})
        assert self.discord.token not in done.stdout + done.stderr
        return done.returncode, done.stdout

    async def finds(self, what: str, found: str, remedy: str, **changed: str) -> None:
        """It finds this one thing wrong, and nothing else."""
        code, said = await self.says(**changed)
        wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
        assert len(wrong) == 1, said
        assert wrong[0].startswith(f"WRONG {what}: ")
        assert found in wrong[0]
        assert remedy in wrong[0]
        assert code == 1
        assert said.endswith("1 thing to mend.\n")


@pytest.fixture
async def doctor(discord: StandIn, run: Run, general: Channel, staff: Channel, tmp_path: Path) -> Doctor:
    """In a folder where the bot ran once; general is watched in its data."""
    data = tmp_path / "data"
    task = await run(data_path=data)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with Database(data) as database:
        Watched(database).watch(general.id, Mode.ON)
    discord.message_content_allowed = True
    found = Doctor(discord, tmp_path, staff)
    found.variables |= {"MESSAGE_CONTENT": "yes", "FAQ_PATH": "faq.yaml"}
    return found


async def test_where_all_is_well_it_says_what_was_looked_at(doctor: Doctor) -> None:
    code, said = await doctor.says()
    assert code == 0, said
    names = [re.sub(r"^ok +([^:]*):.*", r"\1", line) for line in said.splitlines()]
    assert names == [
        "Settings",
        "FAQ",
        "FAQ, editing",
        "Sentence model",
        "Data folder",
        "Database",
        "Clock",
        "Token",
        "Message Content Intent",
        "Gateway",
        "Commands",
        "Home server",
        "Curators",
        "Staff channel",
        "Watched channel",
        "Channels of Home",
        "All is well.",
    ]


async def test_wrong_settings_come_before_all_else(doctor: Doctor) -> None:
    await doctor.finds("Settings", "DISCORD_TOKEN is not set", "in .env", DISCORD_TOKEN="")


@pytest.mark.parametrize(
    ("changed", "what", "found", "remedy"),
    [
        ({"DISCORD_TOKEN": "wrong.token.here"}, "Token", "refused the token", "Reset Token"),
        ({"DISCORD_API_URL": "http://127.0.0.1:9"}, "Token", "cannot be reached", "connection"),
        ({"FAQ_PATH": "nowhere.yaml"}, "FAQ", "No such file", "FAQ_PATH"),
        ({"MODEL_PATH": "nowhere"}, "Sentence model", "No such file", "let MODEL_PATH name another folder"),
        ({"HOME_SERVER": "1574152641166967172"}, "Home server", "not in it", "Set HOME_SERVER to the id of one"),
        ({"CURATOR_ROLE": "1574152641166967172"}, "Curators", "no role with the id", "Copy Role ID"),
        ({"STAFF_CHANNEL": "1574152641166967172"}, "Staff channel", "no channel with the id", "Copy Channel ID"),
        ({"MESSAGE_CONTENT": "no"}, "Watched channels", "1, of which I hear nothing", "Set MESSAGE_CONTENT=yes"),
    ],
)
async def test_a_setting_that_leads_nowhere(
    doctor: Doctor, changed: dict[str, str], what: str, found: str, remedy: str
) -> None:
    if what == "Home server":
        changed = changed | {"STAFF_CHANNEL": ""}
    await doctor.finds(what, found, remedy, **changed)


@posix
async def test_files_that_others_may_read(doctor: Doctor) -> None:
    (doctor.folder / ".env").write_text("LOG_LEVEL=info\n")
    (doctor.folder / ".env").chmod(0o644)
    await doctor.finds(".env", "others on this computer may read the token", "chmod 600 .env")
    (doctor.folder / ".env").chmod(0o600)
    (doctor.folder / "data").chmod(0o755)
    await doctor.finds("Data folder", "everybody on this computer may read data", "chmod 700 data")


async def test_a_data_folder_that_is_none(doctor: Doctor) -> None:
    (doctor.folder / "file").write_text("")
    await doctor.finds("Data folder", "I may not write in file", "Set DATA_PATH", DATA_PATH="file")


async def test_a_damaged_database(doctor: Doctor, discord: StandIn) -> None:
    (doctor.folder / "data" / NAME).write_bytes(b"no database" * 1_000)
    for rest in ("-wal", "-shm"):
        (doctor.folder / "data" / f"{NAME}{rest}").unlink(missing_ok=True)
    await doctor.finds("Database", "file is not a database", "copies")


async def test_a_broken_faq(doctor: Doctor) -> None:
    (doctor.folder / "faq.yaml").write_text("title: T\nentries: []\n")
    await doctor.finds("FAQ", "faq.yaml has problems", "Run: python -m bot check faq.yaml")


async def test_a_clock_that_is_wrong(doctor: Doctor, discord: StandIn) -> None:
    discord.rest.clock = -90
    await doctor.finds("Clock", "seconds ahead of Discord's", "set-ntp")


async def test_switches_of_the_developer_portal(doctor: Doctor, discord: StandIn) -> None:
    discord.message_content_allowed = False
    await doctor.finds("Message Content Intent", "off", "turn on Message Content Intent")
    discord.message_content_allowed = True
    discord.rest.interactions_endpoint_url = "https://example.com/"
    await doctor.finds("Commands, delivery", "web address", "empty Interactions Endpoint URL")


async def test_a_gateway_that_refuses(doctor: Doctor, discord: StandIn) -> None:
    discord.gateway.token = "another"
    await doctor.finds("Gateway", "refused the token", "Reset Token")


async def test_commands_of_another_version(doctor: Doctor, discord: StandIn) -> None:
    discord.rest.commands[0]["description"] = "older"
    await doctor.finds("Commands", "another version's", "python -m bot run")
    discord.rest.commands.clear()
    await doctor.finds("Commands", "none is registered", "python -m bot run")


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (SEND_MESSAGES, "Send Messages"),
        (SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
        (READ_MESSAGE_HISTORY, "Read Message History"),
        (VIEW_CHANNEL, "View Channel"),
    ],
)
async def test_permissions_that_are_missing_in_a_watched_channel(
    doctor: Doctor, discord: StandIn, general: Channel, bit: int, name: str
) -> None:
    general.denied_to_bot = bit
    await doctor.finds("Watched channel", f"#general: I lack {name}", "right-click #general, Edit Channel, Permissions")


async def test_a_watched_channel_that_is_gone(doctor: Doctor, discord: StandIn, general: Channel) -> None:
    assert general.guild is not None
    general.guild.channels.remove(general)
    await doctor.finds("Watched channel", f"no channel with the id {general.id}", "deleted")


async def test_a_staff_channel_where_it_may_not_write(doctor: Doctor, staff: Channel) -> None:
    staff.denied_to_bot = SEND_MESSAGES
    await doctor.finds("Staff channel", "#staff: I lack Send Messages", "Edit Channel")


async def test_a_staff_channel_of_another_server(doctor: Doctor, discord: StandIn, general: Channel) -> None:
    assert general.guild is not None
    other = discord.channel(discord.guild("Elsewhere"), "lobby")
    home = str(general.guild.id)
    await doctor.finds("Staff channel", "is in Elsewhere", "home server", HOME_SERVER=home, STAFF_CHANNEL=str(other.id))


async def test_several_servers_and_none(doctor: Doctor, discord: StandIn) -> None:
    discord.guild("Elsewhere")
    await doctor.finds("Home server", "in several servers", "Set HOME_SERVER", STAFF_CHANNEL="")
    discord.guilds.clear()
    await doctor.finds("Servers", "I am in none", "Authorise")


async def test_it_says_that_the_bot_is_running_and_disturbs_nothing(
    doctor: Doctor, discord: StandIn, run: Run, general: Channel, ann: Member, tmp_path: Path
) -> None:
    (tmp_path / "faq.yaml").write_bytes(SHIPPED_FAQ.read_bytes())
    await run(data_path=tmp_path / "data", staff_channel=None)
    code, said = await doctor.says()
    assert (code, "a bot is running with it" in said) == (0, True), said
    asked = await discord.say(ann, general, discord.to_bot("does it help sciatica"))
    await discord.reply_to(asked)
    assert len(discord.replies(asked)) == 1
