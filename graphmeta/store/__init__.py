"""The rules of the store, over any backend: types, names, properties, transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmeta.lazy import lazily

if TYPE_CHECKING:
    from graphmeta.store.opening import connect as connect
    from graphmeta.store.options import PutOptions as PutOptions
    from graphmeta.store.store import Store as Store

__all__, __getattr__ = lazily(
    __name__,
    {
        "graphmeta.store.opening": ("connect",),
        "graphmeta.store.options": ("PutOptions",),
        "graphmeta.store.store": ("Store",),
    },
)
