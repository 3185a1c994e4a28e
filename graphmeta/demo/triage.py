"""What somebody in a hurry does after the demo's honest work: three faults, one for each check that finds it.

The model `triage` learns from all clean rows and is measured on some of them (a leak), it learns from a survey that is
not for commercial use and is deployed all the same (against `examples/policy.yaml`), and a newer survey arrives that it
has not seen (so it is stale).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphmeta.demo import tables
from graphmeta.demo.learning import evaluate, fit_tree, save, shuffled
from graphmeta.record import Recorded, run
from graphmeta.store import Store

# A tree that may ask until every row has a leaf learns its rows by heart, which is what makes the leak look splendid.
FIT: dict[str, Any] = {"depth": 12, "smallest_leaf": 1}
_SURVEY = "patient-survey.csv"


@dataclass(slots=True)
class Triage:
    """What it recorded.

    Attributes:
        model: the one with the faults.
        surveys: the one that it learnt from, and the one that came afterwards.
        scores: what it reached on rows that it had learnt from.
    """

    model: Recorded
    surveys: list[Recorded]
    scores: dict[str, float] = field(default_factory=dict)


def run_triage(
    store: Store, folder: Path, *, clean: Recorded, test: Recorded, experiment: str, echo: Callable[[str], None]
) -> Triage:
    """Receive a survey, train, measure and deploy a model, and receive the next survey.

    Args:
        folder: that of the demo; `tumours-clean.csv` and `tumours-test.csv` are in it.
        clean: the table that the model learns from; test: rows of it, on which it is measured.
        echo: is given a line for each thing done.
    """
    first = _receive(store, folder, experiment, number=1, rows=120, license="nc")
    done = _hurry(store, folder, experiment, clean, first, test, echo)
    second = _receive(store, folder, experiment, number=2, rows=180, license="cc-by")
    echo(f"receive   {second}: {done.model} has not seen it")
    done.surveys.append(second)
    return done


def _receive(store: Store, folder: Path, experiment: str, *, number: int, rows: int, license: str) -> Recorded:
    """A survey arrives: some of the patients once more, their measurements read off a form and rounded."""
    with (
        run("survey", store=store, experiment=experiment) as surveying,
        surveying.step("receive", params={"rows": rows, "seed": number}) as step,
    ):
        header, patients = tables.read(tables.SOURCE)
        asked = [patients[each] for each in shuffled(len(patients), number)[:rows]]
        path = folder / f"{number}-{_SURVEY}"
        tables.write(path, header, [[f"{float(cell):.3g}" for cell in row] for row in asked])
        return step.produce(path, type="Dataset", name="patient-survey", properties={"rows": rows, "license": license})


def _hurry(
    store: Store,
    folder: Path,
    experiment: str,
    clean: Recorded,
    survey: Recorded,
    test: Recorded,
    echo: Callable[[str], None],
) -> Triage:
    path = folder / "triage.json"
    with run("triage", store=store, experiment=experiment) as hurrying:
        with hurrying.step("train", params={"kind": "tree", **FIT}) as step:
            step.use(clean, key="table")
            step.use(survey, key="survey")
            rows, labels = tables.numbers(folder / "tumours-clean.csv")
            more, their_labels = tables.numbers(folder / f"1-{_SURVEY}")
            model = fit_tree([*rows, *more], [*labels, *their_labels], **FIT)
            save(model, path)
            made = step.produce(path, type="Model", name="triage", key="model")
            echo(f"train     {made}: tree, {', '.join(f'{key} {value}' for key, value in FIT.items())}, in a hurry")
        with hurrying.step("evaluate") as step:
            step.use(made, key="model")
            step.use(test, key="test")
            scores = evaluate(model, *tables.numbers(folder / "tumours-test.csv"))
            step.log(scores, of=made)
        with hurrying.step("deploy", params={"to": "reception"}) as step:
            step.use(made, key="model")
        echo(f"deploy    {made}: " + ", ".join(f"{key} {value}" for key, value in scores.items()))
    return Triage(made, [survey], scores)
