"""Speaking to a server with nothing of graphmeta's client: raw gRPC, raw grpc-web."""

from __future__ import annotations

import http.client
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import grpc
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from graphmeta.mlmd.service import CALLS, SERVICE
from graphmeta.testing.serving import Served

WEB = "application/grpc-web+proto"
TEXT = "application/grpc-web-text+proto"


class Client:
    """Calls by name: `client.PutExecution(execution={"name": "train"})`."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel

    def __getattr__(self, name: str) -> Any:
        def call(timeout: float = 60, wait: bool = True, **fields: Any) -> Any:
            stub = self.channel.unary_unary(
                f"/{SERVICE}/{name}",
                request_serializer=CALLS[name].request.SerializeToString,
                response_deserializer=CALLS[name].response.FromString,
            )
            request = request_of(name, **fields)
            return stub(request, timeout=timeout) if wait else stub.future(request, timeout=timeout)

        return call


@contextmanager
def calling(served: Served, credentials: grpc.ChannelCredentials | None = None) -> Iterator[Client]:
    """A client with a channel of its own, which takes messages of any size."""
    options = [("grpc.max_receive_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
    if credentials is None:
        channel = grpc.insecure_channel(served.grpc_address, options)
    else:
        channel = grpc.secure_channel(served.grpc_address, credentials, options)
    with channel:
        yield Client(channel)


def request_of(name: str, **fields: Any) -> Message:
    """A request message of a call."""
    # (Constructors take dictionaries for messages in maps only since protobuf 5.)
    return ParseDict(fields, CALLS[name].request())


def frame(payload: bytes, flags: int = 0) -> bytes:
    """A frame of grpc-web, made by hand."""
    return bytes([flags]) + struct.pack(">I", len(payload)) + payload


class Reply(NamedTuple):
    """What came over grpc-web, taken apart."""

    http_status: int
    headers: dict[str, str]
    body: bytes
    messages: list[bytes]
    trailers: dict[str, str]

    @property
    def code(self) -> int:
        """The gRPC status."""
        return int(self.trailers["grpc-status"])

    @property
    def said(self) -> str:
        """The gRPC message."""
        return unquote(self.trailers.get("grpc-message", ""))


def post(url: str, path: str, body: bytes, content_type: str = WEB, method: str = "POST", **headers: str) -> Reply:
    """One HTTP request on a connection of its own, and its reply; `grpc_timeout` is sent as `grpc-timeout`."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"content-type": content_type, **sent})
        return taken_apart(connection.getresponse())
    finally:
        connection.close()


def taken_apart(response: http.client.HTTPResponse) -> Reply:
    """A reply, its frames and its trailers; the frames only where it is grpc-web in binary."""
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    messages, trailers = frames_of(body) if headers.get("content-type") in (WEB, "application/grpc-web") else ([], {})
    return Reply(response.status, headers, body, messages, trailers)


def frames_of(body: bytes) -> tuple[list[bytes], dict[str, str]]:
    """The messages and the trailers of a response's body."""
    messages: list[bytes] = []
    trailers: dict[str, str] = {}
    while body:
        flags, length = body[0], int.from_bytes(body[1:5], "big")
        payload, body = body[5 : 5 + length], body[5 + length :]
        assert len(payload) == length
        assert not trailers, "nothing comes after the trailers"
        if flags == 0x80:
            assert payload.endswith(b"\r\n")
            trailers = dict(line.split(":", 1) for line in payload.decode("ascii").split("\r\n")[:-1])
        else:
            assert flags == 0
            messages.append(payload)
    return messages, trailers


def path(name: str) -> str:
    """The path of a call."""
    return f"/{SERVICE}/{name}"
