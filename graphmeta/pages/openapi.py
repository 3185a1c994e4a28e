"""An OpenAPI document of the JSON twins, made from the views: what they may be asked and what they hold."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import graphmeta
from graphmeta.pages.links import twin
from graphmeta.pages.parameters import Parameter
from graphmeta.pages.view import View

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SCALARS: Mapping[Any, str] = {int: "integer", float: "number", str: "string", bool: "boolean", type(None): "null"}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "candidates"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "candidates": {"type": "array", "items": {"type": "string"}},
            },
        }
    },
}

# What `answering` adds to the answer to a question about the past.
_AS_OF = {
    "type": "object",
    "description": "With `at`: the moment, and the nodes that were updated since.",
    "properties": {"as_of": {"type": "integer"}, "updated_since": {"type": "array", "items": {"type": "string"}}},
}


@dataclass(slots=True)
class Shapes:
    """What a document's schemas are made of so far.

    Attributes:
        schemas: by name.
        hints: the TypedDicts that they are of, by name.
    """

    schemas: dict[str, Any] = field(default_factory=lambda: {"Error": _ERROR})
    hints: dict[str, Any] = field(default_factory=dict)


def document(views: Sequence[View]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of some views."""
    shapes = Shapes()
    paths = {_PLACE.sub(r"{\1}", twin(view.path)): {"get": _operation(view, shapes)} for view in views}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "graphmeta",
            "version": graphmeta.__version__,
            "description": "Every page as JSON. Times are milliseconds since the epoch.",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(shapes.schemas.items()))},
    }


def _operation(view: View, shapes: Shapes) -> dict[str, Any]:
    errors = {
        "400": "It cannot be asked so: the message says what would be right.",
        "404": "There is no such node.",
        "503": "The store cannot be reached.",
    }
    return {
        "operationId": view.name,
        "summary": view.summary,
        "parameters": [*_places(view.path), *(_parameter(each) for each in view.parameters)],
        "responses": {
            "200": {"description": view.summary, "content": _json(_answer(view, shapes))},
            **{
                status: {"description": text, "content": _json({"$ref": "#/components/schemas/Error"})}
                for status, text in errors.items()
            },
        },
    }


def _answer(view: View, shapes: Shapes) -> dict[str, Any]:
    schema = schema_of(view.shape, shapes)
    if all(each.name != "at" for each in view.parameters):
        return schema
    shapes.schemas["AsOf"] = _AS_OF
    return {"allOf": [schema, {"$ref": "#/components/schemas/AsOf"}]}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _places(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if kind == "int" else {"type": "string"},
        }
        for name, kind in _PLACE.findall(path)
    ]


def _parameter(each: Parameter) -> dict[str, Any]:
    schema: Mapping[str, Any] = {"type": "array", "items": each.schema} if each.many else each.schema
    return {
        "name": each.name,
        "in": "query",
        "required": each.required,
        "description": each.about,
        "schema": schema,
        **({"explode": True} if each.many else {}),
    }


def schema_of(hint: Any, shapes: Shapes) -> dict[str, Any]:
    """The JSON Schema of a type hint; TypedDicts go to `shapes` by name.

    Raises:
        TypeError: it has none, or two TypedDicts have one name.
    """
    if hint is Any:
        return {}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if is_typeddict(hint):
        if shapes.hints.setdefault(hint.__name__, hint) is not hint:
            raise TypeError(f"Two shapes are called {hint.__name__}: give one of them another name.")
        if hint.__name__ not in shapes.schemas:
            shapes.schemas[hint.__name__] = {}  # before its fields, which may name it
            shapes.schemas[hint.__name__] = _shape(hint, shapes)
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(each, shapes) for each in arguments]}
    if origin in (list, Sequence):
        return {"type": "array", "items": schema_of(arguments[0], shapes)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1], shapes)}
    if origin is Literal:
        return {"enum": list(arguments)}
    raise TypeError(f"{hint!r} has no JSON Schema here.")


def _shape(hint: Any, shapes: Shapes) -> dict[str, Any]:
    about = (hint.__doc__ or "").strip()
    return {
        "type": "object",
        **({"description": about} if about else {}),
        "required": sorted(hint.__required_keys__),
        "properties": {name: schema_of(each, shapes) for name, each in get_type_hints(hint).items()},
    }
