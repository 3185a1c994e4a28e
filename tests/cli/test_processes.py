"""The command as a process: stores found, streams, encodings, and every kind of bad input: one sentence
on standard error, the right status, no traceback."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from graphmeta.cli.main import COMMANDS
from graphmeta.model import Artifact, Event, Execution, artifact_type, execution_type
from graphmeta.store import connect

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def complaint(done: subprocess.CompletedProcess[str], status: int = 2) -> str:
    """The sentence of a command that failed, once everything about the failure has been checked."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("graphmeta: ")
    assert done.stderr.endswith("\n")
    assert done.stderr.count("\n") == 1, "one line"
    assert len(done.stderr) < 2000
    return done.stderr


# ---------------------------------------------------------------- which store


def test_the_store_is_the_option_else_the_environment_else_the_file_here(graphmeta: Command, story: Path) -> None:
    for place in (["--store", str(story), "stats"], ["stats", "--store", str(story)]):
        assert graphmeta(*place, GRAPHMETA_STORE="nowhere.db").returncode == 0
    assert graphmeta("stats", GRAPHMETA_STORE=str(story)).returncode == 0
    assert "graphmeta.db" in complaint(graphmeta("stats"))
    assert graphmeta("init").returncode == 0
    assert graphmeta("stats").stdout.startswith("sqlite:///graphmeta.db\n")


def test_init_prints_what_it_would_do_and_does_nothing(graphmeta: Command, tmp_path: Path) -> None:
    done = graphmeta("init", "--print")
    assert done.returncode == 0, done.stderr
    assert "CREATE TABLE" in done.stdout
    assert not (tmp_path / "graphmeta.db").exists()
    with closing(sqlite3.connect(":memory:")) as database, database:  # it is ready to run
        database.executescript(done.stdout)


def test_reading_writes_nothing(graphmeta: Command, story: Path) -> None:
    before = (story.stat().st_mtime_ns, sorted(story.parent.iterdir()))
    assert graphmeta("explain", "Model:churn", "--store", str(story)).returncode == 0
    assert (story.stat().st_mtime_ns, sorted(story.parent.iterdir())) == before


# ---------------------------------------------------------------- bad input


def test_a_missing_file(graphmeta: Command, tmp_path: Path) -> None:
    assert "missing.db" in complaint(graphmeta("ls", "--store", "missing.db"))
    assert not (tmp_path / "missing.db").exists()


def test_a_foreign_file(graphmeta: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are not the facts that you are looking for\n" * 100)
    complaint(graphmeta("ls", "--store", "notes.txt"))
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        other.execute("CREATE TABLE customers (id INTEGER)")
    complaint(graphmeta("ls", "--store", "other.db"))
    complaint(graphmeta("init", "--store", "other.db"))
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("customers",)]


def test_a_folder(graphmeta: Command, tmp_path: Path) -> None:
    complaint(graphmeta("ls", "--store", str(tmp_path)))


def test_a_url_of_an_unknown_kind(graphmeta: Command) -> None:
    assert "mysql://" in complaint(graphmeta("ls", "--store", "mysql://host/base"))


def test_a_server_that_is_not_there(graphmeta: Command) -> None:
    message = complaint(graphmeta("ls", "--store", "bolt://neo4j:secret@localhost:1"))
    assert "localhost:1" in message
    assert "secret" not in message


@pytest.mark.parametrize("node", ["artifact/99", "Model:nobody", "Model:churn@99", "s3://nowhere/at/all", "nothing"])
def test_an_unknown_node(graphmeta: Command, story: Path, node: str) -> None:
    assert node in complaint(graphmeta("show", node, "--store", str(story)))


def test_an_unknown_type(graphmeta: Command, story: Path) -> None:
    assert "Modell" in complaint(graphmeta("ls", "--type", "Modell", "--store", str(story)))
    assert "Modell" in complaint(graphmeta("lineage", "Model:churn", "--type", "Modell", "--store", str(story)))
    assert "Modell" in complaint(graphmeta("show", "Modell:churn", "--store", str(story)))


def test_an_ambiguous_name_lists_the_candidates(graphmeta: Command, tmp_path: Path) -> None:
    with connect(tmp_path / "graphmeta.db") as store:
        store.put_types([artifact_type("Model"), artifact_type("Dataset")])
        store.put(artifacts=[Artifact(type="Model", name="both"), Artifact(type="Dataset", name="both")])
    message = complaint(graphmeta("show", "both"))
    assert "artifact/1" in message
    assert "artifact/2" in message


def test_a_name_of_100_kb(graphmeta: Command, story: Path) -> None:
    complaint(graphmeta("show", "Model:" + "x" * 100_000, "--store", str(story)))


def test_a_context_where_an_artifact_is_wanted(graphmeta: Command, story: Path) -> None:
    complaint(graphmeta("lineage", "context/1", "--store", str(story)))


def test_what_the_parser_refuses(graphmeta: Command, story: Path) -> None:
    for arguments in (
        ["frobnicate"],
        ["show"],
        ["lineage", "Model:churn", "--up", "many"],
        ["lineage", "Model:churn", "--up", "-1"],
        ["lineage", "Model:churn", "--dot", "--mermaid"],
        ["compare", "Model:churn"],
        ["ls", "elephants"],
        ["ls", "--limit", "0"],
        ["cypher", "RETURN 1", "--param", "novalue"],
        ["stats", "--colour"],
    ):
        message = complaint(graphmeta(*arguments, GRAPHMETA_STORE=str(story)))
        command = "graphmeta" if arguments == ["frobnicate"] else f"graphmeta {arguments[0]}"
        assert f"`{command} --help`" in message
        assert "Invalid value" not in message
        assert "range" not in message


def test_a_name_that_stops_at_its_colon(graphmeta: Command, story: Path) -> None:
    assert "A name is missing after 'Model:'." in complaint(graphmeta("params", "Model:", "--store", str(story)))


def test_the_command_alone_prints_its_help(graphmeta: Command) -> None:
    alone, told = graphmeta(), graphmeta("--help")
    assert (alone.returncode, alone.stderr) == (0, "")
    assert alone.stdout == told.stdout


def test_an_empty_store_says_what_is_missing(graphmeta: Command) -> None:
    assert graphmeta("init").returncode == 0
    for arguments, status, words in (
        (["ls"], 0, "There are no artifacts yet."),
        (["ls", "contexts"], 0, "There are no contexts yet."),
        (["types"], 0, "There are no types yet"),
        (["models"], 1, "There are no models in this store yet."),
    ):
        done = graphmeta(*arguments)
        assert (done.returncode, done.stderr) == (status, "")
        assert words in done.stdout
    assert graphmeta("stats").returncode == 0


def test_the_demo_trains_nothing_for_a_store_that_cannot_be_used(graphmeta: Command, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        other.execute("CREATE TABLE customers (id INTEGER)")
    for store in ("nowhere/x.db", "other.db", str(tmp_path), "bolt://localhost:1", "neo4j://localhost:1"):
        complaint(graphmeta("demo", "--store", store))
        assert not (tmp_path / "graphmeta-demo").exists()


def test_a_path_names_what_was_recorded_there(graphmeta: Command, tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("x\n")
    with connect(tmp_path / "graphmeta.db") as store:
        store.put_types([artifact_type("Dataset"), artifact_type("Model")])
        store.put(artifacts=[Artifact(type="Dataset", name="rows", uri=(tmp_path / "train.csv").as_uri())])
    for name in ("train.csv", "./train.csv", str(tmp_path / "train.csv"), "Dataset:train.csv"):
        assert graphmeta("show", name).stdout.startswith("Dataset:rows\n"), name
    assert "Model:train.csv" in complaint(graphmeta("show", "Model:train.csv"))


def test_a_page_of_an_error_is_shown_as_it_is(graphmeta: Command, tmp_path: Path) -> None:
    with connect(tmp_path / "graphmeta.db") as store:
        store.put_types([execution_type("train", {"error": "STRING"})])
        store.put(executions=[Execution(type="train", properties={"error": "ValueError: no\n  row 1\n  row 2"})])
    text = graphmeta("show", "execution/1").stdout
    assert "3 lines, below" in text
    assert text.endswith("\nerror\nValueError: no\n  row 1\n  row 2\n")
    assert "ValueError: no … (`graphmeta show execution/1`" in graphmeta("origin", "execution/1").stdout


def test_long_names_do_not_fill_a_listing(graphmeta: Command, tmp_path: Path) -> None:
    with connect(tmp_path / "graphmeta.db") as store:
        store.put_types([artifact_type("Model")])
        store.put(artifacts=[Artifact(type="Model", name="n" * 100_000, uri="s3://" + "u" * 100_000)])
    for arguments in (["ls"], ["models"], ["lineage", "artifact/1"]):
        done = graphmeta(*arguments)
        assert "…" in done.stdout
        assert len(done.stdout) < 2000
    assert "n" * 100_000 in graphmeta("show", "artifact/1").stdout


def test_cypher_on_an_embedded_store_says_how_to_get_there(graphmeta: Command, story: Path) -> None:
    message = complaint(graphmeta("cypher", "MATCH (n) RETURN n", "--param", "k=1", "--store", str(story)))
    assert "neo4j://" in message
    assert "--show-cypher" in message


def test_a_picture_that_cannot_be_written(graphmeta: Command, story: Path) -> None:
    assert "nowhere" in complaint(graphmeta("lineage", "Model:churn", "--svg", "nowhere/p.svg", "--store", str(story)))


def test_a_folder_that_is_none(graphmeta: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    complaint(graphmeta("init", "--store", "file/lineage.db"))


def test_a_full_disk(story: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "graphmeta", "stats", "--store", str(story)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("graphmeta: ")
    assert "Traceback" not in done.stderr


def test_a_defect_is_one_sentence_and_a_traceback_only_on_request(graphmeta: Command, tmp_path: Path) -> None:
    # A module that breaks the command from outside: nothing in graphmeta itself does on purpose.
    (tmp_path / "sitecustomize.py").write_text("import graphmeta.render.listing as it\ndel it.stats\n")
    with connect(tmp_path / "graphmeta.db") as store:
        store.initialise()
    message = complaint(graphmeta("stats", PYTHONPATH=str(tmp_path)))
    assert "GRAPHMETA_DEBUG=1" in message
    assert "Traceback" in graphmeta("stats", PYTHONPATH=str(tmp_path), GRAPHMETA_DEBUG="1").stderr


# ---------------------------------------------------------------- names of unknown origin


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A store whose names and values are made to do harm."""
    name = "\x1b[31m\x9b2J[red]x[/red]\n\u202egnp.exe\x07"
    path = tmp_path / "graphmeta.db"
    with connect(path) as store:
        store.put_types([artifact_type("Model"), execution_type("train")])
        model = Artifact(
            type="Model", name=name, uri=f"s3://{name}", custom_properties={name: name, "long": "y" * 100_000}
        )
        step = Execution(type="train", custom_properties={"name": name, name: name})
        store.put(artifacts=[model], executions=[step], events=[Event(model, step, "OUTPUT")])
    return path


HARMFUL = set("\x00\x07\x1b\x7f\x9b\u202e\r")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ls"],
        ["show", "artifact/1"],
        ["lineage", "artifact/1"],
        ["lineage", "artifact/1", "--dot"],
        ["lineage", "artifact/1", "--mermaid"],
        ["lineage", "artifact/1", "--svg", "-"],
        ["params", "artifact/1"],
        ["origin", "artifact/1"],
        ["explain", "artifact/1"],
        ["models"],
        ["show", "Model:\x1b[31mnobody"],
    ],
    ids=" ".join,
)
def test_hostile_names_do_nothing(graphmeta: Command, hostile: Path, arguments: list[str]) -> None:
    done = graphmeta(*arguments)
    assert done.stdout or done.stderr
    assert not HARMFUL & set(done.stdout + done.stderr)
    as_json = graphmeta(*arguments[:2], "--json")
    assert not HARMFUL & set(as_json.stdout)
    if as_json.stdout:
        json.loads(as_json.stdout)


def on_a_terminal(path: Path, *arguments: str, columns: int = 80) -> str:
    """What a command prints to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color", "GRAPHMETA_STORE": str(path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "graphmeta", *arguments], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            some = os.read(ours, 65_536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not some:
            break
        printed += some
    os.close(ours)
    assert process.wait() == 0, printed
    return printed.decode()


def test_hostile_names_do_nothing_on_a_terminal_either(hostile: Path) -> None:
    for arguments in (["ls"], ["show", "artifact/1"], ["lineage", "artifact/1"], ["explain", "artifact/1"]):
        printed = on_a_terminal(hostile, *arguments)
        assert "[red]x[/red]" in printed or "…" in printed
        assert not {"\x07", "\x9b", "\u202e"} & set(printed)
        assert "\x1b[31m\x1b" not in printed
        assert "\\x1b[31m" in printed


def test_tables_fit_the_terminal(story: Path) -> None:
    for columns in (60, 80, 200):
        for arguments in (["ls"], ["explain", "Model:churn"], ["lineage", "Model:churn"], ["types"]):
            printed = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(story, *arguments, columns=columns))
            assert max(map(len, printed.splitlines())) <= columns
    assert "artifact/9" in on_a_terminal(story, "ls", columns=60)


def test_names_stay_whole_where_places_and_times_can_go(tmp_path: Path) -> None:
    name = "customer-churn-classifier@12"
    path = tmp_path / "graphmeta.db"
    with connect(path) as store:
        store.put_types([artifact_type("Model")])
        store.put(artifacts=[Artifact(type="Model", name=name, uri="s3://bucket/" + "folder/" * 20, state="LIVE")])
    narrow, wide = (on_a_terminal(path, "ls", columns=columns) for columns in (60, 120))
    assert name in narrow
    assert "where" not in narrow
    assert name in wide
    assert "where" in wide
    assert "stored" in wide


# ---------------------------------------------------------------- streams


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_a_pipe(graphmeta: Command, tmp_path: Path, encoding: str) -> None:
    with connect(tmp_path / "graphmeta.db") as store:
        store.put_types([artifact_type("Модель")])
        store.put(artifacts=[Artifact(type="Модель", name="日本語 é")])
    for arguments in (["ls"], ["lineage", "artifact/1"], ["show", "artifact/1"]):
        done = graphmeta(*arguments, PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        assert done.returncode == 0, done.stderr
    done = graphmeta("show", "artifact/1", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout)["name"] == "日本語 é"


def test_a_tree_is_drawn_in_ascii_where_the_pipe_is(graphmeta: Command, story: Path) -> None:
    done = graphmeta("lineage", "Model:churn", "--store", str(story), PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    assert "`- train" in done.stdout


def test_a_reader_that_leaves_early(tmp_path: Path) -> None:
    with connect(tmp_path / "many.db") as store:
        store.put_types([artifact_type("Model")])
        store.put(
            artifacts=[Artifact(type="Model", name=f"a model of many, number {number}") for number in range(5000)]
        )
    process = subprocess.Popen(
        [sys.executable, "-m", "graphmeta", "ls", "--limit", "5000", "--store", str(tmp_path / "many.db")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), complaints) == (141, b"")


def test_ctrl_c(story: Path, tmp_path: Path) -> None:
    # The command waits for the fifo to be opened for reading, so the signal finds it at work.
    fifo = tmp_path / "picture.svg"
    os.mkfifo(fifo)
    script = (
        "import sys, graphmeta.cli.lineage as it\n"
        "drawn = it._drawn\n"
        "def announced(*all):\n    print('drawing', flush=True)\n    drawn(*all)\n"
        "it._drawn = announced\n"
        "from graphmeta.cli.main import run\nrun(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", script, "lineage", "Model:churn", "--svg", str(fifo), "--store", str(story)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "drawing\n"
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate()
    assert (process.returncode, complaints.strip()) == (130, "Interrupted.")


def test_what_a_command_does_not_need_is_not_loaded(story: Path) -> None:
    script = (
        "import sys\nfrom graphmeta.cli.main import run\n"
        "try: run(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([name for name in ('rich', 'networkx', 'neo4j', 'google.protobuf', 'numpy') if name in sys.modules])\n"
    )
    for arguments in (
        ["show", "Model:churn"],
        ["show", "Model:churn", "--json"],
        ["params", "Model:churn"],
        ["lineage", "Model:churn"],
        ["--help"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, "--store", str(story), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines()[-1] == "[]"


def test_version_and_help(graphmeta: Command) -> None:
    assert graphmeta("--version").stdout.startswith("graphmeta ")
    text = graphmeta("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in text] == []


@pytest.mark.slow
def test_demo(graphmeta: Command, tmp_path: Path) -> None:
    done = graphmeta("demo")
    assert done.returncode == 0, done.stderr
    for words in ("Hyperparameters of", "upstream: made from", "share a dataset", "lineage.svg", "FAILED"):
        assert words in done.stdout
    assert list(tmp_path.rglob("lineage.svg"))
    assert graphmeta("models").returncode == 0
