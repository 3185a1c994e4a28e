"""`install`: code that imports ml_metadata finds graphmeta.mlmd."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.mlmd.mirror_kit import ml_metadata_python, run

_INSTALLED = """
import json
from importlib import import_module, metadata
from graphmeta import mlmd

mlmd.install()
finders = len(__import__("sys").meta_path)
mlmd.install()

# What TFX imports.
import ml_metadata
import ml_metadata as mlmd_again
import ml_metadata.metadata_store.metadata_store as client
from ml_metadata import errors, metadata_store, proto
from ml_metadata.metadata_store import mlmd_types
from ml_metadata.proto import metadata_store_pb2, metadata_store_service_pb2, metadata_store_service_pb2_grpc

names = [
    "", ".errors", ".metadata_store", ".metadata_store.metadata_store", ".metadata_store.mlmd_types", ".proto",
    ".proto.metadata_store_pb2", ".proto.metadata_store_service_pb2", ".proto.metadata_store_service_pb2_grpc",
    ".version",
]
store = ml_metadata.MetadataStore(metadata_store_pb2.ConnectionConfig(fake_database=proto.FakeDatabaseConfig()))
try:
    store.get_artifact_type("none")
except mlmd_again.errors.NotFoundError as error:
    caught = type(error).__module__
print(json.dumps({
    "same": [import_module("ml_metadata" + name) is import_module("graphmeta.mlmd" + name) for name in names],
    "class": client.MetadataStore is mlmd.MetadataStore,
    "caught": caught,
    "version": [ml_metadata.__version__, metadata.version("ml-metadata"), metadata.version("ml_metadata")],
    "listed": sum(each.metadata["Name"] == "ml-metadata" for each in metadata.distributions()),
    "others": metadata.metadata("protobuf")["Name"],
    "once": len(__import__("sys").meta_path) == finders,
}))
"""

_REFUSED = """
import json, sys
{first}
from graphmeta import mlmd
try:
    mlmd.install()
except Exception as error:
    said = [type(error).__name__, str(error)]
import ml_metadata
print(json.dumps([said, ml_metadata.MetadataStore.__module__]))
"""


def test_code_that_imports_ml_metadata_finds_it(tmp_path: Path) -> None:
    (tmp_path / "ml_metadata" / "proto").mkdir(parents=True)  # as an uninstalled package may leave it behind
    assert run(sys.executable, "-c", _INSTALLED, folder=tmp_path) == {
        "same": [True] * 10,
        "class": True,
        "caught": "graphmeta.mlmd.errors",
        "version": ["1.17.1"] * 3,
        "listed": 1,
        "others": "protobuf",
        "once": True,
    }


def test_the_real_ml_metadata_keeps_its_name() -> None:
    python = ml_metadata_python()
    for first in ("", "import ml_metadata"):
        (kind, words), theirs = run(python, "-c", _REFUSED.format(first=first))
        assert kind == "FailedPreconditionError"
        assert "import graphmeta.mlmd in its place" in words
        assert theirs == "ml_metadata.metadata_store.metadata_store"
