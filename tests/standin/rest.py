"""The stand-in's REST side: the routes that the bot uses, with the rules that Discord has for messages."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiohttp import BodyPartReader, web

from tests.standin import forms
from tests.standin.faults import json_response
from tests.standin.world import (
    BUTTON,
    COMPONENTS_V2,
    CONTAINER,
    EPHEMERAL,
    FILE,
    FORUM,
    LOADING,
    MANAGE_MESSAGES,
    PUBLIC_THREAD,
    READ_MESSAGE_HISTORY,
    ROW,
    SELECT,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    TEXT_DISPLAY,
    VIEW_CHANNEL,
    Attachment,
    Channel,
    Interaction,
    Message,
    pings,
    snowflake,
    walk,
)

if TYPE_CHECKING:
    from tests.standin.server import StandIn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DEADLINE: Final = 3.0  # seconds for the first response to an interaction
LIFETIME: Final = 900.0  # seconds for all that follows

# Types of first responses, and which an interaction of each type may get: command, component, completion, form.
MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
POSSIBLE: Final = {
    2: {MESSAGE, DEFERRED_MESSAGE, MODAL},
    3: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL},
    4: {CHOICES},
    5: {MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE},
}

BASE: Final = "/api/v10"
BODY: Final = web.RequestKey("body", object)
FILES: Final = web.RequestKey("files", list)


class DiscordError(Exception):
    """An error response of Discord's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.response = json_response({"code": code, "message": message}, status=status)


class Rest:
    """The application with its routes."""

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.requests: list[tuple[str, str, Any]] = []  # method, path, body
        self.violations: list[str] = []  # of Discord's description or rules, by the bot
        self.clock = 0.0  # seconds that Discord's clock is ahead of this computer's
        self.interactions_endpoint_url: str | None = None
        self.commands: list[dict[str, Any]] = []
        self.interactions: dict[int, Interaction] = {}
        self.application = web.Application(middlewares=[self._middleware], client_max_size=32 << 20)
        self.application.add_routes(
            [
                web.get(f"{BASE}/users/@me", self._me),
                web.get(f"{BASE}/oauth2/applications/@me", self._application),
                web.get(f"{BASE}/gateway", self._time),
                web.get(f"{BASE}/gateway/bot", self._gateway),
                web.get(f"{BASE}/applications/{{app}}/commands", self._get_commands),
                web.put(f"{BASE}/applications/{{app}}/commands", self._put_commands),
                web.get(f"{BASE}/channels/{{channel}}", self._get_channel),
                web.get(f"{BASE}/channels/{{channel}}/messages", self._history),
                web.post(f"{BASE}/users/@me/channels", self._open_direct_messages),
                web.post(f"{BASE}/channels/{{channel}}/messages", self._create_message),
                web.patch(f"{BASE}/channels/{{channel}}/messages/{{message}}", self._edit_message),
                web.delete(f"{BASE}/channels/{{channel}}/messages/{{message}}", self._delete_message),
                web.post(f"{BASE}/interactions/{{interaction}}/{{token}}/callback", self._callback),
                web.post(f"{BASE}/webhooks/{{app}}/{{token}}", self._follow_up),
                web.get(f"{BASE}/webhooks/{{app}}/{{token}}/messages/{{message}}", self._get_response),
                web.patch(f"{BASE}/webhooks/{{app}}/{{token}}/messages/{{message}}", self._edit_response),
                web.delete(f"{BASE}/webhooks/{{app}}/{{token}}/messages/{{message}}", self._delete_response),
                web.get("/attachments/{attachment}/{name}", self._attachment),
                web.get("/gateway/", standin.gateway.handle),
            ]
        )

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        if request.path.startswith("/gateway"):
            return await handler(request)
        body, request[FILES] = await _parsed(request)
        self.requests.append((request.method, path, body))
        await self.standin.notice()
        request[BODY] = body
        if (faulty := await self.standin.faults.meet(request, path)) is not None:
            return faulty
        unasked = path == "/gateway"  # anybody may know it
        by_token_in_path = unasked or path.startswith(("/interactions/", "/webhooks/", "/attachments/"))
        if not by_token_in_path and request.headers.get("Authorization") != f"Bot {self.standin.token}":
            return DiscordError(401, 0, "401: Unauthorized").response
        if self.standin.description is not None and request.method != "GET":
            wrong = self.standin.description.wrong(request.method, path, body)
            if wrong:
                return self._invalid(wrong)
        try:
            response = await handler(request)
        except DiscordError as error:
            return error.response
        return await self.standin.faults.meet(request, path, late=True) or response

    def _invalid(self, wrong: list[str]) -> web.Response:
        self.violations += wrong
        return DiscordError(400, 50035, f"Invalid Form Body: {wrong[0]}").response

    async def _me(self, _: web.Request) -> web.Response:
        return json_response(self.standin.bot.user())

    async def _application(self, _: web.Request) -> web.Response:
        me = self.standin.bot
        body = {
            "id": str(me.id),
            "name": me.name,
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": self.standin.application_flags,
            "owner": self.standin.owner.user(),
            "team": None,
            "interactions_endpoint_url": self.interactions_endpoint_url,
        }
        return json_response(body)

    async def _attachment(self, request: web.Request) -> web.Response:
        found = self.standin.attachments.get(request.match_info["attachment"])
        return web.Response(status=404) if found is None else web.Response(body=found.data)

    async def _time(self, _: web.Request) -> web.Response:
        """The gateway's address, for anybody; its response tells the time."""
        date = formatdate(time.time() + self.clock, usegmt=True)
        return json_response({"url": self.standin.gateway_url}, headers={"Date": date})

    async def _gateway(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return json_response({"url": self.standin.gateway_url, "shards": 1, "session_start_limit": limit})

    async def _get_commands(self, _: web.Request) -> web.Response:
        return json_response(self.commands)

    async def _put_commands(self, request: web.Request) -> web.Response:
        self.commands = [
            {
                "id": str(snowflake()),
                "application_id": request.match_info["app"],
                "version": str(snowflake()),
                "description": "",  # what it is for commands of a menu, which cannot have any
                "default_member_permissions": None,
                "nsfw": False,
                **{key: value for key, value in command.items() if value not in (None, [], False)},
            }
            for command in _body(request)
        ]
        return json_response(self.commands)

    async def _open_direct_messages(self, request: web.Request) -> web.Response:
        wanted = str(_body(request).get("recipient_id"))
        member = next((each for each in self.standin.members if str(each.id) == wanted), None)
        if member is None or member is self.standin.bot:
            raise DiscordError(400, 50033, "Invalid Recipient(s)")
        return json_response(self.standin.direct_messages(member).payload())

    async def _create_message(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        body = _body(request)
        self._refuse_without_rights(channel, replying=bool(body.get("message_reference")))
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            earlier = next((each for each in channel.messages if each.nonce == nonce), None)
            if earlier is not None:
                return json_response(earlier.payload())
        replies_to = _referenced(channel, body.get("message_reference") or {})
        fresh = Message(channel, self.standin.bot, replies_to=replies_to, nonce=nonce)
        message = self._message(fresh, body, request[FILES])
        await self._add(message)
        return json_response(message.payload())

    async def _get_channel(self, request: web.Request) -> web.Response:
        return json_response(self._channel(request).payload())

    async def _history(self, request: web.Request) -> web.Response:
        """Messages after one, the newest first, as Discord gives them (reference, "Get Channel Messages")."""
        channel = self._channel(request)
        needed = VIEW_CHANNEL | READ_MESSAGE_HISTORY
        if channel.recipient is None and channel.permissions(self.standin.bot) & needed != needed:
            raise DiscordError(403, 50001, "Missing Access")
        after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 50))
        found = [each for each in channel.messages if each.only_for is None and each.id > after][:limit]
        hidden = partial(self.standin.withheld, self.standin.gateway.intents)
        return json_response([each.payload(hidden) for each in reversed(found)])

    def _channel(self, request: web.Request) -> Channel:
        channel = self.standin.channels.get(request.match_info["channel"])
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        return channel

    def _refuse_without_rights(self, channel: Channel, *, replying: bool) -> None:
        """Raise what Discord answers where the bot may not write, or not reply."""
        if channel.recipient is not None:
            if channel.recipient.closed:
                raise DiscordError(403, 50007, "Cannot send messages to this user")
            return
        rights = channel.permissions(self.standin.bot)
        needed = SEND_MESSAGES_IN_THREADS if channel.kind == PUBLIC_THREAD else SEND_MESSAGES
        if not rights & VIEW_CHANNEL:
            raise DiscordError(403, 50001, "Missing Access")
        if channel.kind == FORUM:
            raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")
        if not rights & needed:
            raise DiscordError(403, 50013, "Missing Permissions")
        if replying and not rights & READ_MESSAGE_HISTORY:
            raise DiscordError(403, 160002, "Cannot reply without permission to read message history")

    async def _edit_message(self, request: web.Request) -> web.Response:
        message = self._known_message(request)
        if message.author is not self.standin.bot:
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        await self._change(message, _body(request), request[FILES])
        return json_response(message.payload())

    async def _delete_message(self, request: web.Request) -> web.Response:
        message = self._known_message(request)
        bot = self.standin.bot
        if message.author is not bot and not message.channel.permissions(bot) & MANAGE_MESSAGES:
            raise DiscordError(403, 50013, "Missing Permissions")
        await self.standin.delete(message)
        return web.Response(status=204)

    def _known_message(self, request: web.Request) -> Message:
        """The message of a request's path: a private one is known only to its interaction's token."""
        channel = self.standin.channels.get(request.match_info["channel"])
        messages = [each for each in channel.messages if each.only_for is None] if channel else []
        message = next((each for each in messages if str(each.id) == request.match_info["message"]), None)
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    async def _add(self, message: Message) -> None:
        """Show a new message of the bot's."""
        message.channel.messages.append(message)
        await self.standin.dispatch_message("MESSAGE_CREATE", message)
        await self.standin.notice()

    async def _change(self, message: Message, body: dict[str, Any], files: list[Attachment]) -> None:
        """Change a message of the bot's; one that was deferred is written only now."""
        # Whether a message is private is settled when it comes.
        self._message(message, body | {"flags": (body.get("flags") or 0) & ~EPHEMERAL}, files)
        if message.flags & LOADING:
            message.flags &= ~LOADING
        else:
            message.edited_at = datetime.now(UTC)
        await self.standin.dispatch_message("MESSAGE_UPDATE", message)
        await self.standin.notice()

    # Interactions: the first response by their id and token, all that follows by the token alone, as a webhook.

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self.interactions.get(int(request.match_info["interaction"]))
        if interaction is None or interaction.token != request.match_info["token"] or interaction.expired:
            raise DiscordError(404, 10062, "Unknown interaction")
        waited = time.monotonic() - interaction.sent_at
        if interaction.answered_after is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if waited > DEADLINE:
            raise DiscordError(404, 10062, "Unknown interaction")
        body = _body(request)
        answer = await self._respond(interaction, body["type"], body.get("data") or {}, request[FILES])
        interaction.answered_after = waited
        interaction.answered_with = body["type"]
        if answer is not None:
            await interaction.answers.put(answer)
        await self.standin.notice()
        return json_response(_callback_payload(interaction))

    async def _respond(self, interaction: Interaction, kind: int, data: dict[str, Any], files: list[Attachment]) -> Any:
        """Carry out the first response to an interaction; what the member then sees, None where nothing new."""
        if kind not in POSSIBLE[interaction.kind]:
            raise self._refusal(f"no response of type {kind} to an interaction of type {interaction.kind}")
        if kind in (CHOICES, MODAL):
            if kind == MODAL and (wrong := forms.rules_broken(data)):
                raise self._refusal(wrong[0])
            return data["choices"] if kind == CHOICES else data
        if kind in (MESSAGE, DEFERRED_MESSAGE):
            deferred = kind == DEFERRED_MESSAGE
            interaction.original = await self._new_response(interaction, data, files, deferred=deferred)
            return interaction.original if kind == MESSAGE else None
        if interaction.message is None:
            raise self._refusal("a response that changes a message where there is none")
        if kind == UPDATE:
            await self._change(interaction.message, data, files)
        interaction.original = interaction.message
        interaction.messages.append(interaction.message)
        return interaction.message if kind == UPDATE else None

    async def _new_response(
        self, interaction: Interaction, data: dict[str, Any], files: list[Attachment], *, deferred: bool = False
    ) -> Message:
        message = Message(interaction.channel, self.standin.bot)
        if deferred:
            if set(data) - {"flags"} or (data.get("flags") or 0) & ~EPHEMERAL:
                raise self._refusal("a deferred response with more than the flag EPHEMERAL")
            message.flags = LOADING | (data.get("flags") or 0)
        else:
            self._message(message, data, files)
        message.only_for = interaction.member if message.flags & EPHEMERAL else None
        interaction.messages.append(message)
        await self._add(message)
        return message

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._by_token(request)
        original = interaction.original
        if original is not None and original.flags & LOADING:
            # The first that follows a deferred response takes its place, private or not as that was.
            await self._change(original, _body(request), request[FILES])
            message = original
        else:
            message = await self._new_response(interaction, _body(request), request[FILES])
        await interaction.answers.put(message)
        await self.standin.notice()
        return json_response(message.payload())

    async def _get_response(self, request: web.Request) -> web.Response:
        return json_response(self._response(request)[1].payload())

    async def _edit_response(self, request: web.Request) -> web.Response:
        interaction, message = self._response(request)
        await self._change(message, _body(request), request[FILES])
        await interaction.answers.put(message)
        await self.standin.notice()
        return json_response(message.payload())

    async def _delete_response(self, request: web.Request) -> web.Response:
        await self.standin.delete(self._response(request)[1])
        return web.Response(status=204)

    def _by_token(self, request: web.Request) -> Interaction:
        """The interaction whose token is in a request's path."""
        token = request.match_info["token"]
        interaction = next((each for each in self.interactions.values() if each.token == token), None)
        if interaction is None or interaction.answered_after is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        if interaction.expired or time.monotonic() - interaction.sent_at > LIFETIME:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _response(self, request: web.Request) -> tuple[Interaction, Message]:
        """The interaction of a request's path, and which of its messages is meant."""
        interaction = self._by_token(request)
        wanted = request.match_info["message"]
        known = [interaction.original] if wanted == "@original" else interaction.messages
        for message in known:
            if message is not None and not message.deleted and wanted in ("@original", str(message.id)):
                return interaction, message
        raise DiscordError(404, 10008, "Unknown Message")

    def _refusal(self, rule: str) -> DiscordError:
        """What Discord answers where a rule is broken; the test is told."""
        self.violations.append(rule)
        return DiscordError(400, 50035, f"Invalid Form Body: {rule}")

    def _message(self, message: Message, body: dict[str, Any], files: list[Attachment]) -> Message:
        """Put a body's parts into a message, by Discord's rules. Raises DiscordError and changes nothing."""
        changed = replace(
            message,
            flags=message.flags | (body.get("flags") or 0),
            content=(body["content"] or "") if "content" in body else message.content,
            components=(body["components"] or []) if "components" in body else message.components,
            attachments=files if "attachments" in body else message.attachments,
        )
        if wrong := rules_broken(changed):
            self.violations += wrong[1:]
            raise self._refusal(wrong[0])
        message.flags, message.content, message.components = changed.flags, changed.content, changed.components
        message.attachments = changed.attachments
        allowed = body.get("allowed_mentions")
        message.pinged = pings(message.text, allowed, {str(each.id): each for each in self.standin.members})
        if message.replies_to is not None and (allowed is None or allowed.get("replied_user")):
            message.pinged.append(message.replies_to.author.name)
        return message


async def _parsed(request: web.Request) -> tuple[Any, list[Attachment]]:
    """A request's JSON, and the files that come with it (reference, "Uploading Files")."""
    if not request.content_type.startswith("multipart/"):
        return await request.json() if request.body_exists else None, []
    body, files = None, []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = await part.json()
        else:
            files.append(Attachment(part.filename or "", bytes(await part.read())))
    return body, files


def _body(request: web.Request) -> Any:
    """A request's parsed JSON."""
    return request[BODY]


def _referenced(channel: Channel, reference: dict[str, Any]) -> Message | None:
    """The message that a new one replies to: a deleted or private one is as good as none. Raises DiscordError."""
    wanted = str(reference.get("message_id"))
    shown = (each for each in channel.messages if each.only_for is None and not each.deleted)
    message = next((each for each in shown if str(each.id) == wanted), None)
    if reference and message is None and reference.get("fail_if_not_exists", True):
        raise DiscordError(400, 50035, "Invalid Form Body: Unknown message")
    return message


def _callback_payload(interaction: Interaction) -> dict[str, Any]:
    """What Discord tells about a first response, where the client asks for it."""
    callback: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
    payload: dict[str, Any] = {"interaction": callback}
    message = interaction.original
    if message is not None:
        callback |= {
            "response_message_id": str(message.id),
            "response_message_loading": bool(message.flags & LOADING),
            "response_message_ephemeral": bool(message.flags & EPHEMERAL),
        }
        if interaction.answered_with in (MESSAGE, UPDATE):
            payload["resource"] = {"type": interaction.answered_with, "message": message.payload()}
    return payload


def rules_broken(message: Message) -> list[str]:
    """What Discord refuses of a message beyond its description (components reference; discord.py for all its text)."""
    parts = list(walk(message.components))
    modern = bool(message.flags & COMPONENTS_V2)
    rules = {
        "components v2 with content": modern and bool(message.content),
        "components v2 without the flag": not modern
        and any(part["type"] in (TEXT_DISPLAY, CONTAINER) for part in parts),
        "an empty message": not message.content and not parts and not message.attachments,
        "a file that is not attached": {part["file"]["url"] for part in message.parts(FILE)}
        - {f"attachment://{each.name}" for each in message.attachments}
        != set(),
        "more than 40 components": len(parts) > 40,
        "too much text": len(message.text) > (4000 if modern else 2000),
        "an empty text": not all(part["content"].strip() for part in message.parts(TEXT_DISPLAY)),
    }
    rules |= _control_rules(message) | _select_rules(message.parts(SELECT))
    return [rule for rule, broken in rules.items() if broken]


def _control_rules(message: Message) -> dict[str, bool]:
    """The rules for buttons, rows and ids, and whether each is broken."""
    ids = [part["custom_id"] for part in walk(message.components) if "custom_id" in part]
    labels = [part.get("label", "x") for part in message.parts(BUTTON)]
    return {
        "a custom id twice": len(ids) != len(set(ids)),
        "a custom id of the wrong length": not all(1 <= len(each) <= 100 for each in ids),
        "a button's label of the wrong length": not all(1 <= len(label) <= 80 for label in labels),
        "a row with other than one select or up to five buttons": not all(map(_row_fits, message.parts(ROW))),
    }


def _row_fits(row: dict[str, Any]) -> bool:
    kinds = [part["type"] for part in row["components"]]
    return kinds == [SELECT] or (1 <= len(kinds) <= 5 and set(kinds) == {BUTTON})


def _select_rules(selects: list[dict[str, Any]]) -> dict[str, bool]:
    """The rules for selects and their options, and whether each is broken."""
    all_options = [select["options"] for select in selects]
    texts = [
        option[key]
        for options in all_options
        for option in options
        for key in ("label", "value", "description")
        if option.get(key) is not None
    ]
    return {
        "a select without 1 to 25 options": not all(1 <= len(options) <= 25 for options in all_options),
        "an option's text of the wrong length": not all(1 <= len(text) <= 100 for text in texts),
        "an option's value twice": any(
            len({option["value"] for option in options}) != len(options) for options in all_options
        ),
        "a placeholder too long": any(len(select.get("placeholder") or "") > 150 for select in selects),
    }
