"""A server from its start to its end: what it says, how it stops, what it refuses to start with."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from graphmeta.backends.sqlite.lock import WriteLock
from graphmeta.mlmd import errors
from graphmeta.store import connect
from graphmeta.testing.serving import Served, serving
from tests.server.kit import WEB, Client, calling, frame, path, post, request_of, taken_apart

Completed = subprocess.CompletedProcess[str]


def run(*arguments: str, **options: Any) -> Completed:
    """`graphmeta serve` where it is to end by itself."""
    command = [sys.executable, "-m", "graphmeta", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


@contextlib.contextmanager
def nobody_writes(file: Path) -> Iterator[None]:
    """Holds a store's lock, as another process that writes for long."""
    with WriteLock(f"{file}-graphmeta.lock"):
        yield


@contextlib.contextmanager
def told_to_stop(served: Served, client: Client) -> Iterator[None]:
    """Sends SIGTERM and waits until the server says that it is leaving."""
    watch = health_pb2_grpc.HealthStub(client.channel).Watch(health_pb2.HealthCheckRequest(), timeout=60)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    served.process.send_signal(signal.SIGTERM)
    assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
    yield


# ---------------------------------------------------------------- the end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(any_url: str, number: signal.Signals) -> None:
    with serving(any_url) as served, calling(served) as client:
        client.GetContexts()
        assert post(served.web_url, path("GetContexts"), frame(b"")).code == errors.OK
        served.process.send_signal(number)
        assert served.process.wait(60) == 0
        assert served.stderr == ""


def test_running_calls_end_and_new_ones_are_refused(file: Path) -> None:
    with serving(file) as served, calling(served) as client:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id
        with nobody_writes(file):
            # The second waits behind the first.
            running = [client.PutExecution(wait=False, execution={"type_id": type_id}) for _ in range(2)]
            client.GetContexts()  # what was sent before it has arrived
            with told_to_stop(served, client):
                with pytest.raises(grpc.RpcError) as caught:
                    client.GetContexts()
                assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
                assert not any(call.done() for call in running)
        ids = [call.result(60).execution_id for call in running]
        assert served.process.wait(60) == 0
    with connect(file, read_only=True) as store:
        assert [each.id for each in store.executions()] == ids


def test_a_running_call_of_a_browser_ends_too(file: Path) -> None:
    with serving(file) as served, calling(served) as client:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id
        body = frame(request_of("PutExecution", execution={"type_id": type_id}).SerializeToString())
        page = http.client.HTTPConnection(urlsplit(served.web_url).netloc, timeout=60)
        with nobody_writes(file):
            page.request("POST", path("PutExecution"), body, {"content-type": WEB})
            assert post(served.web_url, path("GetContexts"), frame(b"")).code == errors.OK
            with told_to_stop(served, client):
                assert served.process.poll() is None
        assert taken_apart(page.getresponse()).code == errors.OK
        page.close()
        assert served.process.wait(60) == 0


def test_what_outlasts_the_grace_is_cut_off(file: Path) -> None:
    with serving(file, "--grace", "0.1") as served, calling(served) as client:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id
        with nobody_writes(file):
            running = client.PutExecution(wait=False, execution={"type_id": type_id})
            client.GetContexts()
            assert served.stop() == 0
        with pytest.raises(grpc.RpcError):
            running.result(60)
        assert "cut off" in served.stderr
    with connect(file, read_only=True) as store:
        assert store.executions() == []


def test_a_second_signal_ends_it_at_once(file: Path) -> None:
    with serving(file) as served, calling(served) as client:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id
        with nobody_writes(file):
            running = client.PutExecution(wait=False, execution={"type_id": type_id})
            client.GetContexts()
            with told_to_stop(served, client):
                served.process.send_signal(signal.SIGTERM)
                assert served.process.wait(60) == 128 + signal.SIGTERM
        with pytest.raises(grpc.RpcError):
            running.result(60)


# ---------------------------------------------------------------- the start


@pytest.mark.parametrize("option", ["--grpc-port", "--web-port"])
def test_a_port_that_is_taken_is_a_sentence_and_1(file: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = "--web-port" if option == "--grpc-port" else "--grpc-port"
        done = run("--store", str(file), option, str(port), other, "0")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert str(port) in line
    assert option in line
    assert not file.exists()  # no store for a server that never was


def test_one_port_for_both_is_taken_too(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    done = run("--store", str(file), "--grpc-port", port, "--web-port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert port in done.stderr


def test_two_servers_do_not_share_a_port(file: Path, tmp_path: Path) -> None:
    with serving(file) as served:
        done = run("--store", str(tmp_path / "other.db"), "--grpc-port", str(served.port), "--web-port", "0")
        assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--grpc-port", "65536"], "65535"),
        (["--grpc-port", "many"], "many"),
        (["--max-message-size", "0"], "--max-message-size"),
        (["--max-message-size", "2048"], "2047"),
        (["--workers", "0"], "--workers"),
        (["--grace", "0"], "--grace"),
        (["--host", "no such host"], "no such host"),
        (["--host", "203.0.113.1", "--grpc-port", "0", "--web-port", "0"], "203.0.113.1"),
        (["--store", "oracle://somewhere"], "oracle://"),
        (["--tls-cert", "cert.pem"], "--tls-key"),
        (["--tls-key", "none.pem", "--tls-cert", "none.pem"], "none.pem"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_a_sentence(tmp_path: Path, options: list[str], said: str) -> None:
    done = run(*options, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "did not expect" not in done.stderr


def test_a_store_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are notes. " * 100)
    done = run("--store", "notes.db", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "notes.db" in done.stderr


def test_a_server_for_everybody_warns(file: Path) -> None:
    with serving(file) as served:
        assert served.stderr == ""
    with serving(file, "--host", "0.0.0.0") as served:
        assert served.grpc_address.startswith("0.0.0.0:")
        (warning,) = served.stderr.splitlines()
        assert "0.0.0.0" in warning
        assert "without TLS or authentication" in warning


def test_ip_version_6(file: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with serving(file, "--host", "::1") as served, calling(served) as client:
        assert served.grpc_address.startswith("[::1]:")
        client.GetContexts()
        assert post(served.web_url, path("GetContexts"), frame(b"")).code == errors.OK
        assert served.stderr == ""


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "grpc.py").write_text("raise ModuleNotFoundError(\"No module named 'grpc'\", name='grpc')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from graphmeta.cli.main import run; run(['serve'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert 'pip install "graphmeta[server]"' in done.stderr


# ---------------------------------------------------------------- its health from outside, its log


def test_check_asks_whether_a_server_is_healthy(file: Path) -> None:
    with serving(file) as served:
        assert run("--check", "--grpc-port", str(served.port)).returncode == 0
        port = served.port
    done = run("--check", "--grpc-port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert str(port) in done.stderr


def test_verbose_logs_every_call(file: Path) -> None:
    with serving(file, "--verbose") as served, calling(served) as client:
        client.GetContexts()
        with pytest.raises(grpc.RpcError):
            client.GetArtifactType(type_name="none")
        post(served.web_url, path("GetExecutions"), frame(b""))
        served.stop()
        lines = served.stderr.splitlines()
    assert [line.split()[1] for line in lines] == ["GetContexts", "GetArtifactType", "GetExecutions"]
    assert ["code 0" in line for line in lines] == [True, False, True]
    assert "code 5" in lines[1]
