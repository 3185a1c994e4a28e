"""A report as JUnit's XML, which every CI system shows: a suite a check, a case a rule or a thing looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from itertools import groupby
from xml.etree import ElementTree

from graphmeta.checks.finding import Check, Finding, Report
from graphmeta.render import words
from graphmeta.render.safe import visible
from graphmeta.render.text.checks import lines_below, sentence

_LONGEST = 300  # characters of a name
_LONGEST_TEXT = 5_000  # of a line of a failure's text
_MOST = 100  # findings that the text of one failure tells


def to_junit(report: Report) -> str:
    """A report as the text of a JUnit file.

    What does not hold is a failure. What could not be told is skipped: CI systems then show it and let the run pass,
    and whether it may pass is for the exit status to say. A warning is told in the output of a case that passes.
    """
    root = ElementTree.Element("testsuites")
    for number, (name, group) in enumerate(groupby(report.checks, key=lambda check: check.name)):
        root.append(_suite(number, name, list(group), report))
    ElementTree.indent(root)
    # In ASCII, so that it is right in whatever encoding it is printed.
    written: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii") + "\n"


def _suite(number: int, name: str, checks: Sequence[Check], report: Report) -> ElementTree.Element:
    cases = [case for check in checks for case in _cases(check)]
    # What the strictest of the schemas for these files wants is there, though most readers want less.
    suite = ElementTree.Element(
        "testsuite",
        name=visible(name),
        package="graphmeta",
        id=str(number),
        hostname="localhost",
        timestamp=datetime.fromtimestamp(report.time / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"),
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time="0",
    )
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="store", value=visible(report.store))
    suite.extend(cases)
    said = [_line(f"{check.about} {note}") for check in checks for note in check.notes]
    said += [
        _line(f"warning: {sentence(finding)}")
        for check in checks
        for finding in check.findings
        if finding.level == "warning"
    ]
    ElementTree.SubElement(suite, "system-out").text = "\n".join(said)
    ElementTree.SubElement(suite, "system-err").text = ""
    return suite


def _cases(check: Check) -> Iterator[ElementTree.Element]:
    """A case for each rule that is broken, and one for the check: it passes, or says what could not be told."""
    errors = [finding for finding in check.findings if finding.level == "error"]
    rules = list(dict.fromkeys(finding.rule for finding in errors))
    for rule in rules:
        broken = [finding for finding in errors if finding.rule == rule]
        case = _case(check, f"{rule}: {check.about}")
        message = _line(broken[0].message, _LONGEST) + (f" (and {len(broken) - 1:,} more)" if broken[1:] else "")
        failure = ElementTree.SubElement(case, "failure", message=message, type=visible(rule))
        failure.text = "\n".join(_line(line) for line in _told(broken[:_MOST]))
        yield case
    if check.doubts or not errors:
        case = _case(check, check.about)
        if check.doubts:
            said = " ".join(check.doubts)
            ElementTree.SubElement(case, "skipped", message=_line(f"This could not be told: {said}", _LONGEST_TEXT))
        yield case


def _case(check: Check, name: str) -> ElementTree.Element:
    made = ElementTree.Element("testcase")
    made.set("classname", visible(f"graphmeta.{check.name}"))
    made.set("name", _line(name, _LONGEST).strip() or visible(check.name))
    made.set("time", "0")
    return made


def _told(findings: Sequence[Finding]) -> Iterator[str]:
    for number, finding in enumerate(findings):
        yield sentence(finding)
        yield from (f"  {line}" for line in lines_below(findings, number))


def _line(text: str, longest: int = _LONGEST_TEXT) -> str:
    """One line that XML can hold; what it would take for its own, ElementTree writes otherwise."""
    return words.sentence(text, longest)
