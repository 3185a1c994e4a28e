"""What some steps made, and nobody else."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from graphmeta.backends.rows import NodeRow
from graphmeta.keeping.ages import Ages
from graphmeta.keeping.arrows import Arrows
from graphmeta.keeping.coding import by_kind, coded, is_step
from graphmeta.keeping.rows import rows_of
from graphmeta.store.store import Store

# Whoever stores a step after what it made does so at once: what was stored so much earlier, in milliseconds, it only
# wrote to.
_AT_ONCE = 3_600_000
_FINISHED = (None, "LIVE")


def only_made_by(
    store: Store,
    candidates: Collection[int],
    arrows: Arrows,
    *,
    but: Collection[int] = (),
    before: int | None = None,
) -> Iterator[NodeRow]:
    """The artifacts that some steps made and nobody else, as far as they are no candidates themselves. What was stored
    long before its step is not what that made, nor what a step took as well, nor what a step only announced and is
    finished all the same.

    Args:
        candidates: the steps among them count.
        arrows: the events of the candidates, and of what they made.
        but: artifacts that are left out.
        before: only what was updated no later, in milliseconds since the epoch; None for all.
    """
    made = _Made(arrows, candidates)
    artifacts = by_kind(made.makers.keys() - but)["artifact"]
    if not artifacts:
        return
    steps = by_kind({maker for makers in made.makers.values() for maker in makers})["execution"]
    stored = {coded("execution", row.id): row.created for row in rows_of(store, "execution", steps)}
    for row in Ages(store, before).among("artifact", artifacts):
        node = coded("artifact", row.id)
        first = min(stored.get(maker, 0) for maker in made.makers[node])
        if row.created >= first - _AT_ONCE and not (node in made.announced and row.state in _FINISHED):
            yield row


class _Made:
    """What is no candidate to go, and was made by candidates alone.

    Attributes:
        makers: the steps, by artifact. What a step took as well as gave it did not make.
        announced: those of the artifacts that were never said to be finished.
    """

    def __init__(self, arrows: Arrows, candidates: Collection[int]) -> None:
        self.makers: dict[int, list[int]] = {}
        others: set[int] = set()  # what others made, or the same step took
        for source, target in arrows.pairs():
            if is_step(source) and target not in candidates:
                if source in candidates:
                    self.makers.setdefault(target, []).append(source)
                else:
                    others.add(target)
        others.update(
            source for source, target in arrows.pairs() if source in self.makers and target in self.makers[source]
        )
        for artifact in others | arrows.missing:
            self.makers.pop(artifact, None)
        self.announced = {
            artifact
            for artifact, makers in self.makers.items()
            if all((maker, artifact) in arrows.pending for maker in makers)
        }
