"""What the bot says that it keeps follows its settings, and is what it keeps."""

from pathlib import Path

import pytest

from bot.content import limits
from bot.data.database import Database
from bot.ops.privacy import text
from bot.settings import MOST_DAYS, Settings
from tests.conftest import ROOT


def test_the_settings_are_in_it() -> None:
    usual = text(Settings("token"))
    assert "For 30 days" in usual
    assert "only what is put to me" in usual
    assert "For 1 day," in text(Settings("token", inbox_days=1))
    off = text(Settings("token", inbox_days=0))
    assert "none is kept" in off
    assert "In memory" not in off
    assert "channels that the moderators let me watch" in text(Settings("token", message_content=True))


def test_the_page_to_publish_has_the_text_of_the_default_settings() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    _, line, below = page.partition("\n---\n\n")
    assert line
    assert below == text(Settings("token")) + "\n", (
        "docs/privacy.md is out of date. Put what this prints below its line ---, after an empty line: "
        "cd docs && ../.venv/bin/python -m bot privacy"
    )


@pytest.mark.parametrize("settings", [Settings("t"), Settings("t", inbox_days=MOST_DAYS, message_content=True)])
def test_it_fits_a_message(settings: Settings) -> None:
    assert len(text(settings)) <= limits.DISCORD_TEXT


def test_every_table_is_told_of(tmp_path: Path) -> None:
    """A new table has to be explained in the text, and then named here."""
    with Database(tmp_path) as kept:
        found = {name for (name,) in kept.read("SELECT name FROM sqlite_master WHERE type = 'table'")}
    told = {
        "inbox": "Questions that I had no answer to",
        "counts": "Counts",
        "votes": "Votes",
        "replies": "Replies",
        "changes": "Curators",
        "touched": "Curators",
        "drafts": "Curators",
    }
    about_nobody = {"watched", "digests", "noted", "last_seen", "sqlite_sequence"}  # channels, times, the file
    assert found == set(told) | about_nobody
    assert all(f"**{word}**" in text(Settings("token")) for word in told.values())
