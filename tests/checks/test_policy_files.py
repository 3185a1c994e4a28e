"""Policy files: what is wrong with one is said with its line, all at once; nothing in a file is run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from graphmeta.checks.policy import schema_text
from graphmeta.checks.policy.meaning import read_policy
from graphmeta.errors import InvalidArgumentError, UnsupportedError

GOOD = "version: 1\nrules:\n  - name: a\n    for: {role: Model}\n    must: {state: LIVE}\n"


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    """What is said of a file, without its name."""
    file = folder / "rules.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidArgumentError) as caught:
        read_policy(file)
    return [line.removeprefix(f"{file}, ") for line in str(caught.value).splitlines()]


def rule(lines: str) -> str:
    """A file with one rule, which has the given lines from the fourth on."""
    return "version: 1\nrules:\n  - name: a\n" + "".join(f"    {line}\n" for line in lines.splitlines())


def test_a_good_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD)
    policy = read_policy(file)
    assert [(each.name, each.line, str(each.subjects)) for each in policy.rules] == [("a", 3, "Model")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: The file is empty; 'version: 1' and 'rules:' are wanted."),
        ("- 1\n", "line 1: The file is a list, and a mapping (key: value) is expected."),
        ("version: 1\nrules: [\n", "line 3: This is no YAML: while parsing a flow node"),
        ("version: 1\nversion: 1\n", "line 2: The key 'version' is here for the second time; the first is in line 1."),
        ("version: 1\n? [a]\n: 1\n", "line 2: A key is a text, and this is a list or a mapping."),
        (GOOD + "---\n" + GOOD, "line 6: This is no YAML: expected a single document in the stream"),
        (
            "version: 1\nrules: !!python/object/apply:os.system [ls]\n",
            "line 2: The tag 'tag:yaml.org,2002:python/object",
        ),
        ("version: !!int abc\n", "line 1: The tag 'tag:yaml.org,2002:int' has no place here"),
        ('version: "\\ud800"\n', "line 1: This is no Unicode text: it holds half a character."),
        (b"version: 1\nrules: \xff\n", "line 2: This is no text in UTF-8."),
        ("version: 1\nrules: \x01\n", "line 2: This is no YAML: special characters are not allowed"),
        ("a: &a [*a]\n", "line 1: The file holds too much, with all that its aliases repeat."),
        ("[" * 5000, "line 1: This is nested more than 30 levels deep."),
        (GOOD.replace("1", "2"), "line 1: 'version' is 2, and 1 is expected."),
        (GOOD + "rule: []\n", "line 6: The file has no 'rule'. Did you mean 'rules'?"),
        ("version: 1\nrules: []\n", "line 2: 'rules' is empty, and something must be said."),
        ("version: 1\nrules:\n  - for: {role: Model}\n    must: {state: LIVE}\n", "line 3: Rule 1 lacks 'name'."),
        (
            rule("for: {role: Model}"),
            "line 3: Rule 1 says nothing that must hold: it needs one of 'must', 'must not', ",
        ),
        (
            rule("for: {role: Modle}\nmust: {state: LIVE}"),
            "line 4: 'role' of rule 1 is 'Modle', and Dataset, Model, Metrics, Statistics, Train, Transform, Process, "
            "Evaluate or Deploy is expected (did you mean Model?).",
        ),
        (rule("for: {}\nmust: {state: LIVE}"), "line 4: 'for' of rule 1 is empty, and something must be said."),
        (rule("for: Model\nmust: {state: LIVE}"), "line 4: 'for' of rule 1 is 'Model', and a mapping (key: value)"),
        (
            rule("for:\n  role: Model\n  latests: true\nmust: {state: LIVE}"),
            "line 6: 'for' of rule 1 has no 'latests'. Did you mean 'latest'?",
        ),
        (
            rule("for: {role: Model}\nmust_not_carry: pii"),
            "line 5: Rule 1 has no 'must_not_carry'. Did you mean 'must not carry'?",
        ),
        (rule("for: {role: Model}\nmust not carry: pii"), "line 5: There is no tag pii; the file has no 'tags:'."),
        (rule("for: {role: Model}\nmust: {where: 'uri ='}"), "line 5: 'where' is no condition on artifacts. Invalid"),
        (rule("for: {role: Model}\nmust: {where: last_known_state = COMPLETE}"), "line 5: 'where' is no condition on"),
        (
            rule("for: {role: Model}\nmust: {role: Train}"),
            "line 5: 'must' says executions, and the rule is for artifacts",
        ),
        (
            rule("for: {role: Model}\nmust: {state: COMPLETE}"),
            "line 5: COMPLETE is no state of artifacts; there are ABA",
        ),
        (rule("for: {role: Train}\nmust: {latest: true}"), "line 5: 'latest' is for artifacts, and this selects exec"),
        (rule("for: {kind: execution, role: Model}\nmust: {name: a}"), "line 4: Model is no role of executions."),
        (
            rule("for: {kind: context}\nmust have: {role: Model}"),
            "line 5: Contexts have no lineage, so that 'must have'",
        ),
        (rule("for: {role: Model}\nmust have: {within: 2}"), "line 5: Nothing says which neighbours are meant"),
        (
            rule("for: {role: Model}\nmust have: {role: Train, within: far}"),
            "line 5: 'within' of rule 1 is 'far', and any",
        ),
        (
            rule("for: {role: Model}\nmust have: {role: Train, within: 0}"),
            "line 5: 'within' of rule 1 is 0, and a number",
        ),
        (rule("for: {role: Model}\nmust: {property: {a: null}}"), "line 5: 'a' of rule 1 is empty, and a text,"),
        (
            rule("for: {role: Model, except: {role: Train}}\nmust: {state: LIVE}"),
            "line 4: 'except' says executions, and this selects artifacts.",
        ),
        (
            GOOD.replace("rules:", "rules:\n  - {name: a, for: {role: Model}, must: {name: x}}"),
            "line 4: The name a is taken: line 3 has it. Choose another.",
        ),
        (
            GOOD + "tags:\n  - {name: x, on: {carries: x}}\n",
            "line 7: What carries a tag cannot depend on tags: say something else here.",
        ),
        (GOOD + "tags:\n  - {name: x, on: {kind: context}}\n", "line 7: Contexts have no lineage: artifacts or"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str | bytes, expected: str) -> None:
    (said,) = mistakes(tmp_path, text)
    assert said.startswith(expected)


def test_all_mistakes_are_named_at_once_by_line(tmp_path: Path) -> None:
    text = """version: 1
rules:
  - name: one
    for: { role: Model, colour: red }
    must not carry: pii
  - name: two
    for: { role: Model, where: "uri = " }
    must not carry: pii
  - for: { role: Modle }
"""
    lines = [said.partition(":")[0] for said in mistakes(tmp_path, text)]
    # What has a shape is read, whatever stands beside it.
    assert lines == ["line 4", "line 5", "line 7", "line 8", "line 9", "line 9", "line 9"]


def test_of_many_mistakes_the_first_are_named(tmp_path: Path) -> None:
    text = GOOD + "".join(f"key{number}: 1\n" for number in range(3_000))
    said = mistakes(tmp_path, text)
    assert len(said) == 51 and "950 more mistakes." in said[-1]


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match=r"none\.yaml cannot be read: No such file"):
        read_policy(tmp_path / "none.yaml")
    assert mistakes(tmp_path, "# " + "x" * 200_000)[0].endswith("rules have fewer. Is it the right file?")


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert any("too much, with all that its aliases repeat" in said for said in mistakes(tmp_path, bomb))


def test_an_alias_saves_saying_it_twice(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(rule("for: &models {role: Model}\nmust: {state: LIVE}\nmust not descend from: *models"))
    (found,) = read_policy(file).rules
    assert [requirement.selection.choices for requirement in found.requirements][1] == found.subjects.choices


def test_plain_words_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    said = "[no, on, 0o7, 007, 1:30, 2024-01-01, 1, -2, 1.5, 1e3, true, 'true', .5, 1_000]"
    file.write_text(rule("for: {role: Model}\nmust: {property: {a: " + said + "}}"))
    (choice,) = read_policy(file).rules[0].requirements[0].selection.choices
    assert [repr(value) for value in choice.properties["a"]] == [
        *(
            "'no'",
            "'on'",
            "'0o7'",
            "'007'",
            "'1:30'",
            "'2024-01-01'",
            "1",
            "-2",
            "1.5",
            "1000.0",
            "True",
            "'true'",
            "0.5",
        ),
        "'1_000'",
    ]


@pytest.mark.parametrize("library", ["yaml", "jsonschema"])
def test_without_a_library_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UnsupportedError, match="pip install"):
        read_policy(file)


def test_the_schema_is_one_and_describes_every_key() -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in ("tag", "rule", "choice", "neighbour"):
        part = schema["$defs"][name]
        for key, said in part["properties"].items():
            target = schema["$defs"]["choice"]["properties"][key] if "choice" in said.get("$ref", "") else said
            assert target.get("description"), f"{name}.{key}"
    assert {*schema["$defs"]["choice"]["properties"]} <= {*schema["$defs"]["neighbour"]["properties"]}
