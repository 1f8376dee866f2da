"""What the tests of the Discord side share: a channel, and a member to write in it."""

import pytest

from tests.standin import Channel, Member, StandIn


@pytest.fixture
def general(discord: StandIn) -> Channel:
    return discord.channel(discord.guild())


@pytest.fixture
def ann(discord: StandIn) -> Member:
    return discord.member("Ann")
