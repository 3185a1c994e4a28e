"""Whatever a store holds, a page and its twin stay about a megabyte, and say what is not there."""

from __future__ import annotations

import json

import pytest

from graphmeta import Artifact, Context, Event, Execution, Store
from graphmeta.model import Association, Value, artifact_type, context_type, execution_type
from graphmeta.pages.bounds import fitting, short
from graphmeta.pages.nodes import Nodes
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html

MEGABYTE = 1_000_000


@pytest.fixture
def typed(store: Store) -> Store:
    store.put_types([artifact_type("Model"), artifact_type("Dataset"), execution_type("train"), context_type("Run")])
    return store


def test_values_are_cut_to_the_room_that_there_is() -> None:
    held = {"a": "x" * 50, "b": 7, "c": {"deep": ["y" * 50]}, "d": "short", "e": 1}
    found = fitting(held, most=4, longest=20, room=1000)
    assert found.values == {"a": "x" * 19 + "…", "b": 7, "c": '{"deep": ["yyyyyyyy…', "d": "short"}
    assert (found.cut, found.more) == (2, 1)
    assert fitting(held, most=9, longest=20, room=16).values == {"b": 7, "d": "short"}
    assert fitting(held, most=9, longest=99, room=9999)[:3] == (held, 0, 0)


def test_a_value_that_fits_is_itself() -> None:
    for value in (None, True, 1.5, "ab", {"a": 1}, [1, 2]):
        assert short(value, 30) is value


def test_the_page_of_a_node_with_two_thousand_long_properties(typed: Store) -> None:
    held: dict[str, Value] = {f"key {number:04}": "<" * 20_000 for number in range(2_000)}
    typed.put(
        artifacts=[Artifact(type="Model", custom_properties=held)],
        executions=[Execution(type="train", custom_properties=held)],
        contexts=[Context(type="Run", name="run", custom_properties=held)],
    )
    browser = browsing(typed)
    for address in ("/artifact/1", "/execution/1", "/context/1"):
        page, twin = browser.get(address), browser.get(f"{address}.json")
        assert (page.status_code, twin.status_code) == (200, 200)
        assert len(page.content) < MEGABYTE, address
        assert len(twin.content) < 3 * MEGABYTE, address
        node = twin.json()["node"]
        assert len(node["custom_properties"]) + node["more_properties"] == 2_000
        assert 0 < node["more_properties"] < 2_000
        found = Html(page.text)
        assert found.faults == []
        assert f"{node['more_properties']} properties of it are not on this page" in found.text
        assert f"graphmeta show {address[1:]} --json" in found.text


def test_a_table_shows_two_hundred_properties(typed: Store) -> None:
    typed.put(artifacts=[Artifact(type="Model", custom_properties={f"key {n:03}": n for n in range(230)})])
    browser = browsing(typed)
    said = Html(browser.get("/artifact/1").text).text
    assert "key 199" in said
    assert "key 200" not in said
    assert "And 30 more properties: the page's JSON has them." in said
    node = browser.get("/artifact/1.json").json()["node"]
    assert (len(node["custom_properties"]), node["cut"], node["more_properties"]) == (230, 0, 0)
    assert "graphmeta show artifact/1 --json" not in said


def test_a_very_long_property_is_cut_and_that_is_said(typed: Store) -> None:
    typed.put(artifacts=[Artifact(type="Dataset", uri="u" * 5_000, custom_properties={"log": "z" * 300_000})])
    browser = browsing(typed)
    node = browser.get("/artifact/1.json").json()["node"]
    assert (len(node["custom_properties"]["log"]), len(node["uri"]), node["cut"]) == (100_000, 5_000, 1)
    page = browser.get("/artifact/1").text
    assert "z" * 20_000 in page
    assert "z" * 20_001 not in page
    assert "1 text of it is cut there" in page


def test_nodes_that_a_page_only_names_are_short(typed: Store) -> None:
    """All of them share one room, so that their number does not matter."""
    held: dict[str, Value] = {f"key {number}": "v" * 5_000 for number in range(60)}
    named = [Artifact(type="Dataset", uri="s3://" + "u" * 5_000, custom_properties=held) for _ in range(100)]
    step, run = Execution(type="train", custom_properties=held), Context(type="Run", name="big")
    typed.put(
        artifacts=named,
        executions=[step],
        contexts=[run],
        events=[Event(each, step, "INPUT") for each in named],
        associations=[Association(step, run)],
    )
    browser = browsing(typed)
    addresses = ["/execution/1", "/context/1", "/datasets?limit=100", "/lineage/execution/1", "/artifact/1", "/types"]
    addresses += ["/compare?ids=1,2,3,4,5,6,7,8", "/why?a=1&b=2", "/impact/artifact/1", "/path?from=1&to=execution/1"]
    for address in addresses:
        path, _, asked = address.partition("?")
        page, twin = browser.get(address), browser.get(f"{path}.json?{asked}")
        assert (page.status_code, twin.status_code) == (200, 200), (address, page.text[:3000])
        assert len(page.content) < MEGABYTE, address
        assert len(twin.content) < 1.5 * MEGABYTE, address
    first, *_, last = (each["node"] for each in browser.get("/execution/1.json").json()["inputs"]["events"])
    assert (len(first["custom_properties"]), first["more_properties"], first["cut"]) == (50, 10, 51)
    assert (len(last["custom_properties"]), last["more_properties"], last["cut"]) == (0, 60, 1)
    assert len(first["uri"]) == len(last["uri"]) == 500


def test_the_room_is_one_pages(typed: Store) -> None:
    node = Artifact(type="Dataset", custom_properties={f"key {number}": "v" * 500 for number in range(50)})
    nodes = Nodes(typed)
    sizes = [len(json.dumps(nodes.json(node))) for _ in range(40)]
    assert sizes[0] > 25_000 > 1_000 > sizes[-1]
    assert nodes.whole(node)["more_properties"] == 0
    assert len(json.dumps(Nodes(typed).json(node))) == sizes[0]


def test_very_long_parameters_and_errors(typed: Store) -> None:
    held: dict[str, Value] = {"error": "e" * 50_000, **{f"p{number:03}": "v" * 9_000 for number in range(300)}}
    model = Artifact(type="Model", name="net@1", custom_properties={f"m{n:03}": n for n in range(1_000)})
    step = Execution(type="train", state="FAILED", custom_properties=held)
    typed.put(artifacts=[model], executions=[step], events=[Event(model, step, "OUTPUT")])
    browser = browsing(typed)
    found = browser.get("/execution/1.json").json()
    assert len(found["error"]) == 20_000
    assert found["more_parameters"] > 200
    assert {len(value) for value in found["parameters"].values()} == {2_000}
    for address in ("/execution/1", "/artifact/1"):
        assert len(browser.get(address).content) < MEGABYTE
    made = browser.get("/artifact/1.json").json()["making"]
    assert any("more parameter" in note for note in made["notes"])
    assert len(browser.get("/artifact/1.json").content) < MEGABYTE
