"""A configuration file adds words of one's own, in a process of its own because words are a process's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import graphmeta
from graphmeta import words
with graphmeta.connect({store!r}) as store:
    store.put_types([graphmeta.artifact_type("Booster"), graphmeta.artifact_type("Table"),
        graphmeta.execution_type("grow_it"), graphmeta.context_type("Job_Run")])
    step = graphmeta.Execution(type="grow_it", state="COMPLETE",
        custom_properties={{"depth": 3, "owner": "ann", "shard/0": "x", "mytorch_version": "2.1"}})
    run = graphmeta.Context(type="Job_Run", name="job 7")
    table = graphmeta.Artifact(type="Table", uri="t")
    booster = graphmeta.Artifact(type="Booster", name="b", custom_properties={{"auc": 0.9, "rank": 4, "title": "big"}})
    store.put(executions=[step], contexts=[run], artifacts=[table, booster],
        events=[graphmeta.Event(table, step, "INPUT"), graphmeta.Event(booster, step, "OUTPUT")],
        associations=[graphmeta.Association(step, run)])
    found = graphmeta.explain(store, booster)
    print(graphmeta.query.display(booster), [use.model.type for use in graphmeta.models(store).uses],
        [use.dataset.type for use in found.datasets.uses],
        found.params.bookkeeping, sorted(found.metrics.by_key()), found.origin.run and found.origin.run.name,
        [package.name for package in found.environment.frameworks])
"""

WORDS = """
[artifacts]
Model = ["booster"]
Dataset = ["Table"]
[executions]
Train = ["Grow-It"]
[contexts]
run = ["JobRun"]
[properties]
display = ["title"]
bookkeeping = ["owner"]
bookkeeping_prefixes = ["shard/"]
not_metrics = ["rank"]
[software]
aliases = { mytorch = "torch" }
"""


def ask(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    code = ASK.format(store=str(folder / "store.db"))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


EXTENDED = "big ['Booster'] ['Table'] ['owner', 'shard/0'] ['auc'] job 7 ['torch']\n"


def test_the_file_in_the_folder_adds_its_words(tmp_path: Path) -> None:
    (tmp_path / "graphmeta.toml").write_text(WORDS)
    done = ask(tmp_path)
    assert (done.stdout, done.stderr) == (EXTENDED, "")


def test_the_file_that_the_environment_names_adds_its_words(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WORDS)
    assert ask(tmp_path, GRAPHMETA_CONFIG="mine.toml").stdout == EXTENDED


def test_without_one_the_words_are_graphmetas(tmp_path: Path) -> None:
    assert ask(tmp_path).stdout == "b [] ['Table'] [] ['auc', 'rank'] None []\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[artefacts]\n", "holds [artefacts]; a configuration holds artifacts, executions, contexts"),
        ("[artifacts]\nmodel = ['x']\n", "holds model in [artifacts]; there it may say Dataset, Model"),
        ("[artifacts]\nModel = 'x'\n", 'must be a list of texts, as ["one", "two"]'),
        ("[artifacts]\nModel = [1]\n", "holds 1; texts are wanted"),
        ("[software]\naliases = ['x']\n", 'must be { mytorch = "torch" }'),
        ("[[[\n", "cannot be read as a configuration"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "graphmeta.toml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "graphmeta", "ls"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_file_that_is_named_and_not_there_is_refused(tmp_path: Path) -> None:
    done = ask(tmp_path, GRAPHMETA_CONFIG="nowhere.toml")
    assert "GRAPHMETA_CONFIG names nowhere.toml" in done.stderr


def test_the_page_shows_a_file_that_works(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    (tmp_path / "graphmeta.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    assert ask(tmp_path).stdout.startswith("big ['Booster']")
