"""From an HTTP request to a route: log, faults, effect, answer."""

import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from simcord.backend.errors import BackendError

from tests.loopcord.calls import Answer, Call
from tests.loopcord.core import Core
from tests.loopcord.errors import refuse
from tests.loopcord.faults import Fault
from tests.loopcord.gateway import reset

Handler = Callable[[Core, Call], Answer]

# A path parameter with such a name is a number; the others are texts.
_NUMBER = re.compile(r"_id$")


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    needs_token: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
    """Register a handler for a method and a template such as `/channels/{channel_id}/messages`."""

    def register(handler: Handler) -> Handler:
        pattern = re.sub(r"\{(\w+_id)\}", r"(?P<\1>\\d+)", template)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        ROUTES.append(Route(method, template, re.compile(pattern), handler, needs_token))
        return handler

    return register


def _find(call: Call) -> Route | None:
    for candidate in ROUTES:
        if candidate.method == call.method and (found := candidate.pattern.fullmatch(call.path)):
            call.route = candidate.template
            for name, value in found.groupdict().items():
                if _NUMBER.search(name):
                    call.ids[name] = int(value)
                else:
                    call.texts[name] = value
            return candidate
    return None


async def _read(request: web.Request) -> tuple[Any, dict[str, tuple[str, bytes]]]:
    """The JSON body and the files of a request."""
    if request.content_type == "multipart/form-data":
        body, files = None, {}
        async for part in await request.multipart():
            data = bytes(await part.read(decode=False))
            if part.name == "payload_json":
                body = json.loads(data)
            else:
                files[part.name] = (part.filename or "file", data)
        return body, files
    raw = await request.read()
    return (json.loads(raw) if raw else None), {}


async def handle(core: Core, request: web.Request) -> web.StreamResponse:
    """Answer one request to the REST API, within the bot's limits."""
    limits = core.limits
    if limits is None:
        return await _handle(core, request)
    now = time.monotonic()
    if limits.is_banned(now):
        return web.Response(text="error code: 1015", status=429, headers={"Retry-After": "60"})
    wait = limits.wait("/" + request.match_info["tail"], now)
    answer = await _handle(core, request) if wait is None else _globally_limited(wait)
    limits.answered(answer.status, now)
    return answer


def _globally_limited(wait: float) -> web.Response:
    headers = {
        "Via": "1.1 loopcord",
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": "global",
        "X-RateLimit-Global": "true",
    }
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": True}
    return _json(body, 429, headers)


async def _handle(core: Core, request: web.Request) -> web.StreamResponse:
    body, files = await _read(request)
    path = "/" + request.match_info["tail"]
    token = request.headers.get("Authorization")
    call = Call(request.method, path, dict(request.query), body, time.monotonic(), files, token)
    found = _find(call)
    core.requests.append(call)
    if found is None:
        core.unknown_requests.append(call)
    plan = core.faults.take(call)
    call.faults = plan.kinds()
    if not await plan.pause("before", call):
        return _cut(request)
    fault = plan.main
    if fault is not None and fault.kind in {"status", "rate_limit"}:
        return _answer_fault(call, fault)
    if fault is not None and fault.kind == "drop_before":
        return _cut(request, orderly=not fault.reset)
    status, answer = _run(core, call, found)
    call.answer = answer
    if not await plan.pause("after", call):
        return _cut(request)
    if fault is not None and fault.kind == "drop_after":
        return _cut(request, orderly=not fault.reset)
    if fault is not None:
        return _answer_fault(call, fault)
    call.status = status
    return _json(answer, status)


def _json(answer: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    if answer is None:
        return web.Response(status=status)
    # discord.py compares the content type as a whole: with a charset it would see text.
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _run(core: Core, call: Call, found: Route | None) -> Answer:
    try:
        if found is None:
            return 404, {"message": "404: Not Found", "code": 0}
        if found.needs_token and call.token != f"Bot {core.token}":
            raise refuse(0)
        return found.handler(core, call)
    except BackendError as error:
        return error.status, error.to_json()


def _cut(request: web.Request, *, orderly: bool = False) -> web.Response:
    if orderly and request.transport is not None:
        request.transport.close()
    else:
        reset(request.transport)
    # Never sent: the connection is gone.
    return web.Response(status=500)


def _answer_fault(call: Call, fault: Fault) -> web.Response:
    if fault.kind == "rate_limit":
        call.status = 429
        if fault.proxied:
            wait = {"Retry-After": str(fault.retry_after)}
            return web.Response(text="error code: 1015", status=429, headers=wait)
        headers = {
            "Via": "1.1 loopcord",
            "Retry-After": str(fault.retry_after),
            "X-RateLimit-Scope": "global" if fault.everywhere else "user",
        }
        if fault.everywhere:
            headers["X-RateLimit-Global"] = "true"
        else:
            headers |= {
                "X-RateLimit-Limit": "5",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": f"{time.time() + fault.retry_after:.3f}",
                "X-RateLimit-Reset-After": str(fault.retry_after),
            }
        body = {
            "message": "You are being rate limited.",
            "retry_after": fault.retry_after,
            "global": fault.everywhere,
        }
        return _json(body, 429, headers)
    call.status = fault.status
    return _json({"message": fault.message, "code": fault.code}, fault.status)
