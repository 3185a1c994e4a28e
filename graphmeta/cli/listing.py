"""`graphmeta ls`, `show`, `types`: what a store holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import click

from graphmeta.backends.predicates import Field, Not, OneOf, Predicate
from graphmeta.backends.requests import Order
from graphmeta.backends.rows import Count
from graphmeta.cli.options import Number, Settings, shared
from graphmeta.errors import NotFoundError
from graphmeta.model import KINDS, AnyNode, Context, Event, Execution, Kind, Type
from graphmeta.query.annotations import Annotations, annotation_types, annotations_of_one
from graphmeta.query.naming import resolve
from graphmeta.query.nodes import node_json
from graphmeta.query.type_names import matching_types, unknown_type
from graphmeta.render import listing
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes
from graphmeta.vocabulary import ANNOTATION_TYPE


@click.command(short_help="List artifacts, executions or contexts, the newest first.")
@click.argument(
    "what",
    type=click.Choice([f"{kind}s" for kind in KINDS]),
    default="artifacts",
    required=False,
    metavar="[artifacts|executions|contexts]",
)
@click.option("--type", "type_name", metavar="T", help="Only nodes of this type or role.")
@click.option("--limit", type=Number(1), default=50, show_default=True, metavar="N", help="So many at most.")
@shared(show_cypher=True)
def ls(settings: Settings, what: str, type_name: str | None, limit: int) -> int:
    """List artifacts (or executions, or contexts), the newest first."""
    kind: Kind = next(kind for kind in KINDS if what == f"{kind}s")

    def ask(store: Store) -> list[AnyNode]:
        where = _unless_asked(store, kind)
        if type_name is not None:
            where = OneOf(Field("type_id"), _types_called(store, kind, type_name))
        # One more than wanted tells whether there are more.
        return to_nodes(store.rows(kind, where, order=Order("id", descending=True), limit=limit + 1))

    return settings.answer(
        ask,
        document=lambda found: {"nodes": [node_json(node) for node in found[:limit]]},
        blocks=lambda found: listing.nodes(
            found[:limit], of=what if type_name is None else f"{what} of type {type_name}", more=len(found) > limit
        ),
    )


def _unless_asked(store: Store, kind: Kind) -> Predicate | None:
    """What is listed where no type is asked for: all but annotations, which are shown with their nodes."""
    hidden = annotation_types(store) if kind == "context" else []
    return Not(OneOf(Field("type_id"), hidden)) if hidden else None


def _types_called(store: Store, kind: Kind, name: str) -> list[int]:
    """The ids of the types of a kind that a name means.

    Raises:
        NotFoundError: it means none.
    """
    types = store.types(kind, system=True)
    readings = matching_types(types, name)
    if not readings:
        raise NotFoundError(unknown_type(store, types, name))
    return [type.id for type in readings[0] if type.id is not None]


@dataclass
class _Shown:
    node: AnyNode
    contexts: list[Context] = field(default_factory=list)
    members: list[AnyNode] = field(default_factory=list)
    joined: list[tuple[str, AnyNode]] = field(default_factory=list)
    missing: list[tuple[str, int]] = field(default_factory=list)
    said: Annotations = field(default_factory=Annotations)


@click.command(short_help="Show one node with all that it holds.")
@click.argument("node")
@shared(show_cypher=True)
def show(settings: Settings, node: str) -> int:
    """Show NODE with its properties and what it is joined to."""
    return settings.answer(
        lambda store: _around(store, resolve(store, node), alone=settings.json),
        document=lambda shown: {**node_json(shown.node), "annotations": shown.said.to_json()},
        blocks=lambda shown: listing.node(
            shown.node,
            contexts=shown.contexts,
            members=shown.members,
            joined=shown.joined,
            missing=shown.missing,
            said=shown.said,
        ),
    )


def _around(store: Store, node: AnyNode, *, alone: bool) -> _Shown:
    said = annotations_of_one(store, node)
    if alone:
        return _Shown(node, said=said)
    if isinstance(node, Context):
        members: list[AnyNode] = [*store.children(node), *store.executions_in(node), *store.artifacts_in(node)]
        return _Shown(node, _that_group(store.parents(node)), members, said=said)
    is_step = isinstance(node, Execution)
    events: list[Event] = store.events(executions=[node.id or 0]) if is_step else store.events(artifacts=[node.id or 0])
    ends = [event.artifact_id if is_step else event.execution_id for event in events]
    kind: Kind = "artifact" if is_step else "execution"
    others = {other.id: other for other in to_nodes(store.rows(kind, ids=sorted(set(ends))))} if ends else {}
    shown = _Shown(node, _that_group(store.contexts_of(node)), said=said)
    for event, end in zip(events, ends, strict=True):
        if end in others:
            shown.joined.append((event.type, others[end]))
        else:
            shown.missing.append((event.type, end))
    return shown


def _that_group(contexts: list[Context]) -> list[Context]:
    """Those that are no annotations, which are shown with what they say."""
    return [context for context in contexts if context.type != ANNOTATION_TYPE]


@click.command(short_help="List the types, with their properties.")
@click.option("--all", "system", is_flag=True, help="The nine system types of MLMD as well.")
@shared(show_cypher=True)
def types(settings: Settings, system: bool) -> int:
    """List the types of artifacts, executions and contexts, with their declared properties."""

    def ask(store: Store) -> tuple[list[Type], list[Count]]:
        return store.types(system=system), store.counts()

    return settings.answer(
        ask,
        document=lambda found: {"types": [asdict(type) for type in found[0]]},
        blocks=lambda found: listing.types(*found),
    )
