"""Every error that graphmeta raises on purpose.

GraphmetaError
├── InvalidArgumentError (ValueError)   what was asked cannot be right
│   └── AmbiguousNameError              a name that several nodes answer to
├── NotFoundError (LookupError)         a node, a type or a store is not there
├── AlreadyExistsError                  a name, an id or an edge is taken
│   └── UpdateConflictError             an update wants a name or an external id that another has
├── FailedPreconditionError             the store changed since it was read
├── ReadOnlyError                       a write to a store opened for reading
├── ForeignStoreError                   the file or database is somebody else's
├── SchemaVersionError                  the file's format is older or newer than ours
├── UnsupportedError                    this store cannot do that; the message says which can
├── StoreUnavailableError (ConnectionError)  the store is away, locked or full; trying again may help
└── InternalError                       the store broke a promise: a defect, or a damaged file

Every message is a sentence: what was wrong, what was expected, what to do. `code` is the name of the
status that ML Metadata and gRPC give such an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class GraphmetaError(Exception):
    """The root of the tree above."""

    code: ClassVar[str] = "UNKNOWN"


class InvalidArgumentError(GraphmetaError, ValueError):
    """What was asked cannot be right, whatever the store holds."""

    code = "INVALID_ARGUMENT"


class AmbiguousNameError(InvalidArgumentError):
    """A name that several nodes answer to; `candidates` are the names that tell them apart."""

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class NotFoundError(GraphmetaError, LookupError):
    """A node, a type or a store is not there."""

    code = "NOT_FOUND"


class AlreadyExistsError(GraphmetaError):
    """A name, an id or an edge is taken."""

    code = "ALREADY_EXISTS"


class UpdateConflictError(AlreadyExistsError):
    """An update gives a node or a type a name or an external id that another has. MLMD tells it from a new one
    that does."""

    code = "INTERNAL"


class FailedPreconditionError(GraphmetaError):
    """The store changed since the caller read it."""

    code = "FAILED_PRECONDITION"


class ReadOnlyError(GraphmetaError):
    """A write to a store that was opened for reading, or that may not be written."""

    code = "PERMISSION_DENIED"


class ForeignStoreError(GraphmetaError):
    """The file or the database holds something that graphmeta did not write and must not touch."""

    code = "FAILED_PRECONDITION"


class SchemaVersionError(GraphmetaError):
    """The file's format is one that this graphmeta does not read."""

    code = "FAILED_PRECONDITION"


class UnsupportedError(GraphmetaError):
    """This store cannot do what was asked."""

    code = "UNIMPLEMENTED"


class StoreUnavailableError(GraphmetaError, ConnectionError):
    """The store is away, locked, full, or refuses the login; trying again may help."""

    code = "UNAVAILABLE"


class InternalError(GraphmetaError):
    """The store broke a promise: a defect of graphmeta, or a damaged file."""

    code = "INTERNAL"
