"""Two small learners in plain Python, so that the demo fits real models with the base dependencies alone."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Union

Rows = Sequence[Sequence[float]]


@dataclass(slots=True)
class Logistic:
    """Logistic regression on standardised columns, by gradient descent over all rows.

    Attributes:
        means, deviations: of the columns, from the rows it was first fitted on.
        weights: one a column; bias: the intercept.
    """

    means: list[float]
    deviations: list[float]
    weights: list[float]
    bias: float = 0.0

    def probability(self, row: Sequence[float]) -> float:
        """How likely the row is a 1."""
        scaled = ((value - mean) / spread for value, mean, spread in zip(row, self.means, self.deviations, strict=True))
        return _sigmoid(self.bias + sum(weight * value for weight, value in zip(self.weights, scaled, strict=True)))


@dataclass(slots=True)
class Tree:
    """A decision tree: {"share": of ones} at a leaf, else {"column", "at", "below", "above"}."""

    root: dict[str, object]

    def probability(self, row: Sequence[float]) -> float:
        """How likely the row is a 1."""
        node = self.root
        while "share" not in node:
            column, at = node["column"], node["at"]
            assert isinstance(column, int) and isinstance(at, float)
            branch = node["below" if row[column] <= at else "above"]
            assert isinstance(branch, dict)
            node = branch
        share = node["share"]
        assert isinstance(share, float)
        return share


Model = Union[Logistic, Tree]


def save(model: Model, path: Path) -> None:
    """Write a model as JSON."""
    path.write_text(json.dumps({"kind": type(model).__name__, **asdict(model)}, indent=1), encoding="utf-8")


def load(path: Path) -> Model:
    """Read a model that `save` wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    kinds: dict[str, type[Model]] = {"Logistic": Logistic, "Tree": Tree}
    return kinds[found.pop("kind")](**found)


def fit_logistic(
    rows: Rows,
    labels: Sequence[int],
    *,
    learning_rate: float,
    epochs: int,
    l2: float = 0.0,
    momentum: float = 0.0,
    start: Logistic | None = None,
) -> Logistic:
    """Fit by gradient descent, from zero or from where another model stands.

    Args:
        learning_rate: how far one step goes.
        epochs: passes over the rows.
        l2: how strongly large weights are held back.
        momentum: which share of the last step is taken again.
    """
    columns = list(zip(*rows, strict=True))
    if start is None:
        means = [sum(column) / len(column) for column in columns]
        spreads = [
            math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
            for column, mean in zip(columns, means, strict=True)
        ]
        model = Logistic(means, spreads, [0.0] * len(columns))
    else:
        model = Logistic(start.means, start.deviations, [*start.weights], start.bias)
    scaled = [
        [(value - mean) / spread for value, mean, spread in zip(row, model.means, model.deviations, strict=True)]
        for row in rows
    ]
    last = [0.0] * (len(columns) + 1)
    for _ in range(epochs):
        slope = [l2 * weight for weight in model.weights] + [0.0]
        for row, label in zip(scaled, labels, strict=True):
            miss = _sigmoid(model.bias + sum(map(float.__mul__, model.weights, row))) - label
            miss /= len(rows)
            for column, value in enumerate(row):
                slope[column] += miss * value
            slope[-1] += miss
        last = [momentum * before - learning_rate * now for before, now in zip(last, slope, strict=True)]
        model.weights = [weight + change for weight, change in zip(model.weights, last[:-1], strict=True)]
        model.bias += last[-1]
    return model


def fit_tree(rows: Rows, labels: Sequence[int], *, depth: int, smallest_leaf: int) -> Tree:
    """Fit a decision tree by the greatest fall of the Gini impurity.

    Args:
        depth: questions asked of a row at most.
        smallest_leaf: rows that a leaf must hold.
    """
    return Tree(_grow([*zip(rows, labels, strict=True)], depth, smallest_leaf))


def _grow(pairs: list[tuple[Sequence[float], int]], depth: int, smallest_leaf: int) -> dict[str, object]:
    ones, total = sum(label for _, label in pairs), len(pairs)
    # One of each kind is added, so that no leaf is certain.
    leaf: dict[str, object] = {"share": (ones + 1) / (total + 2)}
    if depth == 0 or ones in (0, total):
        return leaf
    best: tuple[float, int, float] | None = None
    for column in range(len(pairs[0][0])):
        ordered = sorted((row[column], label) for row, label in pairs)
        before = 0
        for count, ((value, label), (following, _)) in enumerate(pairwise(ordered), start=1):
            before += label
            if value == following or count < smallest_leaf or total - count < smallest_leaf:
                continue
            impurity = _impurity(before, count) + _impurity(ones - before, total - count)
            if best is None or impurity < best[0]:
                best = (impurity, column, (value + following) / 2)
    if best is None:
        return leaf
    _, column, at = best
    below = [pair for pair in pairs if pair[0][column] <= at]
    above = [pair for pair in pairs if pair[0][column] > at]
    return {
        "column": column,
        "at": at,
        "below": _grow(below, depth - 1, smallest_leaf),
        "above": _grow(above, depth - 1, smallest_leaf),
    }


def _impurity(ones: int, total: int) -> float:
    return ones * (total - ones) / total


def evaluate(model: Model, rows: Rows, labels: Sequence[int]) -> dict[str, float]:
    """How good a model is on rows that it has not seen: accuracy, recall, log_loss, and auc (the area under
    the receiver operating characteristic)."""
    chances = [model.probability(row) for row in rows]
    right = sum((chance >= 0.5) == bool(label) for chance, label in zip(chances, labels, strict=True))
    found = sum(chance >= 0.5 for chance, label in zip(chances, labels, strict=True) if label)
    loss = -sum(math.log(chance if label else 1 - chance) for chance, label in zip(chances, labels, strict=True))
    return {
        "accuracy": round(right / len(rows), 4),
        "recall": round(found / max(1, sum(labels)), 4),
        "log_loss": round(loss / len(rows), 4),
        "auc": round(_auc(chances, labels), 4),
    }


def _auc(chances: Sequence[float], labels: Sequence[int]) -> float:
    """The share of pairs of a 1 and a 0 in which the 1 has the higher chance; equal ones count half."""
    ones = [chance for chance, label in zip(chances, labels, strict=True) if label]
    zeros = [chance for chance, label in zip(chances, labels, strict=True) if not label]
    won = sum((one > zero) + (one == zero) / 2 for one in ones for zero in zeros)
    return won / max(1, len(ones) * len(zeros))


def shuffled(count: int, seed: int) -> list[int]:
    """The numbers below `count` in an order that the seed decides."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 (a split, no secret)
    return order


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
