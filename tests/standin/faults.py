"""How the stand-in's REST side misbehaves: errors, rate limits and slowness, on the routes that a test names."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


def json_response(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A response as Discord gives it: the content type without a charset, on which the client insists."""
    body = json.dumps(data).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


@dataclass
class Fault:
    """What happens to the next `times` requests whose "METHOD /path" matches."""

    route: re.Pattern[str]
    times: int
    status: int | None = None
    code: int = 0  # Discord's own error code in the body
    retry_after: float = 0.05
    everywhere: bool = False  # a rate limit on all routes
    delay: float = 0.0
    late: bool = False  # after the request was carried out, whose response is lost
    cut: bool = False  # the connection, without a response
    page: str | None = None  # a web page instead of JSON, as a proxy between would answer


class Faults:
    """The faults that are still to come, in the order in which tests asked for them."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, route: str, times: int = 1, **fault: object) -> None:
        """Let the next `times` requests to a route, a regular expression for "METHOD /path", meet a fault."""
        self._pending.append(Fault(re.compile(route), times, **fault))  # type: ignore[arg-type]

    def are_met(self) -> bool:
        """Whether all requests have come that were to meet a fault."""
        return not any(each.times for each in self._pending)

    async def meet(self, request: web.Request, path: str, *, late: bool = False) -> web.Response | None:
        """The faulty response to a request, before it is served or `late`; None where it is served as it should be."""
        asked = f"{request.method} {path}"
        fault = next(
            (each for each in self._pending if each.times and each.late is late and each.route.search(asked)), None
        )
        if fault is None:
            return None
        fault.times -= 1
        await asyncio.sleep(fault.delay)
        if fault.cut and request.transport is not None:
            request.transport.abort()
        if fault.status is None:
            return None
        if fault.status == 429:
            return _rate_limited(fault)
        if fault.page is not None:
            return web.Response(text=fault.page, status=fault.status, content_type="text/html")
        body = {"message": f"fault {fault.status}", "code": fault.code}
        return json_response(body, status=fault.status)


def _rate_limited(fault: Fault) -> web.Response:
    headers = {
        "Via": "1.1 stand-in",
        "Retry-After": str(fault.retry_after),
        "X-RateLimit-Global": str(fault.everywhere).lower(),
        "X-RateLimit-Scope": "global" if fault.everywhere else "user",
    }
    body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": fault.everywhere}
    return json_response(body, status=429, headers=headers)
