"""Letting code that imports `ml_metadata` find this package, where the real one is absent."""

from __future__ import annotations

import importlib
import sys

_OURS = "graphmeta.mlmd"
_THEIRS = "ml_metadata"
_MODULES = (
    "",
    ".errors",
    ".metadata_store",
    ".metadata_store.metadata_store",
    ".metadata_store.mlmd_types",
    ".proto",
    ".proto.metadata_store_pb2",
    ".proto.metadata_store_service_pb2",
    ".proto.metadata_store_service_pb2_grpc",
    ".version",
)


def install() -> None:
    """From now on, in this process, `import ml_metadata` gives this package, and each of its public modules too.

    Call it before the first such import. `importlib.metadata.version("ml-metadata")` answers as well. Again is
    harmless.

    Raises:
        FailedPreconditionError: the real ml_metadata is there, so that it is not clear which one is meant.
    """
    # Late, as everything below: importing the package should not pay for who never calls this.
    from importlib.util import find_spec

    from graphmeta.errors import FailedPreconditionError
    from graphmeta.mlmd.distribution import Finder

    ours = importlib.import_module(_OURS)
    if sys.modules.get(_THEIRS) is ours:
        return
    found = find_spec(_THEIRS)
    if found is not None and found.origin is not None:  # a mere folder of that name has none
        raise FailedPreconditionError(
            f"The real ml_metadata is installed here ({found.origin}), so graphmeta does not take its name. Uninstall "
            "it (pip uninstall ml-metadata), or import graphmeta.mlmd in its place and leave out install()."
        )
    for name in _MODULES:
        sys.modules[_THEIRS + name] = importlib.import_module(_OURS + name)
    sys.meta_path.append(Finder())
