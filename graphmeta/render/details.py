"""What a file tells of the nodes of a lineage beside its picture: a table, and a section of each node."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from graphmeta.model import AnyNode, Execution, Value
from graphmeta.query import Key, Lineage
from graphmeta.query.production import state_of
from graphmeta.render import patience, words
from graphmeta.render.safe import shortened, visible

MOST_BESIDE = 50  # neighbours that one of them lists
MOST_IN_A_ROW = 10  # neighbours that a row of the table lists
MOST_PROPERTIES = 200  # of a node
LONGEST_VALUE = 20_000  # characters of a property


class Details:
    """What a file tells of these nodes of a lineage.

    Args:
        keys: the nodes, the nearest to the start first.
        bytes: for links and facts, about; a row and a few short facts of each node are there all the same.
        cut_short: the lineage was not read to its end.
    """

    def __init__(self, lineage: Lineage, keys: Sequence[Key], bytes: int, *, cut_short: bool) -> None:
        self._lineage = lineage
        self.keys = keys
        self._told = frozenset(keys)
        self._room = _Room(bytes)
        self._cut_short = cut_short
        self._links: dict[Key, str] = {}

    def name(self, key: Key, longest: int = 200) -> str:
        """What a node is called: as in the picture."""
        node = self._lineage.nodes.get(key)
        if node is None:
            return f"{key.kind}/{key.id}"
        shown, own = words.title(node), words.caption(node)
        name = words.with_id(node) if shown == own else f"{node.type}:{shown} ({key.kind}/{key.id})"
        return visible(shortened(name, longest))

    def table(self) -> Iterator[str]:
        """The picture in rows, for those who do not see it."""
        yield (
            '<h2>The picture as a table</h2>\n<div class="wide" tabindex="0" role="region" aria-label="Nodes"><table>'
            "<caption>Steps from the start: negative upstream, positive downstream.</caption><thead><tr>"
            '<th scope="col">steps</th><th scope="col">node</th><th scope="col">type</th><th scope="col">state</th>'
            '<th scope="col">made by, or made of</th></tr></thead><tbody>'
        )
        for depth, key in sorted((self._lineage.depth(key), key) for key in self.keys):
            patience.check()
            node = self._lineage.nodes.get(key)
            type, state = ("", "not in the store") if node is None else (_cut(node.type, 100), _state(node))
            yield (
                f'<tr><td>{depth}</td><th scope="row">{self._to(key)}</th><td>{escape(type)}</td>'
                f"<td>{escape(state)}</td><td>{', '.join(self._some(self._before(key), MOST_IN_A_ROW))}</td></tr>"
            )
        yield "</tbody></table></div>"

    def section(self, key: Key) -> str:
        """One node: its properties, and what is beside it."""
        patience.check()
        made = key.kind == "artifact"
        after = list(dict.fromkeys(edge.target for edge in self._lineage.children(key)))
        parts = [f'<section id="about-{key.kind}-{key.id}"><h3>{escape(self.name(key))}</h3><dl class="facts">']
        parts += self._facts(key)
        parts.append("</dl>")
        for title, keys in (("Made by" if made else "Used", self._before(key)), ("Used by" if made else "Made", after)):
            if keys:
                parts.append(f"<h4>{title}</h4>{self.listed(keys)}")
        return "".join([*parts, "</section>"])

    def listed(self, keys: Sequence[Key]) -> str:
        """Some nodes, each with a link to what is told of it."""
        return f"<ul>{''.join(f'<li>{each}</li>' for each in self._some(keys, MOST_BESIDE))}</ul>"

    def _some(self, keys: Sequence[Key], most: int) -> Iterator[str]:
        """The first of some nodes, so many as there is room for, and how many more there are."""
        for position, key in enumerate(keys):
            link = self._to(key) if position < most else ""
            if not link or not self._room.takes(link):
                yield f"and {'at least ' if self._cut_short else ''}{len(keys) - position} more"
                return
            yield link

    def _to(self, key: Key) -> str:
        if key not in self._links:
            name = escape(self.name(key, 100))
            self._links[key] = f'<a href="#about-{key.kind}-{key.id}">{name}</a>' if key in self._told else name
        return self._links[key]

    def _before(self, key: Key) -> list[Key]:
        return list(dict.fromkeys(edge.source for edge in self._lineage.parents(key)))

    def _facts(self, key: Key) -> Iterator[str]:
        """What every node has, and those of its properties that there is room for."""
        node = self._lineage.nodes.get(key)
        if node is None:
            yield from (_fact("Node", f"{key.kind}/{key.id}"), _fact("State", "not in the store"))
            return
        always = {
            "Node": f"{key.kind}/{key.id}",
            "Type": node.type,
            "Name": node.name,
            "State": _state(node),
            "URI": getattr(node, "uri", None),
            "Created": words.time(node.created),
            "Updated": words.time(node.updated),
        }
        for name, text in always.items():
            fact = _fact(name, text or "")
            yield fact if self._room.takes(fact) else _fact(name, _cut(text or "", 100))
        held = [pair for held in (node.properties, node.custom_properties) for pair in sorted(held.items())]
        for position, (name, value) in enumerate(held):
            fits = position < MOST_PROPERTIES and self._room.left > 0
            fact = _fact(_cut(name), _value(name, value)) if fits else ""
            if not fits or not self._room.takes(fact):
                yield f"<dt>Properties</dt><dd>and {len(held) - position} more, which are left out here</dd>"
                return
            yield fact


class _Room:
    """How many bytes a file still has for what it tells about nodes. Once something does not fit, nothing does: what
    is nearest to the start comes first, and no later piece slips in by being short."""

    def __init__(self, left: int) -> None:
        self.left = left

    def takes(self, piece: str) -> bool:
        """Whether a piece fits; then its bytes are gone."""
        self.left = max(0, self.left - len(piece.encode(errors="replace")))
        return self.left > 0


def _state(node: AnyNode) -> str:
    state = state_of(node) if isinstance(node, Execution) else getattr(node, "state", None)
    return state.replace("_", " ").lower() if state else ""


def _fact(name: str, text: str) -> str:
    return f"<dt>{escape(name)}</dt><dd>{_text(text)}</dd>" if text else ""


def _cut(text: str, longest: int = words.LONGEST_NAME) -> str:
    return visible(shortened(text, longest))


def _value(key: str, held: Value) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2) if isinstance(held, dict) else words.property_value(key, held)


def _text(text: str) -> str:
    """A text of bounded length that nothing in it can leave."""
    lines = [visible(line) for line in shortened(text, LONGEST_VALUE).split("\n")]
    return f"<pre>{escape(chr(10).join(lines))}</pre>" if len(lines) > 1 else escape(lines[0])
