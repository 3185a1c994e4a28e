"""One vertex of a picture: a node, or several alike, with what is written on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphmeta.model import AnyNode, Execution
from graphmeta.query import Key, Lineage
from graphmeta.query.nodes import display, nameless
from graphmeta.query.production import is_cached, state_of
from graphmeta.render.folding import family
from graphmeta.render.safe import visible
from graphmeta.render.words import several
from graphmeta.render.words import title as titled

# A name may be 100 kB long; nobody reads that in a picture.
LONGEST = 400
# States that say nothing: what one expects, and what nobody set.
UNSET = (None, "", "UNKNOWN")
ORDINARY_STATES = (*UNSET, "LIVE", "COMPLETE")


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node with what is written on it; all texts are visible, one line, and of bounded length. Or several
    alike that are folded into one.

    Attributes:
        key: of a folded vertex that of its first member.
        label: what people call it, `churn@3`; of a folded one what its members have in common, `churn`.
        type: its type's name; '' where the artifact does not exist.
        nameless: nobody gave it a name, and the label is made up.
        role: see `vocabulary`; None where nothing says.
        states: how many members are in each state that is set, those that are not ordinary first.
        uri: '' where there is none.
        members: all the nodes that it stands for; of one node just that.
        open_ended: there may be more of them, which were not read.
    """

    key: Key
    label: str
    type: str = ""
    nameless: bool = False
    role: str | None = None
    states: tuple[tuple[str, int], ...] = ()
    uri: str = ""
    start: bool = False
    missing: bool = False
    members: tuple[Key, ...] = ()
    open_ended: bool = False

    @property
    def folded(self) -> bool:
        """Whether it stands for several nodes."""
        return len(self.members) > 1

    @property
    def state(self) -> str | None:
        """The state of a node, the most telling one of several; None where all are in one of `ORDINARY_STATES`."""
        return next((state for state, _ in self.states if state not in ORDINARY_STATES), None)

    @property
    def title(self) -> str:
        """The first line: `churn@3`, `train ×140`."""
        return f"{self.label} {self.times}" if self.folded else self.label

    @property
    def times(self) -> str:
        """How many nodes a folded vertex stands for: `×140`, `×140 or more`."""
        return self._at_least(f"×{len(self.members)}")

    @property
    def named(self) -> tuple[str, str, str]:
        """As `words.with_id` writes it, in three parts: ("Model:", "churn@3", " (artifact/42)") and
        ("", "fine-tune", " (train, execution/4)"); of a folded one ("", "train ×140", " (140 executions)")."""
        key = f"{self.key.kind}/{self.key.id}"
        if self.folded:
            return f"{self.type}:" if self.key.kind == "artifact" else "", self.title, f" ({self._count})"
        if self.missing:
            return "", key, ""
        if self.nameless:
            return "", self.type, f" ({key})"
        if self.key.kind == "artifact":
            return f"{self.type}:", self.label, f" ({key})"
        return "", self.label, f" ({key})" if self.type == self.label else f" ({self.type}, {key})"

    @property
    def subtitle(self) -> str:
        """What stands below the label: `Model`, `train step`; of types with packages the last part."""
        if self.missing:
            return "not in the store"
        return self._type if self.key.kind == "artifact" else f"{self._type} step"

    @property
    def badges(self) -> list[tuple[str, str]]:
        """The states that are worth a word, and the words: [("FAILED", "3 failed")]."""
        said = [(state, number, in_words(state)) for state, number in self.states if state not in ORDINARY_STATES]
        if not self.folded:
            return [(state, words) for state, _, words in said]
        whole = None if self.open_ended else len(self.members)
        return [(state, f"{'all' if number == whole else number} {words}") for state, number, words in said]

    @property
    def full(self) -> str:
        """All of it in a few words, for a tooltip."""
        states = [words for _, words in self.badges] if self.folded else [self.state or ""]
        return ", ".join(["".join(self.named), *(part for part in (*states, self.uri) if part)])

    @property
    def spoken(self) -> str:
        """All of it for a reader of screens: `Model churn@3, artifact 42, live, start`."""
        name = self.type if self.nameless or not self.type or self.type == self.label else f"{self.type} {self.label}"
        if self.folded:
            states = [f"{number} {in_words(state)}" for state, number in self.states]
            return ", ".join([name, self._count, *states])
        parts = [name or "artifact", f"{self.key.kind} {self.key.id}", *(in_words(state) for state, _ in self.states)]
        if self.missing:
            parts.append("not in the store")
        return ", ".join([*parts, "start"] if self.start else parts)

    @property
    def _type(self) -> str:
        return _last_part(self.type)

    @property
    def _count(self) -> str:
        return self._at_least(several(len(self.members), self.key.kind))

    def _at_least(self, count: str) -> str:
        return f"{count} or more" if self.open_ended else count


def in_words(state: str) -> str:
    """A state as people write it: `marked for deletion`."""
    return state.replace("_", " ").lower()


def vertex_of(lineage: Lineage, key: Key) -> Vertex:
    """One node of a lineage with its caption."""
    node = lineage.nodes.get(key)
    if node is None and key == lineage.start_key:
        node = lineage.start
    if node is None:  # an event may name an artifact that does not exist
        return Vertex(key, f"{key.kind}/{key.id}", missing=True, members=(key,))
    return Vertex(
        key,
        _text(titled(node)),
        _text(node.type),
        nameless(node),
        lineage.role(key),
        _states([node]),
        _text(getattr(node, "uri", None) or ""),
        start=key == lineage.start_key,
        members=(key,),
    )


def folded(lineage: Lineage, group: tuple[Key, ...]) -> Vertex:
    """The vertex that stands for all of a group."""
    first = vertex_of(lineage, group[0])
    if first.missing:
        return replace(first, label="artifact", members=group)
    label = _last_part(first.type) if first.nameless else _text(family(display(lineage.nodes[group[0]])))
    return replace(first, label=label, states=_states([lineage.nodes[key] for key in group]), uri="", members=group)


def _states(nodes: Sequence[AnyNode]) -> tuple[tuple[str, int], ...]:
    counts = Counter(state for state in map(_state, nodes) if state not in UNSET)
    order = sorted(counts, key=lambda state: (state in ORDINARY_STATES, state != "FAILED", state))
    return tuple((state, counts[state]) for state in order)


def _state(node: AnyNode) -> str:
    if isinstance(node, Execution):
        return "CACHED" if is_cached(node) else state_of(node)
    return str(getattr(node, "state", None) or "")


def _last_part(type: str) -> str:
    """`Trainer` of `tfx.components.trainer.component.Trainer`."""
    return re.split(r"[./]", type)[-1] or type


def _text(text: str) -> str:
    return visible(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def family_of(lineage: Lineage, key: Key) -> tuple[str | None, ...]:
    """What nodes of one fold have in common, whatever their neighbours."""
    node = lineage.nodes.get(key)
    if node is None:
        return (key.kind,)
    return key.kind, node.type, None if nameless(node) else family(display(node)), lineage.role(key)
