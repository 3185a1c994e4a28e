"""What would be needed to make a model again, and is missing?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graphmeta import words
from graphmeta.checks import files
from graphmeta.checks.everything import all_checks
from graphmeta.checks.files import Files, path_of
from graphmeta.checks.finding import Check, Verdict
from graphmeta.checks.repro import repro
from graphmeta.digest import digest_of, digest_of_bytes, digest_of_folder
from graphmeta.model import Artifact, Event, Execution
from graphmeta.record import run
from graphmeta.store import Store
from tests.checks.drawing import draw
from tests.query import worlds

HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR
CODE: dict[str, Any] = {"git_commit": "abc", "git_dirty": False}
IMAGE: dict[str, Any] = {"image": "python@sha256:1"}
WHOLE: dict[str, Any] = {**CODE, **IMAGE, "seed": 7}


def rules(check: Check) -> list[str]:
    return [f"{each.level} {each.rule.removeprefix('repro/')}" for each in check.findings]


def step_with(store: Store, type: str = "train", **properties: Any) -> Check:
    draw(store, f" > {type} > model", {type: properties})
    return repro(store, "Model:model")


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        (WHOLE, []),
        ({**IMAGE, "seed": 7}, []),  # the image says which code ran
        ({**CODE, "seed": 7}, ["error no-environment"]),
        ({**CODE, "torch_version": "2.1", "seed": 7}, ["warning environment-in-part"]),
        ({**CODE, "image": "python:3.11", "seed": 7}, ["warning image-moves"]),
        ({**WHOLE, "git_dirty": True}, ["error code-changed"]),
        (
            {"git_dirty": True, "torch_version": "2.1", "seed": 7},
            ["error no-code", "error code-changed", "warning env"],
        ),
        ({**CODE, **IMAGE, "rate": 0.1}, ["warning no-seed"]),
        ({**CODE, **IMAGE}, ["warning no-parameters", "warning no-seed"]),
        ({**CODE, **IMAGE, "inputs": {"random_state": 3.0}}, []),
        ({**CODE, **IMAGE, "numpySeed": "3"}, []),
        ({**CODE, **IMAGE, "seedling": 3}, ["warning no-seed"]),
    ],
)
def test_a_step_that_trains(sqlite_store: Store, properties: dict[str, Any], found: list[str]) -> None:
    check = step_with(sqlite_store, **properties)
    assert [each[: len(one)] for each, one in zip(rules(check), found, strict=True)] == found
    errors = any(each.startswith("error") for each in found)
    assert check.verdict == (BROKEN if errors else HOLDS)
    assert all(each.help and each.message.endswith("train (execution/1).") for each in check.findings)


def test_only_what_trains_needs_a_seed(sqlite_store: Store) -> None:
    given = {"clean": {**CODE, **IMAGE, "drop": 1}, "train": WHOLE}
    draw(sqlite_store, " > clean > rows\nrows > train > model", given)
    assert rules(repro(sqlite_store, "Model:model")) == []


def test_a_word_of_ones_own_says_seed(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    check = step_with(sqlite_store, **CODE, **IMAGE, dice=3)
    assert rules(check) == ["warning no-seed"]
    monkeypatch.setattr(words, "SEEDS", {*words.SEEDS, "dice"})
    assert rules(repro(sqlite_store, "Model:model")) == []


def test_an_artifact_that_is_code(sqlite_store: Store) -> None:
    draw(sqlite_store, "code > train > model", {"train": {"torch_version": "2", "seed": 1}, "code": {"digest": "x"}})
    assert rules(repro(sqlite_store, "Model:model")) == ["error input-nowhere", "warning environment-in-part"]


def test_steps_that_lack_the_same_are_one_finding(sqlite_store: Store) -> None:
    draw(sqlite_store, " > clean > rows\nrows > split > part\npart > train > model")
    check = repro(sqlite_store, "Model:model")
    assert check.looked_at == 3
    (no_code,) = [each for each in check.findings if each.rule == "repro/no-code"]
    assert no_code.message == (
        "Nothing says which code ran in clean (execution/1), split (execution/2) and train (execution/3)."
    )
    assert len(no_code.nodes) == 3


def test_what_finds_and_passes_on_needs_no_code(sqlite_store: Store) -> None:
    check = step_with(sqlite_store, "tfx.dsl.components.common.importer.Importer")
    assert (rules(check), check.verdict, check.looked_at) == ([], HOLDS, 1)


# ---------------------------------------------------------------- inputs


def made_from(store: Store, *inputs: Artifact, made: Artifact | None = None, of: Sequence[Artifact] = ()) -> None:
    """A model made by a step of which everything is known, from some inputs; one of them made by such a step, `of`
    others."""
    worlds.add_types(store, "artifact", "Dataset", "Model")
    worlds.add_types(store, "execution", "train", "clean")
    clean, train = (
        Execution(type=type, state="COMPLETE", custom_properties=dict(WHOLE)) for type in ("clean", "train")
    )
    model = Artifact(type="Model", name="m")
    events = [Event(each, train, "INPUT") for each in [*inputs, *([made] if made else [])]]
    if made is not None:
        events += [Event(made, clean, "OUTPUT"), *(Event(each, clean, "INPUT") for each in of)]
    store.put(
        artifacts=[*inputs, *([made] if made else []), *of, model],
        executions=[clean, train],
        events=[*events, Event(model, train, "OUTPUT")],
    )


def dataset(uri: str | None, content: bytes | None = None, **properties: Any) -> Artifact:
    if content is not None:
        properties["digest"] = digest_of_bytes(content).text
    return Artifact(type="Dataset", name="d", uri=uri, custom_properties=properties)


def written(folder: Path, content: bytes = b"rows") -> str:
    path = folder / "some rows.csv"
    path.write_bytes(content)
    return path.as_uri()


def test_an_input_that_is_as_it_was(sqlite_store: Store, tmp_path: Path) -> None:
    made_from(sqlite_store, dataset(written(tmp_path), b"rows", size=4))
    assert (rules(check := repro(sqlite_store, "Model:m")), check.verdict) == ([], HOLDS)


@pytest.mark.parametrize("size", [{}, {"size": 3}])
def test_an_input_that_changed(sqlite_store: Store, tmp_path: Path, size: dict[str, int]) -> None:
    made_from(sqlite_store, dataset(written(tmp_path, b"ROWS"), b"rows", **size))
    (finding,) = repro(sqlite_store, "Model:m").findings
    assert (finding.rule, finding.level) == ("repro/input-changed", "error")
    assert finding.message == "Dataset:d is not what train (execution/2) read: its digest is another now."


def test_an_input_that_is_gone(sqlite_store: Store, tmp_path: Path) -> None:
    made_from(sqlite_store, dataset(str(tmp_path / "gone.csv"), b"rows"))
    (finding,) = repro(sqlite_store, "Model:m").findings
    assert (finding.rule, finding.level) == ("repro/input-gone", "error")
    assert f"is gone from {tmp_path / 'gone.csv'}; train (execution/2) read it." in finding.message


def test_an_input_that_another_step_makes_again(sqlite_store: Store, tmp_path: Path) -> None:
    raw = Artifact(
        type="Dataset", name="raw", uri=written(tmp_path), custom_properties={"digest": digest_of_bytes(b"rows").text}
    )
    made_from(sqlite_store, made=dataset((tmp_path / "gone.csv").as_uri(), b"rows"), of=[raw])
    check = repro(sqlite_store, "Model:m")
    assert (rules(check), check.verdict) == (["warning input-gone"], HOLDS)
    assert check.findings[0].message == "Dataset:d is gone, and can be made again."


def test_an_input_that_a_step_received_is_not_made_again(sqlite_store: Store, tmp_path: Path) -> None:
    made_from(sqlite_store, made=dataset(written(tmp_path, b"ROWS"), b"rows"))
    check = repro(sqlite_store, "Model:m")
    assert (rules(check), check.verdict) == (["error input-changed"], BROKEN)
    assert "clean (execution/1), which took nothing that could make it again, gave it" in check.findings[0].message


def test_files_that_were_read_are_not_read_again(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_from(sqlite_store, dataset(written(tmp_path), b"rows"))
    sqlite_store.put(artifacts=[Artifact(type="Model", name="n")])
    read: list[object] = []
    monkeypatch.setattr(files, "digest_of", lambda path: (read.append(path), digest_of(path))[1])
    all_checks(sqlite_store, only=["repro", "integrity"], files=True)
    assert len(read) == 1


def test_an_input_without_a_digest(sqlite_store: Store, tmp_path: Path) -> None:
    made_from(sqlite_store, dataset(written(tmp_path)))
    assert (rules(check := repro(sqlite_store, "Model:m")), check.verdict) == (["warning no-digest"], HOLDS)


def test_an_input_without_a_place(sqlite_store: Store) -> None:
    made_from(sqlite_store, dataset(None, b"rows"))
    assert rules(repro(sqlite_store, "Model:m")) == ["error input-nowhere"]


def test_inputs_that_lie_elsewhere_cannot_be_seen(sqlite_store: Store) -> None:
    far = dataset("s3://bucket/rows", b"rows")
    near = Artifact(type="Dataset", uri="./rows.csv")
    made_from(sqlite_store, far, near, made=Artifact(type="Dataset", uri="s3://bucket/made"))
    check = repro(sqlite_store, "Model:m")
    assert (rules(check), check.verdict) == ([], UNCLEAR)
    assert check.doubts == [
        "Whether 2 inputs that no step made can still be had is not known: not in this machine's files."
    ]


def test_files_are_looked_at_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    whole = digest_of_folder(folder).text
    files = Files()
    assert files.look(Artifact(uri=folder.as_uri(), custom_properties={"digest": whole})).state == "same"
    os.mkfifo(tmp_path / "pipe")
    assert files.look(Artifact(uri=str(tmp_path / "pipe"), custom_properties={"digest": whole})).state == "there"
    assert files.look(Artifact(uri=str(folder), custom_properties={"digest": "md5:1"})).state == "there"
    below = f"{folder}/a/b"
    assert files.look(Artifact(uri=below, custom_properties={"digest": whole})).state == "gone"
    assert files.look(Artifact(uri="/a\0b", custom_properties={"digest": whole})).state in ("gone", "unreadable")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a%20b", "/a b"),
        ("file://localhost/a", "/a"),
        ("/a b", "/a b"),
        ("file://elsewhere/a", None),
        ("s3://a/b", None),
        ("rok:1", None),
        ("a/b", None),
        ("file://[", None),
    ],
)
def test_which_file_a_uri_names(uri: str, path: str | None) -> None:
    assert path_of(uri) == (None if path is None else Path(path))


# ---------------------------------------------------------------- whole stores


def test_a_recording_can_be_made_again(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"rows")
    with run("r", store=sqlite_store) as running, running.step("train", params={"seed": 1}) as step:
        step.use(path)
        step.produce(b"model", name="m", type="Model")
    check = repro(sqlite_store, "Model:m")
    assert set(rules(check)) <= {"error no-code", "error code-changed"}  # whatever git says of where the tests run
    path.write_bytes(b"others")
    assert "error input-changed" in rules(repro(sqlite_store, "Model:m"))


def test_a_cached_step_of_kubeflow_is_the_one_that_it_names(sqlite_store: Store) -> None:
    nodes = worlds.kfp(sqlite_store)
    check = repro(sqlite_store, nodes["cached_model"])
    assert check.looked_at == 1
    assert rules(check) == ["warning image-moves", "warning no-seed"]
    assert check.verdict == UNCLEAR


def test_a_cached_step_alone_cannot_be_looked_into(sqlite_store: Store) -> None:
    nodes = draw(sqlite_store, " > train > model")
    nodes["train"].state = "CACHED"
    sqlite_store.put(executions=[nodes["train"]])
    check = repro(sqlite_store, "Model:model")
    assert (rules(check), check.verdict) == ([], UNCLEAR)
    assert check.doubts == [
        "How train (execution/1) ran is not known: only cached, with the step that ran not in this store."
    ]


def test_a_model_that_nobody_made(sqlite_store: Store) -> None:
    worlds.plain(sqlite_store)
    sqlite_store.put(artifacts=[Artifact(type="Model", name="found")])
    check = repro(sqlite_store, "Model:found")
    assert (check.verdict, check.looked_at) == (UNCLEAR, 0)
    assert check.doubts == ["How Model:found was made is not known: no step in this store made it."]


def test_a_walk_that_stops_says_so(sqlite_store: Store) -> None:
    draw(sqlite_store, " > clean > rows\nrows > train > model", {"clean": WHOLE, "train": WHOLE})
    check = repro(sqlite_store, "Model:model", most=3)
    assert (check.verdict, "There are more." in check.doubts[0]) == (UNCLEAR, True)


def test_of_several_makers_it_is_the_first_that_completed(sqlite_store: Store) -> None:
    nodes = draw(sqlite_store, " > train > model\n > train > model", {"train": {}, "train 2": WHOLE})
    nodes["train"].state = "FAILED"
    sqlite_store.put(executions=[nodes["train"]])
    assert repro(sqlite_store, "Model:model").verdict == HOLDS


def test_a_step_that_rewrites_its_input(sqlite_store: Store, tmp_path: Path) -> None:
    draw(sqlite_store, "rows > clean > rows\nrows > train > model", {"clean": WHOLE, "train": WHOLE})
    assert repro(sqlite_store, "Model:model").looked_at == 2
