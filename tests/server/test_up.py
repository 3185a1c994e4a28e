"""`graphmeta up`: everything in one process, from its start to its end."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from graphmeta.demo import run_demo
from graphmeta.mlmd import errors
from graphmeta.store import connect
from graphmeta.testing.serving import Served, up
from tests.server.kit import calling, frame, path, post


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`graphmeta up` where it is to end by itself."""
    command = [sys.executable, "-m", "graphmeta", "up", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **options)


def get(served: Served, address: str, **headers: str) -> tuple[int, str]:
    """The status and the text of a page."""
    connection = http.client.HTTPConnection(urlsplit(served.pages_url).netloc, timeout=60)
    try:
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8")
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_grpc_grpc_web_and_pages_answer_until_a_signal_ends_it_with_0(any_url: str, number: signal.Signals) -> None:
    with up(any_url) as served, calling(served) as client:
        client.PutArtifactType(artifact_type={"name": "Churned"})
        assert post(served.web_url, path("GetContexts"), frame(b"")).code == errors.OK
        assert served.pages_url == served.web_url + "/"
        status, text = get(served, "/types")
        assert status == 200
        assert "Churned" in text
        served.process.send_signal(number)
        assert served.process.wait(60) == 0
        assert served.stderr == ""


def test_the_demo_fills_an_empty_store(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where the demo puts its models
    with up(file, "--demo") as served:
        models = json.loads(get(served, "/artifacts.json?type=Model")[1])
        assert len(models["rows"]) == 5
        assert "Model:tumour-classifier@4" in served.stderr
        assert (tmp_path / "graphmeta-demo").is_dir()


def test_the_demo_leaves_a_store_alone_that_holds_something(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(file) as store:
        run_demo(store, folder=tmp_path / "first", echo=lambda line: None)
        before = store.counts()
    monkeypatch.chdir(tmp_path)
    with up(file, "--demo") as served:
        (line,) = served.stderr.splitlines()
        assert "not empty" in line
    with connect(file, read_only=True) as store:
        assert store.counts() == before
    assert not (tmp_path / "graphmeta-demo").exists()


def test_the_rules_of_a_file_are_checked_on_the_page_of_checks(file: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("version: 1\nrules:\n- name: every-model-is-named\n  for: {role: Model}\n  must: {name: '*'}\n")
    with up(file, "--policy", str(rules)) as served:
        status, text = get(served, "/checks.json?check=policy")
        found = json.loads(text)
        assert (status, found["policies"], found["verdict"]) == (200, [str(rules)], "holds")
        assert [each["check"] for each in found["checks"]] == ["policy"]


def test_rules_that_are_not_there_are_said_at_the_start(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    done = run("--store", str(tmp_path / "a.db"), "--grpc-port", "0", "--web-port", "0", "--policy", str(missing))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(missing) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "a.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the browser here is a shell's script")
def test_open_opens_the_pages_in_the_browser(file: Path, tmp_path: Path) -> None:
    asked, browser = tmp_path / "asked", tmp_path / "browser"
    # A browser that tells what it was opened with, and then lets the server go.
    browser.write_text(f'#!/bin/sh\necho "$1" > {asked}\nkill -TERM $PPID\n')
    browser.chmod(0o755)
    with up(file, "--open", BROWSER=str(browser)) as served:
        assert served.process.wait(60) == 0
        assert asked.read_text().strip() == served.pages_url


def test_without_a_browser_the_address_is_said(tmp_path: Path) -> None:
    program = "from graphmeta.cli.up import open_browser; open_browser('http://127.0.0.1:8081/')"
    none = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=none)
    assert "http://127.0.0.1:8081/" in done.stderr


def test_a_port_that_is_taken_is_a_sentence_and_1(file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("--demo", "--store", str(file), "--web-port", port, "--grpc-port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert port in line
    assert "--web-port" in line
    assert not file.exists()


def test_another_name_is_refused_until_it_is_allowed(file: Path) -> None:
    with up(file) as served:
        status, text = get(served, "/types", host="lineage.example")
        assert status == 421
        assert "--allow-host" in text
        assert post(served.web_url, path("GetContexts"), frame(b""), host="lineage.example").http_status == 421
    with up(file, "--allow-host", "lineage.example") as served:
        assert get(served, "/types", host="lineage.example")[0] == 200


def test_for_everybody_it_warns_and_its_pages_are_where_this_machine_finds_them(file: Path) -> None:
    with up(file, "--host", "0.0.0.0") as served:
        assert served.grpc_address.startswith("0.0.0.0:")
        assert served.pages_url.startswith("http://127.0.0.1:")
        assert get(served, "/types", host="192.168.0.7")[0] == 200
        assert get(served, "/types", host="lab.example")[0] == 421
        (warning,) = served.stderr.splitlines()
        assert "0.0.0.0" in warning
        assert "--allow-host" in warning
    with up(file, "--host", "0.0.0.0", "--allow-host", "*") as served:
        assert get(served, "/types", host="lab.example")[0] == 200
        assert "--allow-host" not in served.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "no such host"], "no such host"),
        (["--max-message-size", "2048"], "graphmeta up --help"),
        (["--check"], "--check"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_a_sentence(tmp_path: Path, options: Sequence[str], said: str) -> None:
    done = run(*options, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_can_read_is_400_and_the_server_lives(file: Path) -> None:
    with up(file) as served:
        address = urlsplit(served.web_url)
        for request in (b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\0\r\n\r\n"):
            with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
                connection.sendall(request)
                assert b" 400 " in connection.makefile("rb").readline()
        assert get(served, "/types")[0] == 200
