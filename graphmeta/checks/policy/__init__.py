"""Policies: rules for what a store may hold, out of a file; `docs/policies.md` shows what they can say."""

from graphmeta.checks.policy.judging import policy
from graphmeta.checks.policy.shape import schema_text

__all__ = ["policy", "schema_text"]
