"""The stand-in refuses what Discord refuses, or the tests that rely on it would prove nothing."""

import aiohttp
import pytest

from tests.standin import Member, StandIn
from tests.standin.description import description
from tests.standin.world import pings

BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "faq:a"}
ROW = {"type": 1, "components": [BUTTON]}
TEXT = {"type": 10, "content": "hello"}

WRONG_BY_RULE = {
    "components v2 with content": {"flags": 1 << 15, "content": "x", "components": [TEXT]},
    "components v2 without the flag": {"components": [TEXT]},
    "an empty message": {"content": ""},
    "too much text": {"flags": 1 << 15, "components": [TEXT | {"content": "x" * 2001}] * 2},
    "a custom id twice": {"content": "x", "components": [ROW, ROW]},
    "a button's label of the wrong length": {
        "content": "x",
        "components": [{"type": 1, "components": [BUTTON | {"label": "x" * 81}]}],
    },
}
WRONG_BY_DESCRIPTION = {
    "a custom id too long": {
        "content": "x",
        "components": [{"type": 1, "components": [BUTTON | {"custom_id": "x" * 101}]}],
    },
    "a button without a style": {
        "content": "x",
        "components": [{"type": 1, "components": [{"type": 2, "label": "a"}]}],
    },
    "content that is a number": {"content": 7},
    "a text too long": {"flags": 1 << 15, "components": [TEXT | {"content": "x" * 4001}]},
}


async def send(discord: StandIn, body: object, token: str | None = None) -> tuple[int, dict[str, object]]:
    channel = discord.channel(discord.guild())
    headers = {"Authorization": f"Bot {token or discord.token}"}
    address = f"{discord.api_url}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(address, json=body) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(("rule", "body"), WRONG_BY_RULE.items(), ids=WRONG_BY_RULE.keys())
async def test_a_message_against_discords_rules_is_caught(rule: str, body: object) -> None:
    async with StandIn() as standin:
        standin.description = None
        status, answer = await send(standin, body)
        assert (status, answer["code"]) == (400, 50035)
        assert standin.rest.violations[0] == rule


@pytest.mark.skipif(description() is None, reason="Discord's description is not at hand")
@pytest.mark.parametrize("body", WRONG_BY_DESCRIPTION.values(), ids=WRONG_BY_DESCRIPTION.keys())
async def test_a_body_against_discords_description_is_caught(body: object) -> None:
    async with StandIn() as standin:
        status, answer = await send(standin, body)
        assert (status, answer["code"]) == (400, 50035)
        assert len(standin.rest.violations) == 1


@pytest.mark.skipif(description() is None, reason="Discord's description is not at hand")
def test_a_route_that_discord_does_not_have_is_caught() -> None:
    known = description()
    assert known is not None
    assert known.wrong("POST", "/channels/1/massages", {}) == ["POST /channels/1/massages is no route of Discord's"]
    assert known.wrong("DELETE", "/channels/1/messages/2", None) == []


async def test_a_right_message_is_taken_and_a_wrong_token_refused(discord: StandIn) -> None:
    assert (await send(discord, {"content": "hello"}))[0] == 200
    assert (await send(discord, {"content": "hello"}, token="wrong"))[0] == 401


def test_pings_follow_the_allowed_mentions() -> None:
    ann = Member("Ann")
    text = f"@everyone <@{ann.id}> <@&5>"
    everybody = {str(ann.id): ann}
    assert pings(text, None, everybody) == ["@everyone", "Ann", "role 5"]
    assert pings(text, {"parse": []}, everybody) == []
    assert pings(text, {"parse": ["users"]}, everybody) == ["Ann"]
    assert pings(text, {"parse": [], "roles": ["5"]}, everybody) == ["role 5"]
