"""The stand-in's REST side: the routes that the bot uses, with the rules that Discord has for messages."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from tests.standin.faults import json_response
from tests.standin.world import COMPONENTS_V2, EPHEMERAL, Interaction, Message, pings, snowflake, walk

if TYPE_CHECKING:
    from tests.standin.server import StandIn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DEADLINE: Final = 3.0  # seconds for the first response to an interaction
BASE: Final = "/api/v10"
BODY: Final = web.RequestKey("body", object)


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
        self.commands: list[dict[str, Any]] = []
        self.interactions: dict[int, Interaction] = {}
        self.application = web.Application(middlewares=[self._middleware], client_max_size=32 << 20)
        self.application.add_routes(
            [
                web.get(f"{BASE}/users/@me", self._me),
                web.get(f"{BASE}/oauth2/applications/@me", self._application),
                web.get(f"{BASE}/gateway/bot", self._gateway),
                web.get(f"{BASE}/applications/{{app}}/commands", self._get_commands),
                web.put(f"{BASE}/applications/{{app}}/commands", self._put_commands),
                web.post(f"{BASE}/channels/{{channel}}/messages", self._create_message),
                web.patch(f"{BASE}/channels/{{channel}}/messages/{{message}}", self._edit_message),
                web.delete(f"{BASE}/channels/{{channel}}/messages/{{message}}", self._delete_message),
                web.post(f"{BASE}/interactions/{{interaction}}/{{token}}/callback", self._callback),
                web.post(f"{BASE}/webhooks/{{app}}/{{token}}", self._follow_up),
                web.get("/gateway/", standin.gateway.handle),
            ]
        )

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        if request.path.startswith("/gateway"):
            return await handler(request)
        body = await request.json() if request.body_exists else None
        self.requests.append((request.method, path, body))
        await self.standin.notice()
        request[BODY] = body
        if (faulty := await self.standin.faults.meet(request.method, path)) is not None:
            return faulty
        by_token_in_path = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token_in_path and request.headers.get("Authorization") != f"Bot {self.standin.token}":
            return DiscordError(401, 0, "401: Unauthorized").response
        if self.standin.description is not None and request.method != "GET":
            wrong = self.standin.description.wrong(request.method, path, body)
            if wrong:
                return self._invalid(wrong)
        try:
            return await handler(request)
        except DiscordError as error:
            return error.response

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
            "flags": 0,
            "owner": self.standin.owner.user(),
            "team": None,
        }
        return json_response(body)

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
                "default_member_permissions": None,
                "nsfw": False,
                **{key: value for key, value in command.items() if value not in (None, [], False)},
            }
            for command in _body(request)
        ]
        return json_response(self.commands)

    async def _create_message(self, request: web.Request) -> web.Response:
        channel = self.standin.channels.get(request.match_info["channel"])
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        body = _body(request)
        nonce = body.get("nonce")
        if nonce is not None and body.get("enforce_nonce"):
            earlier = next((each for each in channel.messages if each.nonce == nonce), None)
            if earlier is not None:
                return json_response(earlier.payload())
        reference = body.get("message_reference") or {}
        wanted = str(reference.get("message_id"))
        replies_to = next((each for each in channel.messages if str(each.id) == wanted), None)
        if reference and (replies_to is None or replies_to.deleted):
            if reference.get("fail_if_not_exists", True):
                raise DiscordError(400, 50035, "Invalid Form Body: Unknown message")
            replies_to = None
        message = self._message(Message(channel, self.standin.bot, replies_to=replies_to, nonce=nonce), body)
        channel.messages.append(message)
        await self.standin.dispatch_message("MESSAGE_CREATE", message)
        await self.standin.notice()
        return json_response(message.payload())

    async def _edit_message(self, request: web.Request) -> web.Response:
        message = self._known_message(request)
        self._message(message, _body(request)).edited = True
        await self.standin.notice()
        return json_response(message.payload())

    async def _delete_message(self, request: web.Request) -> web.Response:
        message = self._known_message(request)
        message.channel.messages.remove(message)
        message.deleted = True
        await self.standin.notice()
        return web.Response(status=204)

    def _known_message(self, request: web.Request) -> Message:
        channel = self.standin.channels.get(request.match_info["channel"])
        messages = channel.messages if channel else []
        message = next((each for each in messages if str(each.id) == request.match_info["message"]), None)
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self.interactions.get(int(request.match_info["interaction"]))
        if interaction is None or interaction.token != request.match_info["token"]:
            raise DiscordError(404, 10062, "Unknown interaction")
        waited = time.monotonic() - interaction.sent_at
        if interaction.answered_after is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if waited > DEADLINE:
            raise DiscordError(404, 10062, "Unknown interaction")
        body = _body(request)
        answer = self._respond(interaction, body)
        interaction.answered_after = waited
        await interaction.answers.put(answer)
        await self.standin.notice()
        resource: dict[str, Any] = {"type": body["type"]}
        if isinstance(answer, Message):
            resource["message"] = answer.payload()
        callback = {"id": str(interaction.id), "type": interaction.kind, "activity_instance_id": None}
        return json_response({"interaction": callback, "resource": resource})

    def _respond(self, interaction: Interaction, body: dict[str, Any]) -> Any:
        """Carry out the first response to an interaction; what the member then sees."""
        data = body.get("data") or {}
        if body["type"] == 8:
            return data["choices"]
        if body["type"] == 7:
            assert interaction.message is not None
            changed = self._message(interaction.message, data)
            changed.edited = True
            return changed
        if body["type"] == 4:
            return self._new_response(interaction, data)
        raise DiscordError(400, 50035, f"the stand-in does not know callback type {body['type']}")

    def _new_response(self, interaction: Interaction, data: dict[str, Any]) -> Message:
        message = self._message(Message(interaction.channel, self.standin.bot), data)
        message.only_for = interaction.member if message.flags & EPHEMERAL else None
        interaction.channel.messages.append(message)
        return message

    async def _follow_up(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        interaction = next((each for each in self.interactions.values() if each.token == token), None)
        if interaction is None or interaction.answered_after is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        message = self._new_response(interaction, _body(request))
        await interaction.answers.put(message)
        await self.standin.notice()
        return json_response(message.payload())

    def _message(self, message: Message, body: dict[str, Any]) -> Message:
        """Put a body's parts into a message, by Discord's rules. Raises DiscordError."""
        message.flags |= body.get("flags") or 0
        message.content = body.get("content") or message.content
        message.components = body.get("components", message.components)
        if wrong := _rules_broken(message):
            self.violations += wrong
            raise DiscordError(400, 50035, f"Invalid Form Body: {wrong[0]}")
        allowed = body.get("allowed_mentions")
        message.pinged = pings(message.text, allowed, {str(each.id): each for each in self.standin.members})
        if message.replies_to is not None and (allowed is None or allowed.get("replied_user")):
            message.pinged.append(message.replies_to.author.name)
        return message


def _body(request: web.Request) -> Any:
    """A request's parsed JSON."""
    return request[BODY]


def _rules_broken(message: Message) -> list[str]:
    """What Discord refuses beyond its description (components reference; discord.py for the sum of all text)."""
    parts = list(walk(message.components))
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    labels = [part.get("label", "x") for part in parts if part["type"] == 2]
    modern = bool(message.flags & COMPONENTS_V2)
    rules = {
        "components v2 with content": modern and bool(message.content),
        "components v2 without the flag": not modern and any(part["type"] in (10, 17) for part in parts),
        "an empty message": not message.content and not parts,
        "more than 40 components": len(parts) > 40,
        "too much text": len(message.text) > (4000 if modern else 2000),
        "a custom id twice": len(ids) != len(set(ids)),
        "a button's label of the wrong length": not all(1 <= len(label) <= 80 for label in labels),
        "an empty text": not all(part["content"].strip() for part in parts if part["type"] == 10),
    }
    return [rule for rule, broken in rules.items() if broken]
