"""What checks say: the verdict first, then each finding with the way that proves it, and last what to run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from graphmeta.checks.finding import Check, Finding, Report, Verdict
from graphmeta.query.answers.ways import Way
from graphmeta.render import words
from graphmeta.render.blocks import Block, Remark
from graphmeta.render.text.impact import plan
from graphmeta.render.text.ways import is_same

MOST_FINDINGS = 100  # of one check; --json has all
_MOST_ALIKE = 10  # checks of one name that came out the same, as those of many models
_LONGEST_WAY = 9  # nodes


class _Shown(NamedTuple):
    word: str
    tone: Literal["good", "bad", "unsure"]


VERDICTS: Mapping[Verdict, _Shown] = {
    Verdict.HOLDS: _Shown("HOLDS", "good"),
    Verdict.BROKEN: _Shown("BROKEN", "bad"),
    Verdict.UNCLEAR: _Shown("UNCLEAR", "unsure"),
}
# What people see first.
_ORDER = (Verdict.BROKEN, Verdict.UNCLEAR, Verdict.HOLDS)


def check(answer: Check) -> list[Block]:
    """One check."""
    return [*_told(answer), *_plans([answer])]


def report(answer: Report) -> list[Block]:
    """Several checks of a store: those that are broken first."""
    word, tone = VERDICTS[answer.verdict]
    blocks: list[Block] = [Remark(word, f"{answer.store}: {summary(answer)}", tone)]
    for verdict in _ORDER:
        alike = (each for each in answer.checks if each.verdict is verdict)
        for name, group in groupby(alike, key=lambda each: each.name):
            checks = list(group)
            for each in checks[:_MOST_ALIKE]:
                blocks += _told(each)
            if len(checks) > _MOST_ALIKE:
                left_out = words.several(len(checks) - _MOST_ALIKE, "more check", "more checks")
                blocks.append(
                    Remark("", f"{name}: {left_out} came out {VERDICTS[verdict].word}; --json has all.", depth=1)
                )
    return [*blocks, *_plans(answer.checks)]


def summary(answer: Report) -> str:
    """How many checks came out how, in one sentence."""
    numbers = {verdict: sum(each.verdict is verdict for each in answer.checks) for verdict in _ORDER}
    said = [
        f"{numbers[Verdict.BROKEN]} broken" if numbers[Verdict.BROKEN] else "",
        f"{numbers[Verdict.UNCLEAR]} could not be told" if numbers[Verdict.UNCLEAR] else "",
        f"{numbers[Verdict.HOLDS]} {'holds' if numbers[Verdict.HOLDS] == 1 else 'hold'}"
        if numbers[Verdict.HOLDS]
        else "",
    ]
    many = words.several(len(answer.checks), "check")
    return f"of {many} {', '.join(filter(None, said))}." if answer.checks else "nothing was checked."


def way(found: Way) -> str:
    """A way in one line: `Dataset:a@1 → train (execution/2) → Model:b@1`; the middle of a long one is left out."""
    named = ["an artifact that is not in the store" if node is None else words.name(node) for node in found.nodes]
    between = [", the same bytes as " if is_same(edge) else " → " for edge in found.edges]
    if len(named) > _LONGEST_WAY:
        half = _LONGEST_WAY // 2
        left_out = f"… {len(named) - 2 * half} more …"
        named, between = (
            [*named[:half], left_out, *named[-half:]],
            [*between[: half - 1], " → ", " → ", *between[-half + 1 :]],
        )
    return "".join(f"{before}{name}" for before, name in zip(["", *between], named, strict=True))


def proofs(found: Finding) -> list[Way]:
    """The ways that prove a finding: none, one, or two together."""
    return [proof for proof in (found.proof, found.other_proof) if proof is not None and proof.nodes]


def sentence(found: Finding) -> str:
    """A finding's message, with its rule and where that stands, as `[policy/owner, rules.yaml:12]`."""
    place = "" if found.place is None else f", {found.place.file}:{found.place.line}"
    return f"{found.message} [{found.rule}{place}]"


def lines_below(findings: Sequence[Finding], number: int) -> Iterator[str]:
    """What stands below one of some findings: the ways that prove it; and below the last of several that are alike,
    what to do."""
    found = findings[number]
    for place, proof in enumerate(proofs(found)):
        yield f"{'and' if place else 'way'}: {way(proof)}"
    following = findings[number + 1].help if number + 1 < len(findings) else ""
    if found.help and found.help != following:
        yield f"do: {found.help}"


def _told(answer: Check) -> Iterator[Block]:
    word, tone = VERDICTS[answer.verdict]
    looked_at = f" ({answer.what}: {answer.looked_at:,})" if answer.looked_at else ""
    yield Remark(word, f"{answer.name}: {answer.about}{looked_at}", tone)
    shown = answer.findings[:MOST_FINDINGS]
    for number, found in enumerate(shown):
        yield Remark(found.level, sentence(found), "bad" if found.level == "error" else "unsure", 1)
        for line in lines_below(shown, number):
            yield Remark("", line, depth=3)
    if len(answer.findings) > MOST_FINDINGS:
        yield Remark("", f"and {len(answer.findings) - MOST_FINDINGS:,} more: --json has all.", depth=1)
    for doubt in answer.doubts:
        yield Remark("unclear", doubt, "unsure", 1)
    for note in answer.notes:
        yield Remark("note", note, depth=1)


def _plans(checks: Sequence[Check]) -> Iterator[Block]:
    for each in checks:
        if each.plan is not None and each.plan.steps:
            yield from plan(each.plan)
