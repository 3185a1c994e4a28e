"""What the tests of the Neo4j backend share: types, a run to put, a proxy that cuts connections."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store

# What requests hold: Bolt's COMMIT is a structure without fields, and its tag.
COMMIT = b"\xb0\x12"
PUT = b"CREATE (:GraphmetaPut"
# What the last answer of a transaction holds.
_END = b"bookmark"


def declare(store: Store) -> None:
    """The types that the tests use."""
    store.put_types(
        [
            artifact_type("Data", {"rows": "INT", "rate": "DOUBLE"}, base_type="DATASET"),
            artifact_type("SavedModel"),
            artifact_type("Plain"),
            execution_type("Trainer", {"lr": "DOUBLE"}),
            context_type("Run"),
        ]
    )


def run(name: str, context: Context | int) -> dict[str, Any]:
    """The arguments of a put: a step that used data and made a model, in a context."""
    data, model = Artifact(type="Data", name=f"{name} data"), Artifact(type="SavedModel", name=f"{name} model")
    step = Execution(type="Trainer", name=name)
    return {
        "artifacts": [data, model],
        "executions": [step],
        "contexts": [context] if isinstance(context, Context) else [],
        "events": [Event(data, step, "INPUT", ("data", 0)), Event(model, step, "OUTPUT", ("model",))],
        "attributions": [Attribution(data, context), Attribution(model, context)],
        "associations": [Association(step, context)],
    }


class CuttingProxy:
    """Stands between a client and a Neo4j server, and each time that it is told to drops one answer.

    The server gets the request and answers; that answer, and the connection, the client never sees.

    Args:
        port: the server's.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._request: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._start(self._accept)

    def drop(self, request: bytes) -> None:
        """Drop what is answered to the next request that holds these bytes and ends its transaction."""
        self._request = request

    def close(self) -> None:
        """End all connections and wait for all threads."""
        for each in [self._listener, *self._sockets]:
            _shut(each)
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, target: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            cut = threading.Event()
            self._start(self._to_server, client, server, cut)
            self._start(self._to_client, client, server, cut)

    def _to_server(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        while data := _received(client):
            if self._request is not None and self._request in data:
                self._request = None
                cut.set()
            try:
                server.sendall(data)
            except OSError:
                return
        if not cut.is_set():
            _shut(server)

    def _to_client(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        while data := _received(server):
            if cut.is_set():
                if _END not in data:
                    continue
                # The server has on disk what the client will never know.
                self.cuts += 1
                _shut(server)
                break
            try:
                client.sendall(data)
            except OSError:
                break
        _shut(client)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
