"""The choices of a put, as MLMD has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PutOptions:
    """How a put treats what is there already.

    Attributes:
        reuse_contexts: a context without id whose (type, name) exists is that one, and is not updated.
        force_reuse_contexts: a context with an id is only checked to exist, and is not updated.
        reuse_artifacts_by_external_id: an artifact without id whose external_id exists replaces that one.
        force_update_time: an update that changes nothing moves `updated` all the same.
        abort_if_changed: an artifact with an id carries the `updated` that its writer read; where the
            store's is another, the put fails.
        update_mask: for nodes with an id: only these fields are replaced (`uri`, `state`, `name`,
            `external_id`, `properties`, `custom_properties`, `properties.<key>`, `custom_properties.<key>`);
            None replaces all.
        allow_missing_artifacts: an event may name an artifact id that does not exist.
    """

    reuse_contexts: bool = False
    force_reuse_contexts: bool = False
    reuse_artifacts_by_external_id: bool = False
    force_update_time: bool = False
    abort_if_changed: bool = False
    update_mask: Sequence[str] | None = None
    allow_missing_artifacts: bool = False
