"""To be written."""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, Any] = {}
