"""`graphmeta check`: what it prints and writes, its exit status, and that one broken check hides no other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

import graphmeta.checks.leakage
from graphmeta import Artifact, Event, Execution, Store, connect
from graphmeta.checks.everything import NAMES, all_checks
from graphmeta.checks.finding import Check, Finding, Verdict
from graphmeta.checks.models import models_to_check
from graphmeta.cli.check import Span
from graphmeta.cli.main import cli, run
from graphmeta.demo import run_demo
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import artifact_type, execution_type
from graphmeta.testing.neo4j_server import Server
from tests.checks.kit import junit_faults, sarif_faults

Asking = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "examples" / "policy.yaml"
WORKFLOW = ROOT / "examples" / "github-actions" / "lineage-checks.yml"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo's store, which holds one leak; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "demo.db"
    with connect(file) as store:
        run_demo(store, folder=folder, echo=lambda line: None)
    yield file


@pytest.fixture
def ask(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Calls `graphmeta check` about the demo's store, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, store: str = str(demo)) -> Result:
        return CliRunner().invoke(cli, ["--store", store, "check", *arguments], standalone_mode=False)

    return call


def verdict(result: Result) -> int:
    """The exit status of a command that ended."""
    if result.exception is not None:
        raise result.exception
    status: int = result.return_value
    return status


# ---------------------------------------------------------------- one check


def test_a_leak_is_said_with_its_way_and_the_status_is_one(ask: Asking) -> None:
    result = ask("leakage", "Model:triage")
    assert verdict(result) == 1
    first, second, third, *_ = result.stdout.splitlines()
    assert first.startswith("BROKEN  leakage: Whether Model:triage@1 ")
    assert second.startswith("  error  ")
    assert "leakage/no-split-between" in second
    assert third == "      way: Dataset:tumours@2 → train (execution/14) → Model:triage@1"


def test_what_holds_gives_zero(ask: Asking) -> None:
    result = ask("leakage", "Model:tumour-classifier")
    assert verdict(result) == 0
    assert result.stdout.startswith("HOLDS  leakage: ")


def test_what_could_not_be_told_gives_two_unless_that_is_allowed(ask: Asking, tmp_path: Path) -> None:
    with connect(tmp_path / "other.db") as store:
        untested(store)
    result = ask("leakage", "Model:lonely", store="other.db")
    assert verdict(result) == 2
    assert result.stdout.startswith("UNCLEAR  leakage: ")
    assert verdict(ask("leakage", "Model:lonely", "--allow-unclear", store="other.db")) == 0
    assert verdict(ask("leakage", "Model:triage", "--allow-unclear")) == 1


def untested(store: Store) -> None:
    """A model that nobody evaluated."""
    store.put_types([artifact_type("Dataset"), artifact_type("Model"), execution_type("train")])
    data, model = Artifact(type="Dataset", name="data"), Artifact(type="Model", name="lonely")
    step = Execution(type="train", name="train")
    events = [Event(data, step, "INPUT"), Event(model, step, "OUTPUT")]
    store.put(artifacts=[data, model], executions=[step], events=events)


def test_a_model_that_is_not_there_is_an_error(ask: Asking) -> None:
    with pytest.raises(NotFoundError, match="triag"):
        verdict(ask("leakage", "Model:triagee"))


@pytest.mark.parametrize("form", ["--json", "--junit", "--sarif"])
def test_each_form_of_one_check(ask: Asking, form: str) -> None:
    result = ask("leakage", "Model:triage", form)
    assert verdict(result) == 1
    if form == "--json":
        document = json.loads(result.stdout)
        assert (document["check"], document["verdict"]) == ("leakage", "broken")
    elif form == "--junit":
        assert junit_faults(result.stdout) == []
        assert [suite.get("failures") for suite in ElementTree.fromstring(result.stdout)] == ["1"]
    else:
        assert sarif_faults(result.stdout) == []
        assert [each["ruleId"] for each in json.loads(result.stdout)["runs"][0]["results"]] == [
            "leakage/no-split-between"
        ]


def test_two_forms_exclude_each_other(ask: Asking) -> None:
    result = ask("leakage", "Model:triage", "--json", "--sarif")
    assert result.exception is not None
    assert "exclude each other" in str(result.exception)


def test_the_store_may_be_said_at_each_place(demo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    model = ["leakage", "Model:triage"]
    for arguments in (
        ["--store", str(demo), "check", *model],
        ["check", "--store", str(demo), *model],
        ["check", *model, "--store", str(demo)],
    ):
        assert verdict(CliRunner().invoke(cli, arguments, standalone_mode=False)) == 1


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("form", [[], ["--json"], ["--junit"], ["--sarif"]], ids=str)
def test_a_file_has_the_form_and_the_screen_the_text(ask: Asking, tmp_path: Path, form: list[str]) -> None:
    plain = ask("leakage", "Model:triage").stdout
    result = ask("leakage", "Model:triage", *form, "--out", "report")
    assert verdict(result) == 1
    assert result.stdout == plain
    written = (tmp_path / "report").read_text(encoding="utf-8")
    assert written == plain if not form else written[0] in "{<"
    if form == ["--junit"]:
        assert junit_faults(written) == []
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_a_file_is_written_whole_or_not_at_all(ask: Asking, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("what was there before")
    with pytest.raises(NotFoundError):
        verdict(ask("leakage", "Model:nothing", "--json", "--out", "report.json"))
    assert report.read_text() == "what was there before"
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(("out", "said"), [("nowhere/report.json", "in no folder"), (".", "a folder")])
def test_where_nothing_can_be_written_nothing_is_checked(ask: Asking, out: str, said: str) -> None:
    result = ask("leakage", "Model:triage", "--out", out)
    assert result.exception is not None
    assert said in str(result.exception)
    assert result.stdout == ""


# ---------------------------------------------------------------- all


def test_all_has_every_check_and_every_model(ask: Asking) -> None:
    result = ask("all", "--json")
    assert verdict(result) == 1
    document = json.loads(result.stdout)
    abouts = {name: [each["about"] for each in document["checks"] if each["check"] == name] for name in NAMES}
    assert [len(abouts[name]) for name in NAMES] == [2, 1, 1, 2, 0]
    for name in ("leakage", "repro"):
        assert any("triage@1" in about for about in abouts[name])
        assert any("tumour-classifier@4" in about for about in abouts[name])
    assert document["verdict"] == "broken"


def test_rules_of_the_folder_are_checked_unless_others_are_named(ask: Asking, tmp_path: Path) -> None:
    (tmp_path / "graphmeta-policy.yaml").write_text("this is no policy")
    result = ask("all", "--json")
    assert "graphmeta-policy.yaml" in result.stderr
    (policy,) = [each for each in json.loads(result.stdout)["checks"] if each["check"] == "policy"]
    assert "graphmeta-policy.yaml" in policy["about"]
    result = ask("all", "--json", "--policy", "other.yaml", "--policy", "third.yaml")
    assert result.stderr == ""
    policies = [each for each in json.loads(result.stdout)["checks"] if each["check"] == "policy"]
    assert ["other.yaml" in policies[0]["about"], "third.yaml" in policies[1]["about"]] == [True, True]
    assert [each["verdict"] for each in policies] == ["unclear", "unclear"]
    assert verdict(result) == 1


@pytest.mark.parametrize("form", ["--json", "--junit", "--sarif"])
def test_all_in_each_form(ask: Asking, tmp_path: Path, form: str) -> None:
    assert verdict(ask("all", form, "--out", "report")) == 1
    written = (tmp_path / "report").read_text(encoding="utf-8")
    if form == "--junit":
        assert junit_faults(written) == []
        assert [suite.get("name") for suite in ElementTree.fromstring(written)] == [*NAMES[:4]]
    elif form == "--sarif":
        assert sarif_faults(written) == []
        ids = [each["ruleId"] for each in json.loads(written)["runs"][0]["results"]]
        assert "leakage/no-split-between" in ids


def test_a_check_that_fails_hides_no_other(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(store: Store, model: Artifact, **more: Any) -> NoReturn:
        raise ZeroDivisionError("division by \x1b[31mzero")

    monkeypatch.setattr(graphmeta.checks.leakage, "leakage", failing)
    with connect(demo, read_only=True) as store:
        report = all_checks(store)
    leakage = [each for each in report.checks if each.name == "leakage"]
    assert [each.verdict for each in leakage] == [Verdict.UNCLEAR] * 2
    assert "Model:triage@1" in leakage[0].about
    assert "ZeroDivisionError" in leakage[0].doubts[0]
    assert {each.name for each in report.checks} == {"leakage", "stale", "integrity", "repro"}
    assert "\x1b" not in str(report)


def test_what_could_not_be_told_counts_only_where_nothing_is_broken(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([Check("leakage", "One."), Check("leakage", "Two.", doubts=["Who knows."])])
    monkeypatch.setattr(graphmeta.checks.leakage, "leakage", lambda store, model, **more: next(answers))
    with connect(demo, read_only=True) as store:
        assert all_checks(store, only=["leakage"]).verdict is Verdict.UNCLEAR
        answers = iter([Check("leakage", "One.", doubts=["?"]), Check("leakage", "Two.", [Finding("leakage/x", "Y.")])])
        assert all_checks(store, only=["leakage"]).verdict is Verdict.BROKEN


def test_a_check_that_is_none_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="leakage, stale, integrity, repro, policy"):
        all_checks(sqlite_store, only=["leak"])


def test_a_store_without_models_has_no_leak(sqlite_store: Store) -> None:
    report = all_checks(sqlite_store, only=["leakage", "repro"])
    assert report.verdict is Verdict.HOLDS
    assert [each.notes for each in report.checks] == [["There is no model in this store."]] * 2


def test_the_deployed_models_and_the_latest_of_each_name_are_chosen(store: Store) -> None:
    store.put_types([artifact_type("Model"), artifact_type("Dataset"), execution_type("Deploy")])
    named = [Artifact(type="Model", name=name) for name in ("a@1", "a@2", "b@1", "b@2", "c@1")]
    for each in named:
        each.custom_properties["display_name"] = str(each.name)[0]
    deploy, data = Execution(type="Deploy"), Artifact(type="Dataset", name="data")
    store.put(
        artifacts=[*named, data],
        executions=[deploy],
        events=[Event(named[0], deploy, "INPUT"), Event(data, deploy, "INPUT")],
    )
    chosen = models_to_check(store)
    assert [each.name for each in chosen.models] == ["a@1", "c@1", "b@2", "a@2"]
    assert (chosen.deployed, chosen.more) == (frozenset([1]), False)
    few = models_to_check(store, 2)
    assert ([each.name for each in few.models], few.more) == (["a@1", "c@1"], True)
    assert len(models_to_check(store, None).models) == 4


def test_models_that_were_not_looked_at_are_a_doubt(ask: Asking) -> None:
    result = ask("all", "--models", "1", "--json")
    doubts = [doubt for each in json.loads(result.stdout)["checks"] for doubt in each["doubts"]]
    assert "Only 1 model was looked at, the deployed ones and the last stored first; there are more." in doubts


# ---------------------------------------------------------------- rules, spans


def test_a_broken_rule_is_said_with_its_line(ask: Asking) -> None:
    text = RULES.read_text(encoding="utf-8")
    line = text[: text.index("name: no-non-commercial-data")].count("\n") + 1
    result = ask("policy", str(RULES))
    assert verdict(result) == 1
    assert f"[policy/no-non-commercial-data, {RULES}:{line}]" in result.stdout
    document = json.loads(ask("policy", str(RULES), "--sarif").stdout)
    assert sarif_faults(json.dumps(document)) == []
    places = {each["ruleId"]: each["locations"][0]["physicalLocation"] for each in document["runs"][0]["results"]}
    assert places["policy/no-non-commercial-data"] == {
        "artifactLocation": {"uri": RULES.as_uri()},
        "region": {"startLine": line},
    }


def test_rules_that_cannot_be_read_are_an_error_alone_and_a_doubt_among_others(ask: Asking, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("version: 2\nrule: []\n")
    result = ask("policy", "wrong.yaml")
    assert verdict(result) == 2 and not result.stdout
    assert [line[:29] for line in result.stderr.splitlines()] == [
        "graphmeta: wrong.yaml, line 1",
        "graphmeta: wrong.yaml, line 2",
    ]
    document = json.loads(ask("all", "--policy", "wrong.yaml", "--json").stdout)
    (policy,) = [each for each in document["checks"] if each["check"] == "policy"]
    assert len(policy["doubts"]) == 2 and "wrong.yaml" in policy["doubts"][0]
    assert document["verdict"] == "broken"


def test_a_store_that_cannot_be_read_is_one_error(ask: Asking, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        verdict(ask("all", store=str(tmp_path / "nowhere.db")))


def test_warnings_break_where_that_is_wanted(ask: Asking, tmp_path: Path) -> None:
    assert verdict(ask("integrity")) == 0
    file = tmp_path / "loose.db"
    with connect(file) as store:
        store.initialise()
        store.put_types([artifact_type("Dataset")])
        store.put(artifacts=[Artifact(type="Dataset", name="loose")])
    assert verdict(ask("integrity", store=str(file))) == 0
    assert verdict(ask("integrity", "--strict", store=str(file))) == 1


def test_the_schema_of_rules_is_printed_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["check", "policy", "--schema"], standalone_mode=False)
    text = files("graphmeta.checks.policy").joinpath("schema.json").read_text(encoding="utf-8")
    assert json.loads(result.stdout) == json.loads(text)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("30m", 1_800_000), ("12h", 43_200_000), (" 1d ", 86_400_000), ("2 w", 1_209_600_000)]
)
def test_spans(text: str, milliseconds: int) -> None:
    assert Span().convert(text, None, None) == milliseconds


@pytest.mark.parametrize("text", ["", "1", "d", "-1d", "1.5h", "1y", "٣d", "9999999d"])
def test_what_is_no_span(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["check", "integrity", "--running-longer-than", text])
    assert ended.value.code == 2
    assert "write 30m (minutes)" in capsys.readouterr().err


# ---------------------------------------------------------------- elsewhere


@pytest.mark.slow
def test_no_form_of_a_report_holds_the_password(
    neo4j_server: Server, neo4j_store: Store, neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    untested(neo4j_store)
    for form in (["--json"], ["--junit"], ["--sarif"]):
        arguments = ["--store", neo4j_url, "check", "all", *form, "--policy", "missing.yaml", "--out", "report"]
        result = CliRunner().invoke(cli, arguments, standalone_mode=False)
        assert verdict(result) in (1, 2)
        written = (tmp_path / "report").read_text(encoding="utf-8") + result.stdout + result.stderr
        assert "lonely" in written
        assert neo4j_server.password not in written.replace("neo4j://", "").replace("neo4j/", "")


def test_the_example_for_github_is_a_workflow_and_its_command_is_right(demo: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    (line,) = [line for line in WORKFLOW.read_text(encoding="utf-8").splitlines() if "check all" in line]
    _, _, said = line.partition("run: graphmeta ")
    shutil.copy(demo, tmp_path / "lineage.db")
    done = subprocess.run(
        [sys.executable, "-m", "graphmeta", *said.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert sarif_faults((tmp_path / "lineage.sarif").read_text(encoding="utf-8")) == []
