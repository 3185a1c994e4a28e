"""Makes the calls that hypothesis makes up (random_calls.py), and remembers what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphmeta.testing.mlmd.making import artifact, context, event, execution, options, order
from graphmeta.testing.mlmd.scenarios import Play, Scenario

KINDS = ("artifact", "execution", "context")
PUT = {"artifact": "PutArtifacts", "execution": "PutExecutions", "context": "PutContexts"}
MAKE: dict[str, Callable[..., Any]] = {"artifact": artifact, "execution": execution, "context": context}
DECLARED = {"p": 1, "q": 3}
NOBODY = 999
Call = tuple[str, Any]


class Improviser:
    """Makes the calls of a sequence on a play."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.made: dict[str, list[int]] = {kind: [] for kind in KINDS}
        self.types: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        self.type_of: dict[tuple[str, int], int] = {}
        self.coined = 0
        for kind in KINDS:
            for name in ("T", "U"):
                self.type({"kind": kind, "name": name, "properties": DECLARED})
            self.put(kind, [MAKE[kind](self.types[kind]["T"], name=name) for name in ("a", "b", "c")])

    def id(self, kind: str, place: int) -> int:
        """Of the node at a place; a stranger's where there is none."""
        there = self.made[kind]
        return there[place] if place < len(there) else NOBODY

    def put(self, kind: str, nodes: Sequence[Any], **more: Any) -> None:
        """Put nodes of one kind."""
        request: dict[str, Any] = {f"{kind}s": nodes, **more}
        self.learn(kind, getattr(self.play(PUT[kind], **request).response, f"{kind}_ids"), nodes)

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
            # Two nodes of a request that swap what must be unique: ml-metadata fails, graphmeta looks at the outcome.
            fields |= {name: f"{name} {given['place']}" for name in fields.keys() & {"name", "external_id"}}
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

    def nodes_of(self, given: Sequence[dict[str, Any]], *, alone: bool = False) -> list[Any]:
        """The nodes of one kind in one request.

        What one of them gives up another may take here in any order; ml-metadata looks at one after the other. So
        beside an update a new node takes nothing that was ever another's.

        Args:
            alone: whether no two may share an external id (which PutLineageSubgraph is to reuse).
        """
        made = [self.node(each) for each in given]
        new = [node for node in made if not node.HasField("id")]
        for place, node in enumerate(new):
            if len(new) < len(made) or (alone and place):
                node.ClearField("external_id")
            if len(new) < len(made) and node.name:
                self.coined += 1
                node.name = f"new {self.coined}"
        return made

    # ------------------------------------------------------------ calls

    def type(self, given: dict[str, Any]) -> None:
        kind = given["kind"]
        fields = {
            name: given[name]
            for name in ("name", "version", "properties", "description")
            if given.get(name) is not None
        }
        request: dict[str, Any] = {
            f"{kind}_type": fields,
            "can_add_fields": given.get("add", False),
            "can_omit_fields": given.get("omit", False),
        }
        answer = self.play(f"Put{kind.title()}Type", **request)
        if not answer.code and not given.get("version"):
            self.types[kind][given["name"]] = answer.response.type_id

    def nodes(self, given: tuple[str, list[dict[str, Any]], list[str] | None]) -> None:
        kind, these, mask = given
        more = {} if mask is None else {"update_mask": {"paths": mask}}
        self.put(kind, self.nodes_of(these), **more)

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
        step, about = self.node(node), self.nodes_of(contexts)
        used = self.nodes_of([each for each, _ in pairs])
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
        executions, artifacts, contexts = (self.nodes_of(some, alone=reuse_artifact) for some in these)
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
        improviser = Improviser(play)
        for name, given in sequence:
            getattr(improviser, name)(given)
        improviser.everything()

    return scenario
