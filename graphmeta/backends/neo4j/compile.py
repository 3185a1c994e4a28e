"""Requests as Cypher: text and parameters, without a server or a driver.

What is put into a statement's text here is a label, a relationship type, a checked integer or a condition
made by `predicates`; all else travels as parameters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphmeta.backends.neo4j.predicates import MEMBERSHIP, Condition, whole
from graphmeta.backends.predicates import And, InContext, Predicate
from graphmeta.backends.requests import (
    DIRECTIONS,
    CountQuery,
    DanglingQuery,
    EventQuery,
    GrowthQuery,
    MembershipPage,
    MembershipQuery,
    NodeQuery,
    Order,
    ParentQuery,
    Request,
    TotalsQuery,
    TypeQuery,
    Walk,
)
from graphmeta.backends.statements import statement
from graphmeta.model import INT64, Kind

# How a pattern takes events against the flow of the data, along it, or either way.
_WAYS: Mapping[str, tuple[str, str]] = {"up": ("<-", "-"), "down": ("-", "->"), "any": ("-", "-")}
# How events of one flow are taken from an artifact, and from an execution.
_FLOWS: Mapping[str | None, tuple[str, str]] = {None: ("any", "any"), "in": ("down", "up"), "out": ("up", "down")}
_PLACE = re.compile(r"/\*(\w+)\*/")
LABELS: Mapping[Kind, str] = {"artifact": "Artifact", "execution": "Execution", "context": "Context"}


class Statement(NamedTuple):
    """What Neo4j is asked.

    Attributes:
        text: the Cypher statement.
        parameters: the values of what it calls `$name`.
    """

    text: str
    parameters: dict[str, Any]


def compile(request: Request) -> Statement:
    """The one statement that answers a request, whichever store is open: pure, it connects to nothing."""
    if isinstance(request, NodeQuery):
        return compile_nodes(request)
    if isinstance(request, EventQuery):
        return _compile_events(request)
    if isinstance(request, MembershipQuery):
        return _compile_memberships(request)
    if isinstance(request, MembershipPage):
        return _compile_membership_page(request)
    if isinstance(request, ParentQuery):
        return _compile_parents(request)
    if isinstance(request, Walk):
        return _compile_walk(request)
    if isinstance(request, TypeQuery):
        return Statement(filled("types"), {})
    if isinstance(request, CountQuery):
        return Statement(filled("counts"), {"at": request.at})
    if isinstance(request, TotalsQuery):
        return Statement(filled("totals"), {})
    if isinstance(request, GrowthQuery):
        return Statement(filled("growth"), {"at": request.at})
    if isinstance(request, DanglingQuery):
        return _compile_dangling(request)
    raise TypeError(f"not a request: {request!r}")


def render(wanted: Statement) -> str:
    """A statement ready to paste into Neo4j Browser: a line that sets its parameters, and the statement."""
    if not wanted.parameters:
        return f"{wanted.text};"
    # JSON's texts, numbers and lists are Cypher's as well; the keys of its maps must not be quoted.
    values = ", ".join(f"{name}: {_literal(value)}" for name, value in wanted.parameters.items())
    return f":params {{{values}}}\n{wanted.text};"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_literal(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"`{key.replace('`', '``')}`: {_literal(each)}" for key, each in value.items()) + "}"
    return json.dumps(value)


def filled(name: str, **places: str) -> str:
    """A statement with texts put where its file says `/*name*/`; a place without a text disappears.

    Lines that are left without anything disappear as well.
    """
    text = statement("cypher", name)
    text = _PLACE.sub(lambda found: places.get(found[1], ""), text)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


# ---------------------------------------------------------------- nodes


def compile_nodes(query: NodeQuery, *, lock: bool = False) -> Statement:
    """The statement for a query for nodes; with `lock` it takes write locks before it reads them."""
    condition = Condition(query.kind)
    context, rest = (None, query.where) if lock else _leading_context(query.where)
    places = {"kind": LABELS[query.kind], "order": _order(query.order)}
    parts = []
    if context is not None:
        places["contexts"] = condition.parameter(list(dict.fromkeys(context.context_ids)))
        places["membership"] = MEMBERSHIP[query.kind]
    elif query.order.by != "name":
        # Says to the planner what it does not know: every node has the property, so an index can give the order.
        parts.append(f"node.{query.order.by} IS NOT NULL")
    if rest is not None:
        parts.append(condition.text(rest))
    if parts:
        places["where"] = f"WHERE {' AND '.join(parts)}"
    if query.limit is not None:
        places["limit"] = "LIMIT $limit"
        condition.parameters["limit"] = query.limit
    name = "nodes_locked" if lock else "nodes" if context is None else "nodes_in_contexts"
    return Statement(filled(name, **places), condition.parameters)


def _leading_context(where: Predicate | None) -> tuple[InContext | None, Predicate | None]:
    """A context to start from, where one is a condition of the whole, and what else is."""
    if isinstance(where, InContext):
        return where, None
    if isinstance(where, And):
        for part in where.parts:
            if isinstance(part, InContext):
                rest = tuple(other for other in where.parts if other is not part)
                return part, And(rest) if rest else None
    return None, where


def _order(order: Order) -> str:
    direction = " DESC" if order.descending else ""
    if order.by == "id":
        return f"ORDER BY node.id{direction}"
    by = whole("node.name") if order.by == "name" else {"created": "node.created", "updated": "node.updated"}[order.by]
    return f"ORDER BY {by}{direction}, node.id{direction}"


# ---------------------------------------------------------------- edges


def _compile_events(query: EventQuery) -> Statement:
    places: dict[str, str] = {}
    parameters: dict[str, Any] = {"after": query.after}
    if query.limit is not None:
        places["limit"] = "LIMIT $limit"
        parameters["limit"] = query.limit
    if query.artifact_ids is not None:
        left, right = _WAYS[_FLOWS[query.flow][0]]
        return Statement(
            filled("events_of_artifacts", left=left, right=right, **places),
            {"ids": _ids(query.artifact_ids), **parameters},
        )
    if query.execution_ids is not None:
        left, right = _WAYS[_FLOWS[query.flow][1]]
        return Statement(
            filled("events_of_executions", left=left, right=right, **places),
            {"ids": _ids(query.execution_ids), **parameters},
        )
    places["path"] = "null" if query.bare else "coalesce(event.path, [])"
    return Statement(filled("events", **places), parameters)


def _compile_dangling(query: DanglingQuery) -> Statement:
    if query.limit is None:
        return Statement(filled("dangling"), {})
    return Statement(filled("dangling", limit="LIMIT $limit"), {"limit": query.limit})


def _compile_memberships(query: MembershipQuery) -> Statement:
    places = {"kind": LABELS[query.kind], "membership": MEMBERSHIP[query.kind]}
    if query.node_ids is not None:
        return Statement(filled("memberships_of_nodes", **places), {"ids": _ids(query.node_ids)})
    return Statement(filled("memberships_of_contexts", **places), {"ids": _ids(query.context_ids or ())})


def _compile_membership_page(query: MembershipPage) -> Statement:
    places = {"membership": MEMBERSHIP[query.kind]}
    if query.limit is None:
        return Statement(filled("memberships", **places), {"after": query.after})
    return Statement(
        filled("memberships", limit="LIMIT $limit", **places), {"after": query.after, "limit": query.limit}
    )


def _compile_parents(query: ParentQuery) -> Statement:
    if query.child_ids is not None:
        return Statement(filled("parents_of_children"), {"ids": _ids(query.child_ids)})
    if query.parent_ids is not None:
        return Statement(filled("parents_of_parents"), {"ids": _ids(query.parent_ids)})
    return Statement(filled("parents"), {})


def _compile_walk(walk: Walk) -> Statement:
    if walk.direction not in DIRECTIONS:
        raise ValueError(f"a direction is {', '.join(DIRECTIONS[:-1])} or {DIRECTIONS[-1]}, not {walk.direction!r}")
    hops = walk.hops
    if hops is not None and (not isinstance(hops, int) or isinstance(hops, bool) or hops < 0):
        raise ValueError(f"hops are a number from 0, or None for all, not {hops!r}")
    name = f"walk_{walk.direction}_events" if walk.events else f"walk_{walk.direction}"
    # Cypher takes the bound as a literal only; what is written here is a number and nothing else.
    bound = "" if hops is None else str(int(hops))
    places = {"kind": LABELS[walk.kind]}
    parameters: dict[str, Any] = {"ids": _ids(walk.ids)}
    if walk.at is not None:
        parameters["at"] = walk.at
        places["by_then"] = " AND coalesce(event.time, 0) <= $at"
    for way, (left, right) in _WAYS.items():
        if walk.at is None or hops == 0:  # (a quantifier of nought is no Cypher)
            places[way] = f"{left}[:EVENT*0..{bound}]{right}"
        else:
            # A condition on each step still prunes; one on whole paths would not. A missing artifact has no time.
            by_then = "coalesce(step.time, 0) <= $at AND coalesce(far.created, 0) <= $at"
            places[way] = f" ((){left}[step:EVENT]{right}(far) WHERE {by_then}){{0,{bound}}} "
    return Statement(filled(name, **places), parameters)


def _ids(ids: Any) -> list[int]:
    # Nothing has an id of more than 64 bits, and Neo4j would refuse it.
    return [id for id in dict.fromkeys(ids) if id in INT64]
