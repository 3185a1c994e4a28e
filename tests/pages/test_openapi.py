"""The OpenAPI document: it is one, and what the JSON twins hold is what it says."""

from __future__ import annotations

from typing import Any, TypedDict
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from graphmeta.pages.links import twin
from graphmeta.pages.openapi import Shapes, document, schema_of
from graphmeta.pages.view import View
from graphmeta.pages.views import VIEWS
from graphmeta.store import Store
from tests.pages.conftest import Browse
from tests.pages.kit import walked

DOCUMENT = document(VIEWS)


def strict(schema: Any) -> Any:
    """A schema that takes no field which it does not name. (The document takes them: pages may gain some.)"""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if made.get("type") == "object" and "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


def checked(held: Any, schema: dict[str, Any]) -> list[str]:
    """What of a document is not as a schema of `DOCUMENT` says."""
    schemas = strict(DOCUMENT["components"]["schemas"])
    schemas["AsOf"] = DOCUMENT["components"]["schemas"].get("AsOf", {})
    whole = {**schema, "components": {"schemas": schemas}}
    errors = Draft202012Validator(whole).iter_errors(held)
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors]


def answer_schema(view: View, status: str = "200") -> dict[str, Any]:
    (operation,) = (path["get"] for path in DOCUMENT["paths"].values() if path["get"]["operationId"] == view.name)
    schema: dict[str, Any] = operation["responses"][status]["content"]["application/json"]["schema"]
    return schema


def test_the_document_is_openapi_and_is_what_the_server_gives(demo_store: Store, browse: Browse) -> None:
    validate(DOCUMENT)
    assert browse(demo_store).get("/openapi.json").json() == DOCUMENT
    assert {path["get"]["operationId"] for path in DOCUMENT["paths"].values()} == {view.name for view in VIEWS}


@pytest.mark.parametrize("made", ["demo_store", "hostile_store"])
def test_twins_hold_what_the_document_says(request: pytest.FixtureRequest, browse: Browse, made: str) -> None:
    browser = browse(request.getfixturevalue(made))
    faults = []
    for address, view, _ in walked(browser):
        found = browser.get(twin(address))
        faults += [f"{address[:100]} {fault}" for fault in checked(found.json(), answer_schema(view))]
    assert faults == []


def test_twins_of_an_empty_store_hold_what_the_document_says(store: Store, browse: Browse) -> None:
    browser = browse(store)
    for view in VIEWS:
        if "{" not in view.path:
            answer = browser.get(twin(view.path))
            assert checked(answer.json(), answer_schema(view, str(answer.status_code))) == [], view.path


def test_an_answer_about_the_past_is_what_the_document_says(demo_store: Store, browse: Browse) -> None:
    (view,) = (view for view in VIEWS if view.path == "/types")
    answer = browse(demo_store).get("/types.json?at=2200-01-01").json()
    assert Draft202012Validator({**answer_schema(view), "components": DOCUMENT["components"]}).is_valid(answer)
    assert checked(answer, {"$ref": "#/components/schemas/AsOf"}) == []
    assert answer["updated_since"] == []


def test_an_error_is_what_the_document_says(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    for view in VIEWS:
        address = twin("/".join("99999" if part.startswith("{") else part for part in view.path.split("/")))
        for asked in ("", *(f"?{urlencode({each.name: 'no such thing'})}" for each in view.parameters)):
            answer = browser.get(address + asked)
            assert checked(answer.json(), answer_schema(view, str(answer.status_code))) == [], address + asked


def test_defaults_and_choices_are_in_the_document() -> None:
    for path in DOCUMENT["paths"].values():
        for parameter in path["get"]["parameters"]:
            schema = parameter["schema"]
            if "default" in schema:
                assert checked(schema["default"], schema) == [], parameter["name"]


def test_two_shapes_of_one_name_are_refused() -> None:
    def shape() -> Any:
        class Same(TypedDict):
            field: int

        return Same

    shapes = Shapes()
    one = shape()
    assert schema_of(one, shapes) == schema_of(list[one], shapes)["items"]
    with pytest.raises(TypeError, match="Same"):
        schema_of(shape(), shapes)
