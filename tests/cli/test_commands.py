"""Every command: what it prints for people, its JSON document, its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
from click.testing import CliRunner, Result

from graphmeta.cli.cypher import _with_parameters
from graphmeta.cli.main import COMMANDS, cli
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.testing import serving

NODE_KEYS = {
    "kind": str,
    "id": int,
    "type": str,
    "name": (str, type(None)),
    "uri": (str, type(None)),
    "state": (str, type(None)),
    "properties": dict,
    "custom_properties": dict,
    "created": int,
    "updated": int,
}
EVENT_KEYS = {"artifact": int, "execution": int, "type": str, "path": list, "time": int}
MODEL_QUESTIONS = ("datasets", "params", "metrics", "origin", "environment", "explain", "siblings")


@pytest.fixture
def ask(story: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Calls a command in this process, about the story."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")

    def call(*arguments: str, status: int = 0) -> str:
        result: Result = CliRunner().invoke(cli, ["--store", str(story), *arguments], standalone_mode=False)
        if result.exception:
            raise result.exception
        assert (result.return_value or 0) == status
        return result.stdout

    return call


def check_node(node: dict[str, Any], more: tuple[str, ...] = ()) -> None:
    """The document of a node as the issue has it; `more` are the keys that an answer adds."""
    assert list(node) == [*NODE_KEYS, *more]
    for key, kinds in NODE_KEYS.items():
        assert isinstance(node[key], kinds), key


# ---------------------------------------------------------------- for people


def test_datasets(ask: Any) -> None:
    assert ask("datasets", "Model:churn@2") == (
        "Datasets that Model:churn@2 trained on\n"
        "dataset              how                            where\n"
        "Dataset:train.csv@1  read by the step that made it  data/train.csv\n"
        "Dataset:churn.csv@1  2 steps up                     data/churn.csv\n"
    )


def test_params(ask: Any) -> None:
    assert ask("params", "Model:churn@2") == (
        "Hyperparameters of Model:churn@2\n"
        "set by train (execution/4)\n"
        "parameter  value\n"
        "depth      3\n"
        "lr         0.01\n"
    )


def test_metrics(ask: Any) -> None:
    assert ask("metrics", "Model:churn@2") == (
        "Metrics of Model:churn@2\n"
        "metric    value  on                measured by\n"
        "accuracy   0.84  Metrics:scores@2  evaluate (execution/5)\n"
    )


def test_origin(ask: Any) -> None:
    text = ask("origin", "Model:churn@2")
    for words in (
        "train (execution/4)",
        "1 min 5 s",
        "Run:churn@7 (context/1)",
        "ada",
        "abc123, with changes",
        "pricing",
    ):
        assert words in text


def test_environment(ask: Any) -> None:
    text = ask("environment", "Model:churn@2")
    assert text.startswith("Installed where Model:churn@2 was made\n")
    for words in ("3.11.7", "scikit-learn  1.5.2", "numpy    2.1.0"):
        assert words in text
    assert ask("environment", "execution/4").startswith("Installed where train (execution/4) ran\n")


def test_models_using_a_dataset(ask: Any) -> None:
    lines = ask("models", "--using", "Dataset:churn.csv").splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["Model:churn@1", "Model:churn@2", "Model:churn@3"]
    assert all("through Dataset:train.csv@1" in line for line in lines[2:])


def test_models_alone_lists_all(ask: Any) -> None:
    assert len(ask("models").splitlines()) == 2 + 3


def test_compare(ask: Any) -> None:
    lines = ask("compare", "Model:churn@1", "Model:churn@2").splitlines()
    assert "lr      0.1  0.01" in lines
    assert not any(line.startswith("depth") for line in lines)
    lines = ask("compare", "--all", "Model:churn@1", "Model:churn@2").splitlines()
    assert "lr      ≠  0.1  0.01" in lines
    assert "depth      3    3" in lines


def test_compare_sorts_its_columns(ask: Any) -> None:
    lines = ask("compare", "Model:churn@1", "Model:churn@2", "--sort", "metrics.accuracy").splitlines()
    assert lines[1].split() == ["params", "@2", "@1"]
    with pytest.raises(click.UsageError, match="--reverse goes with --sort"):
        ask("compare", "Model:churn@1", "Model:churn@2", "--reverse")


def test_path(ask: Any) -> None:
    lines = ask("path", "Dataset:churn.csv", "Model:churn@1").splitlines()
    assert lines[0] == "How Dataset:churn.csv@1 reached Model:churn@1"
    assert [line.split()[0] for line in lines[2:]] == ["Dataset:churn.csv@1", "used", "made", "used", "made"]
    assert "It is the other way round" in ask("path", "Model:churn@1", "Dataset:churn.csv", status=1)


def test_common(ask: Any) -> None:
    lines = ask("common", "Model:churn@1", "Model:churn@3", "--limit", "1").splitlines()
    assert "Dataset:train.csv@1" in lines[2] and "nearest" in lines[2]
    assert "more: --limit says how many to show." in lines[-1]
    with pytest.raises(click.UsageError, match="Two nodes or more"):
        ask("common", "Model:churn@1")


def test_impact(ask: Any) -> None:
    lines = ask("impact", "Dataset:churn.csv").splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["Model:churn@1", "Model:churn@2", "Model:churn@3"]
    plan = ask("impact", "Dataset:churn.csv", "--plan").splitlines()
    assert plan[0] == "To run again if Dataset:churn.csv@1 was wrong"
    assert plan[2].split()[:2] == ["1", "split"]


def test_evidence(ask: Any, tmp_path: Path) -> None:
    file = tmp_path / "churn.md"
    said = ask("evidence", "Model:churn@2", "--out", str(file)).strip()
    digest = said.rpartition(" ")[2]
    assert digest.startswith("sha256:")
    assert ask("evidence", "--check", str(file)).strip().endswith(digest)
    file.write_text(file.read_text(encoding="utf-8").replace("0.01", "0.02", 1), encoding="utf-8")
    with pytest.raises(InvalidArgumentError, match="was changed"):
        ask("evidence", "--check", str(file))
    alone = tmp_path / "churn.json"
    ask("evidence", "Model:churn@2", "--out", str(alone))
    assert json.loads(alone.read_text(encoding="utf-8"))["model"] == "Model:churn@2"
    assert "digest" in ask("evidence", "Model:churn@2")


def test_export(ask: Any, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    ask("export", "--out", str(file))
    document = json.loads(file.read_text(encoding="utf-8"))
    assert {node["kind"] for node in document["nodes"]} == {"artifact", "execution", "context"}
    ask("export", "+Model:churn@1", "--out", str(tmp_path / "some.graphml"))
    assert (tmp_path / "some.graphml").read_text(encoding="utf-8").startswith("<?xml")
    assert sorted(path.name for path in tmp_path.glob("*.partial")) == []


def test_as_of_a_time(ask: Any) -> None:
    assert ask("ls", "--as-of", "2020-01-01").splitlines()[-1].startswith("As of 2020-01-01T23:59:59")
    with pytest.raises(NotFoundError):
        ask("lineage", "Model:churn", "--as-of", "2020-01-01T12:00:00+01:00")
    then = ask("lineage", "Model:churn@1", "--as-of", "2999-12-31")
    assert then.startswith(ask("lineage", "Model:churn@1").rstrip())
    document = json.loads(ask("datasets", "Model:churn@1", "--as-of", "2999-12-31", "--json"))
    assert document["updated_since"] == [] and document["as_of"] > 32_000_000_000_000
    assert "WHERE coalesce(step.time, 0) <= $at" in ask(
        "datasets", "Model:churn@1", "--as-of", "2999-01-01", "--show-cypher"
    )
    with pytest.raises(InvalidArgumentError, match="is no time"):
        ask("stats", "--as-of", "soon")


def test_hotspots(ask: Any) -> None:
    lines = ask("hotspots", "--limit", "2").splitlines()
    assert lines[2].split()[0] == "Dataset:churn.csv@1"
    assert lines[-1].startswith("Of ")
    assert ask("hotspots", "--by", "betweenness", "--limit", "1").splitlines()[2].startswith("split (execution/1)")


def test_why(ask: Any) -> None:
    lines = ask("why", "Model:churn@1", "Model:churn@2").splitlines()
    assert lines[0] == "Why Model:churn@2 is not Model:churn@1"
    assert any(line.split() == ["parameter", "lr", "train", "0.1", "0.01"] for line in lines)


def test_explain_has_all_seven_answers(ask: Any) -> None:
    text = ask("explain", "Model:churn@3")
    for words in ("Dataset:churn.csv@1", "lr", "accuracy", "train (execution/6)", "3.11.7", "Model:churn@1", "≠  0.01"):
        assert words in text


def test_explain_has_no_words_of_the_comparison_alone(ask: Any) -> None:
    text = ask("explain", "Model:churn@3")
    assert "What changed since Model:churn@2" in text
    assert "differ" not in text
    assert "rows" not in text


def test_words_for_nodes_that_are_no_models(ask: Any) -> None:
    assert ask("datasets", "Dataset:train.csv").startswith("Datasets that Dataset:train.csv@1 was made from\n")
    assert ask("params", "Dataset:train.csv").startswith("Parameters of the step that made Dataset:train.csv@1\n")
    assert ask("params", "execution/4").startswith("Parameters of train (execution/4)\nparameter")
    assert ask("models", "--using", "Model:churn@1", status=1) == (
        "Models that came of Model:churn@1\n"
        "No model in this store comes of Model:churn@1.\n"
        "There are other versions of it: Model:churn@3, Model:churn@2.\n"
    )


def test_origin_says_once_that_nothing_is_known(ask: Any) -> None:
    assert ask("origin", "Dataset:churn.csv", status=1) == (
        "Origin of Dataset:churn.csv@1\nNo step in this store made Dataset:churn.csv@1: it was not recorded.\n"
    )


def test_siblings(ask: Any) -> None:
    lines = ask("siblings", "Model:churn@3").splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["Model:churn@1", "Model:churn@2"]


def test_lineage(ask: Any) -> None:
    assert ask("lineage", "Model:churn@2", "--up", "2") == (
        "Model:churn@2 (artifact/6)\n"
        "upstream: made from\n"
        "└─ train (execution/4)\n"
        "   └─ Dataset:train.csv@1 (artifact/2)\n"
    )


def test_lineage_of_some_types(ask: Any) -> None:
    text = ask("lineage", "Dataset:churn.csv", "--type", "Model")
    assert text.count("Model:churn@") == 3
    assert "train" not in text


def test_lineage_pictures(ask: Any, tmp_path: Path) -> None:
    assert ask("lineage", "Model:churn", "--mermaid").startswith("flowchart LR\n")
    assert ask("lineage", "Model:churn", "--dot").startswith("digraph lineage {\n")
    ask("lineage", "Model:churn", "--svg", "picture.svg")
    picture = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert ask("lineage", "Model:churn", "--svg", "-") == picture


def test_ls(ask: Any) -> None:
    lines = ask("ls", "executions", "--type", "train", "--limit", "2").splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["execution/8", "execution/6"]
    assert "FAILED" in lines[1]
    assert "there are more" in lines[-1]
    assert len(ask("ls").splitlines()) == 1 + 9
    assert len(ask("ls", "contexts").splitlines()) == 1 + 3


def test_show(ask: Any) -> None:
    text = ask("show", "Model:churn@2")
    for words in ("artifact/6", "data/churn", "made by     train", "used by     evaluate", "belongs to  Run:churn@7"):
        assert words in text
    step = ask("show", "execution/8")
    for words in ("FAILED", "ValueError: diverged", "2023-11-14T22:13:20", "lr", "uses        Dataset:train.csv@1"):
        assert words in step
    run = ask("show", "Run:churn")
    for words in ("part of  Experiment:pricing", "holds    Model:churn@2", "python train.py"):
        assert words in run


def test_types(ask: Any) -> None:
    text = ask("types")
    assert len(text.splitlines()) == 1 + 9
    assert "mlmd.Dataset" not in text
    assert "mlmd.Dataset" in ask("types", "--all")


def test_stats(ask: Any, story: Path) -> None:
    text = ask("stats")
    for words in (str(story), "artifacts   9", "executions  8", "contexts    3", "types       9"):
        assert words in text


# ---------------------------------------------------------------- JSON


def document(ask: Any, *arguments: str) -> Any:
    return json.loads(ask(*arguments, "--json"))


def test_json_of_one_node(ask: Any) -> None:
    node = document(ask, "show", "Model:churn@2")
    check_node(node, ("annotations",))
    assert (node["kind"], node["id"], node["name"]) == ("artifact", 6, "churn@2")
    assert node["properties"] == {"display_name": "churn", "version": 2, "size": 1234}
    check_node(document(ask, "show", "execution/1"), ("annotations",))
    context = document(ask, "show", "context/1")
    check_node(context, ("annotations",))
    assert (context["uri"], context["state"]) == (None, None)


@pytest.mark.parametrize("kind", ["artifact", "execution", "context"])
def test_json_of_lists(ask: Any, kind: str) -> None:
    found = document(ask, "ls", f"{kind}s", "--limit", "2")
    assert list(found) == ["nodes"]
    assert len(found["nodes"]) == 2
    for node in found["nodes"]:
        check_node(node)
        assert node["kind"] == kind


def test_json_of_a_lineage(ask: Any) -> None:
    found = document(ask, "lineage", "Model:churn@2", "--up", "2")
    assert list(found) == ["start", "nodes", "events"]
    check_node(found["start"])
    for node in found["nodes"]:
        check_node(node)
    assert [(node["kind"], node["id"]) for node in found["nodes"]] == [
        ("artifact", 2),
        ("artifact", 6),
        ("execution", 4),
    ]
    for event in found["events"]:
        assert {key: type(value) for key, value in event.items()} == EVENT_KEYS
    assert [(event["type"], event["path"]) for event in found["events"]] == [
        ("INPUT", ["data", 0]),
        ("OUTPUT", ["model"]),
    ]


def test_json_of_the_answers_that_are_lists(ask: Any) -> None:
    for question, keys in (
        (("datasets", "Model:churn"), ("direct", "distance", "via", "assumed")),
        (("models", "--using", "Dataset:churn.csv"), ("direct", "distance", "through", "source")),
        (("siblings", "Model:churn"), ("datasets", "direct", "relation")),
    ):
        nodes = document(ask, *question)["nodes"]
        assert len(nodes) >= 2
        for node in nodes:
            check_node(node, keys)


def test_json_of_the_other_answers(ask: Any) -> None:
    assert document(ask, "params", "Model:churn@2")["params"] == {"lr": 0.01, "depth": 3}
    assert document(ask, "metrics", "Model:churn@2")["metrics"] == {"accuracy": 0.84}
    check_node(document(ask, "origin", "Model:churn@2")["run"])
    assert document(ask, "environment", "Model:churn@2")["frameworks"][0]["version"] == "1.5.2"
    differing = [
        row["key"] for row in document(ask, "compare", "Model:churn@1", "Model:churn@2")["rows"] if row["differs"]
    ]
    assert {"lr", "accuracy"} <= set(differing)
    assert document(ask, "explain", "Model:churn@2")["siblings_count"] == 2


def test_json_has_structs_and_properties_by_key(ask: Any) -> None:
    """Whatever the order in which they were put: protobuf's maps have another in every process."""
    assert list(document(ask, "show", "context/3")["properties"]["packages"]) == ["numpy", "scikit-learn"]
    for type in document(ask, "types")["types"]:
        assert list(type["properties"]) == sorted(type["properties"])


def test_json_of_types_and_counts(ask: Any) -> None:
    types = document(ask, "types")["types"]
    assert [type["name"] for type in types][:3] == ["Dataset", "Model", "Metrics"]
    assert types[0]["properties"]["version"] == "INT"
    counts = document(ask, "stats")
    assert (counts["artifacts"], counts["executions"], counts["contexts"], counts["types"]) == (9, 8, 3, 9)
    assert {"kind": "artifact", "type": "Model", "nodes": 3} in counts["by_type"]


# ---------------------------------------------------------------- Cypher


@pytest.mark.parametrize("question", MODEL_QUESTIONS)
def test_show_cypher_prints_statements_and_no_answer(ask: Any, question: str) -> None:
    text = ask(question, "Model:churn@2", "--show-cypher")
    statements = text.rstrip().split(";\n")
    assert "MATCH" in text
    assert "EVENT" in text
    assert len(set(statements)) == len(statements), "each statement once"
    assert not text.startswith(("Datasets", "Hyper", "Metrics", "Origin", "Environment"))


def test_show_cypher_says_where_it_belongs(ask: Any, story: Path) -> None:
    first, second, third = ask("params", "Model:churn@2", "--show-cypher").splitlines()[:3]
    assert first.startswith("// ")
    assert "Neo4j Browser" in first
    assert second.startswith(f"// The ids are those of sqlite:///{story}")
    assert not third.startswith("//")


@pytest.mark.parametrize("question", [("params", "Model:churn"), ("ls",), ("lineage", "Model:churn"), ("stats",)])
def test_show_cypher_and_json_exclude_each_other(ask: Any, question: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError, match="exclude each other"):
        ask(*question, "--show-cypher", "--json")


def test_a_pasted_text_is_taken_apart() -> None:
    text = '// a comment\n:params {a: [1], b: "x: `y` \\" {c: 1}", c: {`k``l`: null}}\nRETURN $a;'
    assert _with_parameters(text) == ({"a": [1], "b": 'x: `y` " {c: 1}', "c": {"k`l": None}}, "RETURN $a;")
    assert _with_parameters("RETURN 1") == ({}, "RETURN 1")
    for wrong in (":params nonsense\nRETURN 1", ":params {a: 1}\nRETURN $a;\n\n:params {b: 1}\nRETURN $b;"):
        with pytest.raises(click.UsageError):
            _with_parameters(wrong)


def test_show_cypher_where_no_model_is_named(ask: Any) -> None:
    for question in (("models",), ("compare", "Model:churn@1", "Model:churn@2"), ("lineage", "Model:churn"), ("ls",)):
        assert "MATCH (" in ask(*question, "--show-cypher")


def test_show_cypher_of_a_lineage_reads_its_nodes_too(ask: Any) -> None:
    text = ask("lineage", "Model:churn", "--show-cypher")
    assert "(node:Artifact)" in text
    assert "(node:Execution)" in text


# ---------------------------------------------------------------- status and setting up


@pytest.mark.parametrize(
    "question",
    [("params", "Dataset:churn.csv"), ("origin", "Dataset:churn.csv"), ("environment", "Dataset:churn.csv")],
)
def test_no_answer_is_status_one(ask: Any, question: tuple[str, str]) -> None:
    assert ask(*question, status=1)
    json.loads(ask(*question, "--json", status=1))


def test_every_command_is_tested_here() -> None:
    here = Path(__file__).parent
    beside = [
        file for name in ("server", "moving", "checks", "keeping") for file in here.with_name(name).glob("test_*.py")
    ]
    files = [*here.glob("test_*.py"), *beside, Path(serving.__file__)]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in COMMANDS if f'"{name}"' not in text] == []
