"""The pages of a store without a server in between, for tests."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from graphmeta.pages.application import routes
from graphmeta.store import Store


def browsing(store: Store) -> TestClient:
    """A client of a store's pages: `browsing(store).get("/types")`."""

    async def run(question: Callable[[Store], Response], request: Request) -> Response:
        return question(store)

    return TestClient(Starlette(routes=routes(run)), base_url="http://127.0.0.1:8081")
