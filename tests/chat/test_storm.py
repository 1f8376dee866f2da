"""A thousand questions under faults; ten times as many are asked by `python -m tests.bench.traffic --faults`."""

import sys
from pathlib import Path

import pytest

from tests.chat.storm import Storm
from tests.standin import StandIn


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
async def test_each_question_is_answered_once_or_its_loss_is_logged(discord: StandIn, tmp_path: Path) -> None:
    discord.description = None  # what is sent is checked by all other tests, and takes longer than the bot does
    outcome = await Storm(discord, tmp_path, messages=1_000, restarts=3).run()
    assert outcome.twice == []
    assert outcome.never == []
    assert outcome.once + outcome.logged == outcome.asked == 1_000
    assert outcome.once >= 950
    assert len(outcome.happened) >= 17  # all that can go wrong has
    assert "Traceback" not in outcome.log
    assert discord.token not in outcome.log
