"""`/artifact/42`: one artifact, what made it and what used it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from graphmeta.backends.rows import EventColumns, EventRow
from graphmeta.errors import NotFoundError
from graphmeta.model import Artifact, Execution
from graphmeta.pages.around import AnnotationJson, ContextsJson, UsesJson, belongs, said_of, uses
from graphmeta.pages.bounds import LONGEST_VALUE, MOST_VALUES, several, short
from graphmeta.pages.making import MakingJson, Measurements, making
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT
from graphmeta.pages.runs import MOST_KEYS
from graphmeta.pages.vicinity import picture_around
from graphmeta.pages.view import Page, View
from graphmeta.query.lookup import node_with_id
from graphmeta.query.nodes import display
from graphmeta.query.versions import logical_name, version_of, versions_around
from graphmeta.query.vicinity import around, used_and_made
from graphmeta.render import words
from graphmeta.store import Store

MOST_VERSIONS = 10


class VersionJson(TypedDict):
    """A version of the same thing, with what was measured of it where it is a model."""

    node: NodeJson
    version: str | None
    metrics: dict[str, Any]


class ArtifactJson(TypedDict):
    """An artifact. `node` is null where events name it and the store has no such artifact."""

    id: int
    node: NodeJson | None
    external_id: str | None
    version: str | None
    producers: UsesJson
    readers: UsesJson
    contexts: ContextsJson
    contexts_of: NodeJson | None
    annotations: list[AnnotationJson]
    versions: list[VersionJson]
    more_versions: bool
    before: NodeJson | None
    making: MakingJson | None


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """One artifact."""
    id = asked["id"]
    artifact = cast("Artifact | None", node_with_id(store, "artifact", id))
    events = store.event_columns(artifacts=[id])
    if artifact is None:
        return _missing(store, id, events)
    nodes = Nodes(store)
    used, made = used_and_made(events)
    versions = versions_around(store, artifact, MOST_VERSIONS)
    own = nodes.whole(artifact)
    is_model = own["role"] == "Model"
    others = [each for each in versions.shown if each.id != id]
    measurements = Measurements(store, [artifact, *others]) if is_model else None
    producers = uses(store, nodes, made, "execution")
    contexts, through = belongs(store, nodes, artifact), None
    if not contexts["total"] and producers["events"]:
        # Some programs say of the steps alone which run they belong to.
        maker = cast("Execution | None", node_with_id(store, "execution", producers["events"][0]["id"]))
        if maker is not None:
            contexts, through = belongs(store, nodes, maker), nodes.json(maker)
    data: ArtifactJson = {
        "id": id,
        "node": own,
        "external_id": short(artifact.external_id, LONGEST_VALUE),
        "version": short(version_of(artifact), LONGEST_VALUE),
        "producers": producers,
        "readers": uses(store, nodes, used, "execution"),
        "contexts": contexts,
        "contexts_of": through if contexts["total"] else None,
        "annotations": said_of(store, artifact),
        "versions": [
            {
                "node": nodes.json(each),
                "version": short(version_of(each), LONGEST_VALUE),
                "metrics": {} if measurements is None else several(measurements.by_key(each)).values,
            }
            for each in versions.shown
            if others
        ],
        "more_versions": versions.more,
        "before": None if versions.before is None else nodes.json(versions.before),
        "making": None if measurements is None else _bounded(making(store, nodes, artifact, measurements)),
    }
    return Page(own["title"], data, lambda: _shown(store, artifact, used, made, data))


def _bounded(made: MakingJson) -> MakingJson:
    """The same with as many values as a page has room for, and a note on the others."""
    metrics = [{**each, "value": short(each["value"], LONGEST_VALUE)} for each in made["metrics"][:MOST_VALUES]]
    parameters, bookkeeping = several(made["parameters"]), several(made["bookkeeping"])
    notes = list(made["notes"])
    for name, more in (("metric", len(made["metrics"]) - len(metrics)), ("parameter", parameters.more)):
        if more:
            notes.append(f"There is no room here for {words.several(more, f'more {name}')}.")
    held = {"metrics": metrics, "parameters": parameters.values, "bookkeeping": bookkeeping.values, "notes": notes}
    return cast("MakingJson", {**made, **held})


def _shown(
    store: Store, artifact: Artifact, used: Sequence[EventRow], made: Sequence[EventRow], data: ArtifactJson
) -> Mapping[str, Any]:
    vicinity = around(store, artifact, used, made)
    return {
        "picture": picture_around(vicinity),
        "left_out": vicinity.left_out,
        "metric_keys": sorted({key for each in data["versions"] for key in each["metrics"]})[:MOST_KEYS],
        # The list looks in stored names: a name that only a property says is not among them.
        "listed_as": name if (name := display(artifact)) in (artifact.name or "") else None,
        "folder": logical_name(artifact)[1],
    }


def _missing(store: Store, id: int, events: EventColumns) -> Page:
    """What events know of an artifact that is not there.

    Raises:
        NotFoundError: they know nothing.
    """
    if not len(events):
        raise NotFoundError(f"There is no artifact {id} in this store. The search finds what there is.")
    nodes = Nodes(store)
    used, made = used_and_made(events)
    data: ArtifactJson = {
        "id": id,
        "node": None,
        "external_id": None,
        "version": None,
        "producers": uses(store, nodes, made, "execution"),
        "readers": uses(store, nodes, used, "execution"),
        "contexts": {"contexts": [], "total": 0},
        "contexts_of": None,
        "annotations": [],
        "versions": [],
        "more_versions": False,
        "before": None,
        "making": None,
    }
    return Page(f"artifact/{id} is not in the store", data, status=404)


VIEW = View(
    "artifact",
    "/artifact/{id:int}",
    "One artifact: properties, what made it, what used it, its versions and runs; of a model how it was made.",
    answer,
    ArtifactJson,
    (AT,),
)
