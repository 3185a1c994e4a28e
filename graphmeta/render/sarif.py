"""A report as SARIF 2.1.0, which code scanning at GitHub and elsewhere reads.

A finding is a result; what could not be told is a notification of the run, for nothing is known to be wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from graphmeta import __version__
from graphmeta.checks.finding import Check, Finding, Report
from graphmeta.checks.titles import title
from graphmeta.model import AnyNode
from graphmeta.query.answers.ways import Way
from graphmeta.query.flow import Edge
from graphmeta.query.nodes import label
from graphmeta.render import words
from graphmeta.render.safe import visible
from graphmeta.render.text.checks import proofs
from graphmeta.render.text.ways import is_same

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST = 1_200  # characters of a message
_LONGEST_WAY = 1_000  # nodes of a way


def to_sarif(report: Report) -> str:
    """A report as the text of a SARIF file.

    The same findings have the same fingerprints in every run, whatever the ids of their nodes, so that code scanning
    follows one from its first report to its end.
    """
    found = [(check, finding) for check in report.checks for finding in check.findings]
    rules = {finding.rule: number for number, finding in enumerate(_first_of_each(found))}
    store = _place_of(report.store)
    run = {
        "tool": {
            "driver": {
                "name": "graphmeta",
                "semanticVersion": __version__,
                "rules": [_rule(finding) for finding in _first_of_each(found)],
            }
        },
        # Ends with a slash: the category under which GitHub keeps the alerts of one tool.
        "automationDetails": {"id": "graphmeta/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": _utc(report.time),
                "toolExecutionNotifications": [each for check in report.checks for each in _notifications(check)],
            }
        ],
        "results": [_result(finding, rules[finding.rule], store) for _, finding in found],
        "properties": {"store": visible(report.store), "verdict": report.verdict.name.lower()},
    }
    # In ASCII, so that half a character of a stored name is no error.
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _first_of_each(found: Sequence[tuple[Check, Finding]]) -> list[Finding]:
    """The first finding of each rule."""
    first: dict[str, Finding] = {}
    for _, finding in found:
        first.setdefault(finding.rule, finding)
    return list(first.values())


def _rule(finding: Finding) -> dict[str, Any]:
    check = finding.rule.partition("/")[0]
    help = _sentence(finding.help or f"docs/checks.md of graphmeta says what its check {check} looks at.")
    return {
        "id": visible(finding.rule),
        "shortDescription": {"text": _sentence(title(finding.rule))},
        "fullDescription": {"text": f"graphmeta's check {visible(check)} found: {_sentence(title(finding.rule))}"},
        "help": {"text": help},
        "defaultConfiguration": {"level": finding.level},
        "properties": {"tags": ["lineage", "machine-learning", check], "problem.severity": finding.level},
    }


def _result(finding: Finding, rule: int, store: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": visible(finding.rule),
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": _sentence(finding.message)},
        "locations": [_location(finding, store)],
        "partialFingerprints": _fingerprints(finding),
    }
    flows = [[{"location": each} for each in _way(way, store)] for way in proofs(finding)]
    if flows:
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]} for steps in flows]
    return result


def _location(finding: Finding, store: str) -> dict[str, Any]:
    """Where a finding is: the nodes; and, because GitHub takes no result that is in no file, the line of the policy's
    rule, else line 1 of the store as if it lay at the root of the repository. (It need not be there: GitHub then shows
    the alert without the file. Others do so with images of containers.)"""
    place, line = (store, 1) if finding.place is None else (_uri_of(finding.place.file), max(1, finding.place.line))
    location = _physical(place, line)
    if finding.nodes:
        location["logicalLocations"] = [_logical(node) for node in finding.nodes]
    return location


def _way(way: Way, store: str) -> Iterator[dict[str, Any]]:
    verbs = ["", *map(_verb, way.edges)]
    for node, verb in list(zip(way.nodes, verbs, strict=False))[:_LONGEST_WAY]:
        location = _physical(store, 1)
        named = "an artifact that is not in the store" if node is None else words.name(node)
        location["message"] = {"text": _sentence(f"{verb}{named}")}
        if node is not None:
            location["logicalLocations"] = [_logical(node)]
        yield location


def _verb(edge: Edge) -> str:
    if is_same(edge):
        return "the same bytes as "
    return "used by " if edge.source.kind == "artifact" else "made "


def _physical(uri: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}


def _logical(node: AnyNode) -> dict[str, Any]:
    return {
        "name": _sentence(words.caption(node), 300),
        "fullyQualifiedName": _sentence(label(node), 300),
        "kind": node.kind,
    }


def _fingerprints(finding: Finding) -> Mapping[str, str]:
    """What stays the same from run to run: the rule and the names of the nodes, and where there are none the message.
    GitHub looks at the first of the two alone; without it it would take the hash of a line, which all share."""
    ends = [end for way in proofs(finding) for end in (way.nodes[0], way.nodes[-1])]
    about = [label(node) for node in (*finding.nodes, *ends) if node is not None] or [finding.message]
    text = json.dumps([finding.rule, *about])  # in ASCII: names may hold half a character
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()
    return {"primaryLocationLineHash": f"{digest[:16]}:1", "graphmeta/v1": digest}


def _notifications(check: Check) -> Iterator[dict[str, Any]]:
    for text in check.doubts:
        yield {"level": "warning", "message": {"text": _sentence(f"{check.about} This could not be told: {text}")}}
    for text in check.notes:
        yield {"level": "note", "message": {"text": _sentence(f"{check.about} {text}")}}


def _place_of(url: str) -> str:
    """A store's address as a relative one: `lineage.db` of a file in whatever folder, so that it is the same on every
    machine; `neo4j/graph.example` of a server."""
    parts = urlsplit(url) if "://" in url else None
    if parts is not None and parts.netloc:
        return quote("/".join([parts.scheme.partition("+")[0], parts.hostname or "store"]))
    return quote(Path(url.rstrip("/")).name or "store", errors="replace")


def _uri_of(file: str) -> str:
    """The address of a file relative to the working folder, where it lies below that."""
    path = Path(file)
    if path.is_absolute():
        here = Path.cwd()
        if not path.is_relative_to(here):
            # (Not `as_uri`, which refuses what is no text.)
            return "file:///" + quote(path.as_posix().lstrip("/"), safe="/:", errors="replace")
        path = path.relative_to(here)
    return quote(path.as_posix(), errors="replace")


def _utc(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sentence(text: str, longest: int = _LONGEST) -> str:
    return words.sentence(text, longest)
