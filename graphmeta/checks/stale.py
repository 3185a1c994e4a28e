"""Which models were made from what has newer versions by now?"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from graphmeta import vocabulary
from graphmeta.checks.finding import Check, Finding
from graphmeta.checks.models import models_to_check
from graphmeta.checks.proof import Proofs, listed, named
from graphmeta.checks.versions import newest_of
from graphmeta.model import AnyNode, Artifact, node_id
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.likeness import same_content
from graphmeta.query.planning import plan_toward
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.query.versions import Thing, age, thing
from graphmeta.store.store import Store


def stale(store: Store, model: AnyNode | str | None = None, *, most: int | None = None) -> Check:
    """Models that were made from something of which there is a newer version by now that they were not made from.

    Versions are artifacts of the same type and name, and where there is no name, of the same URI with another digest.
    What counts are datasets, base models and code, wherever they lie upstream; of those that came of one another only
    the first is reported: where the raw data has a newer version, what was made of the old one need not be said.
    Something newer that a step of the model's own making gave (the next of several parts), or that holds the same
    bytes, makes nothing stale.

    Args:
        model: an artifact, or its name; None for the latest version of every model and those that were deployed, which
            come first.
        most: of what they came of look at so many nodes, those nearest; where there are more, that it holds cannot be
            told. None for all.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    doubts: list[str] = []
    deployed: Collection[int] = ()
    if model is not None:
        models = [given_artifact(store, model, "Model")]
    else:
        chosen = models_to_check(store)
        models, deployed = chosen.models, chosen.deployed
        if chosen.more:
            doubts.append(f"Only {len(models):,} models were looked at, deployed ones and the last stored first.")
    of = "models were" if model is None else f"{named(models[0])} was"
    looking = _Looking(Reader(store, models, most), deployed)
    findings = looking.findings()
    unmade = [each for each in models if not looking.flow.sources(key_of(each))]
    notes = []
    if unmade and model is not None:
        doubts.append(f"What {named(models[0])} was made from is not known: no step in this store made it.")
    elif unmade:
        notes.append(f"What {listed(map(named, unmade))} came of is not known: no step in this store made that.")
    if not models:
        notes.append("There is no model in this store.")
    if looking.unnamed:
        notes.append(f"Of {looking.unnamed:,} inputs neither a name nor a digest is known, so that none is newer.")
    return Check(
        "stale",
        f"Whether {of} made from what has newer versions.",
        findings,
        [*doubts, *looking.reader.notes],
        looked_at=len(models),
        what="models",
        notes=notes,
        plan=plan_toward(Reader(store, looking.stale.values(), most), looking.causes.values()) if findings else None,
    )


class _Looking:
    """The models of a reader, and what they came of.

    Attributes:
        unnamed: how many inputs are no version of anything, as far as one can tell.
        stale: the models that have a finding, by id.
        causes: what they were made from, with its newer version, by id.
    """

    def __init__(self, reader: Reader, deployed: Collection[int]) -> None:
        self.reader, self._deployed = reader, deployed
        self.flow: Flow = reader.ancestry
        self.unnamed = 0
        self._proofs = Proofs(reader, self.flow)
        self.stale: dict[int, Artifact] = {}
        self.causes: dict[int, tuple[Artifact, Artifact]] = {}
        self._things: dict[Key, Thing] = {}
        self._versions: dict[Thing, list[Artifact]] = {}
        self._inputs = self._learn()

    def _learn(self) -> Mapping[Key, Artifact]:
        """The inputs of which the store has something newer, whoever it came of."""
        found: dict[Key, Artifact] = {}
        for artifact in self.reader.artifacts(key.id for key in self.flow.after if key.kind == "artifact"):
            role = self.reader.role(artifact)
            if role == "Model" or vocabulary.is_data(artifact.type, role) or vocabulary.is_code(artifact.type):
                same = thing(artifact)
                if same is None:
                    self.unnamed += 1
                else:
                    found[key_of(artifact)] = artifact
                    self._things[key_of(artifact)] = same
        self._versions = newest_of(self.reader.store, self._things.values())
        oldest: dict[Thing, tuple[int, int, int]] = {}
        for key, artifact in found.items():
            oldest[self._things[key]] = min(oldest.get(self._things[key], age(artifact)), age(artifact))
        newer = {same for same, versions in self._versions.items() if age(versions[0]) > oldest[same]}
        return {key: artifact for key, artifact in found.items() if self._things[key] in newer}

    def findings(self) -> list[Finding]:
        """What is stale, the models in their order."""
        found: list[Finding] = []
        if not self._inputs:
            return found
        # All that a model can be stale for came of these; the rest of the ancestry need not be looked at.
        below = self.flow.downstream(self._inputs).distance
        makers = self._makers_of_newer()
        for model in self.reader.subjects:
            if key_of(model) not in below:
                continue
            reached = self._above(key_of(model), below)
            causes = self._causes(model, reached, makers)
            for old, new in causes:
                found.append(self._finding(model, old, new, reached))
                self.stale[node_id(model)] = model
                self.causes.setdefault(node_id(old), (old, new))
        return found

    def _makers_of_newer(self) -> Mapping[int, Collection[int]]:
        """Which steps made the versions that are not in the ancestry, by artifact."""
        ids = {each.id or 0 for same in {self._things[key] for key in self._inputs} for each in self._versions[same]}
        flow = self.reader.events_of_artifacts(ids)
        return {id: {key.id for key in flow.sources(Key("artifact", id))} for id in ids}

    def _above(self, model: Key, below: Collection[Key]) -> dict[Key, Key]:
        """What a model came of, as far as it came of the inputs in question, each with the next node on the way to the
        model."""
        following: dict[Key, Key] = {}
        waiting = deque([model])
        while waiting:
            node = waiting.popleft()
            for source in self.flow.sources(node):
                if source in below and source not in following and source != model:
                    following[source] = node
                    waiting.append(source)
        return following

    def _causes(
        self, model: Artifact, above: Mapping[Key, Key], makers: Mapping[int, Collection[int]]
    ) -> list[tuple[Artifact, Artifact]]:
        """(what the model was made from, its newest version), of those that came of one another the first."""
        own = thing(model)
        taken: dict[Thing, Artifact] = {}
        for key in above:
            if key in self._inputs and (same := self._things[key]) != own:
                taken[same] = max(taken.get(same, self._inputs[key]), self._inputs[key], key=age)
        pairs = {}
        for same, old in taken.items():
            new = next((each for each in self._versions[same] if self._is_news(each, old, above, makers)), None)
            if new is not None:
                pairs[key_of(old)] = (old, new)
        return [pairs[key] for key in self._first(pairs, above)]

    def _is_news(
        self, new: Artifact, old: Artifact, above: Mapping[Key, Key], makers: Mapping[int, Collection[int]]
    ) -> bool:
        gave = (made for maker in makers[node_id(new)] for made in self.flow.targets(Key("execution", maker)))
        same_step = any(made in above for made in gave)
        return age(new) > age(old) and key_of(new) not in above and not same_step and not same_content(old, new)

    def _first(self, keys: Iterable[Key], above: Mapping[Key, Key]) -> list[Key]:
        """Those that came of no other of them; of those on one circle one."""
        order, consequences = sorted(keys), set[Key]()
        seen: set[Key] = set()
        for key in order:
            if key in consequences:
                continue
            waiting = deque([key])
            while waiting:
                for after in self.flow.targets(waiting.popleft()):
                    if after in above and after not in seen and after != key:
                        seen.add(after)
                        waiting.append(after)
            consequences.update(each for each in order if each in seen and each != key)
        return [key for key in order if key not in consequences]

    def _finding(self, model: Artifact, old: Artifact, new: Artifact, above: Mapping[Key, Key]) -> Finding:
        way = [key_of(old)]
        while way[-1] != key_of(model):
            way.append(above[way[-1]])
        deployed = ", which was deployed," if model.id in self._deployed else ""
        return Finding(
            "stale/newer-input",
            f"{named(model)}{deployed} was made from {named(old)}, stored {_when(old)}; "
            f"the newest is {named(new)}, stored {_when(new)}.",
            [model, old, new],
            proof=self._proofs.way(way),
            help=f"Run again what came of {named(old)}, with {named(new)} in its place.",
        )


def _when(artifact: Artifact) -> str:
    """When an artifact was stored, to the minute."""
    if artifact.created is None:
        return "an unknown time"
    return datetime.fromtimestamp(artifact.created / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
