"""The demo: real data, real fits, and what it records and prints."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphmeta.backends.statements import names
from graphmeta.demo import BROWSER_STATEMENTS, Demo, browser_statements, report, run_demo, tables
from graphmeta.demo.learning import Logistic, evaluate, fit_logistic, fit_tree, load
from graphmeta.store import Store

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "train_models.py"


@pytest.fixture
def demo(store: Store, tmp_path: Path) -> Demo:
    return run_demo(store, folder=tmp_path / "demo", echo=lambda line: None)


def test_what_the_demo_records(store: Store, demo: Demo) -> None:
    assert [(each.type, each.name) for each in store.artifacts()] == [
        ("Dataset", "wisconsin-biopsies@1"),
        ("Dataset", "tumours@1"),
        ("Dataset", "tumours@2"),
        ("Dataset", "tumours-train@1"),
        ("Dataset", "tumours-test@1"),
        ("Model", "tumour-classifier@1"),
        ("Model", "tumour-classifier@2"),
        ("Model", "tumour-classifier@3"),
        ("Metrics", "tumour-classifier-evaluate@1"),
        ("Metrics", "tumour-classifier-evaluate@2"),
        ("Metrics", "tumour-classifier-evaluate@3"),
        ("Model", "tumour-classifier@4"),
        ("Metrics", "tumour-classifier-evaluate@4"),
        ("Dataset", "patient-survey@1"),
        ("Model", "triage@1"),
        ("Metrics", "triage-evaluate@1"),
        ("Dataset", "patient-survey@2"),
    ]
    steps = [(each.value("display_name"), each.state) for each in store.executions()]
    assert steps == [
        ("ingest", "COMPLETE"),
        ("train", "FAILED"),
        ("clean", "COMPLETE"),
        ("split", "COMPLETE"),
        *[("train", "COMPLETE")] * 3,
        *[("evaluate", "COMPLETE")] * 3,
        ("fine-tune", "COMPLETE"),
        ("evaluate", "COMPLETE"),
        ("receive", "COMPLETE"),
        ("train", "COMPLETE"),
        ("evaluate", "COMPLETE"),
        ("deploy", "COMPLETE"),
        ("receive", "COMPLETE"),
    ]
    assert store.executions()[1].properties["error"] == "ValueError: could not convert string to float: ''"
    (experiment,) = store.contexts(type="Experiment")
    assert [(run.name, run.properties["state"]) for run in store.children(experiment)] == [
        ("ingest@1", "COMPLETE"),
        ("train@1", "FAILED"),
        ("prepare@1", "COMPLETE"),
        ("train@2", "COMPLETE"),
        ("refine@1", "COMPLETE"),
        ("survey@1", "COMPLETE"),
        ("triage@1", "COMPLETE"),
        ("survey@2", "COMPLETE"),
    ]
    params = [each.custom_properties for each in store.executions(type="train")]
    assert len({json.dumps(each, sort_keys=True) for each in params[1:]}) == 5


def test_the_recorded_files_and_numbers_are_real(sqlite_store: Store, tmp_path: Path) -> None:
    """Digests are those of the files, and whoever evaluates the saved models again gets the recorded numbers."""
    demo = run_demo(sqlite_store, folder=tmp_path, echo=lambda line: None)
    rows, labels = tables.numbers(demo.folder / "tumours-test.csv")
    for number, model in enumerate(demo.models, start=1):
        path = demo.folder / f"classifier-{number}.json"
        assert model.digest == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        scores = evaluate(load(path), rows, labels)
        (metrics,) = sqlite_store.artifacts(type="Metrics", name=f"tumour-classifier-evaluate@{number}")
        assert metrics.custom_properties == {**scores, "model": f"tumour-classifier@{number}"}
        assert scores["accuracy"] > 0.85
        assert scores["auc"] > 0.9
    base, final = load(demo.folder / "classifier-3.json"), load(demo.folder / "classifier-4.json")
    assert isinstance(base, Logistic) and isinstance(final, Logistic)
    assert base.means == final.means and base.weights != final.weights  # it went on from there
    train, _ = tables.numbers(demo.folder / "tumours-train.csv")
    assert not {tuple(row) for row in train} & {tuple(row) for row in rows}


def test_again_on_the_same_store(sqlite_store: Store, tmp_path: Path) -> None:
    first = run_demo(sqlite_store, folder=tmp_path, echo=lambda line: None)
    second = run_demo(sqlite_store, folder=tmp_path, echo=lambda line: None)
    assert (first.raw.id, first.clean.id) == (second.raw.id, second.clean.id)  # the same bytes
    assert (second.train.version, second.final.version) == (2, 8)  # another split, other models
    for artifact in sqlite_store.artifacts():  # what the first run left is still what it recorded
        path = Path((artifact.uri or "").removeprefix("file://"))
        if artifact.uri:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert artifact.properties["digest"] == f"sha256:{digest}", artifact.name
    runs = [run.name for run in sqlite_store.contexts(type="Run")]
    assert len(runs) == len(set(runs)) == 16


def test_the_report(store: Store, demo: Demo, tmp_path: Path) -> None:
    lines: list[str] = []
    picture = report(store, str(demo.final), picture=tmp_path / "lineage.svg", echo=lines.append)
    text = "\n".join(lines)
    for expected in (
        "Dataset:tumours-train@1",  # which dataset
        "momentum",  # which hyperparameters
        "log_loss",  # which metrics
        "refine@1",  # which run
        "tumour-classifier@1",  # which other models
        "CPython",  # which environment
        "wisconsin-biopsies",  # its ancestry
        str(picture),
    ):
        assert expected in text
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "wisconsin-biopsies" in picture.read_text(encoding="utf-8")


def test_the_statements_for_the_browser(neo4j_store: Store, tmp_path: Path) -> None:
    demo = run_demo(neo4j_store, folder=tmp_path, echo=lambda line: None)
    statements = dict(browser_statements())
    assert len(statements) == 3
    models, ancestry, failed = (neo4j_store.cypher(text) for text in statements.values())
    assert [(row["model"], row["step"], row["kind"], row["auc"]) for row in models] == [
        (f"tumour-classifier@{number}", step, kind, demo.scores[f"Model:tumour-classifier@{number}"]["auc"])
        for number, step, kind in (
            (1, "train", "tree"),
            (2, "train", "logistic"),
            (3, "train", "logistic"),
            (4, "fine-tune", "logistic"),
        )
    ] + [("triage@1", "train", "tree", demo.triage.scores["auc"])]
    assert len(ancestry) == 2  # through the base model, and past it
    assert [(row["run"], row["step"], row["error"], row["inputs"]) for row in failed] == [
        ("train@1", "train", "ValueError: could not convert string to float: ''", ["tumours@1"])
    ]


def test_the_statements_take_no_parameters() -> None:
    assert sorted(BROWSER_STATEMENTS) == [name for name in names("cypher") if name.startswith("demo/")]
    for asks, text in browser_statements():
        assert asks.endswith("?") or "?" in asks
        assert "$" not in text


# ---------------------------------------------------------------- the data and the learners


def test_the_data_are_what_scikit_learn_ships() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    shipped = datasets.load_breast_cancer()
    rows, labels = tables.numbers(tables.SOURCE)
    assert rows == shipped.data[:, :10].tolist()
    assert labels == [1 - label for label in shipped.target]
    assert tables.SOURCE.stat().st_size < 60_000


def test_spoiling_and_cleaning() -> None:
    _, rows = tables.read(tables.SOURCE)
    spoilt = tables.spoilt(rows, duplicates=12, gaps=9, seed=7)
    assert spoilt == tables.spoilt(rows, duplicates=12, gaps=9, seed=7)
    assert len(spoilt) == len(rows) + 12
    assert sum("" in row for row in spoilt) == 9
    cleaned = tables.cleaned(spoilt)
    assert len(cleaned) == len(rows) - 9
    assert all(row in rows for row in cleaned)


def test_the_logistic_fit_is_that_of_scikit_learn() -> None:
    """Given time, gradient descent ends where scikit-learn's solver does."""
    linear = pytest.importorskip("sklearn.linear_model")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rows, labels = tables.numbers(tables.SOURCE)
    rows, labels = rows[::4], labels[::4]
    model = fit_logistic(rows, labels, learning_rate=0.5, epochs=1500, l2=0.05, momentum=0.9)
    scaled = preprocessing.StandardScaler().fit_transform(rows)
    theirs = linear.LogisticRegression(C=1 / (0.05 * len(rows)), tol=1e-8).fit(scaled, labels)
    assert model.weights == pytest.approx(theirs.coef_[0].tolist(), abs=1e-4)
    assert model.bias == pytest.approx(float(theirs.intercept_[0]), abs=1e-4)


def test_the_tree_asks_what_parts_the_labels() -> None:
    rows = [[float(number), 0.0] for number in range(20)]
    labels = [int(number >= 12) for number in range(20)]
    tree = fit_tree(rows, labels, depth=2, smallest_leaf=1)
    assert (tree.root["column"], tree.root["at"]) == (0, 11.5)
    assert [tree.probability(row) >= 0.5 for row in rows] == [bool(label) for label in labels]
    assert evaluate(tree, rows, labels)["auc"] == 1.0


@pytest.mark.slow
def test_the_example_with_scikit_learn(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    command = [sys.executable, "-W", "error", str(EXAMPLE), "--store", "graphmeta.db"]
    for _ in range(2):
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert "on the raw images FAILED: Input X contains NaN." in ended.stdout
    assert "Model:digits-classifier@8: accuracy 0.9" in ended.stdout
    assert "optical-digits" in ended.stdout
    assert str(tmp_path / "graphmeta-demo" / "2" / "lineage.svg") in ended.stdout
    assert (tmp_path / "graphmeta-demo" / "2" / "lineage.svg").read_text(encoding="utf-8").startswith("<svg")
