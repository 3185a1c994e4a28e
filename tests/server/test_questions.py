"""How pages share threads: they leave the service's calls theirs, and what nobody waits for any longer ends."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

import pytest
from starlette.requests import Request
from starlette.responses import Response

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import Service
from graphmeta.pages.answering import endpoint
from graphmeta.pages.refusal import NotMadeError
from graphmeta.pages.view import Page, View
from graphmeta.pages.views.types import VIEW as TYPES
from graphmeta.render import patience
from graphmeta.server.calls import Calls
from graphmeta.server.pages_side import running
from graphmeta.server.questions import Questions
from graphmeta.store import Store
from tests.conftest import Opener


class Shape(TypedDict):
    """Of no page."""


class Held:
    """A view whose pages wait in their threads until they are let go.

    Attributes:
        begun: how many were begun.
        pictures: how many came as far as their pictures.
    """

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.released = threading.Event()
        self.begun = self.pictures = 0
        self.view = View("types", "/held", "", self.answer, Shape)

    def answer(self, store: Store, asked: Mapping[str, Any]) -> Page:
        self.begun += 1
        self.arrived.release()
        assert self.released.wait(60)
        return Page("Held", {}, self.extra)

    def extra(self) -> Mapping[str, Any]:
        self.pictures += 1
        return {}


@pytest.fixture
def held() -> Iterator[Held]:
    made = Held()
    yield made
    made.released.set()


def request(path: str = "/held", left: asyncio.Event | None = None) -> Request:
    """A request whose sender goes away once `left` is set."""

    async def receive() -> dict[str, Any]:
        await (left or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "path_params": {}}
    return Request(scope, receive)


async def page(questions: Questions, view: View, form: str = "html", left: asyncio.Event | None = None) -> Response:
    """One page, as the server makes it."""
    return await endpoint(view, running(questions), form)(request(view.path, left))


def test_pages_that_nobody_waits_for_leave_room_for_all(
    store: Store, held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        calls = Calls(Service(store), 4)
        left = asyncio.Event()
        pages = [asyncio.ensure_future(page(calls.questions, held.view, left=left)) for _ in range(20)]
        for _ in range(4):
            await asyncio.to_thread(held.arrived.acquire)
        # All their threads are at it, and the calls' are not.
        for name in ("GetContexts", "PutTypes", "GetArtifacts"):
            assert (await calls.answer(name, b"", "test")).code == errors.OK
        left.set()
        assert {answer.status_code for answer in await asyncio.gather(*pages)} == {499}
        for name in ("GetContexts", "PutTypes", "GetArtifacts"):
            assert (await calls.answer(name, b"", "test")).code == errors.OK
        types = asyncio.ensure_future(page(calls.questions, TYPES, "json"))
        held.released.set()
        assert (await types).status_code == 200
        await calls.finish()
        assert calls.close()

    asyncio.run(scenario())
    assert held.begun == 4
    assert held.pictures == 0
    assert not caplog.records


def test_one_page_that_nobody_waits_for_any_longer_gets_no_further(sqlite_store: Store) -> None:
    stages = []
    left, told = asyncio.Event(), threading.Event()

    def leave(stage: str, loop: asyncio.AbstractEventLoop) -> None:
        stages.append(stage)
        loop.call_soon_threadsafe(left.set)
        assert told.wait(60)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        questions = Questions(sqlite_store, 1)

        def extra() -> Mapping[str, Any]:
            leave("pictures", loop)
            return {"at_earliest": None, "types": Types()}

        class Types:
            def __bool__(self) -> bool:
                stages.append("template")
                return False

        view = View("types", "/held", "", lambda store, asked: Page("Held", {}, extra), Shape)
        assert (await page(questions, view, left=left)).status_code == 499
        told.set()
        while questions.on_their_way:
            await asyncio.wait(questions.on_their_way)
        assert questions.close()

    asyncio.run(scenario())
    assert stages == ["pictures"]


@pytest.mark.parametrize("form", ["html", "json", ".svg"])
def test_where_too_many_wait_the_next_is_told_to_come_again(sqlite_store: Store, held: Held, form: str) -> None:
    async def scenario() -> None:
        questions = Questions(sqlite_store, 1, most_waiting=2)
        left = asyncio.Event()
        pages = [asyncio.ensure_future(page(questions, held.view, "json")) for _ in range(2)]
        leaving = asyncio.ensure_future(page(questions, held.view, "json", left))
        await asyncio.to_thread(held.arrived.acquire)
        refused = await page(questions, TYPES, form)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert b"Try again" in refused.body
        if form == "json":
            assert json.loads(bytes(refused.body))["error"]["code"] == "UNAVAILABLE"
        else:
            assert b"<h1>The server is busy</h1>" in refused.body
        # One who leaves makes room.
        left.set()
        assert (await leaving).status_code == 499
        types = asyncio.ensure_future(page(questions, TYPES, "json"))
        held.released.set()
        assert [answer.status_code for answer in await asyncio.gather(*pages, types)] == [200, 200, 200]
        assert questions.close()

    asyncio.run(scenario())
    assert held.begun == 2


def test_a_page_that_takes_too_long_says_how_to_ask_for_less(sqlite_store: Store, held: Held) -> None:
    async def scenario() -> None:
        questions = Questions(sqlite_store, 1, seconds=0.1)
        late, waiting = await asyncio.gather(page(questions, held.view), page(questions, TYPES))
        assert late.status_code == waiting.status_code == 503
        assert b"Ask for less" in late.body
        assert "retry-after" not in late.headers
        assert b"Try again" in waiting.body
        held.released.set()
        while questions.on_their_way:
            await asyncio.wait(questions.on_their_way)
        assert questions.close()

    asyncio.run(scenario())
    assert (held.begun, held.pictures) == (1, 0)


def test_reading_and_drawing_end_with_the_wait(open_sqlite: Opener) -> None:
    store = open_sqlite()
    store.initialise()
    begun, late = threading.Event(), threading.Event()
    ends = []

    def question(store: Store) -> None:
        patience.check()
        store.artifacts()
        begun.set()
        assert late.wait(60)
        for go_on in (patience.check, store.artifacts):
            with pytest.raises(Exception, match="given up") as caught:
                go_on()
            ends.append(type(caught.value).__name__)

    async def scenario() -> None:
        questions = Questions(store, 1, seconds=0.1)
        with pytest.raises(NotMadeError):
            await questions.ask(question)
        late.set()
        while questions.on_their_way:
            await asyncio.wait(questions.on_their_way)

    asyncio.run(scenario())
    assert begun.is_set()
    assert ends == ["ReadGivenUpError"] * 2
