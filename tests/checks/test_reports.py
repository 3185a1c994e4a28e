"""Reports for people, as SARIF and as JUnit's XML: what they say, and that others can read them whatever is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from graphmeta import Store
from graphmeta.checks.everything import NAMES
from graphmeta.checks.finding import Check, Finding, Place, Report, Verdict
from graphmeta.query.answers.ways import Way
from graphmeta.render import terminal
from graphmeta.render.junit import to_junit
from graphmeta.render.markdown import to_markdown
from graphmeta.render.plain import to_plain
from graphmeta.render.sarif import to_sarif
from graphmeta.render.text import answer
from graphmeta.testing import hostile
from tests.checks.kit import NOW, junit_faults, report_of, sarif_faults

# What stores refuse or cut is no name; half a character is none in Neo4j, and what is long is said in short.
TEXTS = [text for text in hostile.TEXTS if len(text) < 1000] + ["]]>", "&lt;", "a\x85b\x9bc", "x" * 3000]


def results(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["runs"][0]["results"]
    return found


# ---------------------------------------------------------------- for people


def test_the_verdict_comes_first_then_findings_with_their_ways_and_the_plan_last(sqlite_store: Store) -> None:
    lines = str(report_of(sqlite_store)).splitlines()
    assert lines[0] == f"BROKEN  {sqlite_store.url}: of 5 checks 2 broken, 1 could not be told, 2 hold."
    assert lines[1:6] == [
        "BROKEN  leakage: Whether churn leaks. (evaluations: 2)",
        "  error  churn was evaluated on raw churn. [leakage/evaluated-on-training-data]",
        "      way: Dataset:raw churn → train churn (train, execution/1) → Model:churn@1",
        "      and: Dataset:raw churn → train churn (train, execution/1) → Model:churn@1",
        "      do: Evaluate churn on other data.",
    ]
    assert [line.split()[0] for line in lines if line[:1].isupper() and line.split()[0].isupper()] == [
        *["BROKEN"] * 3,
        "UNCLEAR",
        "HOLDS",
        "HOLDS",
    ]
    assert "  error  The rule no churn does not hold. [policy/no churn, rules/policy.yaml:7]" in lines
    assert "  unclear  Where churn is cannot be seen." in lines
    heading = lines.index("To run again if Dataset:raw churn was wrong")
    assert heading > max(number for number, line in enumerate(lines) if line.startswith("HOLDS"))


def test_one_check_alone_is_told_likewise(sqlite_store: Store) -> None:
    check = report_of(sqlite_store).checks[3]
    assert str(check).splitlines() == [
        "UNCLEAR  repro: Whether churn can be made again.",
        "  warning  churn has no seed. [repro/no-seed]",
        "  unclear  Where churn is cannot be seen.",
    ]
    assert str(Check("stale", "Whether models are stale.")) == "HOLDS  stale: Whether models are stale."


def test_many_checks_that_came_out_the_same_are_counted() -> None:
    checks = [Check("repro", f"Whether model {number} can be made again.") for number in range(1, 31)]
    text = str(Report("store.db", NOW, tuple(checks)))
    assert "model 10 " in text
    assert "model 11 " not in text
    assert "repro: 20 more checks came out HOLDS" in text


def test_findings_beyond_what_people_read_are_counted() -> None:
    findings = [Finding("integrity/unused", f"Nothing used {number}.", level="warning") for number in range(250)]
    lines = str(Check("integrity", "Whether the store is sound.", findings)).splitlines()
    assert len(lines) == 102
    assert lines[-1].strip() == "and 150 more: --json has all."


def test_what_to_do_is_said_once_below_findings_that_are_alike() -> None:
    findings = [Finding("repro/no-code", f"Step {number}.", help="Commit.") for number in (1, 2)]
    findings.append(Finding("repro/no-seed", "Step 2.", help="Seed.", level="warning"))
    assert str(Check("repro", "About.", findings)).splitlines()[1:] == [
        "  error  Step 1. [repro/no-code]",
        "  error  Step 2. [repro/no-code]",
        "      do: Commit.",
        "  warning  Step 2. [repro/no-seed]",
        "      do: Seed.",
    ]


def test_an_empty_report_says_that_nothing_was_checked() -> None:
    assert str(Report("store.db", NOW)) == "HOLDS  store.db: nothing was checked."


def test_the_middle_of_a_long_way_is_left_out(sqlite_store: Store) -> None:
    proof = report_of(sqlite_store).checks[0].findings[0].proof
    assert proof is not None
    edges = [edge for _ in range(15) for edge in proof.edges]
    long = Way([node for _ in range(10) for node in proof.nodes], edges[:29])
    lines = str(Check("c", "About.", [Finding("c/r", "M.", proof=long)])).splitlines()
    (line,) = [line for line in lines if "way: " in line]
    assert line.count("→") == 8
    assert "… 22 more …" in line


@pytest.mark.parametrize("width", [40, 100])
def test_a_terminal_shows_the_verdict_in_colour_and_in_words(sqlite_store: Store, width: int) -> None:
    console = Console(width=width, record=True, force_terminal=True, color_system="standard")
    with console.capture() as captured:
        terminal.show(answer(report_of(sqlite_store)), console)
    shown = captured.get()
    assert "\x1b[1;31mBROKEN\x1b[0m" in shown
    assert "\x1b[1;32mHOLDS\x1b[0m" in shown
    assert "\x1b[1;33mUNCLEAR\x1b[0m" in shown
    assert all(len(line) <= width for line in console.export_text().splitlines())


@pytest.mark.parametrize("text", TEXTS, ids=[ascii(text)[:40] for text in TEXTS])
def test_no_name_breaks_a_line_or_moves_a_cursor(sqlite_store: Store, text: str) -> None:
    report = report_of(sqlite_store, text)
    shown = "\n".join((*to_plain(answer(report)), *to_markdown(answer(report))))
    assert [each for each in shown if not each.isprintable() and each not in "\n\u200c\u200d"] == []


# ---------------------------------------------------------------- SARIF


def test_sarif_has_rules_places_ways_and_what_could_not_be_told(sqlite_store: Store) -> None:
    text = to_sarif(report_of(sqlite_store))
    assert sarif_faults(text) == []
    (run,) = json.loads(text)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["leakage/evaluated-on-training-data", "repro/no-seed", "policy/no churn"]
    assert rules[0]["help"]["text"] == "Evaluate churn on other data."
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    leak, seed, rule = run["results"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [each["ruleId"] for each in run["results"]]
    assert [leak["level"], seed["level"]] == ["error", "warning"]
    assert [each["fullyQualifiedName"] for each in leak["locations"][0]["logicalLocations"]] == [
        "Model:churn@1",
        "Dataset:raw churn",
    ]
    assert place(leak) == ("graphmeta.db", 1)
    assert place(rule) == ("rules/policy.yaml", 7)
    ways = [flow["threadFlows"][0]["locations"] for flow in leak["codeFlows"]]
    steps = [[step["location"]["message"]["text"] for step in way] for way in ways]
    assert steps == [["Dataset:raw churn", "used by train churn (train, execution/1)", "made Model:churn@1"]] * 2
    told = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert any("Where churn is cannot be seen." in text for text in told)


def place(result: dict[str, Any]) -> tuple[str, int]:
    found = result["locations"][0]["physicalLocation"]
    return found["artifactLocation"]["uri"], found["region"]["startLine"]


def test_every_result_has_the_place_and_the_fingerprint_that_github_wants(sqlite_store: Store) -> None:
    found = results(to_sarif(report_of(sqlite_store)))
    assert all(each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in found)
    assert len({each["partialFingerprints"]["primaryLocationLineHash"] for each in found}) == len(found)


def test_fingerprints_are_the_same_whatever_the_ids_the_words_and_the_lines(sqlite_store: Store) -> None:
    first = report_of(sqlite_store)
    before = results(to_sarif(first))[2]
    sqlite_store.put_type(sqlite_store.type("artifact", "Dataset"))
    finding = first.checks[4].findings[0]
    nodes = [type(node)(**{**vars_of(node), "id": 99}) for node in finding.nodes]
    moved = Finding(finding.rule, "In other words.", nodes, finding.proof, place=Place("rules/policy.yaml", 70))
    later = Report("neo4j://graph.example:7687/neo4j", NOW + 1, (Check("policy", "About.", [moved]),))
    assert results(to_sarif(later))[0]["partialFingerprints"] == before["partialFingerprints"]
    other = Report("store.db", NOW, (Check("policy", "About.", [Finding("policy/else", "In other words.", nodes)]),))
    assert results(to_sarif(other))[0]["partialFingerprints"] != before["partialFingerprints"]


def vars_of(node: Any) -> dict[str, Any]:
    return {name: getattr(node, name) for name in ("type", "name", "properties", "custom_properties")}


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("sqlite:////srv/a b/lineage.db", "lineage.db"),
        ("lineage.db", "lineage.db"),
        ("neo4j://graph.example:7687/neo4j", "neo4j/graph.example"),
        ("neo4j+s://[::1]:7687", "neo4j/%3A%3A1"),
        ("/srv/späße #1?.db", "sp%C3%A4%C3%9Fe%20%231%3F.db"),
    ],
)
def test_what_is_in_no_file_is_in_the_store_as_if_it_lay_in_the_repository(url: str, uri: str) -> None:
    text = to_sarif(Report(url, NOW, (Check("c", "About.", [Finding("c/r", "Message.")]),)))
    assert place(results(text)[0]) == (uri, 1)
    assert sarif_faults(text) == []


def test_files_of_rules_are_named_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file, uri in [
        (str(tmp_path / "a b.yaml"), "a%20b.yaml"),
        ("rules/x.yaml", "rules/x.yaml"),
        (str(tmp_path.parent / "x.yaml"), (tmp_path.parent / "x.yaml").as_uri()),
    ]:
        found = Check("policy", "About.", [Finding("policy/r", "Message.", place=Place(file, 3))])
        text = to_sarif(Report("store.db", NOW, (found,)))
        assert place(results(text)[0]) == (uri, 3)
        assert sarif_faults(text) == []


@pytest.mark.parametrize("text", TEXTS, ids=[ascii(text)[:40] for text in TEXTS])
def test_sarif_with_hostile_names_is_sarif(sqlite_store: Store, text: str) -> None:
    written = to_sarif(report_of(sqlite_store, text, file=f"rules {text[:50].replace(chr(0), '')}.yaml"))
    assert sarif_faults(written) == []
    assert written.isascii()
    assert all(len(each["message"]["text"]) <= 1200 for each in results(written))


# ---------------------------------------------------------------- JUnit


def test_junit_has_a_suite_a_check_and_a_case_a_rule(sqlite_store: Store) -> None:
    text = to_junit(report_of(sqlite_store))
    assert junit_faults(text) == []
    suites = {suite.get("name"): suite for suite in ElementTree.fromstring(text)}
    assert list(suites) == ["leakage", "stale", "repro", "policy"]
    counted = {name: [suite.get(key) for key in ("tests", "failures", "skipped")] for name, suite in suites.items()}
    assert counted == {
        "leakage": ["2", "1", "0"],
        "stale": ["1", "0", "0"],
        "repro": ["1", "0", "1"],
        "policy": ["2", "1", "1"],
    }
    failure = suites["leakage"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "churn was evaluated on raw churn."
    assert "way: Dataset:raw churn → train churn (train, execution/1) → Model:churn@1" in (failure.text or "")
    skipped = suites["repro"].find("testcase/skipped")
    assert skipped is not None
    assert "Where churn is cannot be seen." in (skipped.get("message") or "")
    assert "churn has no seed." in (suites["repro"].findtext("system-out") or "")
    assert "Guess: churn." in (suites["leakage"].findtext("system-out") or "")


def test_findings_of_one_rule_are_one_case() -> None:
    findings = [Finding("integrity/cycle", f"Cycle {number}.") for number in range(3)]
    text = to_junit(Report("store.db", NOW, (Check("integrity", "Whether it is sound.", findings),)))
    (failure,) = ElementTree.fromstring(text).iter("failure")
    assert failure.get("message") == "Cycle 0. (and 2 more)"
    assert (failure.text or "").splitlines() == [f"Cycle {number}. [integrity/cycle]" for number in range(3)]


def test_the_schema_of_these_tests_refuses_what_is_wrong() -> None:
    text = to_junit(Report("store.db", NOW, (Check("stale", "Whether models are stale."),)))
    assert junit_faults(text) == []
    for before, after in [('tests="1"', 'tests="-1"'), (' time="0"', ""), ("<system-err />", ""), ("testcase", "case")]:
        assert junit_faults(text.replace(before, after)) != [], before
    assert junit_faults(to_junit(Report("store.db", NOW))) == []


@pytest.mark.parametrize("text", TEXTS, ids=[ascii(text)[:40] for text in TEXTS])
def test_junit_with_hostile_names_is_junit(sqlite_store: Store, text: str) -> None:
    written = to_junit(report_of(sqlite_store, text))
    assert junit_faults(written) == []
    assert written.isascii()
    assert {element.tag for element in ElementTree.fromstring(written).iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped"),
        *("system-out", "system-err"),
    }


# ---------------------------------------------------------------- both


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports of whatever text, half characters and all."""
    text = st.text(st.characters(), max_size=20)
    finding = st.builds(
        lambda rule, message, level, help, place: Finding(f"policy/{rule}", message, (), None, help, level, place),
        text,
        text,
        st.sampled_from(["error", "warning"]),
        text,
        st.none() | st.builds(Place, st.builds(str.__add__, st.sampled_from(["", "/", "/etc/"]), text), st.integers(1)),
    )
    check = st.builds(
        Check,
        st.sampled_from(NAMES),
        text,
        st.lists(finding, max_size=4),
        st.lists(text, max_size=2),
        notes=st.lists(text),
    )
    return Report(draw(text), draw(st.integers(0, 2**41)), tuple(draw(st.lists(check, max_size=4))))


@given(reports())
@settings(max_examples=40)
def test_whatever_is_said_both_can_be_read_and_hold_every_finding(report: Report) -> None:
    found = [finding for check in report.checks for finding in check.findings]
    sarif, junit = to_sarif(report), to_junit(report)
    assert sarif_faults(sarif) == []
    assert junit_faults(junit) == []
    assert [each["level"] for each in results(sarif)] == [each.level for each in found]
    suites = ElementTree.fromstring(junit)
    failures = sum(int(suite.get("failures", "")) for suite in suites)
    broken = [{each.rule for each in check.findings if each.level == "error"} for check in report.checks]
    assert failures == len([*suites.iter("failure")]) == sum(map(len, broken))
    skipped = sum(int(suite.get("skipped", "")) for suite in suites)
    assert skipped == sum(bool(check.doubts) for check in report.checks)
    assert (failures > 0) == (report.verdict is Verdict.BROKEN)
    assert all("\n" not in line for line in to_plain(answer(report)))


# ---------------------------------------------------------------- JSON


def test_json_has_all_of_it(store: Store) -> None:
    report = report_of(store)
    document = report.to_json()
    assert json.loads(json.dumps(document)) == document
    assert document["verdict"] == "broken"
    assert [check["verdict"] for check in document["checks"]] == ["broken", "holds", "holds", "unclear", "broken"]
    assert document["checks"][4]["findings"][0]["place"] == {"file": "rules/policy.yaml", "line": 7}
    assert document["checks"][0]["findings"][0]["proof"]["length"] == 2
