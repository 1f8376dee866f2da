"""The composition root: from the settings, every object of a running bot is made here, once."""

import time
from functools import partial
from typing import Any, Final

import discord

from bot.chat import failures
from bot.chat.client import FaqClient, Parts
from bot.chat.curators.commands import CurateCommands, wording_menu
from bot.chat.curators.drafts import Drafts
from bot.chat.curators.entries import Entries
from bot.chat.curators.file import FileCommands
from bot.chat.curators.history import History
from bot.chat.curators.inbox import InboxScreens
from bot.chat.curators.stats import StatsScreens
from bot.chat.curators.watch import WatchCommand
from bot.chat.curators.why import Why
from bot.chat.members.addressed import Addressed
from bot.chat.members.ask_command import AskCommand, simple_command
from bot.chat.members.browse import Browse
from bot.chat.members.buttons import Buttons
from bot.chat.members.catch_up import CatchUp
from bot.chat.members.feedback import Feedback
from bot.chat.members.message_events import MessageEvents
from bot.chat.members.overheard import Overheard
from bot.chat.members.rate_limit import RateLimit
from bot.chat.members.replier import Replier
from bot.chat.permissions import Permissions
from bot.chat.router import Router
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

    def __init__(self, settings: Settings, snapshot: Snapshot, database: Database, *, message_content: bool) -> None:
        """`snapshot`: the FAQ file of the settings; `database`: of their data folder; `message_content`: whether to ask
        Discord for the text of all messages.
        """
        self.client = client = FaqClient(message_content=message_content)
        served = Served(snapshot)
        reply_log, watched = ReplyLog(database), Watched(database)
        journal, draft_store = Journal(database), DraftStore(database)
        stats, inbox = Stats(database, settings.discord_token.encode()), Inbox(database, settings.inbox_days)
        watcher = Watcher(settings.faq_path, served, journal)
        editor = Editor(watcher, served, journal, lambda: inbox.texts(time.time(), KNOWN))
        sender = Sender(client.get_partial_messageable)
        staff = StaffChannel(sender, settings.staff_channel)
        permissions = Permissions(settings, lambda: client.guilds)

        # For members.
        rate_limit, feedback = RateLimit(), Feedback(inbox, stats)
        replier = Replier(sender, reply_log, feedback, database.transaction)
        asked = Addressed(served, replier, reply_log, rate_limit)
        overheard = Overheard(served, replier, rate_limit, watched, staff.tell, settings, message_content)
        messages = MessageEvents(asked, overheard, replier, reply_log, feedback)
        buttons = Buttons(served, reply_log, feedback, replier, rate_limit, messages.locks)
        browse = Browse(served)
        ask = AskCommand(served, feedback, rate_limit)
        catch_up = CatchUp(messages, reply_log, lambda: client.guilds, client.fetch_channel, client.me)

        # For curators.
        drafts = Drafts(editor, draft_store, inbox, served)
        inbox_screens = InboxScreens(served, inbox, drafts)
        stats_screens = StatsScreens(served, stats)
        history = History(journal, served, editor, drafts)
        files = FileCommands(served, editor, drafts, client.http.get_from_cdn)
        entries = Entries(served, editor, drafts, inbox_screens)
        watch = WatchCommand(watched, message_content, settings.staff_channel is not None)

        async def tell_privacy(interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message(view=sentence_screen(privacy.text(settings)), ephemeral=True)

        for command in (
            ask.command(),
            simple_command("faq", "Browse the whole FAQ by section. Only you see it.", browse.start),
            simple_command("privacy", "What I keep, for how long, and how to have it deleted.", tell_privacy),
            ask.menu(),
            CurateCommands(
                permissions, served, entries, drafts, history, files, inbox_screens, stats_screens, Why(served), watch
            ),
            wording_menu(permissions, entries),
        ):
            client.tree.add_command(command)

        rooms = (buttons, browse, drafts, inbox_screens, stats_screens, history, files, entries)
        router = Router({action: route for room in rooms for action, route in room.routes().items()}, permissions)

        # What runs in the background.
        heartbeat = Heartbeat(settings.data_path, catch_up.note)
        reports = Reports(watcher.news, Settling(inbox, served), staff)
        trouble = DataFolderTrouble(database, staff)
        backup = Backup(database, served, settings.data_path, settings.faq_path.name)
        digest = Digest(stats, served, inbox_screens, staff)

        async def watch_file() -> None:
            await watcher.start()
            await watcher.watch()

        async def beat() -> None:
            heartbeat.beat()

        async def expire() -> None:
            now = time.time()
            database.probe()
            feedback.forget_old()
            reply_log.expire(now)
            inbox.expire(now)
            draft_store.expire(now)
            stats.expire(today())

        jobs = [
            Job("The health file", health.EVERY, beat),
            Job("Looking after the data folder", LOOK, trouble.run),
            Job("Forgetting what is too old", MINUTE, expire),
            Job("The weekly digest", MINUTE, digest.run),
            Job("The nightly backup", HOUR, backup.run),
        ]

        async def do_jobs() -> None:
            await client.wait_until_ready()
            await run_jobs(jobs)

        watching = partial(failures.keep_running, "Watching the FAQ file", watch_file)
        reporting = partial(failures.keep_running, "A report to the staff channel", reports.run)
        client.parts = Parts(messages, router, catch_up, heartbeat, served, [watching, reporting, do_jobs])
