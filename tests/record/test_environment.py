"""What is captured around a step: packages, commit, command."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from graphmeta import record as gm
from graphmeta.record.environment import environment
from graphmeta.record.secrets import command_line, without_passwords
from graphmeta.store import Store, connect

SCRIPT = """
import sys
from graphmeta import record as gm
with gm.run("churn", store=sys.argv[1]) as run, run.step("train"):
    pass
"""


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a script in it that records itself."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "train.py").write_text(SCRIPT)
    return folder


def recorded(script: Path, cwd: Path, *more: str) -> tuple[dict[str, object], dict[str, object]]:
    """The properties of the step, and of the run, that a script recorded."""
    store = cwd / "graphmeta.db"
    command = [sys.executable, str(script), str(store), *more]
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    with connect(store, read_only=True) as opened:
        return dict(opened.executions()[-1].properties), dict(opened.contexts(type="Run")[-1].properties)


def test_the_commit_of_the_code(repository: Path, tmp_path: Path) -> None:
    script = repository / "train.py"
    assert "git_commit" not in recorded(script, repository)[0]  # no commit yet
    git(repository, "add", "train.py")
    git(repository, "commit", "-q", "-m", "first")
    commit = git(repository, "rev-parse", "HEAD")
    step, _ = recorded(script, repository)
    # The store itself is a file that git does not know: it does not count as a change of the code.
    assert (step["git_commit"], step["git_dirty"]) == (commit, False)
    script.write_text(SCRIPT + "# changed\n")
    step, _ = recorded(script, repository)
    assert (step["git_commit"], step["git_dirty"]) == (commit, True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert recorded(script, elsewhere)[0]["git_commit"] == commit  # the code's, not the working directory's


def test_no_repository(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    assert not {"git_commit", "git_dirty"} & set(recorded(script, tmp_path)[0])


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    assert not {"git_commit", "git_dirty"} & set(recorded(script, tmp_path)[0])


def test_the_command_without_its_secrets(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    _, run = recorded(script, tmp_path, "--token", "s3cr3t", "--lr=0.1", "two words")
    assert str(run["command"]).endswith(
        "train.py " + str(tmp_path / "graphmeta.db") + " --token '***' --lr=0.1 'two words'"
    )


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["a", "--password", "x", "b"], "a --password '***' b"),
        (["--api-key=x", "--API_KEY", "y"], "'--api-key=***' --API_KEY '***'"),
        (["--store", "neo4j://me:x@host:7687/db"], "--store 'neo4j://me:***@host:7687/db'"),
        (["--tokens-per-batch", "512"], "--tokens-per-batch '***'"),  # rather once too often
        (["--secret", "--lr", "0.1"], "--secret --lr 0.1"),
        (["db.password=x", "lr=0.1", "tokens"], "'db.password=***' lr=0.1 tokens"),
        ([], ""),
    ],
)
def test_secrets_in_commands(arguments: list[str], shown: str) -> None:
    assert command_line(arguments) == shown


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://me:x@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me:x@y@host/db", "postgresql://me:***@host/db"),
        ("https://host/a:b@c", "https://host/a:b@c"),
        ("s3://bucket/key", "s3://bucket/key"),
        ("https://me@host/", "https://me@host/"),
    ],
)
def test_secrets_in_uris(sqlite_store: Store, uri: str, shown: str) -> None:
    assert without_passwords(uri) == shown
    with gm.run("churn", store=sqlite_store) as run, run.step("train") as step:
        step.use(uri)
    assert [artifact.uri for artifact in sqlite_store.artifacts()] == [shown]


def test_the_environment(store: Store) -> None:
    with gm.run("churn", store=store) as run:
        for _ in range(2):
            with run.step("train"):
                pass
    (context,) = store.contexts(type="Environment")
    known = context.properties
    assert known["python"] == platform.python_version()
    assert known["host"] == platform.node()
    assert known["implementation"] == platform.python_implementation()
    assert known["platform"] == platform.platform()
    assert isinstance(known["packages"], dict)
    assert known["packages"]["pytest"] == metadata.version("pytest")
    assert str(known["display_name"]).startswith(f"Python {platform.python_version()}")
    assert [each.state for each in store.executions_in(context)] == ["COMPLETE", "COMPLETE"]
    assert context.name == environment().name


def test_the_environment_is_named_by_its_contents() -> None:
    show = "from graphmeta.record.environment import environment; import json; print(json.dumps(environment()))"
    answers = [
        subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    name, properties = json.loads(answers[0])
    assert name == environment().name
    assert name.startswith("sha256:")
    assert properties == environment().properties
