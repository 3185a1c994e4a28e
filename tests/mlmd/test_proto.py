"""The messages: those of ml-metadata, byte for byte, and made from the .proto files that are here."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from graphmeta.mlmd.proto import make, metadata_store_pb2
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from tests.mlmd.mirror_kit import ROOT, ml_metadata_python, python_with, run

_THEIR_BYTES = """
import json
from ml_metadata.proto import metadata_store_pb2, metadata_store_service_pb2
print(json.dumps([each.DESCRIPTOR.serialized_pb.hex() for each in (metadata_store_pb2, metadata_store_service_pb2)]))
"""
_LOADED = """
import json, sys
import graphmeta.mlmd
print(json.dumps(sorted({"grpc", "neo4j", "networkx", "graphmeta.store"} & set(sys.modules))))
"""


def test_the_descriptors_are_those_of_ml_metadata() -> None:
    theirs = [bytes.fromhex(each) for each in run(ml_metadata_python(), "-c", _THEIR_BYTES)]
    ours = [module.DESCRIPTOR.serialized_pb for module in (metadata_store_pb2, service_pb2)]
    # The messages first, for a difference in them is easier to read.
    assert [FileDescriptorProto.FromString(each) for each in ours] == [
        FileDescriptorProto.FromString(each) for each in theirs
    ]
    assert ours == theirs
    assert [len(each) for each in ours] == [9919, 19521]


@pytest.mark.skipif(importlib.util.find_spec("grpc_tools") is None, reason="grpcio-tools is in the group `proto`")
def test_make_proto_gives_what_is_checked_in(tmp_path: Path) -> None:
    make.make(tmp_path)
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert sorted(made) == sorted(f"{name}_pb2.{kind}" for name in make.FILES for kind in ("py", "pyi"))
    for name, text in made.items():
        assert text == (make.HOME / name).read_text(encoding="utf-8"), f"{name} is not what `make proto` makes"


def test_make_runs_the_script_that_the_makefile_names() -> None:
    rule = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nproto:")[2].splitlines()[1]
    assert (ROOT / rule.split()[-1]).samefile(make.__file__)


@pytest.mark.slow
@pytest.mark.parametrize("order", [("graphmeta.mlmd", "ml_metadata"), ("ml_metadata", "graphmeta.mlmd")])
@pytest.mark.parametrize("implementation", ["upb", "python"])
@pytest.mark.parametrize("protobuf", ["oldest", "newest"])
def test_both_packages_share_their_classes(protobuf: str, implementation: str, order: tuple[str, str]) -> None:
    if protobuf == "oldest":
        python = python_with("protobuf-oldest", ("install", "ml-metadata==1.17.1", "protobuf==4.25.2"))
    else:
        # ml-metadata asks for protobuf 4; its messages do with any, once what it imports beside them is there.
        their_imports = ("install", "protobuf<8", "grpcio", "attrs", "absl-py")
        python = python_with("protobuf-newest", their_imports, ("install", "--no-deps", "ml-metadata==1.17.1"))
    script = Path(__file__).with_name("sharing_script.py")
    said = run(python, script, *order, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION=implementation)
    assert said == {
        "implementation": implementation,
        "messages": sum(len(each.DESCRIPTOR.message_types_by_name) for each in (metadata_store_pb2, service_pb2)),
        "same": True,
        "descriptors": [True, True],
        "enums": True,
        "instance": True,
        "equal": True,
        "extension": "mlmd.Dataset",
    }


def test_importing_the_interface_loads_neither_grpc_nor_a_store() -> None:
    assert run(sys.executable, "-c", _LOADED) == []


def test_a_stub_and_a_servicer_have_every_call() -> None:
    from graphmeta.mlmd.proto import metadata_store_service_pb2_grpc as made

    calls = [method.name for method in service_pb2.DESCRIPTOR.services_by_name["MetadataStoreService"].methods]
    assert len(calls) == 52
    assert set(calls) <= set(vars(made.MetadataStoreServiceServicer))


def test_a_change_of_a_proto_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("grpc_tools")
    for name in make.FILES:
        text = (make.HOME / f"{name}.proto").read_text(encoding="utf-8")
        (tmp_path / f"{name}.proto").write_text(text.replace("optional string type_name = 1;", ""), encoding="utf-8")
    monkeypatch.setattr(make, "HOME", tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        make.make(tmp_path)  # `(system_type_extension).type_name` names what is gone
    assert not list(tmp_path.glob("*.py"))
