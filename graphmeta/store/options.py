"""The choices of a put, as MLMD has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphmeta.model import AnyNode


@dataclass(frozen=True, slots=True)
class PutOptions:
    """How a put treats what is there already.

    Attributes:
        reuse_contexts: a context without id whose (type, name) exists is that one, and is not updated.
        force_reuse_contexts: a context with an id is only checked to exist, and is not updated.
        reuse_artifacts_by_external_id: an artifact without id whose external_id exists, and is not empty,
            replaces that one; it need not say its type.
        force_update_time: an update that changes nothing moves `updated` all the same.
        counts_as_change: says of an update that changes nothing, by the node given and the stored one, whether it
            moves `updated` all the same; None means never.
        abort_if_changed: an artifact with an id carries the `updated` that its writer read; where the
            store's is another, the put fails.
        update_mask: for nodes with an id: only these fields are replaced (`uri`, `state`, `name`,
            `external_id`, `properties`, `custom_properties`, `properties.<key>`, `custom_properties.<key>`);
            None replaces all.
        allow_missing_artifacts: an event may name an artifact id that does not exist; an attribution of
            that artifact in the same put is left out.
    """

    reuse_contexts: bool = False
    force_reuse_contexts: bool = False
    reuse_artifacts_by_external_id: bool = False
    force_update_time: bool = False
    counts_as_change: Callable[[AnyNode, AnyNode], bool] | None = None
    abort_if_changed: bool = False
    update_mask: Sequence[str] | None = None
    allow_missing_artifacts: bool = False
