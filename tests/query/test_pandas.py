"""Answers as pandas has them."""

from __future__ import annotations

import subprocess
import sys

import pandas
import pytest

from graphmeta import query
from graphmeta.errors import UnsupportedError
from graphmeta.store import Store
from tests.query import worlds


def test_every_answer_is_a_table_or_says_that_it_is_none(store: Store) -> None:
    world = worlds.recorded(store)
    models = [world["churn@1"], world["churn@2"]]
    nodes = query.models(store, world["raw.csv@1"]).to_pandas()
    assert list(nodes["name"]) == ["churn@1", "churn@2", "churn@3", "big@1"]
    assert list(nodes["custom_properties.auc"])[:3] == [0.1, 0.2, 0.3]
    compared = query.compare(store, models).to_pandas()
    assert compared.loc[("params", "lr"), "Model:churn@2"] == 0.2
    assert bool(compared.loc[("params", "lr"), "differs"]) and not compared.loc[("params", "epochs"), "differs"]
    steps = query.path(store, world["raw.csv@1"], models[0]).to_pandas()
    assert list(steps["kind"]) == ["artifact", "execution"] * 2 + ["artifact"]
    assert list(steps["event_type"])[1:] == ["INPUT", "OUTPUT", "INPUT", "OUTPUT"]
    changes = query.why(store, *models).to_pandas()
    assert {"parameter", "data"} <= set(changes["kind"])
    assert query.params(store, models[0]).to_pandas().loc["lr", "value"] == 0.1
    assert "auc" in set(query.metrics(store, models[0]).to_pandas()["key"])
    assert "numpy" in set(query.environment(store, models[0]).to_pandas()["name"])
    for answer in (
        query.datasets(store, models[0]),
        query.siblings(store, models[0]),
        query.impact(store, world["raw.csv@1"]),
        query.plan(store, world["raw.csv@1"]),
        query.common(store, models),
        query.hotspots(store),
    ):
        frame = answer.to_pandas()
        assert isinstance(frame, pandas.DataFrame) and len(frame) and "type" in frame.columns
    for answer in (query.origin(store, models[0]), query.explain(store, models[0])):
        with pytest.raises(UnsupportedError, match="is no table"):
            answer.to_pandas()


def test_a_lineage_is_two_tables(store: Store) -> None:
    world = worlds.recorded(store)
    found = query.lineage(store, world["churn@1"])
    nodes, events = found.to_pandas()
    assert len(nodes) == len(found.nodes) and len(events) == len(found.events)
    assert set(events.columns) == {"artifact", "execution", "type", "path", "time"}


def test_without_pandas_a_sentence_says_so() -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import tempfile, graphmeta\nfrom graphmeta import query\n"
        "store = graphmeta.connect(tempfile.mkdtemp() + '/x.db'); store.initialise()\n"
        "query.models(store).to_pandas()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install pandas" in done.stderr
