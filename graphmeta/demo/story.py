"""The demo: real models fitted on real data, and recorded as one would record one's own work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from graphmeta.demo import tables
from graphmeta.demo.learning import Logistic, Model, evaluate, fit_logistic, fit_tree, load, save, shuffled
from graphmeta.demo.triage import Triage, run_triage
from graphmeta.record import Recorded, Run, run
from graphmeta.store import Store

EXPERIMENT = "tumour-diagnosis"
FOLDER = "graphmeta-demo"
HELD_OUT = 0.3  # share of the rows

Echo = Callable[[str], None]
Fit = Callable[..., Model]


@dataclass(slots=True)
class Demo:
    """What the demo recorded.

    Attributes:
        folder: where its files are.
        raw, clean, train, test: the datasets.
        models: the three, then the one that builds on the best of them.
        scores: by model (`Model:tumour-classifier@2`), what the held-out rows gave.
        error: what ended the step that fails.
        triage: what somebody in a hurry made of it: the faults that `graphmeta check` finds.
    """

    folder: Path
    raw: Recorded
    clean: Recorded
    train: Recorded
    test: Recorded
    models: list[Recorded] = field(default_factory=list)
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    error: str = ""
    triage: Triage | None = None

    @property
    def final(self) -> Recorded:
        """The model that builds on another."""
        return self.models[-1]


# The three: what each is fitted with.
FITS: tuple[tuple[str, Fit, dict[str, Any]], ...] = (
    ("tree", fit_tree, {"depth": 3, "smallest_leaf": 5}),
    ("logistic", fit_logistic, {"learning_rate": 0.1, "epochs": 60, "l2": 0.0}),
    ("logistic", fit_logistic, {"learning_rate": 0.5, "epochs": 60, "l2": 0.01}),
)
REFINE: dict[str, Any] = {"learning_rate": 0.5, "epochs": 120, "l2": 0.001, "momentum": 0.8}


def run_demo(store: Store, *, folder: Path | str | None = None, echo: Echo = print) -> Demo:
    """Clean a dataset, fit four models on it, evaluate them, and record all of it; then a fifth, with faults.

    Every time it splits the rows anew (the seed is the run's number), so that models of the same name get
    further versions.

    Args:
        store: where it is recorded.
        folder: data and models are written to a new folder in this one; `./graphmeta-demo` unless told.
        echo: is given a line for each thing done.

    Raises:
        GraphmetaError: the store cannot be used; nothing has been done then.
    """
    store.initialise()  # before anything is trained for nothing
    place = new_folder(Path(FOLDER if folder is None else folder))
    raw = _ingest(store, place, echo)
    error = _fit_too_early(store, place, raw, echo)
    with run("prepare", store=store, experiment=EXPERIMENT) as preparing:
        clean = _clean(preparing, place, raw, echo)
        train, test = _split(preparing, place, clean, echo)
    demo = Demo(place, raw, clean, train, test, error=error)
    with run("train", store=store, experiment=EXPERIMENT) as training:
        for number, (kind, fit, params) in enumerate(FITS, start=1):
            path = place / f"classifier-{number}.json"
            _train(training, demo, path, kind, fit, params, echo)
        _evaluate(training, demo, echo)
    with run("refine", store=store, experiment=EXPERIMENT) as refining:
        _refine(refining, demo, echo)
        _evaluate(refining, demo, echo)
    demo.triage = run_triage(store, place, clean=clean, test=test, experiment=EXPERIMENT, echo=echo)
    return demo


def new_folder(parent: Path) -> Path:
    """The next free folder `1`, `2`, … in a folder: what earlier runs recorded stays as it is."""
    for number in count(1):
        with suppress(FileExistsError):
            (parent / str(number)).mkdir(parents=True)
            break
    return parent / str(number)


def _ingest(store: Store, place: Path, echo: Echo) -> Recorded:
    """The data as it arrives: with faults that are put in here, the same each time."""
    faults = {"duplicates": 12, "gaps": 9, "seed": 7}
    with (
        run("ingest", store=store, experiment=EXPERIMENT) as ingesting,
        ingesting.step("ingest", params=faults) as step,
    ):
        step.use(tables.SOURCE, name="wisconsin-biopsies")
        header, rows = tables.read(tables.SOURCE)
        path = place / "tumours-raw.csv"
        rows = tables.spoilt(rows, **faults)
        tables.write(path, header, rows)
        echo(f"ingest    {len(rows)} rows, as they arrive")
        return step.produce(path, type="Dataset", name="tumours", properties={"rows": len(rows)})


def _fit_too_early(store: Store, place: Path, raw: Recorded, echo: Echo) -> str:
    """Somebody trains on the raw rows, and a gap stops them."""
    kind, fit, params = FITS[0]
    try:
        with (
            run("train", store=store, experiment=EXPERIMENT) as training,
            training.step("train", params={"kind": kind, **params}) as step,
        ):
            step.use(raw)
            fit(*tables.numbers(place / "tumours-raw.csv"), **params)
    except ValueError as error:
        echo(f"train     on the raw rows FAILED: {error}")
        return str(error)
    return ""


def _clean(preparing: Run, place: Path, raw: Recorded, echo: Echo) -> Recorded:
    with preparing.step("clean") as step:
        step.use(raw)
        header, rows = tables.read(place / "tumours-raw.csv")
        kept = tables.cleaned(rows)
        step.params(dropped=len(rows) - len(kept))
        path = place / "tumours-clean.csv"
        tables.write(path, header, kept)
        echo(f"clean     {len(kept)} rows left of {len(rows)}")
        return step.produce(path, type="Dataset", name="tumours", properties={"rows": len(kept)})


def _split(preparing: Run, place: Path, clean: Recorded, echo: Echo) -> tuple[Recorded, Recorded]:
    seed = preparing.version or 1
    with preparing.step("split", params={"seed": seed, "held_out": HELD_OUT}) as step:
        step.use(clean)
        header, rows = tables.read(place / "tumours-clean.csv")
        order = shuffled(len(rows), seed)
        cut = round(len(rows) * HELD_OUT)
        parts: list[Recorded] = []
        for name, numbers in (("train", order[cut:]), ("test", order[:cut])):
            path = place / f"tumours-{name}.csv"
            tables.write(path, header, [rows[number] for number in numbers])
            parts.append(
                step.produce(path, type="Dataset", name=f"tumours-{name}", properties={"rows": len(numbers)}, key=name)
            )
        echo(f"split     {len(rows) - cut} rows to train on, {cut} held out")
        return parts[0], parts[1]


def _train(training: Run, demo: Demo, path: Path, kind: str, fit: Fit, params: dict[str, Any], echo: Echo) -> None:
    with training.step("train", params={"kind": kind, **params}) as step:
        step.use(demo.train, key="train")
        rows, labels = tables.numbers(demo.folder / "tumours-train.csv")
        model = fit(rows, labels, **params)
        save(model, path)
        fitted = evaluate(model, rows, labels)
        made = step.produce(
            path, type="Model", name="tumour-classifier", metrics={"train_accuracy": fitted["accuracy"]}, key="model"
        )
        demo.models.append(made)
        echo(f"train     {made}: {kind}, {', '.join(f'{key} {value}' for key, value in params.items())}")


def _refine(refining: Run, demo: Demo, echo: Echo) -> None:
    """Go on from the better of the two logistic models."""
    best = max((1, 2), key=lambda number: demo.scores[str(demo.models[number])]["auc"])
    base = demo.models[best]
    with refining.step("fine-tune", params={"kind": "logistic", **REFINE}, type="train") as step:
        step.use(demo.train, key="train")
        step.use(base, key="base")
        start = load(demo.folder / f"classifier-{best + 1}.json")
        assert isinstance(start, Logistic)
        rows, labels = tables.numbers(demo.folder / "tumours-train.csv")
        model = fit_logistic(rows, labels, start=start, **REFINE)
        path = demo.folder / "classifier-4.json"
        save(model, path)
        fitted = evaluate(model, rows, labels)
        made = step.produce(
            path, type="Model", name="tumour-classifier", metrics={"train_accuracy": fitted["accuracy"]}, key="model"
        )
        demo.models.append(made)
        echo(f"fine-tune {made}: goes on from {base}")


def _evaluate(running: Run, demo: Demo, echo: Echo) -> None:
    """Measure every model that was not yet, on the rows that none of them saw."""
    rows, labels = tables.numbers(demo.folder / "tumours-test.csv")
    for number, made in enumerate(demo.models, start=1):
        if str(made) in demo.scores:
            continue
        with running.step("evaluate") as step:
            step.use(made, key="model")
            step.use(demo.test, key="test")
            scores = evaluate(load(demo.folder / f"classifier-{number}.json"), rows, labels)
            step.log(scores, of=made)
            demo.scores[str(made)] = scores
            echo(f"evaluate  {made}: " + ", ".join(f"{key} {value}" for key, value in scores.items()))
