"""The pages on the web port: each made in a thread, for as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from graphmeta.pages.answering import Run
from graphmeta.pages.application import routes
from graphmeta.server.calls import Calls
from graphmeta.server.leaving import disconnected
from graphmeta.server.questions import Questions
from graphmeta.store import Store

# As nginx has it; nobody reads it.
_CLIENT_LEFT = 499


def page_routes(calls: Calls, policies: Sequence[Path] = ()) -> list[BaseRoute]:
    """The routes of all pages.

    Args:
        calls: beside which they are made.
        policies: files with rules, for the page of checks.
    """
    return routes(running(calls.questions), policies)


def running(questions: Questions) -> Run:
    """What runs the questions of pages, and ends them when who asked goes away."""

    async def run(question: Callable[[Store], Response], request: Request) -> Response:
        asking = asyncio.ensure_future(questions.ask(question))
        leaving = asyncio.ensure_future(disconnected(request))
        try:
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            left = not asking.done()
            if left:
                asking.cancel()
                await asyncio.wait({asking})  # its reads know now that nobody waits
        return Response(status_code=_CLIENT_LEFT) if left else asking.result()

    return run
