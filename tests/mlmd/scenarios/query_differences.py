"""Queries that graphmeta answers otherwise on purpose: docs/mlmd.md lists the same for users."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd.errors import INTERNAL, INVALID_ARGUMENT, OK
from graphmeta.testing.mlmd.players import Answer
from graphmeta.testing.mlmd.scenarios import Differs
from tests.mlmd.scenarios.world import KINDS


def found(answer: Answer) -> Any:
    """How many nodes an answer lists; its code, if it is an error."""
    response = answer.response
    lists = (getattr(response, f"{kind}s", None) for kind in KINDS)
    return answer.code or sum(len(each) for each in lists if each is not None)


NO_FUNCTION = Differs(
    "ml-metadata takes functions that SQLite lacks, and fails; here they work.", theirs=INTERNAL, ours=OK
)
NO_EXPRESSION = Differs(
    "ml-metadata takes expressions that SQLite lacks, and fails; here they are wrong arguments.",
    theirs=INTERNAL,
    ours=INVALID_ARGUMENT,
)
NO_COLUMN = Differs(
    "ml-metadata knows these names but its statements lack their columns; here they work.", theirs=INTERNAL, ours=OK
)
QUOTES = Differs(
    "A quotation mark in a text breaks ml-metadata's statement; here it is a character.",
    theirs=INTERNAL,
    ours=1,
    of=found,
)
ENUM_OF_NEIGHBOUR = Differs(
    "ml-metadata's rewriting of != and NOT IN breaks on the state of a neighbour; here it works.",
    theirs=INVALID_ARGUMENT,
    ours=OK,
)


def lower_case(theirs: int, ours: int) -> Differs:
    return Differs(
        "ml-metadata turns the keys of properties in queries to lower case; here they stay as they are written.",
        theirs=theirs,
        ours=ours,
        of=found,
    )


def struct_as_text(theirs: int, ours: int) -> Differs:
    return Differs(
        "ml-metadata keeps a struct as a text, which queries find; here a struct has no string_value.",
        theirs=theirs,
        ours=ours,
        of=found,
    )


DIFFERENT = {
    "IF(id = {a}, TRUE, FALSE)": NO_FUNCTION,
    "MOD(id, 2) = 1": NO_FUNCTION,
    "STARTS_WITH(name, 'a')": NO_FUNCTION,
    "CONCAT(name, 'x') = 'onex'": NO_FUNCTION,
    "name || 'x' = 'onex'": NO_FUNCTION,
    "REGEXP_CONTAINS(name, 'a')": NO_EXPRESSION,
    "STRUCT(1) = STRUCT(1)": NO_EXPRESSION,
    "(id, name) = (1, 'x')": NO_EXPRESSION,
    'name = "it\'s \\"é\\" \\\\"': QUOTES,
    "name = 'it\\'s \"é\" \\\\'": QUOTES,
    "properties.INT.int_value = 1": lower_case(2, 0),
    "custom_properties.K.int_value = 1": lower_case(1, 0),
    "custom_properties.struct.string_value IS NULL": struct_as_text(0, 1),
    "custom_properties.struct.string_value LIKE 'mlmd%'": struct_as_text(1, 0),
    "artifacts_0.state != LIVE": ENUM_OF_NEIGHBOUR,
    "artifacts_0.state NOT IN (LIVE)": ENUM_OF_NEIGHBOUR,
    "executions_0.last_known_state != COMPLETE": ENUM_OF_NEIGHBOUR,
}
DIFFERENT_OF_CONTEXTS = {
    "parent_contexts_0.create_time_since_epoch > 0": NO_COLUMN,
    "parent_contexts_0.last_update_time_since_epoch > 0": NO_COLUMN,
    "child_contexts_0.create_time_since_epoch > 0": NO_COLUMN,
    "artifacts_0.external_id = 'ext-a'": NO_COLUMN,
    "executions_0.external_id = 'ext-e'": NO_COLUMN,
}
