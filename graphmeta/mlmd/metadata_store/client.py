"""Asking: one call, tried again where it was aborted, and lists that come in pages."""

from __future__ import annotations

import logging
import random
import time
from typing import Any

from graphmeta.mlmd import errors
from graphmeta.mlmd.connections import connect
from graphmeta.mlmd.metadata_store.options import ListOptions
from graphmeta.mlmd.proto.metadata_store_pb2 import ConnectionConfig

MAX_NUM_RESULT = 100  # nodes of a page, the most that a server gives
_TRIES = 5
_MEAN_WAIT = 2.0  # seconds before an aborted call is tried again

_log = logging.getLogger(__name__)


class Client:
    """What the methods of `MetadataStore` stand on; see there for the arguments."""

    def __init__(self, config: Any, enable_upgrade_migration: bool = False) -> None:
        self._answer = connect(config, enable_upgrade_migration=enable_upgrade_migration)
        self._max_num_retries = _TRIES
        if isinstance(config, ConnectionConfig) and config.HasField("retry_options"):
            self._max_num_retries = config.retry_options.max_num_retries

    def _call(self, name: str, request: Any) -> Any:
        """The response to a request.

        Raises:
            errors.StatusError: the call failed, and if it was aborted it did so `_max_num_retries` times.
        """
        tries = 1
        while True:
            try:
                return self._answer(name, request)
            except errors.AbortedError:
                if tries >= self._max_num_retries:
                    _log.error("%s failed after retrying %d times.", name, tries)
                    raise
            wait = random.expovariate(1 / _MEAN_WAIT)  # spreads clients that met
            _log.info("%s was aborted; trying again in %.2f s.", name, wait)
            time.sleep(wait)
            tries += 1

    def _listed(self, name: str, field: str, request: Any, options: ListOptions | None) -> list[Any]:
        """All nodes of a list, page by page.

        Args:
            name: of the call.
            field: of the response, that holds the nodes.
            request: without its options.
            options: where None, none are sent, and everything comes in one response.
        """
        limit = _set_options(request, options)
        result: list[Any] = []
        while True:
            if limit:
                request.options.max_result_size = min(limit - len(result), MAX_NUM_RESULT)
            response = self._call(name, request)
            result.extend(getattr(response, field))
            if not response.next_page_token or (limit and len(result) >= limit):
                return result
            request.options.next_page_token = response.next_page_token


def _set_options(request: Any, options: ListOptions | None) -> int:
    """Put the options into a request; returns the limit, 0 for none."""
    if options is None:
        return 0
    if options.limit and options.limit < 1:
        raise errors.InvalidArgumentError(
            "Invalid list_options.limit value passed. list_options.limit is expected to be greater than 1"
        )
    request.options.max_result_size = MAX_NUM_RESULT
    request.options.order_by_field.is_asc = options.is_asc
    if options.order_by:
        request.options.order_by_field.field = options.order_by.value
    if options.filter_query:
        request.options.filter_query = options.filter_query
    return options.limit or 0
