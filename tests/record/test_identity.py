"""(type, logical name, digest) is one artifact; other bytes are the next version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphmeta import record as gm
from graphmeta.model import Artifact, artifact_type
from graphmeta.store import Store


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def step(store: Store) -> gm.Step:
    return gm.start("churn", store=store, strict=True).start_step("train")


def test_other_bytes_are_the_next_version(step: gm.Step) -> None:
    made = [step.produce(content, type="Model", name="churn") for content in (b"1", b"2", b"1", b"3", b"2")]
    assert [str(each) for each in made] == [f"Model:churn@{version}" for version in (1, 2, 1, 3, 2)]
    assert made[0].id == made[2].id


def test_the_type_and_the_name_count(step: gm.Step) -> None:
    made = [
        step.produce(b"1", type="Model", name="churn"),
        step.produce(b"1", type="Model", name="other"),
        step.produce(b"1", type="Dataset", name="churn"),
        step.produce(b"1", type="Model", name="chur"),
        step.produce(b"1", type="Model", name="churn@1"),
    ]
    assert len({each.id for each in made}) == 5
    assert {each.version for each in made} == {1}


def test_versions_beyond_those_looked_at_first(store: Store) -> None:
    with gm.run("churn", store=store, strict=True) as run, run.step("train") as step:
        for number in range(30):
            step.produce(str(number).encode(), type="Model", name="churn")
        assert step.produce(b"4", type="Model", name="churn").version == 5
        assert step.produce(b"new", type="Model", name="churn").version == 31


def test_numbers_that_others_took(store: Store) -> None:
    """Names of our form that somebody else gave, in any order, are left alone and never given again."""
    store.put_type(artifact_type("Model"))
    for number in (*range(40, 15, -1), 1, 2):
        store.put(artifacts=[Artifact(type="Model", name=f"churn@{number}")])
    store.put(artifacts=[Artifact(type="Model", name="churn@old"), Artifact(type="Model", name="churn@7@2")])
    with gm.run("churn", store=store, strict=True) as run, run.step("train") as step:
        made = [step.produce(bytes([number]), type="Model", name="churn") for number in range(3)]
    assert len({each.version for each in made}) == 3
    names = [artifact.name for artifact in store.artifacts()]
    assert len(names) == len(set(names)) == 27 + 2 + 3


def test_a_file_that_nobody_named_is_known_by_its_place_and_bytes(store: Store) -> None:
    """Whoever uses `model.pkl` uses what was produced as `churn` there: lineage does not break at a name."""
    Path("model.pkl").write_bytes(b"weights")
    with gm.run("train", store=store) as run, run.step("train") as step:
        made = step.produce("model.pkl", type="Model", name="churn")
    with gm.run("serve", store=store) as run, run.step("deploy") as step:
        assert step.use("model.pkl", type="Model").id == made.id
        assert step.use("model.pkl", type="Model", name="served").id != made.id
        Path("model.pkl").write_bytes(b"others")
        other = step.use("model.pkl", type="Model")
    assert (other.id != made.id, str(other)) == (True, "Model:model.pkl@1")


def test_the_same_bytes_at_another_place(step: gm.Step) -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "train.csv").write_text("rows")
    first, second = step.use("a/train.csv"), step.use(Path("b/train.csv"))
    assert first.id == second.id
    assert second.artifact is not None and second.artifact.uri == Path("a/train.csv").absolute().as_uri()


def test_without_a_digest(step: gm.Step) -> None:
    used = [step.use(uri) for uri in ("s3://a/train.csv", "s3://b/train.csv", "s3://a/train.csv")]
    assert [each.version for each in used] == [1, 2, 1]
    made = [step.produce("s3://a/train.csv", type="Dataset") for _ in range(2)]
    assert [each.version for each in made] == [3, 4]
    assert step.use("s3://a/train.csv").version == 4
    assert step.use("s3://a/train.csv", name="rows").version == 1


def test_a_digest_that_is_known_already(step: gm.Step) -> None:
    known = [step.use(uri, digest="sha256:ab") for uri in ("s3://a/train.csv", "s3://b/train.csv")]
    assert known[0].id == known[1].id
    Path("train.csv").write_text("not read")
    assert step.use("train.csv", digest="sha256:ab").id == known[0].id


def test_metrics_given_again_are_merged(store: Store) -> None:
    for metrics in ({"auc": 0.5, "loss": 1.0}, {"auc": 0.6, "f1": 0.4}):
        with gm.run("churn", store=store) as run, run.step("train") as step:
            model = step.produce(b"m", type="Model", name="churn", metrics=metrics)
    (artifact,) = store.artifacts()
    assert artifact.custom_properties == {"auc": 0.6, "loss": 1.0, "f1": 0.4}
    assert artifact.properties["version"] == 1
    events = store.events(artifacts=[model.id or 0])
    assert [event.type for event in events] == ["OUTPUT", "OUTPUT"]
    assert len({event.execution_id for event in events}) == 2


PRODUCE = """
import sys
from graphmeta import record as gm
url, number, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
run = gm.start("race", store=url, strict=True)
step = run.start_step("train")
print("ready", flush=True)
sys.stdin.readline()
for content in range(count):
    step.produce(b"%d" % (content * 100 + number), type="Model", name="own")
    step.produce(b"%d" % content, type="Model", name="shared")
run.finish()
"""


def race(url: str, writers: int, count: int) -> None:
    """So many processes at once, each producing `count` models of its own and as many that all produce."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PRODUCE, url, str(number), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(writers)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")


def check_race(store: Store, writers: int, count: int) -> None:
    names = [artifact.name or "" for artifact in store.artifacts()]
    assert sorted(names) == sorted(
        [f"own@{version}" for version in range(1, writers * count + 1)]
        + [f"shared@{version}" for version in range(1, count + 1)]
    )
    digests = [(artifact.value("display_name"), artifact.value("digest")) for artifact in store.artifacts()]
    assert len(set(digests)) == len(digests)
    assert len(store.events(executions=store.executions())) == 2 * writers * count
    assert sorted(run.name or "" for run in store.contexts(type="Run")) == [f"race@{n}" for n in range(1, writers + 1)]


@pytest.mark.slow
def test_eight_processes_record_the_same_names_at_once(sqlite_store: Store, tmp_path: Path) -> None:
    race(str(tmp_path / "graphmeta.db"), 8, 5)
    check_race(sqlite_store, 8, 5)


@pytest.mark.slow
def test_eight_processes_record_the_same_names_at_once_in_neo4j(neo4j_store: Store, neo4j_url: str) -> None:
    race(neo4j_url, 8, 5)
    check_race(neo4j_store, 8, 5)
