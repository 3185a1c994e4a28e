"""Sequences of calls that hypothesis makes up, right ones and wrong ones, over alphabets so small that they clash.

A sequence is data; improvising.py makes a scenario of it. A node is named by its place among those of its kind that
the sequence has made, so that it means the same whatever ids a store gives. What ml-metadata is known to do wrong
(scenarios with a `Differs`) is left out: a value that holds nothing, a key that is declared and custom, dangling events
in contexts, pages of equal update times.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from graphmeta.testing.mlmd.improvising import KINDS, Call

EVENT_TYPES = ("INPUT", "OUTPUT", "DECLARED_INPUT", "PENDING_OUTPUT")
QUERIES = (
    "id > 0", "name = 'a'", "name != 'a'", "name IS NULL", "type = 'T'", "external_id = 'x'",
    "properties.p.int_value = 1",
    "properties.q.string_value LIKE '%t%' OR properties.p.int_value > 1", "custom_properties.c.int_value IS NULL",
    "custom_properties.c.int_value = 1 AND NOT name = 'b'", "contexts_0.name = 'a'", "contexts_0.name = 'a' OR id = 1",
    "events_0.type = INPUT", "parent_contexts_0.name = 'a'", "child_contexts_0.type = 'T'", "artifacts_0.name = 'a'",
    "uri = 'u'", "state = LIVE", "last_known_state != RUNNING", "nope = 1", "id =",
)  # fmt: skip

kinds = st.sampled_from(KINDS)
names = st.sampled_from([None, "a", "b", "c", ""])
places = st.sampled_from([0, 1, 2] * 4 + [3, 5])
flags = st.booleans()
_declared = st.fixed_dictionaries({}, optional={"p": st.sampled_from([1, 2]), "q": st.sampled_from(["text", "t"])})
_custom = st.dictionaries(st.sampled_from(["c", "d"]), st.sampled_from([1, 2.5, "text", True]), max_size=2)
_paths = st.sampled_from(
    [
        "properties",
        "properties.p",
        "custom_properties",
        "custom_properties.c",
        "external_id",
        "uri",
        "state",
        "name",
        "nope",
    ]
)


# Most nodes are put rightly: a sequence that is refused call by call says little.
_flaws = st.sampled_from([""] * 40 + ["no type", "type of nobody", "type of another kind", "undeclared", "unmatched"])


_some, _any = [None, None, None, None, "", *"abcdef"], [*"bcdefghi", ""]
_NAMES = {"artifact": _some, "execution": _some, "context": _any}


def nodes(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """A node to be put: `place` is that of one that is there, for an update."""
    return st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "flaw": _flaws,
            "second type": st.sampled_from([False, False, True]),
            "place": st.sampled_from([None, None, None, None, 0, 1, 2, 5]),
            "name": st.sampled_from(
                ["a", "b", "c", "d", "e", "f", "g", "h", ""]
                if kind == "context"
                else [None, None, "", "a", "b", "c", "d"]
            ),
            "external_id": st.sampled_from([None] * 6 + ["x", "y"]),
            "p": _declared,
            "c": _custom,
            "state": st.sampled_from([None, 1, 2]),
            "uri": st.sampled_from([None, "u", ""]),
            "says type": flags,
        }
    )


def _types() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "kind": kinds,
            "name": st.sampled_from(["T", "U", "U"]),
            "version": st.sampled_from([None, "1"]),
            "properties": st.dictionaries(st.sampled_from(["p", "q", "r"]), st.sampled_from([1, 1, 3]), max_size=3),
            "add": flags,
            "omit": flags,
            "description": names,
        }
    )


_masks = st.one_of(st.none(), st.lists(_paths, max_size=3))
_events = st.tuples(places, places, st.sampled_from(EVENT_TYPES))
_pairs = st.tuples(nodes("artifact"), st.one_of(st.none(), st.sampled_from(EVENT_TYPES)))
_page = st.tuples(
    st.one_of(st.none(), st.sampled_from(QUERIES)),
    st.one_of(st.none(), st.integers(-1, 5)),
    st.one_of(st.none(), st.tuples(st.sampled_from(["ID", "CREATE_TIME"]), flags)),
)
_ends = st.lists(st.tuples(places, places), max_size=2)


def _puts(masks: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return kinds.flatmap(lambda kind: st.tuples(st.just(kind), st.lists(nodes(kind), min_size=1, max_size=3), masks))


def _several(kind: str, at_least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(nodes(kind), min_size=at_least, max_size=2)


_index = st.sampled_from([0, 1] * 8 + [3])
_edges = st.lists(st.tuples(_index, _index, st.sampled_from(EVENT_TYPES)), max_size=3)
_CALLS: dict[str, list[st.SearchStrategy[Any]]] = {
    "type": [_types()],
    "nodes": [_puts(_masks), _puts(st.none())],
    "events": [st.lists(_events, max_size=3)],
    "members": [st.tuples(_ends, _ends)],
    "parents": [_ends],
    "execution": [
        st.tuples(nodes("execution"), st.lists(_pairs, max_size=2), _several("context"), flags, flags, flags),
    ],
    "graph": [
        st.tuples(_several("execution", 1), _several("artifact", 1), _several("context"), _edges, flags, flags),
    ],
    "list": [st.tuples(kinds, st.sampled_from(["", "ByType", "ByContext"]), places, _page)],
    "lineage": [st.tuples(kinds, places, st.integers(-1, 4), st.integers(0, 3))],
}
calls: st.SearchStrategy[list[Call]] = st.lists(
    st.one_of(*(st.tuples(st.just(name), each) for name, given in _CALLS.items() for each in given)),
    min_size=1,
    max_size=12,
)
