"""What people say of nodes afterwards: it is found again, supersedes, and touches nothing that was recorded."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmeta import query
from graphmeta.backends.predicates import And, Compare, Field, Property
from graphmeta.backends.requests import MembershipPage, ParentQuery
from graphmeta.cli.main import cli
from graphmeta.errors import InvalidArgumentError, NotFoundError, ReadOnlyError
from graphmeta.keeping.annotating import Wanted, annotate, lacking, read_pair
from graphmeta.model import KINDS, AnyNode, Artifact, Context, artifact_type, context_type, node_id
from graphmeta.moving.comparing import compare
from graphmeta.moving.copying import copy
from graphmeta.moving.digests import event_fields, node_fields, type_names
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.moving.targets.stores import StoreTarget
from graphmeta.pages.links import twin
from graphmeta.query.annotations import annotated, annotations_of, annotations_of_one, as_text, from_text
from graphmeta.query.reading import Reader
from graphmeta.store import Store, connect
from graphmeta.testing.pages import browsing
from graphmeta.vocabulary import ANNOTATION_TYPE
from tests.cli.story import tell

said = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20),
)


@pytest.fixture
def told(sqlite_store: Store) -> Store:
    """A store with the story of the command line's tests."""
    tell(sqlite_store)
    return sqlite_store


@pytest.fixture
def told_to_each(store: Store) -> Store:
    """The same, on each engine in turn."""
    tell(store)
    return store


def say(store: Store, node: AnyNode, *, by: str = "ada", note: str = "", removed: Any = (), **values: Any) -> None:
    annotate(store, [node], Wanted(values, removed, by, note))


def now(store: Store, node: AnyNode) -> dict[str, Any]:
    return {key: each.value for key, each in annotations_of_one(store, node).current.items()}


def recorded(store: Store) -> dict[str, Any]:
    """All that a store says, but for annotations."""
    types = store.types(system=True)
    names = type_names(types)
    kept: dict[str, Any] = {"types": [type for type in types if type.name != ANNOTATION_TYPE]}
    for kind in KINDS:
        rows = store.rows(kind)
        kept[kind] = [repr((row.id, node_fields(rows, row, names))) for row in rows if row.type != ANNOTATION_TYPE]
    hidden = {context.id for context in store.contexts(type=ANNOTATION_TYPE)}
    kept["events"] = [repr(event_fields(row)) for columns in store.all_events() for row in columns.rows()]
    for kind in ("artifact", "execution"):
        pairs = [row[1:] for row in store.backend.membership_page(MembershipPage(kind))]
        kept[f"{kind} in"] = sorted(pair for pair in pairs if pair[1] not in hidden)
    kept["parents"] = [pair for pair in store.backend.parents(ParentQuery()) if pair[1] not in hidden]
    return kept


# ---------------------------------------------------------------- what is said


def test_a_later_word_supersedes_and_all_are_kept(told: Store) -> None:
    for node in (told.artifact(1), told.execution(1), told.context(1)):
        say(told, node, license="nc", stars=3, by="ada", note="a mail")
        say(told, node, license="cc-by", by="bob")
        say(told, node, removed=["stars"], by="eve")
        found = annotations_of_one(told, node)
        assert [(each.key, each.value, each.by, each.note) for each in found.history] == [
            ("license", "nc", "ada", "a mail"),
            ("stars", 3, "ada", "a mail"),
            ("license", "cc-by", "bob", ""),
            ("stars", None, "eve", ""),
        ]
        assert {each.node for each in found.history} == {(node.kind, node.id)}
        assert [each.time for each in found.history] == sorted(each.time for each in found.history)
        assert list(found.current) == ["license"]
        assert found.to_json()["license"] == found.history[2].to_json()
        say(told, node, stars=4)
        assert now(told, node) == {"license": "cc-by", "stars": 4}


def test_many_nodes_of_all_kinds_at_once(told_to_each: Store) -> None:
    nodes = [*told_to_each.artifacts(), *told_to_each.executions(), *told_to_each.contexts()]
    assert annotations_of(told_to_each, nodes) == {}
    written = annotate(told_to_each, nodes, Wanted({"owner": "red", "pii": False}, by="ada"))
    assert [each.node for each in written] == [(node.kind, node.id) for node in nodes for _ in range(2)]
    assert set(annotated(told_to_each, "owner")) == {(node.kind, node.id) for node in nodes}
    assert {each.value for each in annotated(told_to_each, "pii").values()} == {False}
    say(told_to_each, nodes[0], removed=["owner"])
    say(told_to_each, nodes[1], owner="blue")
    left = annotated(told_to_each, "owner")
    assert (nodes[0].kind, nodes[0].id) not in left
    assert left[nodes[1].kind, node_id(nodes[1])].value == "blue"
    with told_to_each.backend.tracing() as requests:
        found = annotations_of(told_to_each, [(node.kind, node_id(node)) for node in nodes])
    assert len(requests) <= 5
    assert {each: set(those.current) for each, those in found.items()} == {
        (node.kind, node.id): {"pii"} if node is nodes[0] else {"owner", "pii"} for node in nodes
    }
    assert annotated(told_to_each, "nobody said this") == {}


def test_nothing_that_was_recorded_changes(told: Store) -> None:
    before = recorded(told)
    answers = json.dumps([query.explain(told, "Model:churn").to_json(), query.lineage(told, "Model:churn").to_json()])
    nodes = [*told.artifacts(), *told.executions(), *told.contexts()]
    for value in ("nc", "cc-by"):
        annotate(told, nodes, Wanted({"license": value}, by="ada"))
    assert recorded(told) == before
    after = json.dumps([query.explain(told, "Model:churn").to_json(), query.lineage(told, "Model:churn").to_json()])
    assert after == answers


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", "ä"]), st.none() | said), max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_said_last_counts(sqlite_store: Store, words: list[tuple[int, str, Any]]) -> None:
    sqlite_store.put_type(context_type("Run"))
    runs = [Context(type="Run", name=f"{len(sqlite_store.contexts())}-{number}") for number in range(4)]
    sqlite_store.put(contexts=runs)
    before = recorded(sqlite_store)
    expected: list[dict[str, Any]] = [{} for _ in runs]
    for number, key, value in words:
        if value is None and key not in expected[number]:
            with pytest.raises(NotFoundError, match=r"has no annotation . to take back"):
                say(sqlite_store, runs[number], removed=[key])
        elif value is None:
            say(sqlite_store, runs[number], removed=[key])
            del expected[number][key]
        else:
            say(sqlite_store, runs[number], **{key: value})
            expected[number][key] = value
    assert repr([now(sqlite_store, run) for run in runs]) == repr([dict(sorted(each.items())) for each in expected])
    assert recorded(sqlite_store) == before


@given(said)
def test_every_value_comes_back_as_it_is(value: Any) -> None:
    again = from_text(*as_text(value))
    assert (type(again), repr(again)) == (type(value), repr(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("stars=3", 3),
        ('stars="3"', "3"),
        ("rate=0.1", 0.1),
        ("reviewed=true", True),
        ("license=cc-by", "cc-by"),
        ("empty=", ""),
        ("sum=1+1=2", "1+1=2"),
        ("tags=[1, 2]", "[1, 2]"),
        ("big=1e999", "1e999"),
        ("id=99999999999999999999", "99999999999999999999"),
        ("nan=NaN", "NaN"),
    ],
)
def test_values_as_people_write_them(text: str, value: Any) -> None:
    key, read = read_pair(text)
    assert (key, type(read), read) == (text.partition("=")[0], type(value), value)


@pytest.mark.parametrize("text", ["license", "=nc", " =nc", "a\nb=c", f"{'k' * 201}=v", "stars=null"])
def test_pairs_that_say_nothing(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        read_pair(text)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(by="ada"),
        Wanted({"a": 1}),
        Wanted({"a": 1}, by=" "),
        Wanted({"": 1}, by="ada"),
        Wanted({"a": math.nan}, by="ada"),
        Wanted({"a": 2**63}, by="ada"),
        Wanted({"a": None}, by="ada"),  # type: ignore[dict-item]
        Wanted({"a": "\ud800"}, by="ada"),
        Wanted({"a": 1}, ["a"], by="ada"),
    ],
)
def test_what_cannot_be_said(sqlite_store: Store, wanted: Wanted) -> None:
    tell(sqlite_store)
    before = sqlite_store.counts(), sqlite_store.types()
    with pytest.raises(InvalidArgumentError):
        annotate(sqlite_store, [sqlite_store.artifact(1)], wanted)
    assert (sqlite_store.counts(), sqlite_store.types()) == before


def test_an_annotation_is_not_annotated(sqlite_store: Store) -> None:
    tell(sqlite_store)
    say(sqlite_store, sqlite_store.artifact(1), license="nc")
    (context,) = sqlite_store.contexts(type=ANNOTATION_TYPE)
    with pytest.raises(InvalidArgumentError, match="An annotation is not annotated"):
        say(sqlite_store, context, license="nc")


def test_a_type_of_that_name_that_somebody_else_made(sqlite_store: Store) -> None:
    tell(sqlite_store)
    sqlite_store.put_type(context_type(ANNOTATION_TYPE, {"box": "STRING"}))
    other = Context(type=ANNOTATION_TYPE, name="theirs", properties={"box": "1,2,3,4"})
    sqlite_store.put(contexts=[other])
    say(sqlite_store, sqlite_store.context(1), license="nc")
    assert now(sqlite_store, sqlite_store.context(1)) == {"license": "nc"}
    assert sqlite_store.context(node_id(other)).properties == {"box": "1,2,3,4"}


def test_as_it_was(told: Store) -> None:
    told.backend.clock = lambda: 2_000_000_000_000
    node = told.artifact(1)
    say(told, node, license="nc")
    told.backend.clock = lambda: 2_000_000_001_000
    say(told, node, license="cc-by")
    assert now(told.as_of(1_999_999_999_999), node) == {}
    assert now(told.as_of(2_000_000_000_500), node) == {"license": "nc"}
    assert now(told, node) == {"license": "cc-by"}


def test_every_client_sees_them_and_a_copy_takes_them_along(told: Store, tmp_path: Path) -> None:
    say(told, told.artifact(1), license="nc")
    say(told, told.context(1), team="red")
    where = And((Compare(Field("type"), "=", ANNOTATION_TYPE), Compare(Property("value", False), "=", "nc")))
    (context,) = told.contexts(where)
    assert context.properties == {"key": "license", "value": "nc", "value_type": "string", "by": "ada"}
    assert [artifact.id for artifact in told.artifacts_in(context)] == [1]
    with connect(tmp_path / "copy.db") as other:
        copy(StoreSource(told), StoreTarget(other))
        assert now(other, other.artifact(1)) == {"license": "nc"}
        assert now(other, other.context(1)) == {"team": "red"}
        assert compare(StoreSource(told), StoreSource(other)).same


# ---------------------------------------------------------------- where they do not turn up


def test_they_are_no_runs_and_no_contexts_of_answers(told: Store) -> None:
    step = told.execution(2)
    before = query.origin(told, step).to_json(), [each.id for each in Reader(told).contexts_of(step)]
    run = next(context for context in told.contexts() if context.type == "Run")
    above = [each.id for each in Reader(told).parents_of(run)]
    say(told, step, a=1)
    say(told, run, a=1)
    assert (query.origin(told, step).to_json(), [each.id for each in Reader(told).contexts_of(step)]) == before
    assert [each.id for each in Reader(told).parents_of(run)] == above


def test_pages_show_them_with_their_nodes_alone(sqlite_store: Store) -> None:
    told = sqlite_store
    tell(told)
    browser = browsing(told)
    addresses = ["/artifact/1", "/execution/1", "/context/1", "/artifacts", "/contexts", "/?q=artifact"]
    before = {address: browser.get(twin(address)).json() for address in addresses}
    assert before["/artifact/1"]["annotations"] == []
    hostile = "<script>alert(1)</script>"
    for node in (told.artifact(1), told.execution(1), told.context(1)):
        say(told, node, license=hostile, stars=3, note="a <b>mail</b>", by=hostile)
    for address in addresses:
        after = browser.get(twin(address)).json()
        shown = after.pop("annotations", None)
        assert after == _but_types(before[address], after)
        if shown is not None:
            assert {each["key"]: each["value"] for each in shown} == {"license": hostile, "stars": 3}
            page = browser.get(address).text
            assert hostile not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
            assert "<b>mail" not in page
            assert "Annotations" in page
    rows = browser.get("/contexts.json", params={"type": ANNOTATION_TYPE}).json()["rows"]
    assert len(rows) == 6


def _but_types(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What was there before, with the types that a list offers as they are now."""
    held = {key: value for key, value in before.items() if key != "annotations"}
    return {**held, "types": after["types"]} if "types" in held else held


# ---------------------------------------------------------------- the command


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOGNAME", "grace")
    monkeypatch.setenv("TZ", "UTC")
    with connect(tmp_path / "story.db") as store:
        tell(store)
    return tmp_path / "story.db"


def run(file: Path, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(cli, ["--store", str(file), *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    assert (result.return_value or 0) == status
    return result.stdout


def test_the_command_writes_lists_and_takes_back(file: Path) -> None:
    assert "Nothing was said of it" in run(file, "annotate", "Model:churn@2", status=1)
    written = run(file, "annotate", "Model:churn@2", "license=nc", 'v="3"', "--note", "a mail")
    assert written.startswith('Model:churn@2 (artifact/6): license = nc, v = "3" (by grace, ')
    run(file, "annotate", "Model:churn@2", "license=cc-by", "--by", "ada")
    document = json.loads(run(file, "annotate", "Model:churn@2", "--json"))
    assert document["node"]["id"] == 6
    assert {key: each["value"] for key, each in document["annotations"].items()} == {"license": "cc-by", "v": "3"}
    assert [(each["value"], each["by"]) for each in document["history"]] == [
        ("nc", "grace"),
        ("3", "grace"),
        ("cc-by", "ada"),
    ]
    listed = run(file, "annotate", "Model:churn@2")
    assert listed.index("cc-by") < listed.index("All that was ever said") < listed.index("nc ")
    assert "taken back" in run(file, "annotate", "Model:churn@2", "--remove", "v")
    shown = run(file, "show", "Model:churn@2")
    assert "license" in shown
    assert "cc-by" in shown
    assert "ada" in shown
    assert "Annotation:" not in shown
    assert json.loads(run(file, "show", "Model:churn@2", "--json"))["annotations"]["license"]["value"] == "cc-by"
    written = json.loads(run(file, "annotate", "Model:churn@2", "stars=3", "--json"))["written"]
    assert [(each["node"], each["key"], each["value"]) for each in written] == [("artifact/6", "stars", 3)]
    assert ANNOTATION_TYPE not in run(file, "ls", "contexts")
    assert run(file, "ls", "contexts", "--type", ANNOTATION_TYPE).count("artifact/6/") == 5
    assert "pricing" in run(file, "show", "Run:churn")


def test_many_at_once_are_only_shown_until_told_otherwise(file: Path) -> None:
    with connect(file) as store:
        say(store, store.artifact(1), pii=True)
    arguments = ["annotate", "--where", "type = 'Dataset'", "pii=true"]
    dry = run(file, *arguments)
    assert dry.startswith("pii = true: of 2 artifacts\n")
    assert "Of 1 more artifact it is said already." in dry
    assert "--apply" in dry
    document = json.loads(run(file, *arguments, "--json"))
    assert document["nodes"] == ["artifact/2", "artifact/3"]
    assert (document["said_already"], document["written"]) == (1, [])
    with connect(file) as store:
        assert set(annotated(store, "pii")) == {("artifact", 1)}
    assert run(file, *arguments, "--apply").count("pii = true") == 2
    with connect(file) as store:
        assert set(annotated(store, "pii")) == {("artifact", 1), ("artifact", 2), ("artifact", 3)}
        keys = [("artifact", id) for id in range(1, 6)]
        assert lacking(store, keys, Wanted({"pii": True}, by="a")) == keys[3:]
        assert lacking(store, keys, Wanted({"pii": 1}, by="a")) == keys
    assert "already of all that fit" in run(file, *arguments, "--apply", status=1)
    assert run(file, "annotate", "--where", "type = 'Dataset'", "--remove", "pii", "--apply").count("taken back") == 3
    assert "No artifact fits" in run(file, "annotate", "--where", "type = 'Nothing'", "pii=true", status=1)


def test_of_very_many_nodes_the_first_are_named_and_all_are_written(file: Path) -> None:
    with connect(file) as store:
        store.put_type(artifact_type("Shard"))
        store.put(artifacts=[Artifact(type="Shard", name=f"part {number}") for number in range(1_200)])
    arguments = ["annotate", "--where", "type = 'Shard'", "pii=true", "year=2026"]
    for text in (run(file, *arguments), run(file, *arguments, "--apply")):
        assert text.count("Shard:part") == 10
        assert "… and 1,190 more" in text
    with connect(file) as store:
        for key, value in (("pii", True), ("year", 2026)):
            found = annotated(store, key)
            assert set(found) == {("artifact", artifact.id) for artifact in store.artifacts(type="Shard")}
            assert {each.value for each in found.values()} == {value}


def test_a_node_that_is_not_there(sqlite_store: Store) -> None:
    tell(sqlite_store)
    with pytest.raises(InvalidArgumentError, match="there is no artifact 999"):
        annotate(sqlite_store, [("artifact", 1), ("artifact", 999)], Wanted({"a": 1}, by="ada"))
    assert annotated(sqlite_store, "a") == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ["annotate"],
        ["annotate", "artifact/1", "license"],
        ["annotate", "artifact/1", "a=1", "a=2"],
        ["annotate", "artifact/1", "a=1", "--apply"],
        ["annotate", "artifact/1", "--by", "ada"],
        ["annotate", "artifact/1", "a=1", "--by", ""],
        ["annotate", "artifact/1", "a=1", "--remove", "a"],
        ["annotate", "artifact/1", "--remove", "a"],
        ["annotate", "artifact/999", "a=1"],
        ["annotate", "--where", "type = 'Dataset'"],
        ["annotate", "--where", " ", "a=1"],
        ["annotate", "--where", "type ~ 1", "a=1"],
    ],
)
def test_wrong_calls_write_nothing(file: Path, arguments: list[str]) -> None:
    with connect(file) as store:
        before = recorded(store), store.counts()
    with pytest.raises((click.UsageError, InvalidArgumentError, NotFoundError)):
        run(file, *arguments)
    with connect(file) as store:
        assert (recorded(store), store.counts()) == before


def test_a_store_for_reading_only_is_not_annotated(file: Path) -> None:
    with connect(file, read_only=True) as store, pytest.raises(ReadOnlyError):
        annotate(store, [Artifact(id=1)], Wanted({"a": 1}, by="ada"))
