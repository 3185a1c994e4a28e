"""Lineages to draw, in real stores."""

from __future__ import annotations

from hypothesis import strategies as st

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution, artifact_type, execution_type
from graphmeta.store import Store

# What a store can hold: any text but lone surrogates, which no encoding has, and what MLMD reads as a struct.
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).filter(
    lambda text: not text.startswith("mlmd-struct::")
)
HOSTILE = (
    "</title></svg><script>alert(1)</script>",
    "\x1b[31mred\x1b[0m \x9b2J \x07",
    "[red]markup[/red] [link=file:///x]y[/link]",
    'quote " backslash \\ newline \n tab \t brace } bracket ] end',
    "null \x00 not a character \ufffe \uffff",
    "right to left \u202e override",
    "ελληνικά 日本語 عربي 👩‍🔬 é",
    "&lt; &amp; %% # ;; --> <br/> `tick`",
    "x" * 100_000,
)


def types(store: Store) -> None:
    """The types that the functions below use."""
    store.put_types(
        [
            artifact_type("Dataset"),
            artifact_type("Model"),
            artifact_type("Metrics"),
            execution_type("train"),
            execution_type("evaluate"),
        ]
    )


def pair(store: Store, name: str) -> Artifact:
    """A model made from a dataset by a step, all three called `name`."""
    if not store.types():
        types(store)
    data = Artifact(type="Dataset", uri=f"s3://bucket/{name}", custom_properties={"name": name})
    model = Artifact(type="Model", custom_properties={"display_name": name})
    step = Execution(type="train", state="FAILED", custom_properties={"name": name})
    events = [Event(data, step, "INPUT"), Event(model, step, "OUTPUT")]
    store.put(artifacts=[data, model], executions=[step], events=events)
    return model


def rewritten(store: Store) -> Artifact:
    """A dataset that a step reads and writes: a cycle."""
    types(store)
    data = Artifact(type="Dataset", name="table")
    step = Execution(type="train", name="rewrite", state="COMPLETE")
    store.put(artifacts=[data], executions=[step], events=[Event(data, step, "INPUT"), Event(data, step, "OUTPUT")])
    return data


def diamond(store: Store) -> query.Lineage:
    """A dataset that two models were trained on, and an evaluation of both; asked from the metrics."""
    types(store)
    data = Artifact(type="Dataset", name="data")
    models = [Artifact(type="Model", name=f"m@{number}", state="LIVE") for number in (1, 2)]
    steps = [
        Execution(type="train", name=f"train-{number}", state=state)
        for number, state in ((1, "COMPLETE"), (2, "CACHED"))
    ]
    score = Artifact(type="Metrics", name="scores")
    judge = Execution(type="evaluate", name="judge", state="RUNNING")
    events = [Event(data, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for model, step in zip(models, steps, strict=True)]
    events += [Event(model, judge, "INPUT") for model in models]
    events.append(Event(score, judge, "OUTPUT"))
    store.put(artifacts=[data, *models, score], executions=[*steps, judge], events=events)
    return query.lineage(store, score)


def fan(store: Store, models: int) -> query.Lineage:
    """A dataset that many models were trained on."""
    types(store)
    data = Artifact(type="Dataset", name="data")
    made = [Artifact(type="Model", name=f"m@{number}") for number in range(models)]
    steps = [Execution(type="train") for _ in made]
    events = [Event(data, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for model, step in zip(made, steps, strict=True)]
    store.put(artifacts=[data, *made], executions=steps, events=events)
    return query.lineage(store, data)


def chain(store: Store, steps: int) -> query.Lineage:
    """Each step reads all models that were made before it, and makes one; asked from the last model."""
    types(store)
    models = [Artifact(type="Model", name=f"m@{number}") for number in range(steps)]
    runs = [Execution(type="train", name=f"run-{chr(97 + number % 26)}{number}") for number in range(steps)]
    events = [Event(model, run, "OUTPUT") for model, run in zip(models, runs, strict=True)]
    events += [Event(model, run, "INPUT") for number, run in enumerate(runs) for model in models[:number]]
    store.put(artifacts=models, executions=runs, events=events)
    return query.lineage(store, models[-1])


def bipartite(store: Store, inputs: int, steps: int) -> query.Lineage:
    """Every step reads every dataset and makes one part of the metrics; asked from those."""
    types(store)
    read = [Artifact(type="Dataset", name=f"data@{number}") for number in range(inputs)]
    runs = [Execution(type="train", name=f"run {number}") for number in range(steps)]
    score = Artifact(type="Metrics", name="scores")
    events = [Event(data, run, "INPUT") for data in read for run in runs]
    events += [Event(score, run, "OUTPUT") for run in runs]
    store.put(artifacts=[*read, score], executions=runs, events=events)
    return query.lineage(store, score)
