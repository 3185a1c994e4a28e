"""Lists in pages: MLMD's ListOperationOptions, and the tokens that lead from one page to the next.

A token is MLMD's: URL-safe base64 of a ListOperationNextPageToken, without padding, so that a client which was
half-way through a list on an MLMD server goes on here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from google.protobuf.message import DecodeError

from graphmeta.backends.predicates import And, Compare, Field, Or, Predicate
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.errors import InvalidArgumentError
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.model import INT64, Kind
from graphmeta.store import Store

Options = pb.ListOperationOptions

LARGEST = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]*={0,2}")
_ORDERS: dict[int, Literal["id", "created", "updated"]] = {
    Options.OrderByField.CREATE_TIME: "created",
    Options.OrderByField.LAST_UPDATE_TIME: "updated",
    Options.OrderByField.ID: "id",
}


class Page(NamedTuple):
    """Some of a list's nodes.

    Attributes:
        rows: the nodes; None where the list is of some type or context, and that has none at all.
        token: of the next page, '' where this is the last.
    """

    rows: NodeRows | None
    token: str = ""


def page(store: Store, kind: Kind, where: Predicate | None, options: Options) -> Page:
    """One page of a list.

    As in MLMD the options of a list that has no nodes, whatever its filter says, are not looked at.

    Args:
        where: of which type or context the nodes are; None lists all of the kind.
        options: beyond 100 nodes a page, 100 are given.

    Raises:
        InvalidArgumentError (of either package): options that cannot be, or a token of another list.
    """
    try:
        found = _page(store, kind, where, options)
    except (errors.InvalidArgumentError, InvalidArgumentError):
        if _is_empty(store, kind, where):
            return Page(None)
        raise
    return found if found.rows or not _is_empty(store, kind, where) else Page(None)


def _is_empty(store: Store, kind: Kind, where: Predicate | None) -> bool:
    return where is not None and not store.backend.nodes(NodeQuery(kind, where, limit=1))


def _page(store: Store, kind: Kind, where: Predicate | None, options: Options) -> Page:
    size = options.max_result_size
    if size <= 0:
        raise errors.InvalidArgumentError(
            "max_result_size field value is required to be greater than 0 and less than or equal to 100. "
            f"Set value:{size}"
        )
    order = _order(options)
    parts = [] if where is None else [where]
    if options.filter_query:
        parts.append(parsed(options.filter_query, kind))
    if options.next_page_token.strip():
        parts.append(_beyond(_token_from(options.next_page_token, options), order))
    whole = None if not parts else parts[0] if len(parts) == 1 else And(parts)
    size = min(size, LARGEST)
    found = store.backend.nodes(NodeQuery(kind, whole, order, size + 1))
    if len(found) <= size:
        return Page(found)
    rows = found.first(size)
    return Page(rows, _token_after(rows.rows, options, order))


def parsed(filter_query: str, kind: Kind) -> Predicate:
    """A filter as a condition.

    Raises:
        graphmeta.InvalidArgumentError: it is none; the message names the place.
    """
    from graphmeta.filters import parse  # late: the parser takes long to load, and most lists have no filter

    return parse(filter_query, kind)


def _order(options: Options) -> Order:
    by = options.order_by_field
    try:
        return Order(_ORDERS[by.field], descending=not by.is_asc)
    except KeyError:
        name = Options.OrderByField.Field.Name(by.field)
        raise errors.InvalidArgumentError(f"Unsupported field: {name} specified in ListOperationOptions") from None


# ---------------------------------------------------------------- tokens


def _token_after(rows: Sequence[NodeRow], options: Options, order: Order) -> str:
    """The token of what comes after some nodes, the last of a page."""
    last = rows[-1]
    token = pb.ListOperationNextPageToken(set_options=options)
    token.set_options.ClearField("next_page_token")
    if order.by == "updated":
        token.field_offset = last.updated
        for row in reversed(rows):
            if row.updated != last.updated:
                break
            token.listed_ids.append(row.id)
    else:
        token.field_offset = last.id if order.by == "id" else last.created
        token.id_offset = last.id
    return base64.urlsafe_b64encode(token.SerializeToString()).decode("ascii").rstrip("=")


def _token_from(text: str, options: Options) -> pb.ListOperationNextPageToken:
    """A token decoded, once it is known to be of a list that was ordered as this one is."""
    text = "".join(text.split()).replace(".", "=")  # as MLMD's decoder has it
    padded = text + "=" * (0 if "=" in text else -len(text) % 4)
    if not _TOKEN.fullmatch(text) or len(padded) % 4 or padded.endswith("==="):
        raise errors.InvalidArgumentError("Failed to decode next page token string")
    data = base64.urlsafe_b64decode(padded)
    token = pb.ListOperationNextPageToken()
    try:
        token.ParseFromString(data)
    except DecodeError:
        raise errors.InvalidArgumentError(
            "Failed to parse decoded next page token into ListOperationNextPageToken proto message "
        ) from None
    was, now = token.set_options.order_by_field, options.order_by_field
    if (was.field, was.is_asc) != (now.field, now.is_asc):
        raise errors.InvalidArgumentError(
            f"ListOperationOptions mismatch between calls Initial Options: {token.set_options} "
            f"Current Options: {options}"
        )
    return token


def _beyond(token: pb.ListOperationNextPageToken, order: Order) -> Predicate:
    """What comes after the page that a token is of."""
    after: Literal["<", ">"] = "<" if order.descending else ">"
    if order.by == "id":
        return Compare(Field("id"), after, token.field_offset)
    last_id = token.id_offset
    if order.by == "updated":
        # MLMD leaves out the listed ids only, so that a third page of nodes that one call updated is the first
        # again. Nodes of one moment are ordered by id: the farthest of the listed says where to go on.
        last_id = min(token.listed_ids, default=INT64[-1]) if order.descending else max(token.listed_ids, default=0)
    later = Or((Compare(Field(order.by), after, token.field_offset), Compare(Field("id"), after, last_id)))
    # Said like this, so that an index begins at the moment and goes on in order.
    return And((Compare(Field(order.by), "<=" if order.descending else ">=", token.field_offset), later))
