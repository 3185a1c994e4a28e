"""The answers to the questions as blocks: what `graphmeta datasets` and its siblings print for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphmeta import vocabulary
from graphmeta.model import AnyNode, Context, Execution, Value
from graphmeta.query import (
    Comparison,
    Datasets,
    Environment,
    Explanation,
    Metrics,
    Models,
    Origin,
    Package,
    Params,
    Sibling,
    Siblings,
)
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table

PACKAGES_IN_EXPLAIN = 6  # `graphmeta environment` lists them all


def datasets(answer: Datasets) -> list[Block]:
    """Which datasets a model trained on."""
    verb = "trained on" if _is_model(answer.model) else "was made from"
    blocks: list[Block] = [Heading(f"Datasets that {words.name(answer.model)} {verb}")]
    rows = []
    for use in answer.uses:
        # Of the node steps to a dataset, every other one is a step that ran.
        how = "read by the step that made it" if use.direct else f"{words.several(use.distance // 2, 'step')} up"
        if use.via is not None:
            how = f"through {words.reference(use.via)}"
        assumed = "assumed: an input of the step" if use.assumed else ""
        rows.append([words.reference(use.dataset), how, words.place(use.dataset.uri), assumed])
    table = Table(["dataset", "how", "where", ""], rows, firm=frozenset({"how"}), spare=("where",))
    return _answer(blocks, table, answer.notes, "No dataset of it is known.")


def models(answer: Models) -> list[Block]:
    """Which models used a dataset, or all."""
    about = "Models"
    if answer.using is not None:
        verb = "used" if _role(answer.using) == "Dataset" else "came of"
        about = f"Models that {verb} {words.name(answer.using)}"
    rows = [
        [
            words.reference(use.model),
            words.minute(use.model.created),
            "" if use.direct else f"through {words.references(use.through)}",
            words.place(use.model.uri),
        ]
        for use in answer.uses
    ]
    table = Table(["model", "stored", "how", "where"], rows, firm=frozenset({"stored"}), spare=("where", "stored"))
    return _answer([Heading(about)], table, answer.notes, "There are no models in this store yet.")


def siblings(answer: Siblings) -> list[Block]:
    """Which models share a dataset with a model, and which dataset."""
    rows = [
        [
            words.reference(each.model),
            words.references(each.datasets),
            _relation(each, words.reference(answer.model)),
        ]
        for each in answer.siblings
    ]
    about = "that share a dataset with" if _is_model(answer.model) else "made from the same datasets as"
    heading = Heading(f"Models {about} {words.name(answer.model)}")
    return _answer([heading], Table(["model", "shares", "relation"], rows), answer.notes, "No such model is known.")


def _relation(sibling: Sibling, model: str) -> str:
    if sibling.relation == "ancestor":
        return f"{model} was made from it"
    return f"made from {model}" if sibling.relation == "descendant" else ""


def params(answer: Params) -> list[Block]:
    """The hyperparameters that a model was made with."""
    about = "Hyperparameters of" if _is_model(answer.model) else "Parameters of the step that made"
    if isinstance(answer.model, Execution):
        about = "Parameters of"
    blocks: list[Block] = [Heading(f"{about} {words.name(answer.model)}")]
    if answer.execution is not None and not isinstance(answer.model, Execution):
        blocks.append(Note(f"set by {step(answer.execution)}"))
    bookkeeping = set(answer.bookkeeping)
    own = [[key, words.value(value)] for key, value in answer.params.items() if key not in bookkeeping]
    system = [[key, words.value(value)] for key, value in answer.params.items() if key in bookkeeping]
    blocks = _answer(blocks, Table(["parameter", "value"], own), answer.notes, "No parameters are known.")
    if system:
        blocks += [Heading("Written by the pipeline system about itself"), Table(["property", "value"], system)]
    return blocks


def metrics(answer: Metrics) -> list[Block]:
    """What was measured of a model."""
    rows = [
        [
            metric.key,
            words.value(metric.value),
            "the model itself" if metric.artifact.id == answer.model.id else words.reference(metric.artifact),
            "" if metric.execution is None else step(metric.execution),
            words.references(metric.shared_with),
        ]
        for metric in answer.values
    ]
    table = Table(["metric", "value", "on", "measured by", "shared with"], rows, frozenset({"value"}))
    return _answer([Heading(f"Metrics of {words.name(answer.model)}")], table, answer.notes, "No metrics are known.")


def origin(answer: Origin) -> list[Block]:
    """Which run made a node."""
    blocks: list[Block] = [Heading(f"Origin of {words.name(answer.node)}")]
    facts = []
    if answer.execution is not None:
        facts.append(("made by", "" if isinstance(answer.node, Execution) else step(answer.execution)))
        facts.append(("state", answer.execution.state or ""))
        facts += _times(answer.execution)
        facts.append(("error", _first_line(answer.execution)))
        facts.append(("git commit", _commit(answer.execution)))
    if answer.run is not None:
        facts.append(("run", _context(answer.run)))
        facts += [(key, words.value(answer.run.value(key))) for key in ("user", "host", "command")]
    if answer.experiment is not None:
        facts.append(("part of", _context(answer.experiment)))
    facts += [("in", _context(context)) for context in answer.contexts]
    facts += [("also recorded", f"{step(other)}, {other.state or 'no state'}") for other in answer.others]
    shown = [(key, value) for key, value in facts if value]
    if shown:
        blocks.append(Facts(shown))
    return [*blocks, *(_notes(answer.notes) or ([] if shown else [Note("Nobody recorded what made it.")]))]


def _first_line(execution: Execution) -> str:
    """The error that ended a step, which may be a page long."""
    first, newline, _ = words.value(execution.value("error")).strip().partition("\n")
    return f"{first} … (`graphmeta show execution/{execution.id}` has all of it)" if newline else first


def environment(answer: Environment, *, most: int | None = None) -> list[Block]:
    """What was installed where a node was made, or what properties say of its software.

    Args:
        most: so many packages at most beside the frameworks.
    """
    heading = f"Software that properties name of {words.name(answer.node)}"
    if answer.context is not None:
        heading = f"Installed where {words.name(answer.node)} was made"
        if isinstance(answer.node, Execution):
            heading = f"Installed where {words.name(answer.node)} ran"
    blocks: list[Block] = [Heading(heading)]
    if answer.details:
        blocks.append(Facts(list(answer.details.items())))
    if answer.frameworks:
        blocks.append(_packages("framework", answer.frameworks))
    if answer.packages:
        blocks.append(_packages("package", answer.packages[:most]))
        if most is not None and len(answer.packages) > most:
            more = words.several(len(answer.packages) - most, "more package", "more packages")
            blocks.append(Note(f"{more}: `graphmeta environment {words.reference(answer.node)}` lists all."))
    if len(blocks) == 1 and not answer.notes:
        blocks.append(Note("No version of any software is known."))
    return [*blocks, *_notes(answer.notes)]


def _packages(column: str, packages: Sequence[Package]) -> Table:
    rows = [
        [package.name, package.version, "" if package.source == "environment" else package.source]
        for package in packages
    ]
    return Table([column, "version", "according to"], rows)


def compare(answer: Comparison) -> list[Block]:
    """Nodes side by side; `≠` marks what is not the same in all."""
    blocks: list[Block] = [Heading("Comparison of " + ", ".join(words.name(node) for node in answer.nodes))]
    tables = _side_by_side(answer)
    blocks += tables
    if tables:
        differing = sum(row.differs for row in answer.rows)
        count = words.several(len(answer.rows), "row")
        blocks.append(Note(f"{differing} of {count} {'differs' if differing == 1 else 'differ'}."))
    else:
        blocks.append(Note("Nothing that could be compared is known of them."))
    return [*blocks, *_notes(answer.notes)]


def _side_by_side(answer: Comparison) -> list[Block]:
    """One table for each section."""
    captions = _told_apart(answer.nodes)
    sections: dict[str, list[list[str]]] = {}
    for row in answer.rows:
        shown = _moment if row.section == "run" and row.key in ("made", "started", "ended") else words.value
        values = [shown(value) for value in row.values]
        sections.setdefault(row.section, []).append([row.key, "≠" if row.differs else "", *values])
    return [Table([section, " ", *captions], rows) for section, rows in sections.items()]


def _moment(value: Value | None) -> str:
    return words.time(value) if isinstance(value, int) else words.value(value)


def _told_apart(nodes: Sequence[AnyNode]) -> list[str]:
    names = [words.name(node) for node in nodes]
    return names if len(set(names)) == len(names) else [words.with_id(node) for node in nodes]


def explain(answer: Explanation) -> list[Block]:
    """The seven questions about one model at once."""
    parts = [
        datasets(answer.datasets),
        params(answer.params),
        metrics(answer.metrics),
        origin(answer.origin),
        environment(answer.environment, most=PACKAGES_IN_EXPLAIN),
        siblings(answer.siblings),
    ]
    if answer.comparison is not None:
        changed = Comparison(answer.comparison.nodes, answer.comparison.differences(), answer.comparison.notes)
        if changed.rows:
            # Without its notes: they repeat those above, or are about the version before.
            before = words.name(answer.comparison.nodes[0])
            parts.append([Heading(f"What changed since {before}"), *_side_by_side(changed)])
    return [block for part in parts for block in part]


def answer(given: object) -> list[Block]:
    """Any answer of `graphmeta.query.results`.

    Raises:
        KeyError: it is none.
    """
    shown: dict[type, Callable[[Any], list[Block]]] = {
        Datasets: datasets,
        Models: models,
        Siblings: siblings,
        Params: params,
        Metrics: metrics,
        Origin: origin,
        Environment: environment,
        Comparison: compare,
        Explanation: explain,
    }
    return shown[type(given)](given)


# ---------------------------------------------------------------- pieces


def _answer(blocks: list[Block], table: Table, notes: Sequence[str], nothing: str) -> list[Block]:
    """A heading, a table or a sentence that there is nothing, and the notes."""
    if table.rows:
        return [*blocks, table, *_notes(notes)]
    return [*blocks, *(_notes(notes) or [Note(nothing)])]


def _notes(notes: Sequence[str]) -> list[Block]:
    return [Note(note) for note in notes]


def step(execution: Execution) -> str:
    """A step by its name and its id: `train (execution/4)`, `fine-tune (train, execution/11)`."""
    return words.with_id(execution)


def _context(context: Context) -> str:
    return words.with_id(context)


def _role(node: AnyNode) -> str | None:
    return vocabulary.role(node.kind, node.type)


def _is_model(node: AnyNode) -> bool:
    """Whether the words for models fit; those for any node do as well."""
    return _role(node) == "Model"


def _times(execution: Execution) -> list[tuple[str, str]]:
    started, ended = execution.value("started"), execution.value("ended")
    facts = []
    if isinstance(started, int):
        facts.append(("started", words.time(started)))
    if isinstance(ended, int):
        facts.append(("ended", words.time(ended)))
    if isinstance(started, int) and isinstance(ended, int) and ended >= started:
        facts.append(("took", words.duration(ended - started)))
    return facts or [("stored", words.time(execution.created))]


def _commit(execution: Execution) -> str:
    commit = words.value(execution.value("git_commit"))
    return f"{commit}, with changes that were not committed" if commit and execution.value("git_dirty") else commit
