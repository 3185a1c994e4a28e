"""The web port: the service over grpc-web, with no proxy in between, and the pages where they are wanted."""

from __future__ import annotations

import asyncio
import re

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, SERVICE
from graphmeta.server import frames
from graphmeta.server.calls import Calls, Outcome
from graphmeta.server.guard import Guard, hosts_of
from graphmeta.server.leaving import disconnected
from graphmeta.server.settings import OWN_ORIGINS, Settings

_FORM = re.compile(r"application/grpc-web(-text)?(\+proto)?")
_TIMEOUT = re.compile(r"([0-9]{1,8})([HMSmun])")
_SECONDS = {"H": 3600.0, "M": 60.0, "S": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_PREFLIGHT_SECONDS = 20 * 24 * 3600
_LEFT = Outcome(errors.CANCELLED, message="The caller went away.")
_ROOM = 2**16  # bytes of a body besides its message: its header, its trailers


def application(calls: Calls, settings: Settings, address: str) -> ASGIApp:
    """The application of the web port.

    A call's path may have a prefix, as Kubeflow's and OpenShift's pages and proxies give it.

    Args:
        address: the IP address that it listens on.
    """
    endpoint = _Endpoint(calls, settings.max_message_bytes, pages=settings.pages)
    # Other origins may call the service, if they are let; the pages are nobody's but the reader's.
    service = Route(
        "/{path:path}",
        endpoint.answer,
        methods=["POST", "OPTIONS"] if settings.pages else ["POST", "GET", "OPTIONS"],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.origins),
                allow_origin_regex=None if settings.origins else OWN_ORIGINS,
                allow_methods=["POST"],
                allow_headers=["*"],
                expose_headers=["grpc-status", "grpc-message", "grpc-encoding", "grpc-accept-encoding"],
                max_age=_PREFLIGHT_SECONDS,
            )
        ],
    )
    return Guard(Starlette(routes=[*_pages(calls, settings), service]), hosts_of(settings, address))


def _pages(calls: Calls, settings: Settings) -> list[BaseRoute]:
    if not settings.pages:
        return []
    # Whoever serves no pages need not have what they are made with.
    from graphmeta.server.pages_side import page_routes

    return page_routes(calls, settings.policies)


class _Endpoint:
    def __init__(self, calls: Calls, limit: int, *, pages: bool) -> None:
        self._calls = calls
        self._limit = limit
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        *_, service, name = ["", "", *request.url.path.split("/")]
        given = _form(request.headers.get("content-type", ""))
        if given is None:
            return _not_grpc_web(request, service, pages=self._pages)
        wanted = _form(request.headers.get("accept", "")) or given
        try:
            _check_encoding(request)
            body = await self._body(request, text="-text" in given)
            outcome = await self._outcome(request, service, name, body)
        except frames.FrameError as error:
            outcome = Outcome(error.code, message=error.message)
        except ClientDisconnect:
            outcome = _LEFT
        content = frames.response(
            outcome.code, outcome.message, outcome.response if outcome.code == errors.OK else None
        )
        if "-text" in wanted:
            content = frames.to_text(content)
        return Response(content, media_type=wanted, headers={"grpc-accept-encoding": "identity"})

    async def _body(self, request: Request, *, text: bool) -> bytes:
        """The body in binary; one that is too large is not kept."""
        longest = self._limit + _ROOM
        if text:
            longest = longest * 4 // 3 + 4
        pieces, length = [], 0
        async for piece in request.stream():
            length += len(piece)
            if length <= longest:
                pieces.append(piece)
        if length > longest:
            raise frames.FrameError(
                errors.RESOURCE_EXHAUSTED,
                f"The body has {length} bytes, this server takes messages of {self._limit}.",
            )
        body = b"".join(pieces)
        return frames.from_text(body) if text else body

    async def _outcome(self, request: Request, service: str, name: str, body: bytes) -> Outcome:
        if service != SERVICE or name not in CALLS:
            return Outcome(errors.UNIMPLEMENTED, message=f"There is no call {service}/{name} here.")
        message = frames.message_of(body, self._limit)
        peer = f"{request.client.host}:{request.client.port}" if request.client else "?"
        answering = asyncio.ensure_future(self._calls.answer(name, message, peer))
        leaving = asyncio.ensure_future(disconnected(request))
        try:
            done, _ = await asyncio.wait(
                {answering, leaving}, timeout=_timeout(request), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            # What still waits for a thread is not run for somebody who no longer wants it.
            leaving.cancel()
            if not answering.done():
                answering.cancel()
        if answering in done:
            outcome = answering.result()
            if len(outcome.response) > self._limit:
                said = f"The answer has {len(outcome.response)} bytes, and this server sends {self._limit}."
                return Outcome(errors.RESOURCE_EXHAUSTED, message=said)
            return outcome
        if leaving in done:
            return _LEFT
        return Outcome(errors.DEADLINE_EXCEEDED, message="Deadline Exceeded")


def _form(content_type: str) -> str | None:
    """The form of grpc-web that a content type names, or None."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind if _FORM.fullmatch(kind) else None


def _not_grpc_web(request: Request, service: str, *, pages: bool) -> Response:
    if service != SERVICE and pages:
        return PlainTextResponse("Pages are read with GET.\n", 405, headers={"Allow": "GET, HEAD"})
    if service != SERVICE:
        return PlainTextResponse("There is nothing here. The calls of MLMD are below /" + SERVICE + "/.\n", 404)
    if request.method != "POST":
        return PlainTextResponse("A call is made with POST.\n", 405, headers={"Allow": "POST, OPTIONS"})
    return PlainTextResponse("A call has the content type application/grpc-web+proto, or -text.\n", 415)


def _check_encoding(request: Request) -> None:
    encoding = request.headers.get("grpc-encoding", "identity")
    if encoding != "identity":
        raise frames.FrameError(
            errors.UNIMPLEMENTED, f"This server does not read messages in grpc-encoding {encoding}; send them plain."
        )


def _timeout(request: Request) -> float | None:
    """The seconds that the caller waits, of the header grpc-timeout, or None."""
    found = _TIMEOUT.fullmatch(request.headers.get("grpc-timeout", ""))
    return int(found[1]) * _SECONDS[found[2]] if found else None
