"""How calls share the threads: nobody waits for a long one, and nothing runs for who has left."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.message import Message

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import Service
from graphmeta.server.calls import Calls
from graphmeta.store import Store
from graphmeta.testing.serving import serving
from tests.server.kit import calling, frame, path, post, request_of
from tests.server.test_life import nobody_writes


class Held(Service):
    """A service whose calls of one name wait until they are let go."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__(store)
        self.name = name
        self.arrived = threading.Semaphore(0)
        self.released = threading.Event()
        self.run: list[str] = []

    def call(self, name: str, request: Message) -> Message:
        self.run.append(name)
        if name == self.name:
            self.arrived.release()
            assert self.released.wait(60)
        return super().call(name, request)


@pytest.fixture
def held(sqlite_store: Store) -> Iterator[Held]:
    service = Held(sqlite_store, "GetArtifacts")
    yield service
    service.released.set()


def test_short_calls_pass_long_ones(held: Held) -> None:
    async def scenario() -> None:
        calls = Calls(held, 2)
        long = asyncio.ensure_future(calls.answer("GetArtifacts", b"", "test"))
        await asyncio.to_thread(held.arrived.acquire)
        for name in ("GetContexts", "PutTypes", "GetExecutions"):
            assert (await calls.answer(name, b"", "test")).code == errors.OK
        assert not long.done()
        held.released.set()
        assert (await long).code == errors.OK
        assert calls.close()

    asyncio.run(scenario())


def test_what_is_cancelled_while_it_waits_is_not_run(held: Held) -> None:
    async def scenario() -> None:
        calls = Calls(held, 1)
        long = asyncio.ensure_future(calls.answer("GetArtifacts", b"", "test"))
        await asyncio.to_thread(held.arrived.acquire)
        waiting = asyncio.ensure_future(calls.answer("GetContexts", b"", "test"))
        await asyncio.sleep(0)  # it stands in the queue
        waiting.cancel()
        await asyncio.wait({waiting})
        held.released.set()
        await long
        await calls.finish()
        assert waiting.cancelled()

    asyncio.run(scenario())
    assert held.run == ["GetArtifacts"]


def test_a_running_call_is_waited_for_though_its_caller_left(held: Held) -> None:
    async def scenario() -> None:
        calls = Calls(held, 1)
        long = asyncio.ensure_future(calls.answer("GetArtifacts", b"", "test"))
        await asyncio.to_thread(held.arrived.acquire)
        long.cancel()
        finishing = asyncio.ensure_future(calls.finish())
        await asyncio.wait({long})
        assert not finishing.done()
        assert not calls.close()
        held.released.set()
        await finishing
        assert calls.close()

    asyncio.run(scenario())


def test_what_nobody_expected_is_logged_and_not_sent(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Service):
        def call(self, name: str, request: Message) -> Message:
            raise ZeroDivisionError("/home/somebody/secret")

    with caplog.at_level(logging.ERROR, "graphmeta.server"):
        outcome = asyncio.run(Calls(Broken(sqlite_store), 1).answer("GetContexts", b"", "test"))
    assert outcome.code == errors.INTERNAL
    assert "secret" not in outcome.message
    assert "ZeroDivisionError" in caplog.text
    assert "Traceback" in caplog.text


def test_a_deadline_passes_while_the_call_waits(file: Path) -> None:
    with serving(file) as served, calling(served) as client:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id
        with nobody_writes(file):
            first = client.PutExecution(wait=False, execution={"type_id": type_id, "name": "first"})
            client.GetContexts()
            with pytest.raises(grpc.RpcError) as caught:
                client.PutExecution(timeout=0.1, execution={"type_id": type_id, "name": "second"})
            assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
            body = frame(
                request_of("PutExecution", execution={"type_id": type_id, "name": "third"}).SerializeToString()
            )
            reply = post(served.web_url, path("PutExecution"), body, grpc_timeout="100m")
            assert (reply.http_status, reply.code) == (200, errors.DEADLINE_EXCEEDED)
        assert first.result(60).execution_id
        client.PutExecution(execution={"type_id": type_id, "name": "fourth"})
        assert [found.name for found in client.GetExecutions().executions] == ["first", "fourth"]
