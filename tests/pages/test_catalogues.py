"""`/models`, `/datasets` and `/types`."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from graphmeta import Artifact, Store
from graphmeta.model import PropertyType, artifact_type, execution_type
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


def page(browser: TestClient, address: str) -> Html:
    """A page that is there and well formed."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    found = Html(answer.text)
    assert found.faults == []
    return found


def data(browser: TestClient, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put_models(store: Store, *called: str) -> None:
    store.put_type(artifact_type("Model"))
    store.put(artifacts=[Artifact(type="Model", custom_properties={"display_name": name}) for name in called])


# ---------------------------------------------------------------- catalogues


def test_models(store: Store) -> None:
    nodes = worlds.recorded(store)
    browser = browsing(store)
    found = page(browser, "/models")
    assert "churn Model · 3 versions · latest churn@3" in found.text
    assert "auc 0.3 f1 0.03 from train.csv@2 made by train in " in found.text
    assert "big Model · 1 version · latest big@1" in found.text
    before, after = nodes["churn@2"].id, nodes["churn@3"].id
    for address in (
        f"/artifact/{after}",
        f"/lineage/artifact/{after}",
        "/artifacts?type=Model&name=churn",
        f"/compare?ids={before}%2C{after}",
        f"/why?a={before}&b={after}",
    ):
        assert address in found.links
        assert browser.get(address).status_code == 200, address


def test_the_json_of_models(store: Store) -> None:
    nodes = worlds.recorded(store)
    found = data(browsing(store), "/models.json")
    assert [entry["name"] for entry in found["entries"]] == ["big", "churn"]
    churn = found["entries"][1]
    assert (churn["latest"]["id"], churn["previous"]["id"]) == (nodes["churn@3"].id, nodes["churn@2"].id)
    assert (churn["versions"], churn["more_versions"], churn["folder"]) == (3, False, "")
    assert churn["metrics"] == {"auc": 0.3, "f1": 0.03}
    assert [each["label"] for each in churn["related"]] == ["Dataset:train.csv@2"]
    assert (churn["assumed"], churn["related_cut"]) == (False, False)
    assert (churn["step"]["title"], churn["run"]["type"]) == ("train", "Run")
    assert (found["types"], found["looked_at"], found["complete"], found["next"]) == (["Model"], 4, True, None)


def test_datasets(store: Store) -> None:
    worlds.recorded(store)
    browser = browsing(store)
    found = page(browser, "/datasets")
    assert "train.csv Dataset · 2 versions · latest train.csv@2" in found.text
    assert "models churn@3 , churn@2 made by clean in " in found.text
    assert "models none was made from it" in found.text  # test.csv
    related = [entry["related"] for entry in data(browser, "/datasets.json")["entries"]]
    assert [[each["label"] for each in one] for one in related][:2] == [
        ["Model:big@1"],
        ["Model:churn@3", "Model:churn@2"],
    ]


def test_a_catalogue_by_name_and_type(store: Store) -> None:
    worlds.tfx(store)
    browser = browsing(store)
    assert "pushed_model PushedModel" in page(browser, "/models").text
    assert [each["name"] for each in data(browser, "/models.json?name=PUSH")["entries"]] == ["pushed_model"]
    assert [each["name"] for each in data(browser, "/models.json?type=Model")["entries"]] == ["model"]
    nothing = page(browser, "/models?name=zebra")
    assert "No model is called so. All models" in nothing.text
    assert "/models" in nothing.links
    refused = browser.get("/models?type=Examples")
    assert refused.status_code == 400
    assert "Examples is no type of models in this store. There are: Model, PushedModel." in Html(refused.text).text


def test_a_catalogue_page_by_page(store: Store) -> None:
    put_models(store, "a", "b", "a", "c")
    browser = browsing(store)
    address, seen = "/models?limit=1", []
    while address:
        found = page(browser, address)
        following = [link for link in found.links if "below=" in link and not link.startswith("/models.json")]
        seen += [entry["name"] for entry in data(browser, address.replace("/models", "/models.json"))["entries"]]
        address = following[0] if following else ""
    assert seen == ["c", "a", "b"]


def test_a_catalogue_as_it_was(store: Store) -> None:
    nodes = worlds.recorded(store)
    browser = browsing(store)
    then = page(browser, "/models?at=2001-01-01")
    assert "There was no model by then." in then.text
    assert "/models" in then.links
    assert data(browser, "/models.json?at=2001-01-01")["as_of"] < (nodes["churn@1"].created or 0)


def test_the_catalogues_of_an_empty_store_say_what_to_do(store: Store) -> None:
    browser = browsing(store)
    for address in ("/models", "/datasets"):
        found = page(browser, address)
        assert f"There are no {address[1:]} yet." in found.text
        assert "graphmeta demo" in found.text
        assert {"/types", "/artifacts"} <= set(found.links)
    assert data(browser, "/models.json")["entries"] == []


def test_names_in_catalogues_are_only_text(store: Store) -> None:
    put_models(store, "<script>alert(1)</script>", 'a" onmouseover="alert(1)', "{{ 7 * 7 }}")
    found = page(browsing(store), "/models")
    assert "<script>alert(1)</script>" in found.text
    assert "{{ 7 * 7 }}" in found.text


# ---------------------------------------------------------------- types


def test_types_with_roles_counts_examples_and_lists(store: Store) -> None:
    worlds.recorded(store)
    browser = browsing(store)
    found = page(browser, "/types")
    assert "Artifacts 3 types, 12 nodes" in found.text
    assert "Model 4 big@1 , churn@3 , churn@2 digest string , display_name string , size int" in found.text
    assert "finetune a Train 1 finetune" in found.text
    assert {"/artifacts?type=Model", "/executions?type=finetune", "/contexts?type=Run"} <= set(found.links)
    assert "Model" in page(browser, "/artifacts?type=Model").text
    model = next(each for each in data(browser, "/types.json")["types"] if each["name"] == "Model")
    assert (model["kind"], model["role"], model["nodes"]) == ("artifact", "Model", 4)
    assert [each["title"] for each in model["examples"]] == ["big@1", "churn@3", "churn@2"]


def test_examples_of_types_whose_nodes_are_old(store: Store) -> None:
    put_models(store, "a", "b")
    store.put_type(artifact_type("Thing"))
    store.put(artifacts=[Artifact(type="Thing") for _ in range(600)])
    types = {each["name"]: each for each in data(browsing(store), "/types.json")["types"]}
    assert [each["title"] for each in types["Model"]["examples"]] == ["b", "a"]
    assert (types["Thing"]["nodes"], len(types["Thing"]["examples"])) == (600, 3)


def test_sixty_types_and_many_properties(store: Store) -> None:
    many: dict[str, PropertyType] = {f"key_{number:02}": "INT" for number in range(30)}
    store.put_types([*(execution_type(f"step-{number}") for number in range(60)), artifact_type("Wide", many)])
    found = page(browsing(store), "/types")
    assert "Executions 60 types, 0 nodes" in found.text
    assert "none yet" in found.text
    assert "24 more key_06 int" in found.text


def test_types_come_in_pages(store: Store) -> None:
    store.put_types([*(execution_type(f"step {number:03}") for number in range(70)), artifact_type("Thing")])
    store.put(artifacts=[Artifact(type="Thing") for _ in range(2)])
    browser = browsing(store)
    first, second, beyond = (data(browser, f"/types.json?page={number}") for number in (1, 2, 99))
    assert [len(each["types"]) for each in (first, second, beyond)] == [50, 21, 21]
    assert [each["name"] for each in first["types"] + second["types"]] == [
        "Thing",
        *(f"step {number:03}" for number in range(70)),
    ]
    assert (first["total"], first["pages"], beyond["page"]) == (71, 2, 2)
    assert first["kinds"][:2] == [
        {"kind": "artifact", "types": 1, "nodes": 2},
        {"kind": "execution", "types": 70, "nodes": 0},
    ]
    assert "/types?page=2" in page(browser, "/types").links
    last = page(browser, "/types?page=2")
    assert "/types" in last.links
    assert "page 2 of 2" in last.text


def test_examples_of_many_rare_types_take_few_questions(store: Store) -> None:
    rare = [f"rare {number:02}" for number in range(45)]
    store.put_types([*(artifact_type(name) for name in rare), artifact_type("Thing")])
    store.put(artifacts=[Artifact(type=name, name=f"{name}@{n}") for name in rare for n in range(4)])
    store.put(artifacts=[Artifact(type="Thing") for _ in range(600)])
    with store.backend.tracing() as asked:
        found = data(browsing(store), "/types.json")
    assert len(asked) < 12
    examples = {each["name"]: [node["name"] for node in each["examples"]] for each in found["types"]}
    assert all(examples[name] == [f"{name}@3", f"{name}@2", f"{name}@1"] for name in rare)


def test_a_type_with_very_many_properties(store: Store) -> None:
    many: dict[str, PropertyType] = {f"key_{number:03}": "INT" for number in range(150)}
    store.put_type(artifact_type("Wide", many))
    browser = browsing(store)
    (held,) = data(browser, "/types.json")["types"]
    assert (len(held["properties"]), held["more_properties"]) == (100, 50)
    assert "and 50 more" in page(browser, "/types").text


def test_the_types_of_an_empty_store(store: Store) -> None:
    browser = browsing(store)
    assert "There are no types yet." in page(browser, "/types").text
    assert "mlmd.Model" in page(browser, "/types?system=1").text
