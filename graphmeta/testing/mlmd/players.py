"""Who answers calls: ml-metadata in a process of its own, graphmeta in this process, a server over gRPC."""

from __future__ import annotations

import struct
import subprocess
import traceback
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from google.protobuf.message import Message

from graphmeta.mlmd import errors
from graphmeta.mlmd.service import CALLS, SERVICE, Service

ABORTS = -1
"""The code of an answer that never came: the call ended the whole process."""
CRASHES = -2
"""The code of an answer of ours that is no status but an error nobody expected."""
_NOT_OFFERED = "!unknown"


class Answer(NamedTuple):
    """What came of a call.

    Attributes:
        code: the status, numbered as in gRPC; 0 for success, or one of `ABORTS` and `CRASHES`.
        message: of an error, else ''.
        response: the response message; empty where the call failed.
    """

    code: int
    message: str
    response: Any


class Player(Protocol):
    """Answers calls on one store, fresh and empty for each scenario."""

    def call(self, name: str, request: Message) -> Answer: ...


class NotOfferedError(Exception):
    """The call exists in the service but not in ml-metadata's build for Python."""


class Judge:
    """ml-metadata 1.17.1, in a process that can be started again: some calls end it.

    Args:
        python: an interpreter that has it (`graphmeta.testing.oracle`).
        log: where its warnings go.
    """

    def __init__(self, python: Path, log: Path) -> None:
        self._python = python
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def fresh(self) -> Judge:
        """Itself, with an empty store."""
        self._ask("", b"")
        return self

    def call(self, name: str, request: Message) -> Answer:
        """Ask it.

        Raises:
            NotOfferedError: it cannot be asked that.
        """
        if self._process is None:
            raise RuntimeError("The call before this one ended ml-metadata and its store; make it the last one.")
        response = CALLS[name].response()
        answered = self._ask(name, request.SerializePartialToString())
        if answered is None:
            return Answer(ABORTS, "", response)
        code, message, serialized = answered
        if message == _NOT_OFFERED:
            raise NotOfferedError(name)
        if code == 0:
            response.ParseFromString(serialized)
        return Answer(code, message, response)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            process, self._process = self._process, None
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def _ask(self, name: str, request: bytes) -> tuple[int, str, bytes] | None:
        questions, answers = self._pipes()
        encoded = name.encode()
        questions.write(struct.pack(">II", len(encoded), len(request)) + encoded + request)
        questions.flush()
        header = answers.read(12)
        if len(header) < 12:
            self.close()
            return None
        code, message, response = struct.unpack(">III", header)
        return code, answers.read(message).decode(errors="replace"), answers.read(response)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            script = Path(__file__).with_name("judge_script.py")
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 (our own command)
                    [str(self._python), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
                )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class Direct:
    """A service in this process."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def call(self, name: str, request: Message) -> Answer:
        # Another copy, as it would arrive from elsewhere: it holds nothing but what was serialized.
        arrived = CALLS[name].request()
        arrived.ParseFromString(request.SerializePartialToString())
        try:
            return Answer(0, "", self._service.call(name, arrived))
        except errors.StatusError as error:
            return Answer(error.error_code, error.message, CALLS[name].response())
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            return Answer(CRASHES, f"{error!r} in {where.filename}:{where.lineno}", CALLS[name].response())


class Remote:
    """A server, over gRPC.

    Args:
        channel: a `grpc.Channel`.
        timeout: of one call, in seconds.
    """

    def __init__(self, channel: Any, timeout: float = 60) -> None:
        self._methods = {
            name: channel.unary_unary(
                f"/{SERVICE}/{name}",
                request_serializer=call.request.SerializePartialToString,
                response_deserializer=call.response.FromString,
            )
            for name, call in CALLS.items()
        }
        self._timeout = timeout

    def call(self, name: str, request: Message) -> Answer:
        import grpc

        try:
            return Answer(0, "", self._methods[name](request, timeout=self._timeout))
        except grpc.RpcError as error:
            status: Any = error
            return Answer(status.code().value[0], status.details() or "", CALLS[name].response())
