"""`/checks`: whether what was recorded can be trusted: leaks, stale models, what could not be made again, policies."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

from graphmeta.checks.everything import NAMES, all_checks
from graphmeta.checks.finding import Check, Finding, Place, Verdict
from graphmeta.pages.bounds import short_text
from graphmeta.pages.choosing import NEAREST
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, choice, count
from graphmeta.pages.view import Page, View
from graphmeta.pages.views.path import WayJson, told
from graphmeta.query.answers.impact import Plan
from graphmeta.render import patience
from graphmeta.render.text.checks import proofs
from graphmeta.store import Store

LOG = logging.getLogger("graphmeta.server")
_MODELS = 10  # whose leakage and repro are looked at
_LARGE = 100_000  # nodes; of a larger store these are not looked at unless somebody asks for them by name
_SLOW = ("stale", "integrity", "policy")
_MOST_FINDINGS, _MOST_DOUBTS, _MOST_NODES, _MOST_STEPS = 50, 20, 5, 50
_LONGEST = 1_000  # characters of a sentence


class RulePlaceJson(TypedDict):
    """Where a rule stands; lines are numbered from 1."""

    file: str
    line: int


class FindingJson(TypedDict):
    """One thing that is wrong. `nodes` are those that it is about, five at most; `proofs` are the ways along the data
    that show it, two where two show it together; a `warning` does not break the check."""

    rule: str
    level: str
    message: str
    help: str
    nodes: list[NodeJson]
    proofs: list[WayJson]
    place: RulePlaceJson | None


class AgainJson(TypedDict):
    """What has to run again, in order, if `node` was wrong; `total` counts all steps."""

    node: NodeJson
    steps: list[NodeJson]
    total: int


class CheckJson(TypedDict):
    """One check; `verdict` is holds, broken or unclear. `doubts` say why it could not be told. The first 50 findings
    and 20 doubts and notes are told, `more_findings` and `more_doubts` count the others."""

    check: str
    about: str
    verdict: str
    looked_at: int
    what: str
    findings: list[FindingJson]
    more_findings: int
    doubts: list[str]
    more_doubts: int
    notes: list[str]
    plan: AgainJson | None


class ChecksJson(TypedDict):
    """The checks, those that are broken first. `left_out` are those that are not made of a store of this size unless
    they are asked for by name; `choices` all that there are. `policies` are the files whose rules were looked at."""

    verdict: str
    checks: list[CheckJson]
    choices: list[str]
    left_out: list[str]
    policies: list[str]
    models: int


def answer(store: Store, asked: Mapping[str, Any], policies: Sequence[Path] = ()) -> Page:
    """The report.

    Args:
        policies: files with rules, as whoever started the server named them. No question of a reader names a file.
    """
    choices = [name for name in NAMES if name != "policy" or policies]
    wanted: Sequence[str] = asked["check"]
    left_out: list[str] = []
    if not asked["check"]:
        left_out = [name for name in choices if name in _SLOW] if _is_large(store) else []
        wanted = [name for name in choices if name not in left_out]
    report = all_checks(
        store,
        policies=policies,
        only=wanted,
        most=asked["models"],
        nearest=NEAREST,
        between=patience.check,
        trouble=_log,
    )
    nodes = Nodes(store)
    worst_first = sorted(report.checks, key=lambda check: _ORDER.index(check.verdict))
    data: ChecksJson = {
        "verdict": _word(report.verdict),
        "checks": [_check(nodes, each) for each in worst_first],
        "choices": choices,
        "left_out": left_out,
        "policies": [str(path) for path in policies],
        "models": asked["models"],
    }
    return Page("Checks", data)


_ORDER = (Verdict.BROKEN, Verdict.UNCLEAR, Verdict.HOLDS)


def _log(error: Exception) -> str:
    """Not for strangers' eyes: it may tell of paths and of what others stored."""
    LOG.error("A check failed unexpectedly.", exc_info=error)
    return "The check met an error that it did not expect; the server's log says more."


def _is_large(store: Store) -> bool:
    return sum(each.number for each in store.counts()) > _LARGE


def _word(verdict: Verdict) -> str:
    return verdict.name.lower()


def _check(nodes: Nodes, check: Check) -> CheckJson:
    return {
        "check": check.name,
        "about": _short(check.about),
        "verdict": _word(check.verdict),
        "looked_at": check.looked_at,
        "what": check.what,
        "findings": [_finding(nodes, each) for each in check.findings[:_MOST_FINDINGS]],
        "more_findings": max(0, len(check.findings) - _MOST_FINDINGS),
        "doubts": [_short(each) for each in check.doubts[:_MOST_DOUBTS]],
        "more_doubts": max(0, len(check.doubts) - _MOST_DOUBTS),
        "notes": [_short(each) for each in check.notes[:_MOST_DOUBTS]],
        "plan": None if check.plan is None or not check.plan.steps else _again(nodes, check.plan),
    }


def _finding(nodes: Nodes, finding: Finding) -> FindingJson:
    return {
        "rule": _short(finding.rule),
        "level": finding.level,
        "message": _short(finding.message),
        "help": _short(finding.help),
        "nodes": [nodes.json(node) for node in finding.nodes[:_MOST_NODES]],
        "proofs": [told(nodes, way) for way in proofs(finding) if way.edges],
        "place": None if finding.place is None else _place(finding.place),
    }


def _place(place: Place) -> RulePlaceJson:
    return {"file": _short(place.file), "line": place.line}


def _again(nodes: Nodes, plan: Plan) -> AgainJson:
    steps = [nodes.json(step.execution) for step in plan.steps[:_MOST_STEPS]]
    return {"node": nodes.json(plan.node), "steps": steps, "total": len(plan.steps)}


def _short(text: str) -> str:
    return short_text(text, _LONGEST)


VIEW = View(
    "checks",
    "/checks",
    "Whether what was recorded can be trusted: leakage, stale models, integrity, what cannot be made again, policies.",
    answer,
    ChecksJson,
    (
        replace(choice("check", "Only this check; may be given again and again.", NAMES), default=(), many=True),
        count(
            "models", "So many models at most, the deployed ones and the last stored first.", _MODELS, least=1, most=100
        ),
        AT,
    ),
)


def with_policies(policies: Sequence[Path]) -> View:
    """The view, for a server that was told of files with rules."""
    return replace(VIEW, answer=functools.partial(answer, policies=policies))
