"""Two ancestries side by side: which step of one stands where which step of the other does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from graphmeta.model import Artifact, Execution, Value
from graphmeta.query.answers.changes import Change, ChangeKind
from graphmeta.query.equality import differences
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.likeness import itself, matched, may_have_made, same_content, same_thing, step_name, step_role
from graphmeta.query.nodes import display, label
from graphmeta.query.production import first_maker, state_of
from graphmeta.query.reading import Reader
from graphmeta.query.settings import SETTINGS, settings_of

# Beyond so many places that differ a person is no wiser; what is left is said in a note.
_MOST_PAIRS = 2_000
# So many steps may have been put in, or left out, between two that are on both sides.
_MOST_SKIPPED = 4


class Pair(NamedTuple):
    """Two nodes of the same kind that stand in the same place.

    Attributes:
        distance: node steps up from where the alignment began.
        where: the step that read the two artifacts, or the two steps themselves; '' at the beginning.
        key: what that step read them as.
    """

    before: Key
    after: Key
    distance: int
    where: str = ""
    key: str = ""


class Alignment:
    """Lays two ancestries side by side, level by level, and notes what is not the same.

    Args:
        reader: reads the nodes, each level at once.
        flow: what was made from what; both ancestries.

    Attributes:
        changes: what is not the same.
        same: how many places are.
        notes: what was not looked at.
    """

    def __init__(self, reader: Reader, flow: Flow) -> None:
        self._reader = reader
        self._flow = flow
        self._nodes: dict[Key, Artifact | Execution] = {}
        self._seen: set[tuple[Key, Key]] = set()
        self._alone: set[tuple[Key, bool]] = set()
        self.changes: list[Change] = []
        self.same = 0
        self.notes: list[str] = []

    def run(self, before: Key, after: Key) -> None:
        """Begin with two artifacts and go up."""
        level = [Pair(before, after, 0)]
        while level:
            fresh = [pair for pair in level if (pair.before, pair.after) not in self._seen]
            self._seen.update((pair.before, pair.after) for pair in fresh)
            if len(self._seen) > _MOST_PAIRS:
                self.notes.append(f"More than {_MOST_PAIRS} places differ; what lies further up was not compared.")
                return
            self._read(key for pair in fresh for end in (pair.before, pair.after) for key in (end, *self._makers(end)))
            level = [above for pair in dict.fromkeys(fresh) for above in self._compare(pair)]

    # ------------------------------------------------------------ one pair

    def _compare(self, pair: Pair) -> Iterator[Pair]:
        """Note what is not the same of two nodes; the pairs above them."""
        if pair.before == pair.after:
            self.same += 1
        elif pair.before.kind == "execution":
            yield from self._compare_steps(pair)
        else:
            yield from self._compare_artifacts(pair)

    def _compare_artifacts(self, pair: Pair) -> Iterator[Pair]:
        if pair.distance:
            if same_content(self._nodes.get(pair.before), self._nodes.get(pair.after)):
                self.same += 1
                return
            self._note("data", pair, pair.key, self._label(pair.before), self._label(pair.after))
        old, new = self._makers_that_ran(pair.before), self._makers_that_ran(pair.after)
        facing = list(self._facing(old, new))
        for one, other in facing:
            yield Pair(one, other, pair.distance + 1, self._name_of(one))
        first = [self._step(each[0]) if each else None for each in (old, new)]
        if not facing and any(first):
            yield from self._other_makers(pair, *first)
            old, new = old[1:], new[1:]
        for steps, is_before in ((old, True), (new, False)):
            for step in steps:
                self._note_alone(pair, step, is_before)

    def _facing(self, old: list[Key], new: list[Key]) -> Iterator[tuple[Key, Key]]:
        """The makers of two artifacts that answer to each other, taken out of both lists."""
        for likeness in (itself, self._role_of):
            yield from matched(old, new, likeness, likeness)
        if old and new and not (self._step(old[0]) and self._step(new[0])):
            # Nobody knows what a step did that is not in the store: it stands where the other side's step does.
            yield old.pop(0), new.pop(0)

    def _other_makers(self, pair: Pair, old: Execution | None, new: Execution | None) -> Iterator[Pair]:
        """Two artifacts that steps of other names made: steps were put in or left out, or one was replaced."""
        gone = self._skipped(pair.before, pair.after, new)
        added = self._skipped(pair.after, pair.before, old)
        if gone is not None and (added is None or len(gone.steps) <= len(added.steps)):
            for step in gone.steps:
                self._note_alone(pair, key_of(step), is_before=True)
            further = pair.distance + 2 * len(gone.steps)
            yield Pair(gone.to, gone.facing or pair.after, further, pair.where, pair.key)
        elif added is not None:
            for step in added.steps:
                self._note_alone(pair, key_of(step), is_before=False)
            yield Pair(
                added.facing or pair.before, added.to, pair.distance + 2 * len(added.steps), pair.where, pair.key
            )
        else:
            name = " / ".join(dict.fromkeys(step_name(each) for each in (old, new) if each is not None))
            shown = [None if each is None else label(each) for each in (old, new)]
            self._note("step", pair._replace(where=name), name, *shown)
            if old is not None and new is not None:
                yield Pair(key_of(old), key_of(new), pair.distance + 1, step_name(old))

    def _skipped(self, artifact: Key, other: Key, facing: Execution | None) -> _Skipped | None:
        """The steps between an artifact and the place above it that answers to what the other side has: the step
        `facing`, which made `other`, or `other` itself; None where there is no such place near."""
        steps: dict[Key, list[Execution]] = {artifact: []}
        level = [artifact]
        wanted = None if facing is None else step_role(facing)
        thing = self._nodes.get(other)
        for _ in range(_MOST_SKIPPED):
            makers = {each: self._maker(each) for each in level}
            above: list[Key] = []
            for each, maker in makers.items():
                if maker is None:
                    continue
                if steps[each] and wanted is not None and step_role(maker) == wanted:
                    return _Skipped(steps[each], key_of(maker), None if facing is None else key_of(facing))
                for source in self._flow.sources(key_of(maker)):
                    if source not in steps:
                        steps[source] = [*steps[each], maker]
                        above.append(source)
            self._read(key for each in above for key in (each, *self._makers(each)))
            for each in above:
                if each == other or same_thing(self._nodes.get(each), thing):
                    return _Skipped(steps[each], each, None)
            level = above
        return None

    def _compare_steps(self, pair: Pair) -> Iterator[Pair]:
        before, after = self._step(pair.before), self._step(pair.after)
        if before is not None and after is not None:
            self._compare_settings(pair, before, after)
        else:
            ends = (pair.before, pair.after)
            name = " / ".join(map(self._name_of, ends))
            self._note("step", pair._replace(where=name), name, *map(self._label, ends))
        for one_input, other_input, key in self._inputs(pair.before, pair.after):
            if one_input is not None and other_input is not None:
                yield Pair(one_input, other_input, pair.distance + 1, pair.where, key)
                continue
            shown = [None if each is None else self._label(each) for each in (one_input, other_input)]
            self._note("input", pair._replace(distance=pair.distance + 1), key, *shown)

    def _compare_settings(self, pair: Pair, before: Execution, after: Execution) -> None:
        count = len(self.changes)
        settings = [settings_of(self._reader, step) for step in (before, after)]
        for kind, old, new in zip(SETTINGS, *settings, strict=True):
            for key, one, other in differences(old, new):
                self._note(kind, pair, key, one, other)
        if step_role(before) == step_role(after) and step_name(before) != step_name(after):
            self._note("step", pair, "name", step_name(before), step_name(after))
        self.same += len(self.changes) == count

    def _inputs(self, before: Key, after: Key) -> Iterator[tuple[Key | None, Key | None, str]]:
        """The inputs of two steps: those that answer to each other, then those that only one has."""
        old, new = self._flow.sources(before), self._flow.sources(after)
        self._read([*old, *new])
        for likeness in (self._by_id, self._by_path, self._by_name, self._by_type):
            for each, other in matched(old, new, partial(likeness, before), partial(likeness, after)):
                yield each, other, self._input_key(before, each)
        yield from ((each, None, self._input_key(before, each)) for each in old)
        yield from ((None, each, self._input_key(after, each)) for each in new)

    # ------------------------------------------------------------ what makes two inputs alike

    def _by_id(self, step: Key, artifact: Key) -> object:
        return artifact

    def _by_path(self, step: Key, artifact: Key) -> object:
        paths = self._flow.paths(artifact, step, output=False)
        return tuple(paths[0]) if paths and paths[0] else None

    def _by_name(self, step: Key, artifact: Key) -> object:
        node = self._nodes.get(artifact)
        return None if node is None else (node.type, display(node))

    def _by_type(self, step: Key, artifact: Key) -> object:
        node = self._nodes.get(artifact)
        return None if node is None else node.type

    def _input_key(self, step: Key, artifact: Key) -> str:
        """What a step read an artifact as: the key of the event's path, else the artifact's name."""
        path = self._by_path(step, artifact)
        if isinstance(path, tuple) and isinstance(path[0], str):
            return path[0]
        node = self._nodes.get(artifact)
        return f"artifact/{artifact.id}" if node is None else display(node)

    # ------------------------------------------------------------ nodes

    def _read(self, keys: Iterable[Key]) -> None:
        """Read nodes, and the contexts of the executions among them, at once."""
        new = [key for key in dict.fromkeys(keys) if key not in self._nodes]
        self._nodes.update(self._reader.nodes(new))
        self._reader.read_contexts([key.id for key in new if key.kind == "execution"])

    def _makers(self, key: Key) -> list[Key]:
        return self._flow.sources(key) if key.kind == "artifact" else []

    def _maker(self, artifact: Key) -> Execution | None:
        makers = [self._nodes.get(each) for each in self._makers(artifact)]
        return first_maker([each for each in makers if isinstance(each, Execution)])

    def _makers_that_ran(self, artifact: Key) -> list[Key]:
        """The steps that made an artifact, one after the other: those that completed first. Cached and failed ones
        are not among them, unless no other is known: then it is the likeliest of them."""
        makers = {each: self._step(each) for each in self._makers(artifact)}
        ran = [each for each, step in makers.items() if step is None or may_have_made(step)]
        likeliest = self._maker(artifact)
        if not ran and likeliest is not None:
            return [key_of(likeliest)]
        return sorted(ran, key=lambda each: (step := makers[each]) is None or state_of(step) != "COMPLETE")

    def _step(self, key: Key) -> Execution | None:
        node = self._nodes.get(key)
        return node if isinstance(node, Execution) else None

    def _role_of(self, key: Key) -> object:
        step = self._step(key)
        return None if step is None else step_role(step)

    def _name_of(self, key: Key) -> str:
        step = self._step(key)
        return self._label(key) if step is None else step_name(step)

    def _label(self, key: Key) -> str:
        node = self._nodes.get(key)
        return f"{key.kind}/{key.id}" if node is None else label(node)

    def _note_alone(self, pair: Pair, step: Key, is_before: bool) -> None:
        """Note a step that only one side has: once, however many things it made."""
        if (step, is_before) not in self._alone:
            self._alone.add((step, is_before))
            name, shown = self._name_of(step), self._label(step)
            ends = (shown, None) if is_before else (None, shown)
            self._note("step", pair._replace(where=name), name, *ends)

    def _note(self, kind: ChangeKind, pair: Pair, key: str, before: Value | None, after: Value | None) -> None:
        self.changes.append(Change(kind, pair.where, key, before, after, pair.distance))


class _Skipped(NamedTuple):
    """Steps that only one side has.

    Attributes:
        steps: from the artifact upwards.
        to: the place above them that the other side has as well.
        facing: where on the other side; None for the artifact that the search began with.
    """

    steps: list[Execution]
    to: Key
    facing: Key | None
