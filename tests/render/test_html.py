"""A lineage as one HTML file: it asks nobody for anything, nothing of a store runs in it, and it says everything."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution
from graphmeta.render.details import LONGEST_VALUE, MOST_BESIDE, MOST_PROPERTIES
from graphmeta.render.html import MOST_BYTES, MOST_DETAILS, to_html
from graphmeta.store import Store
from graphmeta.store.options import PutOptions
from graphmeta.testing import hostile
from tests.render.drawings import HOSTILE, pair, types

ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background"}


class Read(HTMLParser):
    """A document taken apart: its elements, texts, addresses and ids; of scripts and style sheets what they hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.policy = ""
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.templates = 0
        self.texts: list[str] = []
        self._in: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if held.get("http-equiv") == "Content-Security-Policy":
            self.policy = held["content"] or ""
        self.addresses += [value or "" for name, value in attrs if name in ADDRESSES]
        self.handlers += [name for name in held if name.startswith("on") or name == "style"]
        self.templates += tag == "template"
        if "template" not in self._in and held.get("id"):
            self.ids.append(held["id"] or "")
        if tag == "script":
            self.scripts.append("")
        if tag == "style":
            self.styles.append("")
        if tag not in ("meta", "input", "link", "br"):
            self._in.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._in.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] == "script":
            self.scripts[-1] += data
        elif self._in and self._in[-1] == "style":
            self.styles[-1] += data
        else:
            self.texts.append(data)


def safe(text: str) -> Read:
    """The document, which holds what every one must."""
    read = Read(text)
    assert len(read.scripts) == len(read.styles) == 1
    assert read.handlers == []
    assert {address[:1] for address in read.addresses} <= {"#"}
    assert {address[1:] for address in read.addresses} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in read.scripts + read.styles]
    assert read.policy == (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"url\(|@import", read.styles[0])
    assert "</script" not in read.scripts[0].lower()
    return read


def repeated(store: Store, times: int) -> Artifact:
    """A dataset that as many equal steps read, each of which makes a model."""
    types(store)
    data = Artifact(type="Dataset", name="data")
    steps = [Execution(type="train", name=f"run@{number}", state="COMPLETE") for number in range(times)]
    models = [Artifact(type="Model", name=f"churn@{number}") for number in range(times)]
    events = [Event(data, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for step, model in zip(steps, models, strict=True)]
    store.put(artifacts=[data, *models], executions=steps, events=events)
    return data


def test_a_file_tells_everything_of_every_node(store: Store) -> None:
    types(store)
    data = Artifact(type="Dataset", name="data@1", uri="s3://bucket/data", state="LIVE", properties={})
    data.custom_properties.update({"rows": 581, "schema": {"columns": ["a", "b"]}, "note": "one\ntwo"})
    step = Execution(type="train", name="fit", state="FAILED", custom_properties={"epochs": 3, "rate": 0.125})
    store.put(artifacts=[data], executions=[step], events=[Event(data, step, "INPUT")])
    read = safe(to_html(query.lineage(store, data)))
    said = " ".join(" ".join(read.texts).split())
    for text in (
        "s3://bucket/data",
        "data@1",
        "live",
        "failed",
        "581",
        '"columns"',
        "one two",
        "epochs 3",
        "rate 0.125",
    ):
        assert text in said
    assert {"about-artifact-1", "about-execution-1", "artifact-1", "execution-1"} <= set(read.ids)
    # The table: one step downstream, and what it read.
    assert "1 fit (train, execution/1) train failed Dataset:data@1 (artifact/1)" in said
    assert "Used by fit (train, execution/1)" in said
    assert "Used Dataset:data@1 (artifact/1)" in said


def test_it_is_the_same_text_for_the_same_lineage(store: Store) -> None:
    model = pair(store, "churn")
    assert to_html(query.lineage(store, model)) == to_html(query.lineage(store, model))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leaves_its_place(store: Store, name: str) -> None:
    text = to_html(query.lineage(store, pair(store, name)))
    safe(text)
    assert len(text) < 200_000  # overlong texts are cut


def test_nothing_of_a_hostile_store_runs(sqlite_store: Store) -> None:
    hostile.fill(sqlite_store)
    for model in sqlite_store.artifacts()[::7]:
        safe(to_html(query.lineage(sqlite_store, model)))


def test_both_drawings_are_in_the_file_where_something_folds(store: Store) -> None:
    data = repeated(store, 12)
    read = safe(to_html(query.lineage(store, data)))
    assert read.templates == 1
    # The folded one is shown, and what its nodes stand for is told.
    assert {"artifact-1", "execution-1", "artifact-2", "fold-execution-1", "fold-artifact-2"} <= set(read.ids)
    assert "execution-2" not in read.ids
    assert {f"about-execution-{number}" for number in range(1, 13)} <= set(read.ids)
    whole = safe(to_html(query.lineage(store, data), fold=False))
    assert whole.templates == 0
    assert "execution-2" in whole.ids


def test_a_fold_too_large_to_open_in_the_file_says_how_to(sqlite_store: Store) -> None:
    lineage = query.lineage(sqlite_store, repeated(sqlite_store, 600))
    read = safe(to_html(lineage, advice="Ask for <all>."))
    said = " ".join(read.texts)
    assert read.templates == 0
    assert "Nodes that are alike are drawn as one. Ask for <all>." in said
    # How to is for whoever asked to say: a page knows no option of a command.
    assert "--no-fold" not in to_html(lineage)
    assert f"Of 1201 nodes the nearest {MOST_DETAILS} are told about below." in said
    assert f"and {600 - MOST_BESIDE} more" in said
    assert sum(id.startswith("about-") for id in read.ids) == MOST_DETAILS


def test_an_artifact_that_is_not_in_the_store_is_told_as_such(store: Store) -> None:
    types(store)
    step = Execution(type="train")
    missing = Event(4711, step, "INPUT")
    store.put(executions=[step], events=[missing], options=PutOptions(allow_missing_artifacts=True))
    read = safe(to_html(query.lineage(store, step)))
    assert "not in the store" in " ".join(read.texts)
    assert "about-artifact-4711" in read.ids


def test_what_was_not_read_to_its_end_says_so(sqlite_store: Store) -> None:
    lineage = query.lineage(sqlite_store, repeated(sqlite_store, 60))
    read = safe(to_html(lineage, incomplete="Reading stopped <here>."))
    said = " ".join(read.texts)
    assert "61 artifacts and 60 executions, which are not all. Reading stopped <here>." in said
    assert "all downstream" not in said
    assert "run ×60 or more" in said
    assert "60 executions or more" in said
    assert "and at least 10 more" in said
    whole = " ".join(safe(to_html(lineage)).texts)
    assert "all downstream" in whole
    assert "or more" not in whole


def test_properties_are_bounded_in_number_and_in_length(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = Artifact(type="Dataset", name="data")
    data.custom_properties.update({f"key {number:04}": "short" for number in range(MOST_PROPERTIES + 7)})
    long = Artifact(type="Dataset", name="long", custom_properties={"text": "long " * LONGEST_VALUE})
    sqlite_store.put(artifacts=[data, long])
    text = to_html(query.lineage(sqlite_store, data))
    said = " ".join(safe(text).texts)
    assert f"key {MOST_PROPERTIES - 1:04}" in said
    assert f"key {MOST_PROPERTIES:04}" not in said
    assert "and 7 more, which are left out here" in said
    written = to_html(query.lineage(sqlite_store, long)).count("long ")
    assert LONGEST_VALUE / 5 - 10 < written < LONGEST_VALUE / 5 + 10


def test_a_file_stays_small_whatever_the_nodes_hold(sqlite_store: Store) -> None:
    types(sqlite_store)
    step = Execution(type="train", name="start")
    made = [
        Artifact(
            type="Model",
            name=f"{number:03} {'<' * 2000}",
            uri="<" * 2000,
            custom_properties={f"key {each}": "<" * 5000 for each in range(10)},
        )
        for number in range(200)
    ]
    events = [Event(each, step, "OUTPUT") for each in made]
    sqlite_store.put(artifacts=made, executions=[step], events=events)
    text = to_html(query.lineage(sqlite_store, step))
    read = safe(text)
    assert len(text.encode()) < 2 * MOST_BYTES
    said = " ".join(read.texts)
    assert "and 10 more, which are left out here" in said
    # The nearest have all of theirs, and every node has its place.
    assert "key 9" in said
    assert {f"about-artifact-{number}" for number in range(1, 201)} <= set(read.ids)
