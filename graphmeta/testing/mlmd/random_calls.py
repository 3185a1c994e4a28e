"""Sequences of calls that hypothesis makes up, right ones and wrong ones, over alphabets so small that they clash.

A sequence is data; `scenario_of` makes a scenario of it. A node is named by its place among those of its kind that
the sequence has made, so that it means the same whatever ids a store gives. What ml-metadata is known to do wrong
(scenarios with a `Differs`) is left out: a value that holds nothing, a key that is declared and custom, dangling events
in contexts, pages of equal update times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from graphmeta.testing.mlmd.making import artifact, context, event, execution, options, order
from graphmeta.testing.mlmd.scenarios import Play, Scenario

KINDS = ("artifact", "execution", "context")
PUT = {"artifact": "PutArtifacts", "execution": "PutExecutions", "context": "PutContexts"}
MAKE: dict[str, Callable[..., Any]] = {"artifact": artifact, "execution": execution, "context": context}
DECLARED = {"p": 1, "q": 3}
NOBODY = 999
EVENT_TYPES = ("INPUT", "OUTPUT", "DECLARED_INPUT", "PENDING_OUTPUT")
QUERIES = (
    "id > 0", "name = 'a'", "name != 'a'", "name IS NULL", "type = 'T'", "external_id = 'x'",
    "properties.p.int_value = 1",
    "properties.q.string_value LIKE '%t%' OR properties.p.int_value > 1", "custom_properties.c.int_value IS NULL",
    "custom_properties.c.int_value = 1 AND NOT name = 'b'", "contexts_0.name = 'a'", "contexts_0.name = 'a' OR id = 1",
    "events_0.type = INPUT", "parent_contexts_0.name = 'a'", "child_contexts_0.type = 'T'", "artifacts_0.name = 'a'",
    "uri = 'u'", "state = LIVE", "last_known_state != RUNNING", "nope = 1", "id =",
)  # fmt: skip

Call = tuple[str, Any]
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


class Player:
    """Makes the calls of a sequence on a play."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.made: dict[str, list[int]] = {kind: [] for kind in KINDS}
        self.types: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        self.type_of: dict[tuple[str, int], int] = {}
        for kind in KINDS:
            for name in ("T", "U"):
                self.type({"kind": kind, "name": name, "properties": DECLARED})
            first = [MAKE[kind](self.types[kind]["T"], name=name) for name in ("a", "b", "c")]
            self.learn(kind, getattr(play(PUT[kind], **{f"{kind}s": first}).response, f"{kind}_ids"), first)

    def id(self, kind: str, place: int) -> int:
        """Of the node at a place; a stranger's where there is none."""
        there = self.made[kind]
        return there[place] if place < len(there) else NOBODY

    def learn(self, kind: str, ids: Any, given: Sequence[Any]) -> None:
        """Note the ids of the nodes that were given."""
        for id, node in zip(ids, given, strict=False):
            if id > 0 and id not in self.made[kind]:
                self.made[kind].append(id)
                self.type_of[kind, id] = node.type_id

    def node(self, given: dict[str, Any]) -> Any:
        kind, flaw, p = given["kind"], given["flaw"], given["p"]
        type_id = self.types[kind]["U" if given["second type"] else "T"]
        fields = {name: given[name] for name in ("name", "external_id") if given[name] is not None}
        if given["place"] is not None:
            fields["id"] = self.id(kind, given["place"])
            type_id = self.type_of.get((kind, fields["id"]), type_id)
        if kind == "artifact" and given["uri"] is not None:
            fields["uri"] = given["uri"]
        if kind != "context" and given["state"] is not None:
            fields["state" if kind == "artifact" else "last_known_state"] = given["state"]
        if given["says type"]:
            fields["type"] = "T"
        if flaw == "type of another kind":
            type_id = self.types["context" if kind == "artifact" else "artifact"]["T"]
        elif flaw == "type of nobody":
            type_id = NOBODY
        elif flaw in ("undeclared", "unmatched"):
            p = {**p, **({"nope": 1} if flaw == "undeclared" else {"p": "text"})}
        return MAKE[kind](None if flaw == "no type" else type_id, p=p, c=given["c"], **fields)

    # ------------------------------------------------------------ calls

    def type(self, given: dict[str, Any]) -> None:
        kind = given["kind"]
        fields = {
            name: given[name]
            for name in ("name", "version", "properties", "description")
            if given.get(name) is not None
        }
        leave = {"can_add_fields": given.get("add", False), "can_omit_fields": given.get("omit", False)}
        answer = self.play(f"Put{kind.title()}Type", **{f"{kind}_type": fields}, **leave)
        if not answer.code and not given.get("version"):
            self.types[kind][given["name"]] = answer.response.type_id

    def nodes(self, given: tuple[str, list[dict[str, Any]], list[str] | None]) -> None:
        kind, these, mask = given
        more = {} if mask is None else {"update_mask": {"paths": mask}}
        given_nodes = [self.node(each) for each in these]
        answer = self.play(PUT[kind], **{f"{kind}s": given_nodes}, **more)
        self.learn(kind, getattr(answer.response, f"{kind}_ids"), given_nodes)

    def events(self, given: list[tuple[int, int, str]]) -> None:
        self.play(
            "PutEvents", events=[event(self.id("artifact", a), self.id("execution", e), type) for a, e, type in given]
        )

    def members(self, given: tuple[list[tuple[int, int]], list[tuple[int, int]]]) -> None:
        attributions, associations = given
        self.play(
            "PutAttributionsAndAssociations",
            attributions=[
                {"artifact_id": self.id("artifact", a), "context_id": self.id("context", c)} for a, c in attributions
            ],
            associations=[
                {"execution_id": self.id("execution", e), "context_id": self.id("context", c)} for e, c in associations
            ],
        )

    def parents(self, given: list[tuple[int, int]]) -> None:
        pairs = [
            {"child_id": self.id("context", child), "parent_id": self.id("context", parent)} for child, parent in given
        ]
        self.play("PutParentContexts", parent_contexts=pairs)

    def execution(self, given: tuple[Any, ...]) -> None:
        node, pairs, contexts, reuse_context, reuse_artifact, force = given
        step, about = self.node(node), [self.node(each) for each in contexts]
        used = [self.node(each) for each, _ in pairs]
        events = [{"event": event(None, None, type)} if type else {} for _, type in pairs]
        answer = self.play(
            "PutExecution",
            execution=step,
            artifact_event_pairs=[{"artifact": each, **more} for each, more in zip(used, events, strict=True)],
            contexts=about,
            options={
                "reuse_context_if_already_exist": reuse_context,
                "reuse_artifact_if_already_exist_by_external_id": reuse_artifact,
                "force_reuse_context": force,
            },
        )
        if not answer.code:
            self.learn("execution", [answer.response.execution_id], [step])
            self.learn("artifact", answer.response.artifact_ids, used)
            self.learn("context", answer.response.context_ids, about)

    def graph(self, given: tuple[Any, ...]) -> None:
        *these, edges, reuse_context, reuse_artifact = given
        executions, artifacts, contexts = ([self.node(each) for each in some] for some in these)
        answer = self.play(
            "PutLineageSubgraph",
            executions=executions,
            artifacts=artifacts,
            contexts=contexts,
            event_edges=[
                {
                    # A 3 is out of range; everything else is there if anything is.
                    "execution_index": e if e == 3 else e % max(len(executions), 1),
                    "artifact_index": a if a == 3 else a % max(len(artifacts), 1),
                    "event": event(None, None, type),
                }
                for e, a, type in edges
            ],
            options={
                "reuse_context_if_already_exist": reuse_context,
                "reuse_artifact_if_already_exist_by_external_id": reuse_artifact,
            },
        )
        for kind, some in (("execution", executions), ("artifact", artifacts), ("context", contexts)):
            self.learn(kind, getattr(answer.response, f"{kind}_ids"), some)

    def list(self, given: tuple[str, str, int, Any]) -> None:
        kind, way, place, (query, size, by) = given
        asked = options(query, size=size, by=None if by is None else order(*by))
        if way == "ByContext" and kind != "context":
            self.play(f"Get{kind.title()}sByContext", context_id=self.id("context", place), options=asked)
        elif way == "ByType":
            self.play(f"Get{kind.title()}sByType", type_name="T" if place else "U", options=asked)
        else:
            answer = self.play(f"Get{kind.title()}s", options=asked)
            if answer.response.next_page_token:
                asked.next_page_token = answer.response.next_page_token
                self.play(f"Get{kind.title()}s", options=asked)

    def lineage(self, given: tuple[str, int, int, int]) -> None:
        kind, place, hops, direction = given
        of = "execution" if kind == "execution" else "artifact"
        self.play(
            "GetLineageSubgraph",
            lineage_subgraph_query_options={
                f"starting_{of}s": {"filter_query": f"id = {self.id(of, place)}"},
                "max_num_hops": hops,
                "direction": direction,
            },
            read_mask={"paths": ["artifacts", "executions", "contexts", "events", "attributions", "associations"]},
        )

    def everything(self) -> None:
        """Read all that is there."""
        for kind in KINDS:
            self.play(f"Get{kind.title()}Types")
            self.play(f"Get{kind.title()}s")
        self.play("GetEventsByExecutionIDs", execution_ids=self.made["execution"])
        self.play("GetEventsByArtifactIDs", artifact_ids=self.made["artifact"])
        for id in self.made["context"]:
            self.play("GetArtifactsByContext", context_id=id)
            self.play("GetExecutionsByContext", context_id=id)
            self.play("GetParentContextsByContext", context_id=id)


def scenario_of(sequence: list[Call]) -> Scenario:
    """The scenario that makes these calls, and reads everything at the end."""

    def scenario(play: Play) -> None:
        player = Player(play)
        for name, given in sequence:
            getattr(player, name)(given)
        player.everything()

    return scenario
