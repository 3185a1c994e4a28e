"""Was a model evaluated on data that it saw?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from graphmeta.checks.data_flow import Data, DataFlow
from graphmeta.checks.finding import Check, Finding
from graphmeta.checks.parting import Leak, Parting, Spot, parting
from graphmeta.checks.proof import Proofs, listed, named
from graphmeta.checks.purposes import Purposes, purposes
from graphmeta.model import AnyNode, Artifact, Execution
from graphmeta.query.flow import Key, key_of
from graphmeta.query.reading import given_artifact
from graphmeta.store.store import Store

_HELP = {
    "leakage/evaluated-on-training-data": "Evaluate it on data that nothing it was trained on was made of.",
    "leakage/no-split-between": "Split the data once, before anything else, train on one part and evaluate on another; "
    "where a step does split, give it a name that says so, or name it in [checks] of graphmeta.toml.",
    "leakage/same-content": "Evaluate it on other data: these are the same bytes under two names.",
}


def leakage(store: Store, model: AnyNode | str, *, most: int | None = None) -> Check:
    """Whether a model was evaluated on data that it saw.

    It was where an evaluation took data that it, or a model that it builds on, was trained on, or of which such data
    was made; and where training data and evaluation data come of one parent, and the ways to the two part elsewhere
    than at a step that splits. Data of equal digests are the same data. Only ways through data count: what a schema or
    statistics say of data is no leak. Where nothing says which part of a dataset of several parts a step read, and it
    may be a leak, it cannot be told.

    Args:
        model: an artifact, or its name.
        most: of what the model came of, and its evaluations, look at so many nodes each, those nearest; where there
            are more, that it holds cannot be told. None for all.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    known = purposes(store, found, most)
    return _Looking(found, known).check()


class _Looking:
    def __init__(self, model: Artifact, known: Purposes) -> None:
        self._model, self._known = model, known
        self._reader = known.reader
        self._data = Data(known.reader, known.flow, known.trainers, known.evaluators)
        self._to_model = known.flow.upstream([key_of(model)]).previous
        self._proofs = Proofs(known.reader, known.flow)
        self._notes: list[str] = []
        self._doubts: list[str] = []

    def check(self) -> Check:
        """The answer."""
        sure, exactly = self._part(same_content=False, possible=False)
        # Most stores need one look: nothing has the same bytes as another, and all that was read is known.
        merged, by_content = sure, exactly
        if self._data.artifacts.has_same_content:
            merged, by_content = self._part(same_content=True, possible=False)
        possible, perhaps = merged, by_content
        if self._data.is_unsure or by_content.overlapping:
            possible, perhaps = self._part(same_content=True, possible=True)
        certain = [leak for leak in exactly.leaks if not leak.beside_split]
        findings = [self._finding(sure, leak) for leak in certain]
        seen = {sure.evaluated[leak.evaluated][0] for leak in certain}
        for leak in by_content.leaks:
            if merged.evaluated[leak.evaluated][0] not in seen and not leak.beside_split:
                seen.add(merged.evaluated[leak.evaluated][0])
                findings.append(self._finding(merged, leak, same_content=True))
        # What is left of the leaks that were looked for first is beside a split, and of those that may be, the rest.
        for graph, leaks in ((merged, by_content.leaks), (possible, perhaps.leaks)):
            for leak in leaks:
                if graph.evaluated[leak.evaluated][0] not in seen:
                    seen.add(graph.evaluated[leak.evaluated][0])
                    self._doubts.append(self._why_unclear(graph, leak, by_content.overlapping))
        self._say_what_is_missing(possible)
        self._say_what_was_taken_for_what(possible, by_content)
        return Check(
            "leakage",
            f"Whether {named(self._model)} was evaluated on data that it saw.",
            findings,
            list(dict.fromkeys([*self._doubts, *self._reader.notes])),
            looked_at=len({artifact for artifact, _ in possible.evaluated.values()}),
            what="datasets that it was evaluated on",
            notes=self._notes,
        )

    def _part(self, *, same_content: bool, possible: bool) -> tuple[DataFlow, Parting]:
        graph = self._data.graph(same_content=same_content, possible=possible)
        return graph, parting(
            graph.before,
            graph.after,
            graph.trained.keys(),
            graph.evaluated.keys(),
            graph.splits,
            wholes=graph.wholes,
            strict=possible,
        )

    # ------------------------------------------------------------ what is wrong

    def _finding(self, graph: DataFlow, leak: Leak, *, same_content: bool = False) -> Finding:
        data, evaluation = graph.evaluated[leak.evaluated]
        learned, trainer = graph.trained[leak.to_training[-1]]
        training = self._keys(graph, leak.to_training, learned)
        measuring = self._keys(graph, leak.to_evaluation, data)
        if leak.trained_on and training[0].id != data:
            training = [Key("artifact", data), *training]
        training += self._on_to_model(trainer)
        nodes = self._reader.nodes({*training, *measuring, Key("execution", evaluation)})
        parent = nodes.get(measuring[0])
        rule = "no-split-between"
        by, took = self._name(nodes, Key("execution", evaluation)), self._name(nodes, Key("artifact", data))
        trained_on = self._name(nodes, Key("artifact", learned))
        message = f"{by} evaluated {named(self._model)} on {took}"
        if leak.trained_on and same_content:
            message += f", and on {trained_on} it was trained."
        elif leak.trained_on:
            rule = "evaluated-on-training-data"
            itself = learned == data and len(leak.to_training) == 1
            message += (
                ", which it was trained on." if itself else f", of which {trained_on} came, on which it was trained."
            )
        elif len(leak.to_training) == 1:
            message += f", which came of {trained_on}, and on all of that it was trained."
        else:
            whole = self._name(nodes, measuring[0])
            message += f" and it was trained on {trained_on}: both came of {whole}, and no step split them."
        if same_content:
            rule = "same-content"
            message += f" {self._same_bytes(nodes, training, measuring)}"
        about = [self._model, nodes.get(Key("artifact", data)), nodes.get(Key("artifact", learned)), parent]
        return Finding(
            f"leakage/{rule}",
            message,
            _once(about),
            proof=self._proofs.way(training),
            other_proof=self._proofs.way([*measuring, Key("execution", evaluation)]),
            help=_HELP[f"leakage/{rule}"],
        )

    def _keys(self, graph: DataFlow, way: Sequence[Spot], end: int) -> list[Key]:
        """A way as nodes of the store; where one node stands for two artifacts of the same bytes, both."""
        found: list[Key] = []
        for source, target in pairwise(way):
            artifact = Key("artifact", graph.after[source][target])
            if source.kind == "artifact":
                found += [artifact] if not found or found[-1] != artifact else []
                found.append(Key("execution", target.id))
            else:
                found.append(artifact)
        last = Key("artifact", end)
        return found if found and found[-1] == last else [*found, last]

    def _on_to_model(self, trainer: int) -> list[Key]:
        """The way from a step that learned on to the model."""
        way = [Key("execution", trainer)]
        while way[-1] in self._to_model:
            way.append(self._to_model[way[-1]])
        return way

    def _same_bytes(self, nodes: Mapping[Key, AnyNode], *ways: Sequence[Key]) -> str:
        pairs = [pair for way in ways for pair in pairwise(way) if pair[0].kind == pair[1].kind]
        if ways[0][0] != ways[1][0]:
            pairs.append((ways[0][0], ways[1][0]))
        return " ".join(
            f"{self._name(nodes, one)} and {self._name(nodes, other)} hold the same bytes." for one, other in pairs
        )

    def _name(self, nodes: Mapping[Key, AnyNode], key: Key) -> str:
        return named(nodes[key]) if key in nodes else f"{key.kind}/{key.id}"

    # ------------------------------------------------------------ what cannot be told

    def _why_unclear(self, graph: DataFlow, leak: Leak, overlapping: Sequence[Spot]) -> str:
        data, evaluation = graph.evaluated[leak.evaluated]
        _, trainer = graph.trained[leak.to_training[-1]]
        on_the_way = [*leak.to_training, *leak.to_evaluation]
        steps = {spot.id for spot in on_the_way if spot.kind == "execution"} | {trainer, evaluation}
        unsure = sorted((step, artifact) for step, artifact in self._data.unsure if step in steps)
        shared = self._keys(graph, leak.to_evaluation, data)[0]
        nodes = self._reader.nodes(
            {Key("artifact", data), shared, *(Key("execution", each) for each in steps)}
            | {Key("artifact", artifact) for _, artifact in unsure}
        )
        reasons = []
        for artifact in dict.fromkeys(artifact for _, artifact in unsure):
            readers = [self._name(nodes, Key("execution", step)) for step, each in unsure if each == artifact]
            parts = listed(self._data.parts[artifact])
            whole = self._name(nodes, Key("artifact", artifact))
            reasons.append(f"{whole} holds {parts}, and nothing says which of them {listed(readers)} read.")
        apart = [self._name(nodes, Key("execution", step)) for step in sorted(steps & self._data.apart)]
        if apart:
            reasons.append(
                f"{listed(apart)} took the data for both at once, and nothing says whether it kept them apart."
            )
        splits = [self._name(nodes, Key("execution", id)) for id in sorted({each.id for each in overlapping} & steps)]
        if splits:
            reasons.append(f"Nothing says that what {listed(splits)} gave does not overlap.")
        if leak.beside_split:
            reasons.append(
                f"{self._name(nodes, shared)} went into both the training and the evaluation data, each time beside "
                "what a step had split; whether that gave anything away is not known."
            )
        reasons += self._same_place(graph, leak)
        took = self._name(nodes, Key("artifact", data))
        return " ".join([f"Whether {named(self._model)} saw {took} cannot be told.", *reasons])

    def _same_place(self, graph: DataFlow, leak: Leak) -> list[str]:
        """What of two ways may hold the same bytes, for it lies at one place."""
        data, _ = graph.evaluated[leak.evaluated]
        learned, _ = graph.trained[leak.to_training[-1]]
        ways = (self._keys(graph, leak.to_training, learned), self._keys(graph, leak.to_evaluation, data))
        met = {key.id for way in ways for key in way if key.kind == "artifact"}
        found = []
        for those in self._data.artifacts.at_one_place(met):
            names = listed(map(named, self._reader.artifacts(those)))
            found.append(f"{names} lie at the same place, and no digests say whether they are the same.")
        return found

    def _say_what_is_missing(self, graph: DataFlow) -> None:
        model = named(self._model)
        for step, ids in self._data.missing.items():
            by = listed(map(named, self._reader.executions([step])))
            what = listed(f"artifact/{id}" for id in ids)
            one = "is" if len(ids) == 1 else "are"
            self._doubts.append(f"{by} read {what}, which {one} not in this store: what that was is not known.")
        steps = self._known.evaluators
        if not self._known.trainers:
            self._doubts.append(f"What {model} was trained on is not known: no step in this store made it.")
        elif not graph.trained:
            trained = listed(map(named, self._reader.executions(self._known.trainers)))
            self._doubts.append(f"What {model} was trained on is not known: {trained} read no data that is recorded.")
        if not steps and not graph.evaluated:
            self._doubts.append(f"No evaluation of {model} is recorded.")
        elif not graph.evaluated:
            measured = listed(map(named, self._reader.executions(steps)))
            self._doubts.append(
                f"What {model} was evaluated on is not known: {measured} read no data that is recorded."
            )

    # ------------------------------------------------------------ what was guessed

    def _say_what_was_taken_for_what(self, graph: DataFlow, found: Parting) -> None:
        reader, data = self._reader, self._data
        ends = {artifact for artifact, _ in [*graph.trained.values(), *graph.evaluated.values()]}
        guessed = reader.artifacts(data.guessed & ends)
        if guessed:
            self._notes.append(f"{listed(map(named, guessed))} counted as data, for no type says what it is.")
        for step, artifact in sorted(data.aside):
            nodes = self._reader.nodes([Key("execution", step), Key("artifact", artifact)])
            purpose = "evaluate on" if step in self._known.trainers else "train on"
            what, by = self._name(nodes, Key("artifact", artifact)), self._name(nodes, Key("execution", step))
            self._notes.append(f"{what} counted as data to {purpose}, for so says the key under which {by} read it.")
        for part in sorted({part for _, part in data.defaults}):
            by = listed(map(named, reader.executions(step for step, each in data.defaults if each == part)))
            self._notes.append(f"{by} read the part {part}, as TFX does where nothing says which.")
        splits: Collection[Execution] = reader.executions(spot.id for spot in found.splits)
        if splits:
            one = "it split" if len(splits) == 1 else "they split"
            self._notes.append(
                f"{listed(map(named, splits))} counted as a split: that {one} without overlap is not known."
            )


def _once(nodes: Sequence[AnyNode | None]) -> list[AnyNode]:
    return list({(node.kind, node.id): node for node in nodes if node is not None}.values())
