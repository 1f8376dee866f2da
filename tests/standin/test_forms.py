"""The stand-in takes and refuses forms as Discord does, and carries files both ways."""

import json
from typing import Any

import aiohttp
import pytest

from tests.standin import Attachment, Channel, Form, Interaction, Member, Message, StandIn
from tests.standin.rest import MESSAGE, MODAL

OPTION = {"label": "a", "value": "a"}


def text(**changed: object) -> dict[str, Any]:
    return {"type": 4, "style": 1, "custom_id": "t", **changed}


def select(**changed: object) -> dict[str, Any]:
    return {"type": 3, "custom_id": "s", "options": [OPTION], **changed}


def form(*parts: dict[str, Any]) -> dict[str, Any]:
    labels = [{"type": 18, "label": f"Part {number}", "component": part} for number, part in enumerate(parts)]
    return {"custom_id": "f", "title": "T", "components": labels}


WRONG = {
    "a form without 1 to 5 parts": form(*(text(custom_id=f"{number}") for number in range(6))),
    "a form's custom id twice": form(text(), text()),
    "a text longer than its field takes": form(text(value="xxx", max_length=2)),
    "a select without 1 to 25 options": form(
        select(options=[{"label": "a", "value": str(number)} for number in range(26)])
    ),
    "an option's text of the wrong length": form(select(options=[{"label": "x" * 101, "value": "a"}])),
    "an option's value twice": form(select(options=[OPTION, OPTION])),
    "a part that no form has": form({"type": 2, "style": 1, "label": "a", "custom_id": "b"}),
}


@pytest.fixture
async def pressed(discord: StandIn) -> Interaction:
    """A button that was pressed."""
    general = discord.channel(discord.guild())
    message = Message(general, discord.bot, components=[{"type": 1, "components": [{"type": 2, "custom_id": "b"}]}])
    return await discord.press_id(discord.member("Ann"), message, "b")


async def respond(discord: StandIn, interaction: Interaction, kind: int, data: object) -> int:
    address = f"{discord.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(address, json={"type": kind, "data": data}) as answer:
        return answer.status


@pytest.mark.parametrize(("rule", "data"), WRONG.items(), ids=WRONG.keys())
async def test_a_form_against_discords_rules_is_caught(rule: str, data: dict[str, Any]) -> None:
    async with StandIn() as standin:
        standin.description = None
        general = standin.channel(standin.guild())
        used = Interaction(standin.member("Ann"), general, 2, {})
        standin.rest.interactions[used.id] = used
        assert await respond(standin, used, MODAL, data) == 400
        assert standin.rest.violations == [rule]


async def test_what_members_cannot_submit(discord: StandIn, pressed: Interaction) -> None:
    shown = form(text(required=True, max_length=3), select(), {"type": 19, "custom_id": "file", "required": True})
    assert await respond(discord, pressed, MODAL, shown) == 200
    opened = await discord.form_of(pressed)
    file = Attachment("a.txt", b"a")
    chosen: dict[str, Any] = {"Part 0": "abc", "Part 1": ["a"], "Part 2": file}
    assert opened.refused(chosen) == []
    assert opened.refused(chosen | {"Part 0": "abcd"}) == ["Part 0 has 4 characters"]
    assert opened.refused({"Part 0": "", "Part 9": "x"}) == [
        "no field Part 9 among ['Part 0', 'Part 1', 'Part 2']",
        "Part 0 has 0 characters",
        "Part 1 is not filled in",
        "Part 2 is not filled in",
    ]


async def test_a_submitted_form_carries_what_was_filled_in(discord: StandIn, pressed: Interaction) -> None:
    data = form(text(value="old"), select(options=[OPTION, {"label": "b", "value": "b", "default": True}]))
    assert await respond(discord, pressed, MODAL, data) == 200
    sent = await discord.submit(pressed.member, await discord.form_of(pressed), {})
    values = [part["component"] for part in sent.data["components"]]
    assert [(part.get("value"), part.get("values")) for part in values] == [("old", None), (None, ["b"])]
    assert (sent.kind, sent.message, sent.channel) == (5, pressed.message, pressed.channel)


async def test_no_form_answers_a_form(discord: StandIn, pressed: Interaction) -> None:
    opened = Form(pressed, form(text()))
    sent = await discord.submit_raw(pressed.member, opened.opened_by, "f", [])
    assert await respond(discord, sent, MODAL, form(text())) == 400
    assert discord.rest.violations == ["no response of type 9 to an interaction of type 5"]
    discord.rest.violations.clear()


async def test_files_come_and_go(discord: StandIn, pressed: Interaction) -> None:
    async with aiohttp.ClientSession() as session:
        body = aiohttp.FormData()
        described = {"type": MESSAGE, "data": {"attachments": [{"id": 0, "filename": "a.yaml"}]}}
        body.add_field("payload_json", json.dumps(described), content_type="application/json")
        body.add_field("files[0]", b"title: T\n", filename="a.yaml", content_type="application/octet-stream")
        address = f"{discord.api_url}/interactions/{pressed.id}/{pressed.token}/callback"
        async with session.post(address, data=body) as answer:
            assert answer.status == 200
        message = await discord.answer_to(pressed)
        assert [(each.name, each.data) for each in message.attachments] == [("a.yaml", b"title: T\n")]
        file = Attachment("b.yaml", b"b")
        await discord.submit_raw(pressed.member, pressed, "f", [], {str(file.id): file})
        async with session.get(file.payload(discord.address)["url"]) as answer:
            assert await answer.read() == b"b"
        async with session.get(f"{discord.address}/attachments/1/x") as answer:
            assert answer.status == 404


@pytest.fixture
def general(discord: StandIn) -> Channel:
    return discord.channel(discord.guild())


def test_a_forms_texts_are_shown_by_label(general: Channel) -> None:
    used = Interaction(Member("Ann"), general, 2, {})
    shown = Form(used, form(text(value="x"), select()))
    assert (shown.title, shown.texts, list(shown.fields)) == ("T", {"Part 0": "x"}, ["Part 0", "Part 1"])
