"""The stand-in's gateway: identify, resume, heartbeats and events, and the ways in which a gateway misbehaves."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

HEARTBEAT_MS = 41_250
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11

MESSAGE_CONTENT = 1 << 15


@dataclass(eq=False)
class Session:
    """One identified client, which may come back on another socket and get what it missed."""

    id: str
    intents: int
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: Socket | None = None

    async def dispatch(self, name: str, data: Any) -> None:
        event = {"op": DISPATCH, "s": len(self.events) + 1, "t": name, "d": data}
        self.events.append(event)
        if self.socket is not None:
            await self.socket.send(event)


class Socket:
    """One connection, compressed where the client asks for it."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self.response = web.WebSocketResponse(max_msg_size=0)
        self.deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(self, payload: dict[str, Any]) -> None:
        if self.response.closed:
            return
        text = json.dumps(payload)
        try:
            if self.deflate is None:
                await self.response.send_str(text)
            else:
                flushed = self.deflate.compress(text.encode()) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.response.send_bytes(flushed)
        except ConnectionError:
            return  # the client has gone; a resumed session gets the event again


class Gateway:
    """Accepts clients with the right token, and keeps their sessions."""

    def __init__(self, token: str, greeting: Any) -> None:
        """`greeting`: called with a session, gives the events of a fresh one, READY first."""
        self.token = token
        self.greeting = greeting
        self.message_content_allowed = False  # the switch "Message Content Intent" in the Developer Portal
        self.sessions: dict[str, Session] = {}
        self.changed = asyncio.Condition()
        self.identified = 0
        self.intents = 0  # of the client that identified last
        self.resumed = 0

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = Socket(request)
        await socket.response.prepare(request)
        await socket.send({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS}, "s": None, "t": None})
        async for message in socket.response:
            if message.type is not WSMsgType.TEXT:
                break
            payload = json.loads(message.data)
            await self._received(socket, payload["op"], payload.get("d"))
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None
        return socket.response

    async def broadcast(self, name: str, data: Any) -> None:
        """An event to every session, connected or to be resumed."""
        for session in list(self.sessions.values()):
            await session.dispatch(name, data(session) if callable(data) else data)

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for socket in self._sockets():
            if socket.request.transport is not None:  # else the client has hung up itself
                socket.request.transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Tell every client to reconnect and resume."""
        for socket in self._sockets():
            await socket.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is over, or that it should resume it."""
        sockets = self._sockets()
        if not resumable:
            self.sessions.clear()
        for socket in sockets:
            await socket.send({"op": INVALID_SESSION, "d": resumable, "s": None, "t": None})

    async def close(self, code: int = 1000) -> None:
        """Close every connection with a code."""
        for socket in self._sockets():
            await socket.response.close(code=code)

    def _sockets(self) -> list[Socket]:
        return [session.socket for session in self.sessions.values() if session.socket is not None]

    async def _received(self, socket: Socket, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            await socket.send({"op": HEARTBEAT_ACK, "d": None, "s": None, "t": None})
        elif op == IDENTIFY:
            await self._identify(socket, data)
        elif op == RESUME:
            await self._resume(socket, data)
        async with self.changed:
            self.changed.notify_all()

    async def _identify(self, socket: Socket, data: dict[str, Any]) -> None:
        if data["token"] != self.token:
            await socket.response.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & MESSAGE_CONTENT and not self.message_content_allowed:
            await socket.response.close(code=4014, message=b"Disallowed intent(s).")
            return
        self.identified += 1
        self.intents = data["intents"]
        session = Session(f"session-{self.identified}", data["intents"])
        session.socket = socket
        for name, event in self.greeting(session):
            await session.dispatch(name, event)
        self.sessions[session.id] = session

    async def _resume(self, socket: Socket, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            await socket.send({"op": INVALID_SESSION, "d": False, "s": None, "t": None})
            return
        self.resumed += 1
        session.socket = socket
        for event in session.events[data["seq"] :]:
            await socket.send(event)
        await session.dispatch("RESUMED", {"_trace": []})
