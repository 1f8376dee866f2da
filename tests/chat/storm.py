"""Many questions while everything goes wrong that Discord, the network and the machine have: is each answered once?"""

import asyncio
import signal
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.chat.test_run import Process
from tests.standin import Channel, Member, Message, StandIn

CHANNELS: Final = 25
PARTNERS: Final = 25  # members who write direct messages
TEXTS: Final = ("does it help sciatica", "is it normal to ask for this", "how much does it cost", "what is sciatica")
SENDING: Final = "POST /channels/.*/messages"
PATIENCE: Final = 12.0  # seconds in which nothing more comes, at the end: a reply is sent again after six

# What happens to requests, and once in how many messages.
FAULTS: Final[tuple[tuple[str, int, dict[str, Any]], ...]] = (
    ("429 on a route", 20, {"status": 429, "retry_after": 0.3}),
    ("429 globally", 60, {"status": 429, "retry_after": 0.5, "everywhere": True}),
    ("500", 50, {"status": 500}),
    ("502", 50, {"status": 502}),
    ("502 after it was carried out", 50, {"status": 502, "late": True}),
    ("503", 70, {"status": 503}),
    ("slow", 30, {"delay": 0.7}),
    ("cut before", 70, {"cut": True}),
    ("cut after", 70, {"cut": True, "late": True}),
    ("refused", 150, {"status": 400, "code": 50035}),
)


@dataclass
class Outcome:
    """What became of the questions."""

    asked: int = 0
    once: int = 0
    logged: int = 0  # not answered, and the log says why
    never: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    log: str = ""


class Storm:
    """One run. Its bot is a process of its own."""

    def __init__(self, discord: StandIn, folder: Path, messages: int, restarts: int, seed: int = 1) -> None:
        self.discord = discord
        self.random = Random(seed)
        self.messages = messages
        self.restarts = {messages * (number + 1) // (restarts + 1): number for number in range(restarts)}
        self.process = Process(folder, DISCORD_API_URL=discord.api_url, DISCORD_TOKEN=discord.token)
        self.outcome = Outcome()
        self.asked: list[Message] = []
        self.late: deque[Message] = deque()
        self.log = folder / "log"
        guild = discord.guild()
        self.channels = [discord.channel(guild, f"channel-{number}") for number in range(CHANNELS)]
        self.partners = [Member(f"partner {number}") for number in range(PARTNERS)]

    async def run(self, progress: Callable[[], object] = lambda: None) -> Outcome:
        """Ask, and see what became of it."""
        await self._start()
        await self.discord.connected()
        for partner in self.partners:  # the bot finds the channels again in which it was written to before
            await self._ask(partner, self.discord.direct_messages(partner))
        for number in range(self.messages - len(self.partners)):
            await self._happen(number)
            direct = number % 20 == 0
            member = self.partners[number // 20 % PARTNERS] if direct else Member(f"member {number}")
            where = self.discord.direct_messages(member) if direct else self.random.choice(self.channels)
            await self._ask(member, where)
            progress()
            await asyncio.sleep(self.random.expovariate(100))
        while self.late:
            await self.discord.dispatch_message("MESSAGE_CREATE", self.late.popleft())
        await self._settle()
        self.process.send(signal.SIGTERM)
        await self._ended()
        return self._judged()

    async def _ask(self, member: Member, channel: Channel) -> None:
        text = self.random.choice(TEXTS)
        late = channel.recipient is None and self.random.random() < 1 / 15
        question = text if channel.recipient else self.discord.to_bot(text)
        message = await self.discord.say(member, channel, question, tell=not late)
        self.asked.append(message)
        if late:
            self._did("late event")
            self.late.append(message)
        elif self.random.random() < 1 / 10:
            self._did("event twice")
            await self.discord.dispatch_message("MESSAGE_CREATE", message)
        if len(self.late) > 10:
            await self.discord.dispatch_message("MESSAGE_CREATE", self.late.popleft())

    async def _happen(self, number: int) -> None:
        """Let some of all that can go wrong do so."""
        for name, rarity, fault in FAULTS:
            if self.random.random() < 1 / rarity:
                self._did(name)
                self.discord.faults.add(SENDING, **fault)
        gateway = self.discord.gateway
        troubles = (
            ("dropped", 60, gateway.drop),
            ("asked to reconnect", 80, gateway.ask_to_reconnect),
            ("session over", 150, gateway.invalidate),
        )
        for name, rarity, trouble in troubles:
            if self.random.random() < 1 / rarity:
                self._did(name)
                await trouble()
        if number in self.restarts:
            sent = signal.SIGKILL if self.restarts[number] % 2 else signal.SIGTERM
            self._did(sent.name)
            self.process.send(sent)
            await self._ended()
            await self._start()

    async def _start(self) -> None:
        await self.process.start()

    async def _ended(self) -> None:
        _, _, errors = await self.process.ended()
        with self.log.open("a", encoding="utf-8") as file:
            file.write(errors)

    def _did(self, what: str) -> None:
        self.outcome.happened[what] += 1

    async def _settle(self) -> None:
        """Wait for what is still owed; what Discord refused has no reply, and stays so."""
        replied = self._replies
        loop = asyncio.get_running_loop()
        last, came = -1, loop.time()
        while loop.time() < came + PATIENCE:
            count = len(replied())
            if count == len(self.asked):
                return
            if count != last:
                last, came = count, loop.time()
            await asyncio.sleep(0.5)  # there is no condition for a reply that never comes

    def _replies(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for channel in self.discord.channels.values():
            found.update(each.replies_to.id for each in channel.messages if each.replies_to is not None)
        return found

    def _judged(self) -> Outcome:
        outcome, replies = self.outcome, self._replies()
        outcome.log = self.log.read_text(encoding="utf-8")
        outcome.asked = len(self.asked)
        for message in self.asked:
            where = f"{message.channel.name} {message.id}"
            if replies[message.id] == 1:
                outcome.once += 1
            elif replies[message.id] > 1:
                outcome.twice.append(where)
            elif f"/{message.id} failed" in outcome.log:
                outcome.logged += 1
            else:
                outcome.never.append(where)
        return outcome
