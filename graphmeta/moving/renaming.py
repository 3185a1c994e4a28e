"""Names and external ids that a source has twice, where a store can have them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from graphmeta.backends.batch import NodeWrite
from graphmeta.backends.rows import NodeRows
from graphmeta.model import Kind
from graphmeta.moving.source import Trouble


class Holder(Protocol):
    """What has nodes with names: a `Target`, see there."""

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        """The nodes that have one of these names (type id, name) or external ids; one may come twice."""
        ...

    def weights(self, texts: Sequence[str]) -> Mapping[str, str]:
        """What texts are compared by."""
        ...


def renamed(
    target: Holder, kind: Kind, nodes: Sequence[NodeWrite], report: Callable[[Trouble], None]
) -> list[NodeWrite]:
    """The same nodes, where each name within a type and each external id is one node's only. The first that has it
    keeps it; the others get their own id behind it, as `churn (artifact/7)`, which is told. What is the
    same, the target says: most databases in MySQL take no notice of capitals."""
    pairs = [(node.row.type_id, node.row.name) for node in nodes if node.row.name is not None]
    given = [node.row.external_id for node in nodes if node.row.external_id is not None]
    holders = [row for rows in target.called(kind, pairs, given) for row in rows]
    texts = {text for row in (*holders, *(node.row for node in nodes)) for text in (row.name, row.external_id)}
    weights: dict[str | None, str | None] = {None: None}
    weights.update(target.weights([text for text in texts if text is not None]))
    names: dict[tuple[int, str | None], int] = {}
    external_ids: dict[str | None, int] = {}
    for row in holders:
        names[row.type_id, weights[row.name]] = row.id
        external_ids[weights[row.external_id]] = row.id

    def each() -> Iterator[NodeWrite]:
        for node in nodes:
            row = node.row
            where = f"{kind}/{row.id}"
            owner = names.setdefault((row.type_id, weights[row.name]), row.id)
            if row.name is not None and owner != row.id:
                row = row._replace(name=f"{row.name} ({where})")
                what = f"{kind}/{owner} of the same type is called {node.row.name!r} as well"
                report(Trouble(where, f"{what}; this one comes as {row.name!r}."))
                names[row.type_id, row.name] = row.id
            owner = external_ids.setdefault(weights[row.external_id], row.id)
            if row.external_id is not None and owner != row.id:
                row = row._replace(external_id=f"{row.external_id} ({where})")
                what = f"{kind}/{owner} has the external id {node.row.external_id!r} as well"
                report(Trouble(where, f"{what}; this one comes with {row.external_id!r}."))
                external_ids[row.external_id] = row.id
            yield node if row is node.row else replace(node, row=row)

    return list(each())
