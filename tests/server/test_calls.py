"""How calls share the threads: nobody waits for a long one, and nothing runs for who has left."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from graphmeta.backends.sqlite import opening
from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, Service
from graphmeta.server.calls import Calls
from graphmeta.store import Store
from graphmeta.testing.serving import serving
from tests.conftest import Opener
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


def test_what_is_written_together_fails_alone(sqlite_store: Store) -> None:
    service = Held(sqlite_store, "PutExecutionType")
    kept = request_of("PutExecutionType", execution_type={"name": "train"})
    type_id = Service.call(service, "PutExecutionType", kept).type_id  # type: ignore[attr-defined]

    async def scenario() -> None:
        calls = Calls(service, 1)
        first = asyncio.ensure_future(calls.answer("PutExecutionType", b"", "test"))
        await asyncio.to_thread(service.arrived.acquire)
        waiting = []
        # The third fails when it has written b.
        for given in (["a"], ["c"], ["b", "a"], ["d"], ["e"]):
            put = request_of("PutExecutions", executions=[{"type_id": type_id, "name": name} for name in given])
            waiting.append(asyncio.ensure_future(calls.answer("PutExecutions", put.SerializeToString(), "test")))
        await asyncio.sleep(0)  # they stand in the queue
        service.released.set()
        await first
        outcomes = await asyncio.gather(*waiting)
        assert [outcome.code for outcome in outcomes] == [0, 0, errors.ALREADY_EXISTS, 0, 0]
        answered = [CALLS["PutExecutions"].response.FromString(outcome.response) for outcome in outcomes]
        ids = [id for each in answered for id in each.execution_ids]  # type: ignore[attr-defined]
        assert ids == [each.id for each in sqlite_store.executions()]

    asyncio.run(scenario())
    assert [each.name for each in sqlite_store.executions()] == ["a", "c", "d", "e"]
    # Four of them before it was seen that all were undone, and all five again.
    assert service.run.count("PutExecutions") == 4 + 5


def test_what_waits_while_nobody_can_write_fails_at_once(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Held(sqlite_store, "PutExecutionType")
    kept = request_of("PutExecutionType", execution_type={"name": "train"})
    type_id = Service.call(service, "PutExecutionType", kept).type_id  # type: ignore[attr-defined]
    put = request_of("PutExecution", execution={"type_id": type_id}).SerializeToString()
    refused = []
    acquire = WriteLock.acquire

    def acquire_or_leave(lock: WriteLock, wait: float = 0) -> None:
        try:
            acquire(lock, 0)
        except TimeoutError:
            refused.append(lock.path)
            raise

    async def scenario() -> None:
        calls = Calls(service, 1)
        first = asyncio.ensure_future(calls.answer("PutExecutionType", b"", "test"))
        await asyncio.to_thread(service.arrived.acquire)
        waiting = [asyncio.ensure_future(calls.answer("PutExecution", put, "test")) for _ in range(5)]
        await asyncio.sleep(0)  # they stand in the queue
        with nobody_writes(tmp_path / "graphmeta.db"):
            monkeypatch.setattr(WriteLock, "acquire", acquire_or_leave)
            service.released.set()
            assert (await first).code == errors.INVALID_ARGUMENT
            outcomes = await asyncio.gather(*waiting)
        assert {outcome.code for outcome in outcomes} == {errors.UNAVAILABLE}
        assert len(refused) == 1
        assert (await calls.answer("PutExecution", put, "test")).code == errors.OK

    asyncio.run(scenario())
    assert len(sqlite_store.executions()) == 1


def put_contexts(service: Service, number: int) -> None:
    """An artifact with a name of two thousand letters a, in so many contexts named c0, c1, …"""

    def put(name: str, **fields: Any) -> Any:
        return service.call(name, request_of(name, **fields))

    type_id = put("PutArtifactType", artifact_type={"name": "Data"}).type_id
    context_type_id = put("PutContextType", context_type={"name": "Run"}).type_id
    contexts = [{"type_id": context_type_id, "name": f"c{number}"} for number in range(number)]
    put("PutLineageSubgraph", artifacts=[{"type_id": type_id, "name": "a" * 2000}], contexts=contexts)


def test_a_read_whose_caller_left_is_ended(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Noted(Service):
        arrived = threading.Event()
        code = errors.OK

        def call(self, name: str, request: Message) -> Message:
            try:
                self.arrived.set()
                return super().call(name, request)
            except errors.StatusError as error:
                self.code = error.error_code
                raise

    service = Noted(sqlite_store)
    put_contexts(service, 200)
    service.arrived.clear()
    # Every combination of three contexts: eight million rows.
    long = "+".join(f"contexts_c{number}.id" for number in range(3)) + " = 1"
    request = request_of("GetArtifacts", options={"filter_query": long, "max_result_size": 1}).SerializeToString()

    async def scenario() -> None:
        calls = Calls(service, 1)
        reading = asyncio.ensure_future(calls.answer("GetArtifacts", request, "test"))
        await asyncio.to_thread(service.arrived.wait)
        reading.cancel()
        await calls.finish()
        assert reading.cancelled()
        assert service.code == errors.CANCELLED
        assert (await calls.answer("GetContexts", b"", "test")).code == errors.OK

    asyncio.run(scenario())
    assert not caplog.records


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 cannot bound what SQLite makes")
def test_a_filter_that_makes_too_long_a_text_is_refused(
    open_sqlite: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(opening, "LONGEST_VALUE", 1_000_000)
    service = Service(open_sqlite())
    put_contexts(service, 1)
    long = f"LENGTH(REPLACE(name, 'a', '{'a' * 1000}')) = 1"
    request = request_of("GetArtifacts", options={"filter_query": long}).SerializeToString()
    outcome = asyncio.run(Calls(service, 1).answer("GetArtifacts", request, "test"))
    assert outcome.code == errors.INVALID_ARGUMENT
    assert str(tmp_path) not in outcome.message
    assert not caplog.records
