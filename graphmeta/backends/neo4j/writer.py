"""What a writing transaction on Neo4j does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import neo4j
from neo4j import exceptions

from graphmeta import vocabulary
from graphmeta.backends.batch import (
    Batch,
    Counted,
    HeldError,
    MissingNodesError,
    Removal,
    StaleContextsError,
    StaleTypesError,
    Taken,
    TakenError,
    Writer,
    Written,
)
from graphmeta.backends.neo4j import rows
from graphmeta.backends.neo4j.compile import LABELS, compile, compile_nodes, filled
from graphmeta.backends.neo4j.ids import IdBlocks
from graphmeta.backends.neo4j.parameters import (
    COUNTERS,
    has_seldom,
    put_parameters,
    removal_parameters,
    type_parameters,
)
from graphmeta.backends.neo4j.transaction import Transaction
from graphmeta.backends.neo4j.values import index_key
from graphmeta.backends.requests import CountQuery, NodeQuery, TypeQuery
from graphmeta.backends.rows import NodeRows
from graphmeta.backends.statements import statement
from graphmeta.backends.taking import refuse_with_nodes, take
from graphmeta.model import KINDS, Kind, Type


class RaceError(Exception):
    """Somebody wrote a batch with the same key, or removed a node of it, at the same moment: run the transaction
    again."""


class Neo4jWriter(Writer):
    """What a transaction does.

    Args:
        ids: the blocks of this process.
        now: milliseconds since the epoch.
        orders: gives so many numbers for memberships, ascending over the process's life; it returns the first.
    """

    def __init__(self, transaction: Transaction, ids: IdBlocks, now: int, orders: Callable[[int], int]) -> None:
        self._transaction = transaction
        self._ids = ids
        self._orders = orders
        self._now = now
        self._holds_parents = False

    def now(self) -> int:
        return self._now

    def ids(self, counted: Counted, number: int) -> Sequence[int]:
        return self._ids.take(counted, number)

    def types(self, *, lock: bool = False) -> list[Type]:
        if lock:
            self._draw_type_ids(0)  # locks the counter
        return rows.types(self._one(*compile(TypeQuery())))

    def nodes(self, query: NodeQuery, *, lock: bool = False) -> NodeRows:
        found = self._one(*compile_nodes(query, lock=lock))["nodes"]
        if lock and not all("id" in node for node in found):
            raise RaceError  # somebody removed one of them while this waited for its lock
        return rows.node_rows(query.kind, found)

    def ancestors(self, context_ids: Sequence[int]) -> set[int]:
        self._holds_parents = True
        return set(self._one(statement("cypher", "ancestors"), {"ids": list(context_ids)})["ids"])

    def remembered(self, key: str) -> Written | None:
        found = self._transaction.run(statement("cypher", "put_known"), {"key": index_key(key)}).single()
        return None if found is None else Written(*(tuple(found[f"{kind}_ids"]) for kind in KINDS))

    def write(self, batch: Batch, written: Written, *, last: bool = False) -> Written:
        if len(set(batch.parents)) < len(batch.parents):
            raise TakenError("parent", "context", "by another link of the same put")
        if batch.parents and not self._holds_parents:
            self.ancestors(())
        order = self._orders(len(batch.attributions) + len(batch.associations))
        parameters = put_parameters(batch, written, now=self._now, order=order, counters=self._overtaken(batch))
        try:
            run = self._transaction.run_last if last else self._transaction.run
            answer = run(_put(seldom=has_seldom(parameters)), parameters).single(strict=True)
        except exceptions.ConstraintError as problem:
            raise _taken(problem) from problem
        except exceptions.ClientError as problem:
            if problem.code != _GONE:
                raise
            raise RaceError from problem
        known = answer["known"]
        if known is not None:
            return Written(*(tuple(known[f"{kind}s"]) for kind in KINDS))
        if answer["stale_types"]:
            raise StaleTypesError(f"types {answer['stale_types']} are not as believed")
        if answer["stale_contexts"]:
            raise StaleContextsError(f"contexts {answer['stale_contexts']} are not as believed")
        missing: dict[Kind, Sequence[int]] = {kind: answer[f"missing_{kind}s"] for kind in KINDS}
        if any(missing.values()):
            raise MissingNodesError({kind: ids for kind, ids in missing.items() if ids})
        if answer["taken_parents"]:
            raise TakenError("parent", "context", f"{answer['taken_parents']}")
        return written

    def write_types(self, types: Sequence[Type]) -> list[int]:
        lacking = sum(type.id is None for type in types)
        fresh = iter(self._type_ids(lacking))
        ids = [next(fresh) if type.id is None else type.id for type in types]
        parameters = {"types": [type_parameters(type, id) for type, id in zip(types, ids, strict=True)]}
        try:
            self._transaction.run(statement("cypher", "write_types"), parameters).consume()
        except exceptions.ConstraintError as problem:
            raise _taken(problem) from problem
        for type in types:
            if type.id is not None and type.base_type is not None:
                self._relabel(type)
        return ids

    def take_types(self, types: Sequence[Type]) -> None:
        stored = self.types(lock=True)
        taking = take(types, stored)
        if not taking.changed:
            return
        if taking.left:
            counted = rows.counts(self._transaction.run(*compile(CountQuery())))
            refuse_with_nodes(taking, [(count.kind, count.type_id) for count in counted])
        self._transaction.run(statement("cypher", "delete_types")).consume()
        # First what others may have as their base type.
        for those in ([each for each in taking.types if each.base_type is None], taking.types):
            parameters = {"types": [type_parameters(type, type.id or 0) for type in those]}
            self._transaction.run(statement("cypher", "write_types"), parameters).consume()
        beyond = {"name": "type", "next": (taking.types[-1].id or 0) + 1}
        self._transaction.run(statement("cypher", "raise_counter"), beyond).consume()
        bases = {type.id: type.base_type for type in stored}
        for type in taking.types:
            if type.id in bases and type.base_type is not None and type.base_type != bases[type.id]:
                self._relabel(type)

    def note(self, name: str) -> str | None:
        found = self._transaction.run(statement("cypher", "note"), {"name": name}).single()
        return None if found is None else found["text"]

    def write_note(self, name: str, text: str) -> None:
        self._transaction.run(statement("cypher", "write_note"), {"name": name, "text": text}).consume()

    def remove(self, removal: Removal) -> None:
        held = self.remove_edges(removal)
        if held:
            raise HeldError(held)
        self.remove_nodes(removal)

    def remove_edges(self, removal: Removal) -> dict[Kind, Sequence[int]]:
        """Remove the edges, and lock the nodes; returns those that have other edges."""
        answer = self._one(statement("cypher", "remove_edges"), removal_parameters(removal))
        return {kind: answer[f"{kind}s"] for kind in KINDS if answer[f"{kind}s"]}

    def remove_nodes(self, removal: Removal) -> None:
        """Remove the nodes; the commit fails where one has got an edge meanwhile."""
        self._transaction.run(statement("cypher", "remove_nodes"), removal_parameters(removal)).consume()

    def _relabel(self, type: Type) -> None:
        """Give the nodes of a type that may have got its base type only now the role that it says."""
        role = vocabulary.role(type.kind, type.name, type.base_type)
        text = filled(
            "relabel",
            kind=LABELS[type.kind],
            roles="".join(f":{each}" for each in vocabulary.ROLES[type.kind]),
            role=f":{role}",
        )
        self._transaction.run(text, {"type_id": type.id}).consume()

    def _type_ids(self, number: int) -> Iterable[int]:
        """New ids of types, drawn in this very transaction: types are few, and writing them one after the
        other lets each writer see the types of the one before."""
        if not number:
            return ()
        first = self._draw_type_ids(number)
        return range(first, first + number)

    def _draw_type_ids(self, number: int) -> int:
        return int(self._one(statement("cypher", "draw_ids"), {"name": "type", "number": number})["first"])

    def _overtaken(self, batch: Batch) -> dict[Counted, int]:
        """What counters must be beyond, because ids in the batch were not drawn from them (a copied store)."""
        ids: dict[Counted, list[int]] = {name: [] for name in COUNTERS}
        for node in batch.nodes:
            if node.create:
                ids[node.kind].append(node.row.id)
        ids["event"] = [event.id for event in batch.events]
        beyond = {name: self._ids.beyond(name, those) for name, those in ids.items() if those}
        return {name: following for name, following in beyond.items() if following is not None}

    def _one(self, text: str, parameters: Mapping[str, Any]) -> neo4j.Record:
        return self._transaction.run(text, dict(parameters)).single(strict=True)


@cache
def _put(*, seldom: bool) -> str:
    """The statement `put`, of which there are two, so that the server plans two."""
    return filled("put", seldom=statement("cypher", "put_seldom")) if seldom else filled("put")


# ---------------------------------------------------------------- what a broken constraint says

# So Neo4j says that a node was there when it was looked for, and not when it was wanted.
_GONE = "Neo.ClientError.Statement.EntityNotFound"
# So Neo4j refuses to commit that a node goes that has an edge: one with many gets another in spite of a lock.
STILL_JOINED = "because it still has relationships"
# Such as: Node(7) already exists with label `Artifact` and properties `type_id` = 1, `name` = 'churn'
_BROKEN = re.compile(r"already exists with (?:label|type) `(\w+)` and propert(?:y|ies) `(\w+)`(.*)", re.DOTALL)
_KINDS: Mapping[str, Kind | Literal["type"]] = {
    "Artifact": "artifact",
    "MissingArtifact": "artifact",
    "Execution": "execution",
    "Context": "context",
    "Type": "type",
}
_WHAT: Mapping[str, Taken] = {"id": "id", "type_id": "name", "kind": "name", "external_id": "external_id"}


def _taken(problem: exceptions.ConstraintError) -> Exception:
    """The error that says which rule was broken; the driver's own where that cannot be told."""
    found = _BROKEN.search(problem.message or "")
    if found is None:
        return problem
    label, field, rest = found.groups()
    if label == "GraphmetaPut":
        return RaceError()
    if label == "EVENT":
        return TakenError("event", None, rest.strip(" =,"))
    if label in _KINDS and field in _WHAT:
        return TakenError(_WHAT[field], _KINDS[label], f"`{field}`{rest}")
    return problem
