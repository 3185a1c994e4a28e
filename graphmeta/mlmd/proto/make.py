"""Makes the Python modules of the messages from the .proto files beside this one. Run it with `make proto`.

What it makes is not protoc's own Python: that checks at import that the protobuf installed is as new as the
protoc that made it, and then one protobuf or another that we allow would be refused. It only registers the file's
descriptor, in the default pool, under the name and with the bytes that ml-metadata registers it with; so both
packages share one set of classes, whichever comes first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

HOME = Path(__file__).resolve().parent
FILES = ("metadata_store", "metadata_store_service")
_FOLDER = "ml_metadata/proto"  # where ml-metadata has them; the descriptors hold that name
_WIDTH = 108  # characters of a line of bytes

_MODULE = '''\
"""The messages of {name}.proto, as classes. Made by `make proto`; not to be edited."""
# ruff: noqa

{imports}
from google.protobuf import descriptor_pool
from google.protobuf.internal import builder

DESCRIPTOR = descriptor_pool.Default().AddSerializedFile(
{lines}
)
builder.BuildMessageAndEnumDescriptors(DESCRIPTOR, globals())
builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, __name__, globals())
'''

_STUB_NOTE = """\
# Made by `make proto`; not to be edited.
# ruff: noqa
# fmt: off
# mypy: disable-error-code="type-arg,misc,name-defined"
"""


def make(folder: Path) -> None:
    """Write, for each .proto file, the module and its types for type checkers.

    Args:
        folder: where to.

    Raises:
        subprocess.CalledProcessError: protoc (of grpcio-tools) is missing, or did not like a file.
    """
    with tempfile.TemporaryDirectory() as scratch:
        descriptors = f"{scratch}/descriptors"
        subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "grpc_tools.protoc", f"-I{_FOLDER}={HOME}"]
            + [f"--descriptor_set_out={descriptors}", f"--pyi_out={scratch}"]
            + [f"{_FOLDER}/{name}.proto" for name in FILES],
            check=True,
        )
        files = FileDescriptorSet.FromString(Path(descriptors).read_bytes()).file
        for name, file in zip(FILES, files, strict=True):
            stub = Path(scratch, _FOLDER, f"{name}_pb2.pyi").read_text(encoding="utf-8")
            (folder / f"{name}_pb2.py").write_text(_module(name, file), encoding="utf-8")
            (folder / f"{name}_pb2.pyi").write_text(_stub(stub), encoding="utf-8")


def _module(name: str, file: FileDescriptorProto) -> str:
    for message in file.message_type:
        _forget_json_names(message)
    for extension in file.extension:
        extension.ClearField("json_name")
    return _MODULE.format(
        name=name,
        # What a file needs must be in the pool before it.
        imports="\n".join(f"from {_package(needed)} import {_module_name(needed)}" for needed in file.dependency),
        lines="\n".join(f'    b"{line}"' for line in _lines(file.SerializeToString())),
    )


def _forget_json_names(message: DescriptorProto) -> None:
    """Protoc notes them in a descriptor set, but not in the descriptors that it gives to Python."""
    for field in message.field:
        field.ClearField("json_name")
    for nested in message.nested_type:
        _forget_json_names(nested)


def _package(file: str) -> str:
    folder = file.rpartition("/")[0]
    return "graphmeta.mlmd.proto" if folder == _FOLDER else folder.replace("/", ".")


def _module_name(file: str) -> str:
    return file.rpartition("/")[2].replace(".proto", "_pb2")


def _lines(data: bytes) -> Iterator[str]:
    """Bytes as the insides of Python literals of about one width."""
    line = ""
    for byte in data:
        line += chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"
        if len(line) >= _WIDTH:
            yield line
            line = ""
    if line:
        yield line


def _stub(text: str) -> str:
    """Protoc's types, which are not to everybody's taste, with the import made ours."""
    return _STUB_NOTE + text.replace(f"from {_FOLDER.replace('/', '.')} import", "from graphmeta.mlmd.proto import")


if __name__ == "__main__":
    make(HOME)
