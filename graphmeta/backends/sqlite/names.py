"""Conditions on names -> SQL, as the conditions in `predicates`."""
# ruff: noqa: S608 (text is put together from the names in this module only)

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.model import Kind
from graphmeta.words import DISPLAY_KEYS

Part = tuple[str, "list[Any]"]

TABLES: Mapping[Kind, str] = {"artifact": "Artifact", "execution": "Execution", "context": "Context"}
# The last part of a URI: word by word as in sql/graphmeta/indexes/graphmeta_artifact_uri_tail.sql, or SQLite
# would not use that index.
_URI_TAIL = "substr(rtrim(uri, '/'), length(rtrim(rtrim(uri, '/'), replace(uri, '/', ''))) + 1)"


def known_as(kind: Kind, texts: Sequence[str]) -> Part:
    """Nodes that people call one of these."""
    table = TABLES[kind]
    which, parameters = among(list(texts))
    keys = ", ".join("?" for _ in DISPLAY_KEYS)
    properties = f"SELECT {kind}_id FROM {table}Property AS property WHERE property.name IN ({keys})"
    text = (
        f"node.id IN (SELECT id FROM {table} WHERE "
        f"type_id IN (SELECT id FROM Type WHERE type_kind = {TYPE_KINDS[kind]}) AND name {which} "
        f"UNION ALL {properties} AND is_custom_property IN (0, 1) AND string_value {which}"
    )
    parameters = [*parameters, *DISPLAY_KEYS, *parameters]
    if kind == "artifact":
        text += (
            f" UNION ALL SELECT id FROM Artifact WHERE (name IS NULL OR name = '') AND {_URI_TAIL} {which} "
            f"AND NOT EXISTS ({properties} AND property.artifact_id = Artifact.id AND property.string_value <> '')"
        )
        parameters += [*among(list(texts))[1], *DISPLAY_KEYS]
    return f"{text})", parameters


def name_contains(kind: Kind, text: str) -> Part:
    """Nodes in whose name, display name or URI a text is, in upper or lower case."""
    table = TABLES[kind]
    keys = ", ".join("?" for _ in DISPLAY_KEYS)
    columns = ["node.name", "node.uri"] if kind == "artifact" else ["node.name"]
    parts = [f"instr(lower({column}), lower(?)) > 0" for column in columns]
    parts.append(
        f"EXISTS (SELECT 1 FROM {table}Property AS property WHERE property.{kind}_id = node.id "
        f"AND property.name IN ({keys}) AND instr(lower(property.string_value), lower(?)) > 0)"
    )
    return f"({' OR '.join(parts)})", [text] * len(columns) + [*DISPLAY_KEYS, text]


def type_and_name(kind: Kind, pairs: Sequence[tuple[int, str]]) -> Part:
    """Nodes that have one of these (type id, stored name)."""
    if len(pairs) == 1:  # as most, and five times as quick
        return "(node.type_id = ? AND node.name = ?)", [*pairs[0]]
    plain = [(type_id, name) for type_id, name in pairs if "\0" not in name]
    text = (
        f"node.id IN (SELECT there.id FROM json_each(?) AS pair CROSS JOIN {TABLES[kind]} AS there "
        "ON there.type_id = json_extract(pair.value, '$[0]') AND there.name = json_extract(pair.value, '$[1]'))"
    )
    parameters: list[Any] = [json.dumps(plain)]
    for type_id, name in pairs:
        if "\0" in name:
            text += " OR (node.type_id = ? AND node.name = ?)"
            parameters += [type_id, name]
    return f"({text})", parameters


def among(texts: Sequence[str]) -> Part:
    """`IN …` for texts. SQLite's JSON ends a text at NUL, so those with one are parameters of their own."""
    odd = [text for text in texts if "\0" in text]
    if not odd and len(texts) == 1:
        return "IN (?)", list(texts)
    source = "SELECT value FROM json_each(?)" + " UNION ALL SELECT ?" * len(odd)
    return f"IN ({source})", [json.dumps([text for text in texts if "\0" not in text]), *odd]
