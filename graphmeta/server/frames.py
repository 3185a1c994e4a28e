"""The bytes of grpc-web: frames, trailers, and base64 for the text form.

Source: the protocol description of grpc-web (PROTOCOL-WEB.md) and of gRPC over HTTP/2 in the grpc project.
"""

from __future__ import annotations

import base64
import binascii
import struct
from urllib.parse import quote

from graphmeta.mlmd import errors

DATA, COMPRESSED, TRAILERS = 0x00, 0x01, 0x80
HEADER = struct.Struct(">BI")  # flags, and the length of what follows in bytes
# A body of one message has a frame or two, and of base64 as many pieces as it was flushed in; each costs us an object.
_MOST_FRAMES, _MOST_PIECES = 8, 10_000
# What grpc-message holds as it is: printable ASCII but the percent sign.
_PLAIN = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


class FrameError(Exception):
    """A body that is not what grpc-web says; `code` is the gRPC status to answer with."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def message_of(body: bytes, limit: int) -> bytes:
    """The one message in the body of a unary request.

    Args:
        limit: bytes that a message may have.

    Raises:
        FrameError: a frame is cut short, compressed or too large, or there is not one message.
    """
    messages = []
    position = frames = 0
    while position < len(body):
        frames += 1
        if frames > _MOST_FRAMES:
            raise FrameError(
                errors.INVALID_ARGUMENT, f"The body has more than {_MOST_FRAMES} frames; a request has one."
            )
        if len(body) - position < HEADER.size:
            raise FrameError(errors.INTERNAL, "The body ends inside the header of a frame.")
        flags, length = HEADER.unpack_from(body, position)
        position += HEADER.size
        if flags & COMPRESSED:
            raise FrameError(
                errors.INTERNAL, "A frame says that it is compressed, and no grpc-encoding says how: send it plain."
            )
        if flags not in (DATA, TRAILERS):
            raise FrameError(errors.INTERNAL, f"A frame has the flags 0x{flags:02x}; 0x00 is a message.")
        if flags == DATA and length > limit:
            raise FrameError(
                errors.RESOURCE_EXHAUSTED, f"The message has {length} bytes, and this server takes {limit}."
            )
        if length > len(body) - position:
            raise FrameError(errors.INTERNAL, f"The body ends {length + position - len(body)} bytes before its frame.")
        if flags == DATA:
            messages.append(body[position : position + length])
        position += length
    if len(messages) != 1:
        # As gRPC says of calls with one request.
        raise FrameError(errors.UNIMPLEMENTED, f"One request message is expected; the body holds {len(messages)}.")
    return messages[0]


def response(code: int, message: str, payload: bytes | None = None) -> bytes:
    """The body of a response: the message, if there is one, and the trailers.

    Args:
        code: the gRPC status.
        message: what was wrong; any text.
        payload: the response message, serialized.
    """
    trailers = f"grpc-status:{code}\r\n"
    if message:
        trailers += f"grpc-message:{quote(message, safe=_PLAIN, errors='replace')}\r\n"
    encoded = trailers.encode("ascii")
    framed = b"" if payload is None else HEADER.pack(DATA, len(payload)) + payload
    return framed + HEADER.pack(TRAILERS, len(encoded)) + encoded


def from_text(body: bytes) -> bytes:
    """A body of the text form: pieces in base64, each with its own padding, one behind another.

    Raises:
        FrameError: it is not base64.
    """
    try:
        # (What writes base64 by hand ends it with a new line.)
        return b"".join(base64.b64decode(piece, validate=True) for piece in _pieces(body.rstrip(b"\r\n")))
    except binascii.Error:
        raise FrameError(errors.INTERNAL, "The body is not base64, as application/grpc-web-text is.") from None


def to_text(body: bytes) -> bytes:
    """A body in the text form."""
    return base64.b64encode(body)


def _pieces(body: bytes) -> list[bytes]:
    """Base64 text cut after each padding."""
    pieces = []
    start = 0
    while start < len(body):
        padding = body.find(b"=", start)
        if padding < 0:
            pieces.append(body[start:])
            break
        end = padding + 2 if body[padding : padding + 2] == b"==" else padding + 1
        pieces.append(body[start:end])
        if len(pieces) > _MOST_PIECES:
            raise FrameError(errors.INVALID_ARGUMENT, f"The body has more than {_MOST_PIECES} pieces of base64.")
        start = end
    return pieces
