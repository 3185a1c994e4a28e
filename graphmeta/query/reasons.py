"""Why do these two differ?"""

from __future__ import annotations

from graphmeta.model import AnyNode
from graphmeta.query.alignment import Alignment
from graphmeta.query.answers.changes import CHANGE_KINDS, Why
from graphmeta.query.answers.several import ComparisonRow
from graphmeta.query.equality import differences
from graphmeta.query.flow import key_of
from graphmeta.query.measurements import Surroundings, metrics_of
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.store.store import Store


def why(store: Store, before: AnyNode | str, after: AnyNode | str, *, most: int | None = None) -> Why:
    """What changed between two models, or any two artifacts, in all that they were made from.

    The two ancestries are laid side by side (see `alignment`), from the two upwards: their steps by name and type,
    the inputs of a step by the key that it read them as, by name, by type and position. Where both sides have the same
    node, or the same content, what lies above is the same, and is not looked at.

    Args:
        most: of all that the two were made from, look at so many nodes, those nearest; a note says that there are more.
            None for all.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to one of them.
    """
    one, other = given_artifact(store, before, "Model"), given_artifact(store, after, "Model")
    reader = Reader(store, [one, other], most)
    notes = []
    if one.id == other.id:
        return Why(one, other, [], [], notes=[f"{label(one)} and {label(other)} are the same node."])
    surroundings = Surroundings(reader)
    measured = [metrics_of(reader, each, surroundings).by_key() for each in (one, other)]
    metrics = [
        ComparisonRow("metrics", key, [old, new], differs=True)
        for key, old, new in differences(*map(_sorted, measured))
    ]
    alignment = Alignment(reader, reader.ancestry)
    alignment.run(key_of(one), key_of(other))
    # Near the end of what was looked at one side seems to lack what the other has.
    sure = [each for each in alignment.changes if reader.depth is None or each.distance + 2 < reader.depth]
    changes = sorted(sure, key=lambda each: (each.distance, each.where, CHANGE_KINDS.index(each.kind), each.key))
    if not changes:
        among = "Nothing that the store knows differs" if reader.depth is None else "No difference is known for sure"
        notes.append(f"{among} in what the two were made from.")
    return Why(one, other, metrics, changes, alignment.same, [*notes, *alignment.notes, *reader.notes])


def _sorted(measured: dict[str, int | float | str]) -> dict[str, int | float | str]:
    return dict(sorted(measured.items()))
