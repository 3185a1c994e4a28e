"""How a thing was made, and what was measured of it."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.model import Context, Execution
from graphmeta.query.answers.making import Environment, Metrics, Origin, Package, Params
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table
from graphmeta.render.text.pieces import is_model, notes, step, titled


def params(answer: Params) -> list[Block]:
    """The hyperparameters that a model was made with."""
    about = "Hyperparameters of" if is_model(answer.model) else "Parameters of the step that made"
    if isinstance(answer.model, Execution):
        about = "Parameters of"
    blocks: list[Block] = [Heading(f"{about} {words.name(answer.model)}")]
    if answer.execution is not None and not isinstance(answer.model, Execution):
        blocks.append(Note(f"set by {step(answer.execution)}"))
    bookkeeping = set(answer.bookkeeping)
    own = [[key, words.value(value)] for key, value in answer.params.items() if key not in bookkeeping]
    system = [[key, words.value(value)] for key, value in answer.params.items() if key in bookkeeping]
    blocks = titled(blocks, Table(["parameter", "value"], own), answer.notes, "No parameters are known.")
    if system:
        blocks += [Heading("Written by the pipeline system about itself"), Table(["property", "value"], system)]
    return blocks


def metrics(answer: Metrics) -> list[Block]:
    """What was measured of a model."""
    own = "the model itself" if is_model(answer.model) else "itself"
    rows = [
        [
            metric.key,
            words.value(metric.value),
            own if metric.artifact.id == answer.model.id else words.reference(metric.artifact),
            "" if metric.execution is None else step(metric.execution),
            words.references(metric.shared_with),
        ]
        for metric in answer.values
    ]
    table = Table(["metric", "value", "on", "measured by", "shared with"], rows, frozenset({"value"}))
    return titled([Heading(f"Metrics of {words.name(answer.model)}")], table, answer.notes, "No metrics are known.")


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
    return [*blocks, *(notes(answer.notes) or ([] if shown else [Note("Nobody recorded what made it.")]))]


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
    return [*blocks, *notes(answer.notes)]


def _packages(column: str, packages: Sequence[Package]) -> Table:
    rows = [
        [package.name, package.version, "" if package.source == "environment" else package.source]
        for package in packages
    ]
    return Table([column, "version", "according to"], rows)


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


def _context(context: Context) -> str:
    return words.with_id(context)
