"""What a running server of ML Metadata's interface is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphmeta.errors import GraphmetaError, StoreUnavailableError, UnsupportedError
from graphmeta.mlmd import channels, errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.model import Kind
from graphmeta.moving.sources.addresses import parse_place

NOUNS: Mapping[Kind, str] = {"artifact": "Artifact", "execution": "Execution", "context": "Context"}
_CALL_SECONDS = 300
_PAGE = 100  # of a list; ML Metadata gives no more


class Server:
    """A server, by the calls that it answers.

    Attributes:
        url: where it is, with its port.

    Raises, from every call:
        UnsupportedError: it does not know the call.
        StoreUnavailableError: it did not answer.
    """

    def __init__(self, url: str) -> None:
        scheme = url.partition("://")[0].lower()
        host, port = parse_place(url, scheme=scheme, port=8080)
        self.url = f"{scheme}://{host}:{port}"
        config = pb.MetadataStoreClientConfig(host=host, port=port, client_timeout_sec=_CALL_SECONDS)
        config.channel_arguments.max_receive_message_length = -1  # whatever it sends
        if scheme == "grpcs":
            config.ssl_config.SetInParent()
        self._server = channels.Server(config)

    def call(self, name: str, **fields: Any) -> Any:
        """The answer to one call.

        Args:
            fields: of its request.
        """
        try:
            return self._server.call(name, getattr(service_pb2, f"{name}Request")(**fields))
        except errors.StatusError as error:
            raise self._translated(error, name) from error

    def nodes(self, kind: Kind, *, by: str = "ID", ascending: bool = True, page: int = _PAGE) -> Iterator[Any]:
        """All nodes of a kind, a page at a time, as messages."""
        return self.listed(f"Get{NOUNS[kind]}s", f"{kind}s", by=by, ascending=ascending, page=page)

    def listed(
        self, call: str, field: str, *, by: str = "ID", ascending: bool = True, page: int = _PAGE, **given: Any
    ) -> Iterator[Any]:
        """All that a call lists, a page at a time, as messages.

        Args:
            field: of the answer, which has them.
            by: what they are ordered by, as `ListOperationOptions` calls it.
            given: further fields of the request.
        """
        options = pb.ListOperationOptions(max_result_size=page)
        options.order_by_field.field = pb.ListOperationOptions.OrderByField.Field.Value(by)  # type: ignore[assignment]
        options.order_by_field.is_asc = ascending
        while True:
            answer = self.call(call, options=options, **given)
            yield from getattr(answer, field)
            if not answer.next_page_token:
                return
            options.next_page_token = answer.next_page_token

    def highest(self, kind: Kind) -> int:
        """The highest id of a kind; 0 where there is no node."""
        return next((message.id for message in self.nodes(kind, ascending=False, page=1)), 0)

    def _translated(self, error: errors.StatusError, name: str) -> GraphmetaError:
        said = " ".join(error.message.split())
        if error.error_code == errors.UNIMPLEMENTED:
            return UnsupportedError(f"{self.url} does not answer the call {name} of ML Metadata's interface: {said}")
        return StoreUnavailableError(
            f"{self.url} did not answer the call {name}: {said}. Check that a server of ML Metadata's runs there and "
            "that the host and port are right."
        )
