"""graphmeta: what made this model, which models used this dataset, what must be redone if it was wrong?

A lineage store for machine learning, in Neo4j or in one file. Everything public is here; names load on
first use, so that importing graphmeta loads neither the Neo4j driver, networkx nor protobuf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmeta.lazy import lazily

__version__ = "0.1.0"

if TYPE_CHECKING:
    from graphmeta.errors import AlreadyExistsError as AlreadyExistsError
    from graphmeta.errors import AmbiguousNameError as AmbiguousNameError
    from graphmeta.errors import FailedPreconditionError as FailedPreconditionError
    from graphmeta.errors import ForeignStoreError as ForeignStoreError
    from graphmeta.errors import GraphmetaError as GraphmetaError
    from graphmeta.errors import InternalError as InternalError
    from graphmeta.errors import InvalidArgumentError as InvalidArgumentError
    from graphmeta.errors import NotFoundError as NotFoundError
    from graphmeta.errors import ReadOnlyError as ReadOnlyError
    from graphmeta.errors import SchemaVersionError as SchemaVersionError
    from graphmeta.errors import StoreUnavailableError as StoreUnavailableError
    from graphmeta.errors import UnsupportedError as UnsupportedError
    from graphmeta.model import AnyValue as AnyValue
    from graphmeta.model import Artifact as Artifact
    from graphmeta.model import Association as Association
    from graphmeta.model import Attribution as Attribution
    from graphmeta.model import Context as Context
    from graphmeta.model import Event as Event
    from graphmeta.model import Execution as Execution
    from graphmeta.model import ParentContext as ParentContext
    from graphmeta.model import Type as Type
    from graphmeta.model import artifact_type as artifact_type
    from graphmeta.model import context_type as context_type
    from graphmeta.model import execution_type as execution_type
    from graphmeta.query import Lineage as Lineage
    from graphmeta.query import common as common
    from graphmeta.query import compare as compare
    from graphmeta.query import datasets as datasets
    from graphmeta.query import environment as environment
    from graphmeta.query import evidence as evidence
    from graphmeta.query import explain as explain
    from graphmeta.query import hotspots as hotspots
    from graphmeta.query import impact as impact
    from graphmeta.query import lineage as lineage
    from graphmeta.query import metrics as metrics
    from graphmeta.query import models as models
    from graphmeta.query import origin as origin
    from graphmeta.query import params as params
    from graphmeta.query import path as path
    from graphmeta.query import plan as plan
    from graphmeta.query import resolve as resolve
    from graphmeta.query import siblings as siblings
    from graphmeta.query import why as why
    from graphmeta.record import Recorded as Recorded
    from graphmeta.record import RecordingWarning as RecordingWarning
    from graphmeta.record import Run as Run
    from graphmeta.record import Step as Step
    from graphmeta.record import run as run
    from graphmeta.record import start as start
    from graphmeta.store import PutOptions as PutOptions
    from graphmeta.store import Store as Store
    from graphmeta.store import connect as connect

# Where each public name lives. A test holds this against the block above and against docs/api.md.
_HOMES: dict[str, tuple[str, ...]] = {
    "graphmeta.errors": (
        "AlreadyExistsError",
        "AmbiguousNameError",
        "FailedPreconditionError",
        "ForeignStoreError",
        "GraphmetaError",
        "InternalError",
        "InvalidArgumentError",
        "NotFoundError",
        "ReadOnlyError",
        "SchemaVersionError",
        "StoreUnavailableError",
        "UnsupportedError",
    ),
    "graphmeta.model": (
        "AnyValue",
        "Artifact",
        "Association",
        "Attribution",
        "Context",
        "Event",
        "Execution",
        "ParentContext",
        "Type",
        "artifact_type",
        "context_type",
        "execution_type",
    ),
    "graphmeta.query": (
        "Lineage",
        "compare",
        "datasets",
        "environment",
        "explain",
        "lineage",
        "metrics",
        "models",
        "origin",
        "params",
        "resolve",
        "siblings",
        "common",
        "evidence",
        "hotspots",
        "impact",
        "path",
        "plan",
        "why",
    ),
    "graphmeta.record": ("Recorded", "RecordingWarning", "Run", "Step", "run", "start"),
    "graphmeta.store": ("PutOptions", "Store", "connect"),
}
_names, __getattr__ = lazily(__name__, _HOMES)
__all__ = ["__version__", *_names]


def __dir__() -> list[str]:
    return __all__
