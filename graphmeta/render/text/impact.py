"""What came of a node, and what to run again."""

from __future__ import annotations

from collections.abc import Mapping

from graphmeta.query.answers.impact import Impact, Plan
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table
from graphmeta.render.text.pieces import notes

_RUNS_SHOWN = 10


def impact(answer: Impact) -> list[Block]:
    """Everything that came of a node."""
    blocks: list[Block] = [Heading(f"What came of {words.name(answer.node)}")]
    rows = [
        [
            words.reference(each.model),
            str(each.distance),
            words.references(each.runs),
            "deployed" if each.deployed else "",
            words.minute(each.model.created),
        ]
        for each in answer.models
    ]
    if rows:
        columns = ["model", "node steps", "run", "", "stored"]
        blocks.append(Table(columns, rows, frozenset({"node steps"}), frozenset({"stored"}), ("stored",)))
    facts = [
        ("other artifacts", _numbers(answer.artifacts)),
        ("steps", _numbers(answer.executions)),
        ("runs", _runs(answer)),
    ]
    shown = [(key, value) for key, value in facts if value]
    if shown:
        blocks.append(Facts(shown))
        blocks.append(Note("--plan lists the steps to run again, in order."))
    return [*blocks, *notes(answer.notes)]


def _numbers(found: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {type}" for type, number in found.items())


def _runs(answer: Impact) -> str:
    first, more = answer.runs[:_RUNS_SHOWN], len(answer.runs) - _RUNS_SHOWN
    return words.references(first) + (f" and {more} more" if more > 0 else "")


def plan(answer: Plan) -> list[Block]:
    """What to run again, in order."""
    why = f"with {words.references([*answer.instead.values()])}" if answer.instead else ""
    blocks: list[Block] = [Heading(f"To run again {why or f'if {words.name(answer.node)} was wrong'}")]
    numbers = {step.execution.id: number for number, step in enumerate(answer.steps, 1)}
    rows = [
        [
            str(number),
            words.with_id(step.execution),
            words.references([answer.instead.get(each.id or 0, each) for each in step.anew]),
            words.references(step.kept),
            words.references(step.makes),
            ", ".join(str(numbers[id]) for id in step.after),
        ]
        for number, step in enumerate(answer.steps, 1)
    ]
    if rows:
        columns = ["", "step", "with new", "and as it is", "makes", "after"]
        blocks.append(Table(columns, rows, spare=("and as it is",)))
    if answer.left_out:
        left_out = [[words.with_id(each.execution), each.reason] for each in answer.left_out]
        blocks += [Heading("Can be left out"), Table(["step", "why"], left_out)]
    return [*blocks, *notes(answer.notes)]
