"""What the tests of the writing calls share: types, and what a call must not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, Service
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import content

DECLARED = {"int": 1, "double": 2, "string": 3, "struct": 4, "proto": 5, "bool": 6}
# The ids of what `put_types` puts.
DATA, STEP, RUN = 10, 11, 12


def put_types(store: Store) -> None:
    """A type of each kind."""
    ask(
        store,
        "PutTypes",
        artifact_types=[{"name": "Data", "properties": DECLARED}],
        execution_types=[{"name": "Step", "properties": DECLARED}],
        context_types=[{"name": "Run", "properties": DECLARED}],
    )


def ask(store: Store, call: str, **fields: Any) -> Any:
    """A call's response; the request must come out of it as it went in."""
    request = CALLS[call].request(**fields)
    before = request.SerializeToString(deterministic=True)
    try:
        return Service(store).call(call, request)
    finally:
        assert request.SerializeToString(deterministic=True) == before


@contextmanager
def refused(store: Store, error: type[errors.StatusError], words: str = "") -> Iterator[None]:
    """What is done inside must raise this error with these words, and must leave the store as it was."""
    before = content(store)
    with pytest.raises(errors.StatusError) as caught:
        yield
    assert type(caught.value) is error, caught.value.message
    assert words in caught.value.message
    assert content(store) == before
