"""Every block of Python in docs/py2neo.md, on a real server: the three ways give the same."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest

import graphmeta as gm
from graphmeta import Store
from graphmeta.testing import neo4j_server as servers

pytestmark = pytest.mark.neo4j

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "py2neo.md").read_text(encoding="utf-8")
WAYS = ("py2neo", "the driver", "graphmeta")
SECTION = re.compile(r"^### (.+?)\n(.*?)(?=^##)", re.M | re.S)
BLOCK = re.compile(r"^(py2neo|the driver|graphmeta)\b[^\n]*:\n```python\n(.*?)```", re.M | re.S)

ANSWERS: dict[str, Any] = {
    "Connect": None,
    "The models of a name": ["churn@1", "churn@2"],
    "What a model was trained with": {"lr": 0.1, "rounds": 10},
    "The models that a dataset went into, through whatever was made of it": ["churn@1", "spam@1"],
    "Close": None,
}


@pytest.fixture
def filled(neo4j_store: Store, tmp_path: Path) -> Store:
    """tumours@1 -train-> churn@1 -tune-> spam@1; churn@2 of nothing: as recorded by the recorder."""
    contents = {name: f"the bytes of {name}".encode() for name in ("tumours", "churn", "churn again", "spam")}
    files = {name: tmp_path / name for name in contents}
    for name, content in contents.items():
        files[name].write_bytes(content)
    with gm.run("nightly", store=neo4j_store, strict=True) as work:
        with work.step("train", params={"lr": 0.1, "rounds": 10}) as step:
            step.use(files["tumours"], type="Dataset")
            step.produce(files["churn"], type="Model")
        with work.step("tune") as step:
            step.use(files["churn"], type="Model")
            step.produce(files["spam"], type="Model")
        with work.step("train") as step:
            step.produce(files["churn again"], type="Model", name="churn")
    return neo4j_store


def run(code: str, names: dict[str, Any], server: servers.Server) -> None:
    """Run a block against the server of the tests, in place of the one that the page names."""
    here = code.replace("neo4j://localhost:7687", server.address.replace("bolt://", "neo4j://"))
    here = here.replace('"neo4j", password="secret"', f'"{server.user}", password="{server.password}"')
    here = here.replace('("neo4j", "secret")', repr((server.user, server.password)))
    assert "secret" not in here
    exec(compile(here, "docs/py2neo.md", "exec"), names)


def test_the_three_ways_give_the_same(filled: Store, neo4j_server: servers.Server) -> None:
    sections = {title: dict(BLOCK.findall(text)) for title, text in SECTION.findall(PAGE)}
    assert list(sections) == list(ANSWERS)
    names: dict[str, dict[str, Any]] = {way: {} for way in WAYS}
    last = sections["Close"]
    with contextlib.ExitStack() as ended:
        for title, blocks in sections.items():
            assert tuple(blocks) == WAYS
            for way, code in blocks.items():
                run(code, names[way], neo4j_server)
                if title == "Connect":  # to be closed even where something fails in between
                    ended.callback(run, last[way], names[way], neo4j_server)
                if ANSWERS[title] is not None:
                    assert names[way].pop("found") == ANSWERS[title], f"{title}: {way}"


def test_the_first_example_prints_a_model(
    filled: Store, neo4j_server: servers.Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(r"^## The bridge\n```python\n(.*?)```", PAGE, re.M | re.S)
    assert code is not None
    names: dict[str, Any] = {}
    run(code[1], names, neo4j_server)
    names["lineage"].service.connector.close()
    assert capsys.readouterr().out.splitlines() == [
        f"churn@1 {(tmp_path / 'churn').as_uri()} 1",
        "  made by train with {'lr': 0.1, 'rounds': 10}",
        "  of ['tumours@1']",
        f"churn@2 {(tmp_path / 'churn again').as_uri()} 2",
        "  made by train with {}",
        "  of []",
    ]


def test_every_block_of_python_is_run() -> None:
    assert PAGE.count("```python") == 1 + len(WAYS) * len(ANSWERS)
