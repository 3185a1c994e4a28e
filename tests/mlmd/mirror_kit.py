"""Running small programs under other interpreters, and a server in this process."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_service_pb2_grpc
from graphmeta.mlmd.service import CALLS, Service
from graphmeta.store import Store
from graphmeta.testing.environments import environment, skip_or_fail
from graphmeta.testing.oracle import oracle

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"


def ml_metadata_python() -> Path:
    """The interpreter that has ml-metadata; skips the test where there is none, fails it where CI=true."""
    python, why_not = oracle(CACHE)
    skip_or_fail(why_not and f"NO ML-METADATA TO COMPARE WITH: {why_not}", pytest.skip, pytest.fail)
    assert python is not None
    return python


def python_with(name: str, *pip: tuple[str, ...]) -> Path:
    """An interpreter that both packages run on, with what these calls of pip install."""
    python, why_not = environment(CACHE / name, ("3.11", "3.10"), pip)
    skip_or_fail(why_not, pytest.skip, pytest.fail)
    assert python is not None
    return python


def run(python: str | Path, *arguments: object, folder: Path | None = None, **variables: str) -> Any:
    """What a program prints, which is JSON; graphmeta is importable in it, and warnings are errors."""
    done = subprocess.run(
        [str(python), "-W", "error", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class _Servicer(metadata_store_service_pb2_grpc.MetadataStoreServiceServicer):
    """Answers every call from a store."""

    def __init__(self, store: Store) -> None:
        service = Service(store)

        def method(name: str) -> Any:
            def answer(request: Any, context: grpc.ServicerContext) -> Any:
                try:
                    return service.call(name, request)
                except errors.StatusError as error:
                    codes = {code.value[0]: code for code in grpc.StatusCode}
                    context.abort(codes[error.error_code], error.message)

            return answer

        for name in CALLS:
            setattr(self, name, method(name))


@contextmanager
def serving(
    servicer: metadata_store_service_pb2_grpc.MetadataStoreServiceServicer | Store,
    credentials: grpc.ServerCredentials | None = None,
) -> Iterator[int]:
    """A gRPC server in this process; yields its port."""
    server = grpc.server(ThreadPoolExecutor(4))
    if isinstance(servicer, Store):
        servicer = _Servicer(servicer)
    metadata_store_service_pb2_grpc.add_MetadataStoreServiceServicer_to_server(servicer, server)
    if credentials is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield port
    finally:
        server.stop(None).wait()
