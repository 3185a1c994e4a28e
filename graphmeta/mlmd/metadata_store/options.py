"""What the methods of the client class take besides messages."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from graphmeta.mlmd.proto import metadata_store_pb2

_FIELD = metadata_store_pb2.ListOperationOptions.OrderByField


@enum.unique
class OrderByField(enum.Enum):
    """What a list may be ordered by; the values are those of the message."""

    CREATE_TIME = _FIELD.CREATE_TIME
    UPDATE_TIME = _FIELD.LAST_UPDATE_TIME
    ID = _FIELD.ID


@dataclass(eq=True)
class ListOptions:
    """Which nodes a list has, and in which order.

    Attributes:
        limit: at most so many; None or 0 for all.
        order_by: by id unless told.
        is_asc: ascending.
        filter_query: a condition, in the language of docs/mlmd.md.
    """

    limit: int | None = None
    order_by: OrderByField | None = None
    is_asc: bool = True
    filter_query: str | None = None


class ExtraOptions:
    """Taken and ignored by every method, as in ml-metadata."""

    def __init__(self, euc: object = None) -> None:
        pass
