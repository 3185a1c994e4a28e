"""Questions to a store: names, lineage, the seven questions, comparison.

Every function takes the store first. A node is given as an object or as text that `resolve` understands
(`Model:churn@3`, `artifact/42`, a URI).
"""

from graphmeta.query.ancestry import Edge, Lineage, lineage
from graphmeta.query.comparison import compare, explain
from graphmeta.query.descent import models, siblings
from graphmeta.query.flow import Key
from graphmeta.query.inputs import datasets
from graphmeta.query.measurements import metrics
from graphmeta.query.naming import resolve, resolve_all
from graphmeta.query.nodes import display, label, node_json, value_json
from graphmeta.query.production import origin, params
from graphmeta.query.results import (
    Comparison,
    ComparisonRow,
    Datasets,
    DatasetUse,
    Environment,
    Explanation,
    Metric,
    Metrics,
    Models,
    ModelUse,
    Origin,
    Package,
    Params,
    Sibling,
    Siblings,
)
from graphmeta.query.software import environment

__all__ = [
    "Comparison",
    "ComparisonRow",
    "DatasetUse",
    "Datasets",
    "Edge",
    "Environment",
    "Explanation",
    "Key",
    "Lineage",
    "Metric",
    "Metrics",
    "ModelUse",
    "Models",
    "Origin",
    "Package",
    "Params",
    "Sibling",
    "Siblings",
    "compare",
    "datasets",
    "display",
    "environment",
    "explain",
    "label",
    "lineage",
    "metrics",
    "models",
    "node_json",
    "origin",
    "params",
    "resolve",
    "resolve_all",
    "siblings",
    "value_json",
]
