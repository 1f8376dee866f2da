"""`doctor`: looks at settings, files and all that the bot needs in Discord, and says how to mend what is wrong."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path

from bot.content.problems import plural
from bot.ops.doctor.discord import of_discord
from bot.ops.doctor.local import Finding, of_files
from bot.settings import Settings, SettingsError, environment


def doctor(arguments: Namespace) -> int:
    """Print a line for each thing that is looked at. Returns 1 if anything is wrong, else 0."""
    return asyncio.run(_doctor(arguments.faq))


async def _doctor(faq: Path | None) -> int:
    wrong = 0
    async for finding in _findings(faq):
        print(finding, flush=True)
        wrong += finding.remedy is not None
    print("All is well." if not wrong else f"{plural(wrong, 'thing')} to mend.")
    return 1 if wrong else 0


async def _findings(faq: Path | None) -> AsyncIterator[Finding]:
    try:
        settings = Settings.read(environment(), faq_path=faq)
    except SettingsError as error:
        yield Finding("Settings", str(error), "Mend that in .env or in the environment; the rest comes after it.")
        return
    yield Finding("Settings", "all make sense.")
    for finding in of_files(settings):
        yield finding
    async for finding in of_discord(settings):
        yield finding
