"""The rules of the store, over any backend: types, names, properties, transactions."""

from graphmeta.store.opening import connect
from graphmeta.store.options import PutOptions
from graphmeta.store.store import Store

__all__ = ["PutOptions", "Store", "connect"]
