"""MLMD's `filter_query`: text in, a predicate on nodes out.

The language is the part of GoogleSQL that ML Metadata 1.17.1 answers on SQLite. Nothing of a query's text goes
further than this package: what comes out holds fields and operations from closed lists, and values.
"""

from __future__ import annotations

from functools import lru_cache

from graphmeta.backends.predicates import Predicate
from graphmeta.filters.parsing import parse_expression
from graphmeta.filters.splitting import predicate
from graphmeta.model import Kind

__all__ = ["parse"]

_LONGEST_KEPT = 2_000  # characters of a query that is remembered


def parse(text: str, kind: Kind) -> Predicate:
    """The predicate that holds for the nodes that a query is true for. The result is shared: do not change it.

    Args:
        text: as in MLMD's ListOperationOptions.filter_query; not empty, which means no filter there.
        kind: of the nodes that it is asked about.

    Raises:
        InvalidArgumentError: the query is not one of the language; the message says where and why.
    """
    return _remembered(text, kind) if len(text) <= _LONGEST_KEPT else _parse(text, kind)


def _parse(text: str, kind: Kind) -> Predicate:
    return predicate(parse_expression(text, kind), kind)


_remembered = lru_cache(maxsize=512)(_parse)
