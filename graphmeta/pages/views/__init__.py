"""One module a page; `VIEWS` has them all."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.pages.view import View
from graphmeta.pages.views import types

VIEWS: Sequence[View] = (types.VIEW,)
