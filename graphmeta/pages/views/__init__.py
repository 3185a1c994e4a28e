"""One module a page; `VIEWS` has them all."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.pages.view import View
from graphmeta.pages.views import (
    artifact,
    checks,
    comparison,
    context,
    datasets,
    execution,
    home,
    impact,
    lineage,
    lists,
    models,
    path,
    runs,
    types,
    why,
)

VIEWS: Sequence[View] = (
    home.VIEW,
    *lists.VIEWS,
    types.VIEW,
    models.VIEW,
    datasets.VIEW,
    runs.VIEW,
    artifact.VIEW,
    context.VIEW,
    execution.VIEW,
    comparison.VIEW,
    why.VIEW,
    impact.VIEW,
    lineage.VIEW,
    path.VIEW,
    checks.VIEW,
)
