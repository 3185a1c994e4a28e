"""What would be needed to make a model again, and is missing?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from graphmeta import vocabulary, words
from graphmeta.checks.files import Files
from graphmeta.checks.finding import Check, Finding, Level
from graphmeta.checks.proof import listed, named
from graphmeta.model import AnyNode, Artifact, Execution, Value, node_id
from graphmeta.query.equality import leaves
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.production import cached_from, first_maker, is_cached, origin_of, params_of
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.query.software import environment_of
from graphmeta.store.store import Store

MOST = 10_000  # nodes of the making that are looked at unless told

_HELP = {
    "no-code": "Record the commit: graphmeta's recorder does, in a git work tree; others may set git_commit.",
    "code-changed": "Commit what was changed, and run the step again.",
    "no-environment": "Record the packages: graphmeta's recorder does; others may set <package>_version or image.",
    "environment-in-part": "Record all packages: graphmeta's recorder does.",
    "image-moves": "Name the image by its digest: name@sha256:….",
    "no-parameters": "Record the parameters of the step, if it has any.",
    "no-seed": "Set the seed of whatever draws by chance, and record it as a parameter.",
    "input-gone": "Bring the file back to its place, or record where it is now.",
    "input-changed": "Bring back the file that was read, or make the model anew from this one.",
    "input-unreadable": "Make the file readable for whoever runs the check.",
    "input-nowhere": "Record where it lies: a path or a URI.",
    "no-digest": "Record a digest: graphmeta's recorder does, of files that it can read.",
}


def repro(store: Store, model: AnyNode | str, *, most: int | None = MOST, seen: Files | None = None) -> Check:
    """What would be needed to make a model again and is missing, of every step in its making.

    An error: no code (a commit, an image, or an artifact that is code) or code that was changed since the commit, no
    environment, and an input that no step made, or one that took nothing, whose file is gone or not what was read. A
    warning: a step that trains and records no seed, one without parameters, an environment known only in part, an
    input that has no digest, and a file that is gone and that another step of the making can make again. Of several
    steps that made a thing it is the first that completed. Inputs that lie elsewhere than in this machine's files
    cannot be seen: that they are there cannot be told. What resolves, imports and groups (`words.NO_WORK_STEPS`)
    needs neither code nor environment.

    Args:
        model: an artifact, or its name.
        most: of what the model came of look at so many nodes, those nearest; where there are more, that it holds
            cannot be told. None for all.
        seen: what knows files that were read already; None for nothing.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    making = _Making(Reader(store, [found], most), found, seen or Files())
    findings = [*making.of_steps(), *making.of_inputs()]
    findings.sort(key=lambda each: each.level == "warning")
    return Check(
        "repro",
        f"Whether {named(found)} could be made again.",
        findings,
        [*making.doubts, *making.reader.notes],
        looked_at=len(making.steps),
        what="steps",
    )


class _Making:
    """The steps that made a model, and what they read."""

    def __init__(self, reader: Reader, model: Artifact, files: Files) -> None:
        self.reader = reader
        self._files = files
        self.doubts: list[str] = []
        self._flow: Flow = reader.ancestry
        self._stands_for: dict[int, list[Key]] = {}  # the steps of the making that a step ran for: itself, cached ones
        steps = {step.id: step for step in reader.executions(self._flow.executions())}
        made: set[Key] = set()
        self._received: dict[Key, Execution] = {}  # what came from outside, with the step that brought it
        chosen: dict[Key, Execution] = {}
        read: dict[Key, list[Execution]] = {}
        waiting = deque([key_of(model)])
        seen = set(waiting)
        while waiting:
            artifact = waiting.popleft()
            maker = first_maker([steps[key.id] for key in self._flow.sources(artifact) if key.id in steps])
            if maker is None:
                continue
            made.add(artifact)
            if not self._flow.sources(key_of(maker)):
                self._received[artifact] = maker
            if key_of(maker) in chosen:
                continue
            # Of a cached step the one that ran may be known, though it made other artifacts.
            chosen[key_of(maker)] = step = (is_cached(maker) and cached_from(reader, maker)) or maker
            self._stands_for.setdefault(node_id(step), []).append(key_of(maker))
            for source in self._flow.sources(key_of(maker)):
                read.setdefault(source, []).append(maker)
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
        self.steps = sorted({node_id(step): step for step in chosen.values()}.values(), key=node_id)
        if reader.depth is not None:
            # A walk that stopped need not have met who made what it met last.
            last = reader.events_of_artifacts({key.id for key in read.keys() - made})
            made.update(key for key in read.keys() - made if last.sources(key))
        self._made, self._read = made, read
        self._inputs = {key_of(each): each for each in reader.artifacts(key.id for key in read)}
        if key_of(model) not in made:
            self.doubts.append(f"How {named(model)} was made is not known: no step in this store made it.")
        reader.read_contexts(map(node_id, self.steps))

    # ------------------------------------------------------------ steps

    def of_steps(self) -> Iterator[Finding]:
        """What is missing of the steps: those that lack the same are one finding."""
        lacking: dict[tuple[str, Level, str], list[Execution]] = {}
        cached = []
        for step in self.steps:
            if not vocabulary.works(step.type):
                continue
            if is_cached(step):
                cached.append(step)
                continue
            for rule, level, sentence in self._lacks(step):
                lacking.setdefault((rule, level, sentence), []).append(step)
        for (rule, level, sentence), steps in lacking.items():
            which = listed(map(named, steps))
            yield Finding(f"repro/{rule}", f"{sentence} {which}.", steps, help=_HELP[rule], level=level)
        if cached:
            ones = listed(map(named, cached))
            self.doubts.append(f"How {ones} ran is not known: only cached, with the step that ran not in this store.")

    def _lacks(self, step: Execution) -> Iterator[tuple[str, Level, str]]:
        """(rule, level, the beginning of a sentence) for each thing that a step lacks."""
        code = {key: value for key in words.CODE_KEYS if (value := step.value(key)) not in (None, "", "None")}
        code.pop("git_dirty", None)
        takes_code = any(
            vocabulary.is_code(each.type)
            for key in self._flow.sources(key_of(step))
            if (each := self._inputs.get(key)) is not None
        )
        if not code and not takes_code:
            yield "no-code", "error", "Nothing says which code ran in"
        if step.value("git_dirty") is True:
            yield "code-changed", "error", "Files were changed since the commit that is recorded of"
        yield from self._lacks_environment(step)
        chosen = params_of(self.reader, step)
        own = [key for key in chosen.params if key not in chosen.bookkeeping and key not in words.CODE_KEYS]
        if not own:
            yield "no-parameters", "warning", "No parameters are recorded of"
        if self._trains(step) and not any(_is_seed(key, chosen.params[key]) for key in own):
            yield "no-seed", "warning", "No seed is recorded of"

    def _lacks_environment(self, step: Execution) -> Iterator[tuple[str, Level, str]]:
        made = environment_of(self.reader, step, origin_of(self.reader, step))
        image = made.details.get("image")
        if made.context is not None and made.context.value("packages"):
            return
        if image and "@sha256:" in image:
            return
        if image:
            yield "image-moves", "warning", f"The image {image[:100]} may be another by now, and ran in"
        elif made.frameworks or made.packages:
            yield "environment-in-part", "warning", "Only some of the packages are recorded of"
        else:
            yield "no-environment", "error", "Nothing says with which packages ran"

    def _trains(self, step: Execution) -> bool:
        role = self.reader.role(step)
        if role in ("Evaluate", "Deploy"):
            return False
        gave = [made.id for key in self._stands_for[node_id(step)] for made in self._flow.targets(key)]
        return role == "Train" or any(self.reader.role(each) == "Model" for each in self.reader.artifacts(gave))

    # ------------------------------------------------------------ inputs

    def of_inputs(self) -> Iterator[Finding]:
        """What is missing of the inputs: of those that no step made one by one, of the others all at once."""
        elsewhere = 0
        again: dict[str, list[Artifact]] = {}
        for key in sorted(self._inputs):
            artifact = self._inputs[key]
            found = self._files.look(artifact)
            received = self._received.get(key)
            if key in self._made and (received is None or found.state not in ("gone", "changed", "unreadable")):
                if found.state in ("gone", "changed", "unreadable"):
                    again.setdefault(found.state, []).append(artifact)
                continue
            by = listed(map(named, self._read[key]))
            if received is not None:
                by = f"{named(received)}, which took nothing that could make it again, gave it, and {by}"
            if found.state == "elsewhere":
                elsewhere += 1
            elif found.state == "gone":
                yield self._of_input("input-gone", artifact, f"is gone from {artifact.uri}; {by} read it")
            elif found.state == "changed":
                yield self._of_input("input-changed", artifact, f"is not what {by} read: its digest is another now")
            elif found.state == "unreadable":
                yield self._of_input("input-unreadable", artifact, f"cannot be read ({found.why}); {by} read it")
            elif found.state == "nowhere":
                yield self._of_input("input-nowhere", artifact, f"says no place where it lies; {by} read it")
            elif found.state == "there":
                said = f"has no digest: whether it is what {by} read cannot be seen"
                yield self._of_input("no-digest", artifact, said, "warning")
        for state, those in again.items():
            said = {"gone": "gone", "changed": "not what was read any more", "unreadable": "not to be read"}[state]
            yield Finding(
                f"repro/input-{state}",
                f"{listed(map(named, those))} {'is' if len(those) == 1 else 'are'} {said}, and can be made again.",
                those,
                help="Run the steps that made them again, or bring the files back.",
                level="warning",
            )
        if elsewhere:
            which = "an input" if elsewhere == 1 else f"{elsewhere:,} inputs"
            self.doubts.append(
                f"Whether {which} that no step made can still be had is not known: not in this machine's files."
            )

    def _of_input(self, rule: str, artifact: Artifact, said: str, level: Level = "error") -> Finding:
        about: list[AnyNode] = [artifact, *self._read[key_of(artifact)]]
        return Finding(f"repro/{rule}", f"{named(artifact)} {said}.", about, help=_HELP[rule], level=level)


def _is_seed(key: str, value: Value) -> bool:
    """Whether a parameter, or a part of a struct, is a seed."""
    return any(vocabulary.says(path, words.SEEDS) and part is not None for path, part in leaves(key, value))
