"""Lineage: what a node was made from, and what was made from it."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.backends.requests import Direction, Walk
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Context, Execution
from graphmeta.query.answers.lineage import Lineage
from graphmeta.query.flow import Key, key_of
from graphmeta.query.limits import limited
from graphmeta.query.naming import resolve_all
from graphmeta.query.nodes import display
from graphmeta.query.reading import given_with_lineage
from graphmeta.query.selectors import Hops, read_selector
from graphmeta.store.store import Store


def lineage(
    store: Store,
    node: AnyNode | str,
    *,
    up: Hops | None = None,
    down: Hops | None = None,
    types: Sequence[str] | None = None,
    until: Sequence[str] | None = None,
    within: Context | str | None = None,
) -> Lineage:
    """What a node was made from, and what was made from it.

    Args:
        node: an artifact or an execution, or the name of one; or a selector: `+Model:churn` is all upstream,
            `Model:churn+1` one node step downstream, `2+Model:churn+` both (see `selectors`).
        up, down: node steps at most against and along the flow of the data, or "all"; from an artifact to the step
            that made it is one. With neither, all of both; with one alone, nothing of the other.
        types: keep only nodes of these types: a name in full, a role (`Model`) or the last words of names; the
            start stays. Two nodes that are kept and had only others between them are joined by an
            edge that says how many (`Edge.hidden`). The steps are counted before nodes are left out.
        until: do not go on behind nodes of these types, which are named likewise; the start is gone on from.
        within: only what belongs to this context; the start stays.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `node`; an unknown type.
        InvalidArgumentError: the node is a context, or a number of steps is negative; a selector beside `up` or `down`.
    """
    start, up, down = _selected(store, node, up, down)
    hops = _hops(up, down)
    closures = [store.backend.walk(walk) for walk in walks_of(key_of(start), *hops)]
    if until is not None or within is not None:
        closures = limited(store, closures, key_of(start), hops, until, within)
    return Lineage(store, start, closures, hops, types)


def _selected(
    store: Store, node: AnyNode | str, up: Hops | None, down: Hops | None
) -> tuple[Artifact | Execution, Hops | None, Hops | None]:
    """The start and the steps: a text that is the name of no node may be a selector."""
    selector = read_selector(node) if isinstance(node, str) else None
    if selector is None or _is_name(store, str(node)):
        return given_with_lineage(store, node), up, down
    start = given_with_lineage(store, selector.name)
    if up is not None or down is not None:
        raise InvalidArgumentError(f"{str(node)[:200]} says how far to go; leave its + signs or up and down away.")
    return start, selector.up, selector.down


def _is_name(store: Store, text: str) -> bool:
    """Whether a node is called all of this, + signs and all, with its type before it or without."""
    try:
        found = resolve_all(store, text, kinds=("artifact", "execution"))
    except InvalidArgumentError:
        return False
    called = {name for node in found for name in (node.name, display(node), getattr(node, "uri", None)) if name}
    return any(text == name or (text.endswith(f":{name}") and "+" in name) for name in called)


def _hops(up: Hops | None, down: Hops | None) -> tuple[int | None, int | None]:
    """Node steps at most up and down; None for all."""
    for name, steps in (("up", up), ("down", down)):
        if steps not in (None, "all") and (not isinstance(steps, int) or isinstance(steps, bool) or steps < 0):
            raise InvalidArgumentError(f"{name} counts node steps: 0, 1, 2, … or 'all', and not {steps!r}.")
    if up is None and down is None:
        return None, None
    found = [None if each == "all" else each or 0 for each in (up, down)]
    return found[0], found[1]


def walks_of(start: Key, up: int | None, down: int | None, at: int | None = None) -> list[Walk]:
    """What a lineage asks of a backend: one walk where both directions go equally far, else one each.

    Args:
        up, down: node steps at most; None for all.
        at: see `Walk`.
    """
    both: list[tuple[Direction, int | None]] = [("both", up)]
    if up != down:
        both = [("upstream", up), ("downstream", down)]
        both = [each for each in both if each[1] != 0]
    return [Walk(start.kind, [start.id], way, hops, events=True, at=at) for way, hops in both]
