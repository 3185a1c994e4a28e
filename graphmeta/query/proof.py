"""Everything about a model in one document, for whoever has to prove it."""

from __future__ import annotations

from graphmeta import __version__
from graphmeta.model import AnyNode, Artifact
from graphmeta.query.answers.evidence import Evidence
from graphmeta.query.answers.ways import Path
from graphmeta.query.comparison import explain
from graphmeta.query.routes import path
from graphmeta.store.store import Store


def evidence(store: Store, model: AnyNode | str) -> Evidence:
    """The answers to the seven questions about a model, the way that each dataset took to it, the digests of what lies
    on those ways, and a digest of it all.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = explain(store, model)
    ways: list[Path] = [path(store, use.dataset, found.model) for use in found.datasets.uses]
    nodes = [node for each in ways for way in each.ways for node in way.nodes]
    artifacts = {
        each.id: each for each in [found.model, *found.metrics.artifacts, *nodes] if isinstance(each, Artifact)
    }
    return Evidence(
        found,
        ways,
        sorted(artifacts.values(), key=lambda each: each.id or 0),
        store=store.url,
        made=store.backend.clock(),
        version=__version__,
    )
