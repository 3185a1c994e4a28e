"""What is copied in tests, and all that a store holds, in order."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

from graphmeta.backends.requests import EventQuery, MembershipPage
from graphmeta.model import (
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.moving.copied import Copied
from graphmeta.moving.copying import copy
from graphmeta.moving.progress import Progress
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.targets.opening import open_target
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import DECLARED, content

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL_FILES = ("tfx-taxi-schema4.db", "covertype-schema8.db")


def real_file(name: str, folder: Path) -> Path:
    """A copy of a file that others wrote."""
    path = folder / name
    shutil.copyfile(DATA / name, path)
    return path


def fill(store: Store, runs: int = 4) -> None:
    """Runs of an experiment with everything that a store can hold: values of all types, paths, events of artifacts that
    were never put, updates, cycles."""
    dice = random.Random(7)
    store.put_types(
        [
            artifact_type("Thing", DECLARED, description="things", external_id="thing"),
            artifact_type("Model", {"flag": "BOOLEAN"}, base_type="MODEL", version="v1"),
            execution_type("Step", {"rate": "DOUBLE"}, base_type="TRAIN", input_type="{}"),
            context_type("Run"),
        ]
    )
    experiment = Context(type="Run", name="experiment")
    for number in range(runs):
        run = Context(type="Run", name=f"run {number}", external_id=f"run/{number}", custom_properties={"n": number})
        things = [_thing(f"thing {number} {each}", number) for each in range(3)]
        model = Artifact(type="mlmd.Model", uri="", state="LIVE")
        step = Execution(type="Step", name=f"step {number}", state="COMPLETE", properties={"rate": number / 3})
        events = [Event(each, step, "INPUT", ("data", index, "é")) for index, each in enumerate(things)]
        events += [Event(model, step, "OUTPUT", time=5), Event(things[0], step, "DECLARED_OUTPUT")]
        if number % 3 == 0:
            events.append(Event(1_000_000 + number, step, "INPUT"))
        store.put(
            contexts=[run, experiment] if number == 0 else [run],
            artifacts=[*things, model],
            executions=[step],
            events=events,
            attributions=[Attribution(each, run) for each in dice.sample(things, 2)],
            associations=[Association(step, experiment), Association(step, run)],
            parents=[ParentContext(run, experiment)],
            options=PutOptions(allow_missing_artifacts=True),
        )
    first = store.artifact(1)
    first.properties["note"] = "changed"
    store.put(artifacts=[first])


def _thing(name: str, number: int) -> Artifact:
    declared: dict[str, Any] = {
        "count": number,
        "rate": number / 7,
        "note": "é 😀 \0 'q'",
        "tree": {"a": [1.0, None, True, {"b": "c"}]},
        "blob": AnyValue("type.googleapis.com/x", b"\x00\xff"),
        "flag": number % 2 == 0,
    }
    custom: dict[str, Any] = {"count": "as text", "a.b": 2**62, "": 1e-300, "tree": {}, "long": "x" * 5_000}
    return Artifact(type="Thing", name=name, uri=f"s3://{name}", properties=declared, custom_properties=custom)


def copied(source: Path | str, target: Path | str, troubles: list[Trouble] | None = None, **more: Any) -> Copied:
    """Copy in portions of seven, unless told."""
    told: list[Trouble] = [] if troubles is None else troubles
    with open_source(str(source), told.append) as opened, open_target(str(target), opened) as into:
        return copy(opened, into, **{"portion": 7, "progress": Progress(), **more})


def whole(store: Store) -> dict[str, Any]:
    """All that a store holds, comparable exactly, with memberships and events in their order."""
    backend = store.backend
    events = backend.events(EventQuery())
    return {
        **content(store),
        "events": list(events.rows()),
        "attributions": [pair[1:] for pair in backend.membership_page(MembershipPage("artifact"))],
        "associations": [pair[1:] for pair in backend.membership_page(MembershipPage("execution"))],
    }
