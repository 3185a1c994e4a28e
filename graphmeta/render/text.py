"""The answers to the questions as blocks: what `graphmeta datasets` and its siblings print for people."""

from __future__ import annotations

from collections.abc import Sequence

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
    blocks: list[Block] = [Heading(f"Datasets that {words.name(answer.model)} trained on")]
    rows = []
    for use in answer.uses:
        how = "read by the step that made it" if use.direct else f"{use.distance} steps up"
        if use.via is not None:
            how = f"through {words.name(use.via)}"
        assumed = "assumed: an input of the step" if use.assumed else ""
        rows.append([words.reference(use.dataset), how, use.dataset.uri or "", assumed])
    return _answer(blocks, Table(["dataset", "how", "where", ""], rows), answer.notes, "None is known.")


def models(answer: Models) -> list[Block]:
    """Which models used a dataset, or all."""
    about = "Models" if answer.using is None else f"Models that used {words.name(answer.using)}"
    rows = [
        [
            words.reference(use.model),
            words.minute(use.model.created),
            "" if use.direct else "through " + ", ".join(words.caption(artifact) for artifact in use.through),
            use.model.uri or "",
        ]
        for use in answer.uses
    ]
    table = Table(["model", "stored", "how", "where"], rows, firm=frozenset({"stored"}))
    return _answer([Heading(about)], table, answer.notes, "None is known.")


def siblings(answer: Siblings) -> list[Block]:
    """Which models share a dataset with a model, and which dataset."""
    rows = [
        [
            words.reference(each.model),
            ", ".join(words.caption(dataset) for dataset in each.datasets),
            _relation(each, words.caption(answer.model)),
        ]
        for each in answer.siblings
    ]
    heading = Heading(f"Models that share a dataset with {words.name(answer.model)}")
    return _answer([heading], Table(["model", "shares", "relation"], rows), answer.notes, "None is known.")


def _relation(sibling: Sibling, model: str) -> str:
    if sibling.relation == "ancestor":
        return f"{model} was made from it"
    return f"made from {model}" if sibling.relation == "descendant" else ""


def params(answer: Params) -> list[Block]:
    """The hyperparameters that a model was made with."""
    blocks: list[Block] = [Heading(f"Hyperparameters of {words.name(answer.model)}")]
    if answer.execution is not None:
        blocks.append(Note(f"set by {step(answer.execution)}"))
    bookkeeping = set(answer.bookkeeping)
    own = [[key, words.value(value)] for key, value in answer.params.items() if key not in bookkeeping]
    system = [[key, words.value(value)] for key, value in answer.params.items() if key in bookkeeping]
    blocks = _answer(blocks, Table(["parameter", "value"], own), answer.notes, "None is known.")
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
            ", ".join(words.caption(model) for model in metric.shared_with),
        ]
        for metric in answer.values
    ]
    table = Table(["metric", "value", "on", "measured by", "shared with"], rows, frozenset({"value"}))
    return _answer([Heading(f"Metrics of {words.name(answer.model)}")], table, answer.notes, "None is known.")


def origin(answer: Origin) -> list[Block]:
    """Which run made a node."""
    blocks: list[Block] = [Heading(f"Origin of {words.name(answer.node)}")]
    facts = [("made by", step(answer.execution) if answer.execution else "")]
    if answer.execution is not None:
        facts.append(("state", answer.execution.state or ""))
        facts += _times(answer.execution)
        facts.append(("error", words.value(answer.execution.value("error"))))
        facts.append(("git commit", _commit(answer.execution)))
    if answer.run is not None:
        facts.append(("run", _context(answer.run)))
        facts += [(key, words.value(answer.run.value(key))) for key in ("user", "host", "command")]
    if answer.experiment is not None:
        facts.append(("part of", _context(answer.experiment)))
    facts += [("in", _context(context)) for context in answer.contexts]
    facts += [("also recorded", f"{step(other)}, {other.state or 'no state'}") for other in answer.others]
    shown = [(key, value) for key, value in facts if value]
    return [*blocks, *([Facts(shown)] if shown else [Note("Nobody recorded what made it.")]), *_notes(answer.notes)]


def environment(answer: Environment, *, most: int | None = None) -> list[Block]:
    """With which versions of what a node was made.

    Args:
        most: so many packages at most beside the frameworks.
    """
    blocks: list[Block] = [Heading(f"Environment that made {words.name(answer.node)}")]
    if answer.details:
        blocks.append(Facts(list(answer.details.items())))
    if answer.frameworks:
        blocks.append(_packages("framework", answer.frameworks))
    if answer.packages:
        blocks.append(_packages("package", answer.packages[:most]))
        if most is not None and len(answer.packages) > most:
            blocks.append(Note(f"{len(answer.packages) - most} more packages: see `graphmeta environment`"))
    if len(blocks) == 1:
        blocks.append(Note("None is known."))
    return [*blocks, *_notes(answer.notes)]


def _packages(column: str, packages: Sequence[Package]) -> Table:
    rows = [
        [package.name, package.version, "" if package.source == "environment" else package.source]
        for package in packages
    ]
    return Table([column, "version", "according to"], rows)


def compare(answer: Comparison) -> list[Block]:
    """Nodes side by side; `≠` marks what is not the same in all."""
    captions = _told_apart(answer.nodes)
    blocks: list[Block] = [Heading("Comparison of " + ", ".join(words.name(node) for node in answer.nodes))]
    sections: dict[str, list[list[str]]] = {}
    for row in answer.rows:
        shown = _moment if row.section == "run" and row.key in ("made", "started", "ended") else words.value
        values = [shown(value) for value in row.values]
        sections.setdefault(row.section, []).append([row.key, "≠" if row.differs else "", *values])
    blocks += [Table([section, " ", *captions], rows) for section, rows in sections.items()]
    differing = sum(row.differs for row in answer.rows)
    if sections:
        count = words.several(len(answer.rows), "row")
        blocks.append(Note(f"{differing} of {count} {'differs' if differing == 1 else 'differ'}."))
    else:
        blocks.append(Note("Nothing is known of either."))
    return [*blocks, *_notes(answer.notes)]


def _moment(value: Value | None) -> str:
    return words.time(value) if isinstance(value, int) else words.value(value)


def _told_apart(nodes: Sequence[AnyNode]) -> list[str]:
    captions = [words.caption(node) for node in nodes]
    if len(set(captions)) == len(captions):
        return captions
    return [words.reference(node) for node in nodes]


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
            parts.append([Heading("What changed since the version before it"), *compare(changed)[1:-1]])
    return [block for part in parts for block in part]


# ---------------------------------------------------------------- pieces


def _answer(blocks: list[Block], table: Table, notes: Sequence[str], nothing: str) -> list[Block]:
    """A heading, a table or a sentence that there is nothing, and the notes."""
    if table.rows:
        return [*blocks, table, *_notes(notes)]
    return [*blocks, *(_notes(notes) or [Note(nothing)])]


def _notes(notes: Sequence[str]) -> list[Block]:
    return [Note(note) for note in notes]


def step(execution: Execution) -> str:
    """A step by its name and its id: `train (execution/4)`."""
    return f"{words.name(execution)} (execution/{execution.id})"


def _context(context: Context) -> str:
    return f"{words.name(context)} (context/{context.id})"


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
