"""Nodes that are read when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.model import AnyNode
from graphmeta.query.flow import Key
from graphmeta.store.hydrate import to_node
from graphmeta.store.store import Store


class LazyNodes(Mapping[Key, AnyNode]):
    """Nodes by key: rows are read when the first of a kind is looked at, objects made one by one."""

    def __init__(self, store: Store, artifact_ids: list[int], execution_ids: list[int], start: AnyNode) -> None:
        self._store = store
        self._ids = {"artifact": artifact_ids, "execution": execution_ids}
        self._keys = dict.fromkeys(Key("artifact", id) for id in artifact_ids)
        self._keys.update(dict.fromkeys(Key("execution", id) for id in execution_ids))
        self._made: dict[Key, AnyNode] = {Key(start.kind, start.id or 0): start}  # type: ignore[arg-type]
        self._rows: dict[str, tuple[NodeRows, dict[int, NodeRow]]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __getitem__(self, key: Key) -> AnyNode:
        if key not in self._keys:
            raise KeyError(key)
        made = self._made.get(key)
        if made is None:
            kind, id = key
            if kind not in self._rows:
                rows = self._store.rows(kind, ids=self._ids[kind])
                self._rows[kind] = rows, {row.id: row for row in rows}
            rows, by_id = self._rows[kind]
            made = self._made[key] = to_node(rows, by_id[id])
        return made
