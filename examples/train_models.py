"""Train four models with scikit-learn, record how, and ask where one of them came from.

    make demo            # sets up .venv and runs this
    python examples/train_models.py [--store URL] [--folder FOLDER]

The data are the handwritten digits that scikit-learn ships (UCI, CC BY 4.0): 1,797 images of 8 × 8 pixels.
They come spoilt by a scanner that sent some pages twice and lost some pixels, which the first step plays.
"""

from __future__ import annotations

import argparse
import csv
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from graphmeta.demo import new_folder, report
from graphmeta.record import Recorded, Run, run
from graphmeta.store import Store, connect

EXPERIMENT = "digits"
MODELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "logistic": (LogisticRegression, {"C": 0.05, "max_iter": 500}),
    "forest": (RandomForestClassifier, {"n_estimators": 80, "max_depth": 12}),
    "boosting": (GradientBoostingClassifier, {"n_estimators": 12, "max_depth": 3, "subsample": 0.5}),
}


def main() -> None:
    """Train, record, ask."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", default="graphmeta.db", help="where it is recorded: a file or a URL")
    parser.add_argument(
        "--folder", type=Path, default=Path("graphmeta-demo"), help="data and models go to a new folder in this one"
    )
    given = parser.parse_args()
    with connect(given.store) as store:
        store.initialise()  # before anything is trained for nothing
        folder = new_folder(given.folder)
        refined = train_all(store, folder)
        print(f"\nRecorded in {store.url}. What it knows about {refined}:\n")
        report(store, str(refined), picture=folder / "lineage.svg")
        where = "" if given.store == "graphmeta.db" else f" --store {store.url}"
        print(f"\nGo on with `graphmeta{where} ls` or `graphmeta{where} models --using Dataset:digits@1`.")


def train_all(store: Store, folder: Path) -> Recorded:
    """The whole story; returns the model that builds on another."""
    with run("scan", store=store, experiment=EXPERIMENT) as scanning:
        raw = scan(scanning, folder)
    try_the_raw_images(store, folder, raw)
    with run("prepare", store=store, experiment=EXPERIMENT) as preparing:
        clean = drop_faults(preparing, folder, raw)
        train, test = split(preparing, folder, clean)
    with run("train", store=store, experiment=EXPERIMENT) as training:
        seed = training.version or 1
        models = {kind: fit(training, folder, train, kind, seed) for kind in MODELS}
        for kind, model in models.items():
            evaluate(training, folder, model, kind, test)
    with run("refine", store=store, experiment=EXPERIMENT) as refining:
        refined = fit_further(refining, folder, train, models["boosting"])
        evaluate(refining, folder, refined, "boosting-refined", test)
    return refined


def scan(scanning: Run, folder: Path) -> Recorded:
    """The images as they arrive: some twice, some with a pixel missing."""
    with scanning.step("scan", params={"duplicates": 25, "lost_pixels": 18}) as step:
        digits = load_digits()
        step.use("https://doi.org/10.24432/C50P49", name="optical-digits", properties={"licence": "CC BY 4.0"})
        rows = [
            [*map(str, map(int, image)), str(label)] for image, label in zip(digits.data, digits.target, strict=True)
        ]
        rng = np.random.default_rng(7)
        for number in rng.choice(len(rows), 18, replace=False):
            rows[number][int(rng.integers(64))] = ""
        rows += [rows[number] for number in rng.choice(len(rows), 25, replace=False)]
        path = folder / "digits-raw.csv"
        write(path, rows)
        print(f"scan      {len(rows)} images")
        return step.produce(path, type="Dataset", name="digits", properties={"images": len(rows)})


def try_the_raw_images(store: Store, folder: Path, raw: Recorded) -> None:
    """Somebody fits on what arrived, and a lost pixel stops them."""
    try:
        with run("train", store=store, experiment=EXPERIMENT) as training:
            parameters = MODELS["logistic"][1]
            with training.step("train", params={"kind": "logistic", **parameters}) as step:
                step.use(raw)
                LogisticRegression(**parameters).fit(*read(folder / "digits-raw.csv"))
    except ValueError as error:
        print(f"train     on the raw images FAILED: {str(error).splitlines()[0]}")


def drop_faults(preparing: Run, folder: Path, raw: Recorded) -> Recorded:
    """The next version of the dataset: whole images, each once."""
    with preparing.step("clean") as step:
        step.use(raw)
        with (folder / "digits-raw.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        kept = [list(row) for row in dict.fromkeys(tuple(row) for row in rows if all(row))]
        step.params(dropped=len(rows) - len(kept))
        path = folder / "digits-clean.csv"
        write(path, kept)
        print(f"clean     {len(kept)} images left of {len(rows)}")
        return step.produce(path, type="Dataset", name="digits", properties={"images": len(kept)})


def split(preparing: Run, folder: Path, clean: Recorded) -> tuple[Recorded, Recorded]:
    """One part to train on and one to measure on, another pair each time."""
    seed = preparing.version or 1
    with preparing.step("split", params={"seed": seed, "held_out": 0.3}) as step:
        step.use(clean)
        with (folder / "digits-clean.csv").open(newline="") as file:
            rows = list(csv.reader(file))
        parts = train_test_split(rows, test_size=0.3, random_state=seed, stratify=[row[-1] for row in rows])
        made = []
        for name, part in zip(("train", "test"), parts, strict=True):
            path = folder / f"digits-{name}.csv"
            write(path, part)
            made.append(
                step.produce(path, type="Dataset", name=f"digits-{name}", properties={"images": len(part)}, key=name)
            )
        print(f"split     {len(parts[0])} images to train on, {len(parts[1])} held out")
        return made[0], made[1]


def fit(training: Run, folder: Path, train: Recorded, kind: str, seed: int) -> Recorded:
    """Fit one of the three."""
    learner, parameters = MODELS[kind]
    with training.step("train", params={"kind": kind, "random_state": seed, **parameters}) as step:
        step.use(train, key="train")
        images, labels = read(folder / "digits-train.csv")
        model = make_pipeline(StandardScaler(), learner(random_state=seed, **parameters)).fit(images, labels)
        path = folder / f"{kind}.pkl"
        path.write_bytes(pickle.dumps(model))
        fitted = {"train_accuracy": model.score(images, labels)}
        made = step.produce(path, type="Model", name="digits-classifier", metrics=fitted, key="model")
        print(f"train     {made}: {kind}, {', '.join(f'{key} {value}' for key, value in parameters.items())}")
        return made


def fit_further(refining: Run, folder: Path, train: Recorded, base: Recorded) -> Recorded:
    """The boosted model again, with more trees on top of those that it has."""
    more = {"n_estimators": 36, "learning_rate": 0.2}
    with refining.step("fine-tune", params={"kind": "boosting", **more}, type="train") as step:
        step.use(train, key="train")
        step.use(base, key="base")
        images, labels = read(folder / "digits-train.csv")
        model = pickle.loads((folder / "boosting.pkl").read_bytes())  # noqa: S301 (written above)
        scaler, boosting = model.named_steps.values()
        boosting.set_params(warm_start=True, **more).fit(scaler.transform(images), labels)
        path = folder / "boosting-refined.pkl"
        path.write_bytes(pickle.dumps(model))
        fitted = {"train_accuracy": model.score(images, labels)}
        made = step.produce(path, type="Model", name="digits-classifier", metrics=fitted, key="model")
        print(f"fine-tune {made}: goes on from {base}")
        return made


def evaluate(running: Run, folder: Path, model: Recorded, file: str, test: Recorded) -> None:
    """Measure a model on images that it has not seen."""
    with running.step("evaluate") as step:
        step.use(model, key="model")
        step.use(test, key="test")
        images, labels = read(folder / "digits-test.csv")
        fitted = pickle.loads((folder / f"{file}.pkl").read_bytes())  # noqa: S301 (written above)
        guesses = fitted.predict(images)
        scores = {
            "accuracy": accuracy_score(labels, guesses),
            "macro_f1": f1_score(labels, guesses, average="macro"),
            "log_loss": log_loss(labels, fitted.predict_proba(images)),
        }
        step.log(scores, of=model)
        print(f"evaluate  {model}: " + ", ".join(f"{key} {value:.4f}" for key, value in scores.items()))


def read(path: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Pixels and labels; a lost pixel is NaN."""
    table = np.genfromtxt(path, delimiter=",")
    return table[:, :-1], table[:, -1].astype(int)


def write(path: Path, rows: list[list[str]]) -> None:
    """Write rows as CSV."""
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
