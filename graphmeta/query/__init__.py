"""Questions to a store: names, lineage, the seven questions, comparison.

Every function takes the store first. A node is given as an object or as text that `resolve` understands
(`Model:churn@3`, `artifact/42`, a URI).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmeta.lazy import lazily

if TYPE_CHECKING:
    from graphmeta.query.ancestry import lineage as lineage
    from graphmeta.query.answers.changes import Change as Change
    from graphmeta.query.answers.changes import Why as Why
    from graphmeta.query.answers.evidence import Evidence as Evidence
    from graphmeta.query.answers.hotspots import Hotspot as Hotspot
    from graphmeta.query.answers.hotspots import Hotspots as Hotspots
    from graphmeta.query.answers.impact import AffectedModel as AffectedModel
    from graphmeta.query.answers.impact import Impact as Impact
    from graphmeta.query.answers.impact import LeftOut as LeftOut
    from graphmeta.query.answers.impact import Plan as Plan
    from graphmeta.query.answers.impact import PlannedStep as PlannedStep
    from graphmeta.query.answers.lineage import Lineage as Lineage
    from graphmeta.query.answers.making import Environment as Environment
    from graphmeta.query.answers.making import Metric as Metric
    from graphmeta.query.answers.making import Metrics as Metrics
    from graphmeta.query.answers.making import Origin as Origin
    from graphmeta.query.answers.making import Package as Package
    from graphmeta.query.answers.making import Params as Params
    from graphmeta.query.answers.several import Comparison as Comparison
    from graphmeta.query.answers.several import ComparisonRow as ComparisonRow
    from graphmeta.query.answers.several import Explanation as Explanation
    from graphmeta.query.answers.uses import Datasets as Datasets
    from graphmeta.query.answers.uses import DatasetUse as DatasetUse
    from graphmeta.query.answers.uses import Models as Models
    from graphmeta.query.answers.uses import ModelUse as ModelUse
    from graphmeta.query.answers.uses import Sibling as Sibling
    from graphmeta.query.answers.uses import Siblings as Siblings
    from graphmeta.query.answers.ways import Ancestor as Ancestor
    from graphmeta.query.answers.ways import Common as Common
    from graphmeta.query.answers.ways import Path as Path
    from graphmeta.query.answers.ways import Way as Way
    from graphmeta.query.comparison import compare as compare
    from graphmeta.query.comparison import explain as explain
    from graphmeta.query.consequences import impact as impact
    from graphmeta.query.dependence import hotspots as hotspots
    from graphmeta.query.descent import models as models
    from graphmeta.query.descent import siblings as siblings
    from graphmeta.query.flow import Edge as Edge
    from graphmeta.query.flow import Key as Key
    from graphmeta.query.inputs import datasets as datasets
    from graphmeta.query.measurements import metrics as metrics
    from graphmeta.query.naming import resolve as resolve
    from graphmeta.query.naming import resolve_all as resolve_all
    from graphmeta.query.nodes import display as display
    from graphmeta.query.nodes import label as label
    from graphmeta.query.nodes import node_json as node_json
    from graphmeta.query.nodes import value_json as value_json
    from graphmeta.query.planning import plan as plan
    from graphmeta.query.production import origin as origin
    from graphmeta.query.production import params as params
    from graphmeta.query.proof import evidence as evidence
    from graphmeta.query.reasons import why as why
    from graphmeta.query.routes import PATH_LIMIT as PATH_LIMIT
    from graphmeta.query.routes import path as path
    from graphmeta.query.sharing import common as common
    from graphmeta.query.software import environment as environment
    from graphmeta.query.whole import to_networkx as to_networkx

__all__, __getattr__ = lazily(
    __name__,
    {
        "graphmeta.query.ancestry": ("lineage",),
        "graphmeta.query.comparison": ("compare", "explain"),
        "graphmeta.query.descent": ("models", "siblings"),
        "graphmeta.query.flow": ("Edge", "Key"),
        "graphmeta.query.inputs": ("datasets",),
        "graphmeta.query.measurements": ("metrics",),
        "graphmeta.query.naming": ("resolve", "resolve_all"),
        "graphmeta.query.nodes": ("display", "label", "node_json", "value_json"),
        "graphmeta.query.production": ("origin", "params"),
        "graphmeta.query.answers.lineage": ("Lineage",),
        "graphmeta.query.answers.making": (
            "Environment",
            "Metric",
            "Metrics",
            "Origin",
            "Package",
            "Params",
        ),
        "graphmeta.query.answers.several": (
            "Comparison",
            "ComparisonRow",
            "Explanation",
        ),
        "graphmeta.query.answers.uses": (
            "Datasets",
            "DatasetUse",
            "Models",
            "ModelUse",
            "Sibling",
            "Siblings",
        ),
        "graphmeta.query.software": ("environment",),
        "graphmeta.query.routes": (
            "PATH_LIMIT",
            "path",
        ),
        "graphmeta.query.sharing": ("common",),
        "graphmeta.query.answers.ways": (
            "Ancestor",
            "Common",
            "Path",
            "Way",
        ),
        "graphmeta.query.consequences": ("impact",),
        "graphmeta.query.planning": ("plan",),
        "graphmeta.query.answers.impact": (
            "AffectedModel",
            "Impact",
            "LeftOut",
            "Plan",
            "PlannedStep",
        ),
        "graphmeta.query.reasons": ("why",),
        "graphmeta.query.answers.changes": (
            "Change",
            "Why",
        ),
        "graphmeta.query.proof": ("evidence",),
        "graphmeta.query.answers.evidence": ("Evidence",),
        "graphmeta.query.dependence": ("hotspots",),
        "graphmeta.query.answers.hotspots": (
            "Hotspot",
            "Hotspots",
        ),
        "graphmeta.query.whole": ("to_networkx",),
    },
)


def __dir__() -> list[str]:
    return __all__
