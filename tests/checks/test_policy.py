"""Policies on stores: what the rules of docs/policies.md find, on both engines; and on what others wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphmeta.checks.finding import Check, Verdict
from graphmeta.checks.policy import policy
from graphmeta.keeping.annotating import Wanted, annotate
from graphmeta.model import Artifact
from graphmeta.query.nodes import display
from graphmeta.store import Store
from tests.checks.drawing import run_raw
from tests.query import worlds

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(r"^```yaml\n(.*?)```", (ROOT / "docs" / "policies.md").read_text(encoding="utf-8"), re.M | re.S)
# What breaks each rule of the page, and what shows it.
EXPECTED: dict[str, list[tuple[str, ...]]] = {
    "no-non-commercial-data": [("churn", "survey")],
    "data-has-an-owner": [("patients",), ("safe",), ("test",)],
    "no-scratch-models": [],
    "from-the-warehouse": [("churn",)],
    "only-approved-data": [("triage", "safe"), ("risk", "patients")],
    "nothing-personal": [("triage", "patients"), ("risk", "patients")],
    "personal-models-are-known-as-such": [],
    "models-are-evaluated": [("crawl",), ("risk",), ("risk",)],
    "no-failed-work": [("risk", "prepare")],
    "selections-of-artifacts": [("risk",)],
    "selections-of-steps": [("train crawl",)],
    "runs-have-a-user": [("nightly",)],
    "personal-models-are-approved": [("risk",)],
    "personal-models-stay-inside": [("deploy risk", "patients")],
}


def fill(store: Store) -> worlds.Nodes:
    """What docs/policies.md is about.

    survey (nc) -train-> churn@1 -deploy->     patients (personal) -prepare (failed)-> half -train-> risk@1 -deploy->
    web -train-> crawl@1                       patients -anonymise-> safe -train-> triage@1 -deploy->
    patients -train-> risk@2                   churn@1 and triage@1 are evaluated on test
    """
    artifacts = {"display_name": "STRING", "version": "INT"}
    worlds.add_types(store, "artifact", "Dataset", "Model", "Metrics", "Thing", properties=artifacts)
    steps = ("train", "anonymise", "prepare", "evaluate", "deploy")
    worlds.add_types(store, "execution", *steps, properties={"display_name": "STRING"})
    worlds.add_types(store, "context", "Run")
    nodes: worlds.Nodes = {}
    draft = worlds.Draft()

    def file(name: str, type: str = "Dataset", uri: str = "s3://warehouse", **custom: object) -> None:
        shown, _, version = name.partition("@")
        declared = {"display_name": shown, "version": int(version or 1)}
        nodes[name] = worlds.artifact(
            draft, type, name, uri=f"{uri}/{name}", state="LIVE", properties=declared, custom_properties=custom
        )

    def did(type: str, name: str, ins: list[str], outs: list[str], state: str = "COMPLETE", **custom: object) -> None:
        given = [nodes[each] for each in ins], [nodes[each] for each in outs]
        declared = {"display_name": name}
        nodes[name] = worlds.step(draft, type, *given, state=state, properties=declared, custom_properties=custom)

    file("survey@1", uri="s3://bought", license="nc", owner="ann")
    file("patients@1", personal=True)
    file("web@1", license="cc-by", owner="bob")
    file("half@1", "Thing")
    file("safe@1")
    file("test@1")
    for name in ("churn@1", "crawl@1", "risk@1", "risk@2", "triage@1"):
        file(name, "Model")
    file("scores@1", "Metrics")
    did("anonymise", "anonymise", ["patients@1"], ["safe@1"])
    did("prepare", "prepare", ["patients@1"], ["half@1"], state="FAILED")
    did("train", "train churn", ["survey@1"], ["churn@1"], epochs=3)
    did("train", "train crawl", ["web@1"], ["crawl@1"], epochs=4)
    did("train", "train risk", ["half@1"], ["risk@1"], epochs=5.0)
    did("train", "train risk again", ["patients@1"], ["risk@2"], epochs=5)
    did("train", "train triage", ["safe@1"], ["triage@1"], epochs=3)
    did("evaluate", "evaluate churn", ["churn@1", "test@1"], [])
    did("evaluate", "evaluate triage", ["triage@1", "test@1"], ["scores@1"])
    for name in ("churn", "risk", "triage"):
        did("deploy", f"deploy {name}", [f"{name}@1"], [])
    nodes["nightly"] = worlds.context(draft, "Run", "nightly")
    nodes["daily"] = worlds.context(draft, "Run", "daily", custom_properties={"user": "ann"})
    return draft.write(store, nodes)


def checked(store: Store, folder: Path, text: str) -> Check:
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return policy(store, file)


def found(check: Check) -> dict[str, list[tuple[str, ...]]]:
    """What breaks each rule, by the names that people know."""
    by_rule: dict[str, list[tuple[str, ...]]] = {}
    for finding in check.findings:
        by_rule.setdefault(finding.rule.removeprefix("policy/"), []).append(tuple(map(display, finding.nodes)))
    return by_rule


@pytest.fixture
def world(store: Store) -> worlds.Nodes:
    return fill(store)


# ---------------------------------------------------------------- the page


@pytest.mark.slow
def test_every_example_of_the_page_finds_what_it_should(store: Store, world: worlds.Nodes, tmp_path: Path) -> None:
    annotate(store, [world["survey@1"], world["web@1"]], Wanted({"approved": True}, by="ann"))
    met: dict[str, list[tuple[str, ...]]] = {}
    for example in EXAMPLES:
        check = checked(store, tmp_path, "version: 1\n" + example)
        assert not check.notes and not check.doubts
        names = re.findall(r"^  - name: (.*)", example.partition("rules:")[2], re.M)
        assert check.looked_at == len(names)
        met |= {name: sorted(found(check).get(name, [])) for name in names}
    assert met == {name: sorted(broken) for name, broken in EXPECTED.items()}


def test_the_example_file_is_a_policy(sqlite_store: Store) -> None:
    nodes = fill(sqlite_store)
    check = policy(sqlite_store, ROOT / "examples" / "policy.yaml")
    assert check.verdict == Verdict.BROKEN and check.looked_at == 5
    errors = {finding.rule for finding in check.findings if finding.level == "error"}
    assert errors == {
        "policy/no-non-commercial-data",
        "policy/personal-data-is-approved",
        "policy/models-are-evaluated",
        "policy/nothing-of-failed-steps",
    }
    assert check.findings[0].nodes[0].id == nodes["churn@1"].id


# ---------------------------------------------------------------- what a violation says

NO_NC = """
version: 1
rules:
  - name: no-nc
    description: Nothing of nc.
    for: { role: Model, deployed: true }
    must not descend from: { property: { license: nc } }
"""


def test_a_violation_has_its_way_its_place_and_a_sentence(store: Store, world: worlds.Nodes, tmp_path: Path) -> None:
    (finding,) = checked(store, tmp_path, NO_NC).findings
    assert finding.message == 'Model:churn@1 came of Dataset:survey@1, against "Nothing of nc".'
    assert [node.id for node in finding.nodes] == [world["churn@1"].id, world["survey@1"].id]
    assert finding.proof is not None
    assert finding.proof.nodes == [world[name] for name in ("survey@1", "train churn", "churn@1")]
    assert [edge.type for edge in finding.proof.edges] == ["INPUT", "OUTPUT"]
    assert finding.place is not None and (finding.place.line, Path(finding.place.file).name) == (4, "policy.yaml")
    assert "Dataset:survey@1" in finding.help


@pytest.mark.slow
def test_an_annotation_counts_before_what_was_recorded(store: Store, world: worlds.Nodes, tmp_path: Path) -> None:
    anyone = NO_NC.replace(", deployed: true", "")
    assert found(checked(store, tmp_path, anyone)) == {"no-nc": [("churn", "survey")]}
    annotate(store, [world["web@1"]], Wanted({"license": "nc"}, by="ann"))
    assert found(checked(store, tmp_path, anyone)) == {"no-nc": [("churn", "survey"), ("crawl", "web")]}
    annotate(store, [world["survey@1"]], Wanted({"license": "mit"}, by="ann"))
    assert found(checked(store, tmp_path, anyone)) == {"no-nc": [("crawl", "web")]}
    like = anyone.replace("license: nc", 'license: "n?"')
    assert found(checked(store, tmp_path, like)) == {"no-nc": [("crawl", "web")]}
    annotate(store, [world["survey@1"], world["web@1"]], Wanted(removed=["license"], by="ann"))
    assert found(checked(store, tmp_path, anyone)) == {"no-nc": [("churn", "survey")]}
    assert found(checked(store, tmp_path, like)) == {"no-nc": [("churn", "survey")]}


# ---------------------------------------------------------------- verdicts


def only(rule: str, tags: str = "") -> str:
    return f"version: 1\n{tags}\nrules:\n  - name: rule\n    {rule}\n"


@pytest.mark.parametrize(
    ("rule", "verdict", "said"),
    [
        ("for: {role: Model}\n    must: {state: LIVE}", Verdict.HOLDS, ""),
        ("for: {role: Model}\n    level: warning\n    must not: {state: LIVE}", Verdict.HOLDS, ""),
        ("for: {role: Model}\n    must not: {state: LIVE}", Verdict.BROKEN, ""),
        (
            "for: {name: 'chrun*'}\n    must: {state: LIVE}",
            Verdict.HOLDS,
            "store matches 'chrun*' (line 5)",
        ),
        ("for: {type: Modle}\n    must: {state: LIVE}", Verdict.HOLDS, "There is no type Modle"),
        ("for: {type: deploy}\n    must: {state: LIVE}", Verdict.HOLDS, "deploy is a type of executions"),
        ("for: {role: Model}\n    must not descend from: {property: {licence: nc}}", Verdict.HOLDS, "licence: nc"),
    ],
)
def test_verdicts_and_notes(sqlite_store: Store, tmp_path: Path, rule: str, verdict: Verdict, said: str) -> None:
    fill(sqlite_store)
    check = checked(sqlite_store, tmp_path, only(rule))
    assert check.verdict == verdict
    assert said in " ".join(check.notes) and bool(said) == bool(check.notes)


def test_what_was_not_recorded_cannot_be_excluded(sqlite_store: Store, tmp_path: Path) -> None:
    nodes = fill(sqlite_store)
    worlds.artifact(sqlite_store, "Model", "street@1")
    out_of_nothing = worlds.artifact(sqlite_store, "Model", "nothing@1")
    worlds.step(sqlite_store, "train", [], [out_of_nothing])
    rule = "for: {role: Model}\n    must not descend from: {property: {license: nc}}"
    check = checked(sqlite_store, tmp_path, only(rule + "\n    level: warning"))
    assert check.verdict == Verdict.HOLDS and "Model:street@1 and Model:nothing@1" in check.notes[0]
    annotate(sqlite_store, [nodes["survey@1"]], Wanted({"license": "mit"}, by="ann"))
    check = checked(
        sqlite_store, tmp_path, only("for: {name: '*@1', role: Model}\n    must not descend from: {name: 'test*'}")
    )
    assert check.verdict == Verdict.UNCLEAR and not check.findings
    assert check.doubts == [
        "The rule rule cannot be told for Model:street@1 and Model:nothing@1: what they came of was not recorded."
    ]


def test_what_is_gone_cannot_be_excluded(store: Store, tmp_path: Path) -> None:
    worlds.plain(store)
    worlds.add_types(store, "execution", "train", "tune")
    bulky = worlds.artifact(store, "Dataset", "bulky@1")
    bulky.custom_properties["license"] = "mit"
    base, made = worlds.artifact(store, "Model", "base@1"), worlds.artifact(store, "Model", "made@1")
    worlds.step(store, "train", [bulky], [base])
    worlds.step(store, "tune", [base, bulky], [made])
    rule = only("for: {name: 'made*', role: Model}\n    must not descend from: {property: {license: nc}}")
    tags = "tags:\n  - {name: nc, on: {property: {license: nc}}}"
    tagged = only("for: {name: 'made*', role: Model}\n    must not carry: nc", tags)
    store.put(artifacts=[bulky])
    assert {checked(store, tmp_path, each).verdict for each in (rule, tagged)} == {Verdict.HOLDS}
    # As `graphmeta gc --tombstones` leaves it.
    bulky.custom_properties.clear()
    bulky.state = "DELETED"
    store.put(artifacts=[bulky])
    for each in (rule, tagged):
        check = checked(store, tmp_path, each)
        assert check.verdict == Verdict.UNCLEAR
        assert check.doubts == [
            "The rule rule cannot be told for Model:made@1: it came of Dataset:bulky@1, and it is DELETED and has not "
            "the properties that are asked for."
        ]
    by_name = only("for: {name: 'made*', role: Model}\n    must not descend from: {name: nobody}")
    assert checked(store, tmp_path, by_name).verdict == Verdict.HOLDS


def test_an_ancestor_that_is_not_in_the_store_cannot_be_excluded(sqlite_store: Store, tmp_path: Path) -> None:
    worlds.plain(sqlite_store)
    worlds.add_types(sqlite_store, "execution", "train")
    data, gone = worlds.artifact(sqlite_store, "Dataset", "data@1"), worlds.artifact(sqlite_store, "Dataset", "gone@1")
    made = worlds.artifact(sqlite_store, "Model", "made@1")
    worlds.step(sqlite_store, "train", [data, gone], [made])
    rule = only("for: {role: Model}\n    must not descend from: {name: nobody}")
    assert checked(sqlite_store, tmp_path, rule).verdict == Verdict.HOLDS
    run_raw(sqlite_store, f"DELETE FROM Artifact WHERE id = {gone.id}")
    assert checked(sqlite_store, tmp_path, rule).doubts == [
        f"The rule rule cannot be told for Model:made@1: it came of artifact/{gone.id}, and it is not in this store."
    ]


def test_a_model_that_builds_on_one_of_unknown_origin_cannot_be_told(sqlite_store: Store, tmp_path: Path) -> None:
    worlds.plain(sqlite_store)
    worlds.add_types(sqlite_store, "execution", "train")
    data, base = worlds.artifact(sqlite_store, "Dataset", "data@1"), worlds.artifact(sqlite_store, "Model", "base@1")
    made = worlds.artifact(sqlite_store, "Model", "made@1")
    worlds.step(sqlite_store, "train", [data, base], [made])
    rule = only("for: {role: Model, name: 'made*'}\n    must not descend from: {name: nobody}")
    assert checked(sqlite_store, tmp_path, rule).doubts == [
        "The rule rule cannot be told for Model:made@1: it came of Model:base@1, and what it came of was not recorded."
    ]


def test_of_many_violations_the_first_are_shown_and_all_counted(sqlite_store: Store, tmp_path: Path) -> None:
    worlds.plain(sqlite_store)
    source = worlds.artifact(sqlite_store, "Dataset", "source")
    many = [Artifact(type="Model") for _ in range(130)]
    sqlite_store.put(artifacts=many)
    worlds.step(sqlite_store, "Step", [source], many)
    check = checked(sqlite_store, tmp_path, only("for: {role: Model}\n    must not descend from: {role: Dataset}"))
    assert [finding.nodes[0].id for finding in check.findings] == [each.id for each in many[:100]]
    assert all(finding.proof is not None and len(finding.proof) == 2 for finding in check.findings)
    assert check.notes == ["130 nodes break the rule rule; 100 of them are shown."]


def test_annotations_are_no_contexts_that_rules_are_about(sqlite_store: Store, tmp_path: Path) -> None:
    nodes = fill(sqlite_store)
    annotate(sqlite_store, [nodes["nightly"]], Wanted({"reviewed": True}, by="ann"))
    every = only("for: {kind: context}\n    must: {annotation: {reviewed: true}}")
    assert found(checked(sqlite_store, tmp_path, every)) == {"rule": [("daily",)]}


def test_a_policy_is_asked_of_a_store_as_it_was(sqlite_store: Store, tmp_path: Path) -> None:
    nodes = fill(sqlite_store)
    sqlite_store.backend.clock = lambda: nodes["nightly"].created + 1_000
    worlds.step(sqlite_store, "deploy", [nodes["crawl@1"]], [])
    rule = only("for: {role: Model, deployed: true}\n    must not: {name: crawl}")
    assert found(checked(sqlite_store, tmp_path, rule)) == {"rule": [("crawl",)]}
    assert checked(sqlite_store.as_of(nodes["nightly"].created + 500), tmp_path, rule).verdict == Verdict.HOLDS


def test_an_evaluation_that_gives_the_model_back_did_not_make_it(store: Store, tmp_path: Path) -> None:
    worlds.plain(store)
    data, test, model = (worlds.artifact(store, type, type) for type in ("Dataset", "Thing", "Model"))
    worlds.step(store, "Trainer", [data], [model])
    worlds.step(store, "Evaluator", [model, test], [model])
    rule = "for: {role: Model}\n    must not descend from: {type: %s}"
    assert checked(store, tmp_path, only(rule % "Thing")).verdict == Verdict.HOLDS
    assert checked(store, tmp_path, only(rule % "Dataset")).verdict == Verdict.BROKEN
