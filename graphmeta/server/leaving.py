"""Those who go away before they have their answer."""

from __future__ import annotations

from starlette.requests import Request


async def disconnected(request: Request) -> None:
    """Wait until who asked went away. (What they sent was read to its end before, or nobody reads it.)"""
    while (await request.receive())["type"] != "http.disconnect":
        pass
