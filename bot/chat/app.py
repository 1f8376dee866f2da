"""The composition root: from the settings, every object of a running bot is made here, once."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import discord

from bot.chat import failures
from bot.chat.client import AnyCommand, FaqClient
from bot.chat.curators.commands import CurateCommands, wording_menu
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.entries import Entries
from bot.chat.curators.file import FileCommands
from bot.chat.curators.history import History
from bot.chat.curators.inbox import InboxScreens
from bot.chat.curators.stats import StatsScreens
from bot.chat.curators.watch import WatchCommand
from bot.chat.curators.why import Why
from bot.chat.inflight import Inflight
from bot.chat.members.ask_command import AskCommand, faq_command, privacy_command
from bot.chat.members.asked import Asked
from bot.chat.members.browse import Browse
from bot.chat.members.buttons import Buttons
from bot.chat.members.catch_up import CatchUp
from bot.chat.members.feedback import Feedback
from bot.chat.members.messages import Messages
from bot.chat.members.overheard import Overheard
from bot.chat.members.rate_limit import RateLimit
from bot.chat.members.replier import Replier
from bot.chat.members.sharing import Sharing
from bot.chat.permissions import Permissions
from bot.chat.router import Route, Router
from bot.chat.sender import Sender
from bot.chat.staff.channel import Digest, StaffChannel
from bot.chat.staff.jobs import Backup, DataFolderTrouble, Job, Reports, Settling, run_jobs
from bot.chat.text import sentence_screen
from bot.data.database import Database
from bot.data.drafts import DraftStore
from bot.data.inbox import Inbox
from bot.data.journal import Journal
from bot.data.reply_log import ReplyLog
from bot.data.stats import Stats, today
from bot.data.watched import Watched
from bot.live.editor import Editor
from bot.live.served import Served, Snapshot
from bot.live.watcher import Watcher
from bot.ops import health, privacy
from bot.ops.health import Heartbeat
from bot.settings import Settings

KNOWN: Final = 300  # questions of the inbox that an edit is tried on: half a second for all
LOOK: Final = 1.0  # seconds between two looks at the data folder's state
MINUTE: Final = 60.0  # seconds between two times that what is too old is forgotten
HOUR: Final = 3_600.0  # seconds between two looks whether the day's backup was made: one that failed is tried again


class App:
    """A running bot. Nothing else knows all of its parts."""

    client: FaqClient

    def __init__(self, settings: Settings, snapshot: Snapshot, database: Database, *, message_content: bool) -> None:
        """`snapshot`: the FAQ file of the settings; `database`: of their data folder; `message_content`: whether to ask
        Discord for the text of all messages.
        """
        self._settings = settings
        self._database = database
        self._served = Served(snapshot)
        self._make_data()
        self._make_live()
        self._sender = Sender(lambda channel: self.client.get_partial_messageable(channel))
        self._staff = StaffChannel(self._sender, settings.staff_channel)
        self._permissions = Permissions(settings, self._guilds)
        self._make_members(lambda: message_content)
        self._make_curators(lambda: message_content)
        self._inflight = Inflight()
        self._heartbeat = Heartbeat(settings.data_path, self._catch_up.note)
        self.client = FaqClient(
            message_content=message_content,
            messages=self._messages,
            router=Router(self._routes(), self._permissions, self._inflight),
            commands=self._commands(),
            catch_up=self._catch_up,
            inflight=self._inflight,
            heartbeat=self._heartbeat,
            background=[
                partial(failures.keep_running, "Watching the FAQ file", self._watch_file),
                partial(failures.keep_running, "A report to the staff channel", self._reports.run),
                self._run_jobs,
            ],
            entries=lambda: len(self._served.now.faq.entries),
        )

    def _make_data(self) -> None:
        self._reply_log = ReplyLog(self._database)
        self._watched = Watched(self._database)
        self._stats = Stats(self._database, self._settings.discord_token.encode())
        self._inbox = Inbox(self._database, self._settings.inbox_days)
        self._journal = Journal(self._database)
        self._draft_store = DraftStore(self._database)

    def _make_live(self) -> None:
        self._watcher = Watcher(self._settings.faq_path, self._served, self._journal)
        self._editor = Editor(self._watcher, self._served, self._journal, lambda: self._inbox.texts(time.time(), KNOWN))

    def _make_members(self, hears_all: Callable[[], bool]) -> None:
        rate_limit = RateLimit()
        self._feedback = Feedback(self._inbox, self._stats)
        replier = Replier(self._sender, self._reply_log, self._feedback, self._database.transaction)
        self._asked = Asked(self._served, replier, self._reply_log, rate_limit)
        overheard = Overheard(
            self._served,
            replier,
            self._feedback,
            rate_limit,
            self._watched,
            self._staff.tell,
            self._settings,
            hears_all,
        )
        self._messages = Messages(self._asked, overheard, replier, self._reply_log, self._feedback)
        sharing = Sharing(replier, rate_limit, self._messages.locks)
        self._buttons = Buttons(self._served, self._reply_log, self._feedback, sharing)
        self._browse = Browse(self._served)
        self._ask = AskCommand(self._served, self._feedback, rate_limit)
        self._catch_up = CatchUp(
            self._messages,
            self._reply_log,
            self._guilds,
            lambda channel: self.client.fetch_channel(channel),
            lambda: self.client.me(),
        )

    def _make_curators(self, hears_all: Callable[[], bool]) -> None:
        self._drafts = Drafts(self._editor, self._draft_store, self._inbox, self._served)
        self._inbox_screens = InboxScreens(self._served, self._inbox, self._drafts)
        self._stats_screens = StatsScreens(self._served, self._stats)
        self._history = History(self._journal, self._served, self._editor, self._drafts)
        self._files = FileCommands(
            self._served, self._editor, self._drafts, lambda address: self.client.http.get_from_cdn(address)
        )
        self._entries = Entries(self._served, self._editor, self._drafts, self._inbox_screens)
        self._why = Why(self._served)
        self._watch = WatchCommand(self._watched, hears_all, self._settings.staff_channel is not None)
        self._reports = Reports(self._watcher.news, Settling(self._inbox, self._served), self._staff)

    def _routes(self) -> dict[str, Route]:
        rooms = (
            self._buttons,
            self._browse,
            self._drafts,
            self._inbox_screens,
            self._stats_screens,
            self._history,
            self._files,
            self._entries,
        )
        return {action: route for room in rooms for action, route in room.routes().items()}

    def _commands(self) -> list[AnyCommand]:
        return [
            self._ask.command(),
            faq_command(self._browse.start),
            privacy_command(self._tell_privacy),
            self._ask.menu(),
            CurateCommands(
                self._permissions,
                self._served,
                self._entries,
                self._drafts,
                self._history,
                self._files,
                self._inbox_screens,
                self._stats_screens,
                self._why,
                self._watch,
            ),
            wording_menu(self._permissions, self._entries),
        ]

    async def _tell_privacy(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(view=sentence_screen(privacy.text(self._settings)), ephemeral=True)

    # What runs in the background.

    async def _watch_file(self) -> None:
        await self._watcher.start()
        await self._watcher.watch()

    async def _run_jobs(self) -> None:
        await self.client.wait_until_ready()
        trouble = DataFolderTrouble(self._database, self._staff)
        backup = Backup(self._database, self._served, self._settings.data_path, self._settings.faq_path.name)
        digest = Digest(self._stats, self._served, self._inbox_screens, self._staff)
        await run_jobs(
            [
                Job("The health file", health.EVERY, self._beat),
                Job("Looking after the data folder", LOOK, trouble.run),
                Job("Forgetting what is too old", MINUTE, self._expire),
                Job("The weekly digest", MINUTE, digest.run),
                Job("The nightly backup", HOUR, backup.run),
            ]
        )

    async def _beat(self) -> None:
        self._heartbeat.beat()

    async def _expire(self) -> None:
        now = time.time()
        self._database.probe()
        self._feedback.forget_old()
        self._reply_log.expire(now)
        self._inbox.expire(now)
        self._draft_store.expire(now)
        self._stats.expire(today())

    def _guilds(self) -> Sequence[discord.Guild]:
        return self.client.guilds
