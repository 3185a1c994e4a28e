"""Names and widths that people can read: in notebooks and in files."""

from __future__ import annotations

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution
from graphmeta.render.html import to_html
from graphmeta.store import Store
from tests.query import worlds


def test_a_wide_picture_scrolls_in_a_notebook_and_is_not_shrunk(sqlite_store: Store) -> None:
    worlds.recorded(sqlite_store)
    shown = query.lineage(sqlite_store, "artifact/1")._repr_html_()
    assert shown.startswith('<div style="max-width:100%;overflow:auto"><svg style="max-width:none" ')
    assert shown.count("max-width:none") == 1


def test_a_file_calls_what_only_has_a_number_by_its_folder(sqlite_store: Store) -> None:
    worlds.add_types(sqlite_store, "artifact", "Model")
    worlds.add_types(sqlite_store, "execution", "Trainer")
    model, step = Artifact(type="Model", uri="/p/Trainer/model/17"), Execution(type="Trainer", name="t")
    sqlite_store.put(artifacts=[model], executions=[step], events=[Event(model, step, "OUTPUT")])
    file = to_html(query.lineage(sqlite_store, "execution/1"))
    assert "Model:model/17 (artifact/1)" in file
    assert "Model:17" not in file
