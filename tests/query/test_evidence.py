"""Evidence: what is in it, that it is whole, and that a change to it is found."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import evidence
from graphmeta.query.answers.evidence import digest_of
from graphmeta.render.blocks import Facts, Heading, Note, Table
from graphmeta.render.evidence import check, to_json_text, to_markdown_text
from graphmeta.render.markdown import fenced, to_markdown
from graphmeta.store import Store
from tests.query import worlds


def test_the_seven_answers_the_paths_and_the_digests(store: Store) -> None:
    world = worlds.recorded(store)
    store.backend.clock = lambda: 1_700_000_000_000
    found = evidence(store, "Model:big@1")
    document = found.to_json()
    assert {"datasets", "params", "metrics", "origin", "environment", "siblings", "comparison"} <= set(
        document["answers"]
    )
    assert [path["ways"][0]["nodes"][-1]["name"] for path in document["paths"]] == ["big@1"] * len(document["paths"])
    starts = [path["source"]["name"] for path in document["paths"]]
    assert starts == [node["name"] for node in document["answers"]["datasets"]["nodes"]]
    digests = {each["label"]: each["digest"] for each in document["artifacts"]}
    assert digests["Dataset:raw.csv@1"] == world["raw.csv@1"].value("digest")
    assert document["digest"] == digest_of(document) == evidence(store, "Model:big@1").digest
    for text in (to_markdown_text(found), to_json_text(found)):
        assert check(text) == document["digest"]
    for words in ("Hyperparameters of Model:big@1", "reached Model:big@1", "sha256:raw.csv1", document["digest"]):
        assert words in to_markdown_text(found)


def test_a_change_is_found(store: Store) -> None:
    worlds.recorded(store)
    text = to_markdown_text(evidence(store, "Model:churn@2"))
    # In what people read, in what programs read, in a line that was taken out, in the seal itself.
    for old, new in (
        ("| lr | 0.2 |", "| lr | 0.3 |"),
        ('"lr": 0.2', '"lr": 0.3'),
        ("## Digests\n", ""),
        (text.rstrip()[-8:], "00000000"),
    ):
        assert text.count(old)
        with pytest.raises(InvalidArgumentError, match="was changed"):
            check(text.replace(old, new, 1))
    for other in ("", "{}", "[1]", "hello", "```json\n{}\n```"):
        with pytest.raises(InvalidArgumentError, match="no evidence"):
            check(other)


def test_hostile_names_stay_names(store: Store) -> None:
    worlds.plain(store)
    name = "<script>alert(1)</script> ``` \n# x | y [l](javascript:x) \x1b[31m\u202e"
    model, data = Artifact(type="Model", name=name), Artifact(type="Dataset", name=name)
    step = Execution(type="Trainer", custom_properties={"``````": "```\n```json\n{}"})
    store.put(
        artifacts=[model, data], executions=[step], events=[Event(data, step, "INPUT"), Event(model, step, "OUTPUT")]
    )
    text = to_markdown_text(evidence(store, model))
    assert check(text)
    prose = text.split("## The same for programs")[0]
    assert "<script" not in prose.replace("\\<", "") and "\x1b" not in text and "\u202e" not in text
    assert not re.search(r"(?<!\\)`{3}", prose)


texts = st.text(max_size=30)


@given(rows=st.lists(st.tuples(texts, texts), max_size=3), heading=texts)
def test_markdown_keeps_its_shape(rows: list[tuple[str, str]], heading: str) -> None:
    lines = list(to_markdown([Heading(heading), Note(heading), Facts(rows), Table(["a", "b"], rows)]))
    assert all("\n" not in line and "\r" not in line for line in lines)
    for line in lines:
        if line.startswith("| "):
            assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) in (2, 3)


@given(text=st.text(alphabet="`~\na", max_size=30))
def test_a_fence_is_longer_than_any_inside(text: str) -> None:
    first, *inside, last = fenced(text, "json")
    assert first == last + "json" and "\n".join(inside) == text
    assert not any(line.startswith(last) for line in inside)


def test_json_is_canonical() -> None:
    one, other = {"a": 1, "b": {"x": "é", "y": 2.0}}, {"b": {"y": 2.0, "x": "é"}, "a": 1, "digest": "sha256:…"}
    assert digest_of(one) == digest_of(other) == digest_of(json.loads(json.dumps(one)))


def test_a_key_that_stands_twice_is_no_evidence(store: Store) -> None:
    worlds.recorded(store)
    text = to_json_text(evidence(store, "Model:churn@2"))
    forged = text.replace('{\n "format"', '{\n "model": "Model:innocent",\n "format"', 1)
    assert forged != text
    with pytest.raises(InvalidArgumentError, match="no evidence"):
        check(forged)
