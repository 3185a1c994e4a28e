"""Run by the interpreter that has ml-metadata: answers raw calls, read from standard input, on standard output.

A question is the lengths of two fields, the name of a call and its serialized request; an answer is a status
code, the lengths of two fields, the message and the serialized response. An empty name asks for a fresh, empty
store in memory; `!unknown` as its message says that this build does not offer the call.
"""

# mypy: ignore-errors
# (Its interpreter is ml-metadata's, with another protobuf: none of this is importable from here.)

import os
import struct
import sys

from ml_metadata.metadata_store.pywrap.metadata_store_extension import metadata_store as extension
from ml_metadata.proto import metadata_store_pb2

UNKNOWN_CALL = "!unknown"


def fresh_store():
    config = metadata_store_pb2.ConnectionConfig()
    config.fake_database.SetInParent()
    options = metadata_store_pb2.MigrationOptions()
    return extension.CreateMetadataStore(config.SerializeToString(), options.SerializeToString())


def answer(store, name, request):
    method = getattr(extension, name, None)
    if method is None:
        return b"", UNKNOWN_CALL.encode(), 12
    return method(store, request)


def main():
    questions = sys.stdin.buffer
    # What the library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    store = fresh_store()
    while True:
        header = questions.read(8)
        if len(header) < 8:
            return
        sizes = struct.unpack(">II", header)
        name, request = questions.read(sizes[0]).decode(), questions.read(sizes[1])
        if name:
            response, message, code = answer(store, name, request)
        else:
            store = fresh_store()
            response, message, code = b"", b"", 0
        if isinstance(message, str):
            message = message.encode()
        answers.write(struct.pack(">III", code, len(message), len(response)) + message + response)
        answers.flush()


main()
