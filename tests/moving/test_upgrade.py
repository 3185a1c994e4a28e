"""`graphmeta upgrade`: judged by what ml-metadata makes of the same files."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphmeta.errors import ForeignStoreError, NotFoundError, SchemaVersionError, StoreUnavailableError
from graphmeta.moving.comparing import compare
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.upgrading import upgrade
from graphmeta.store import connect

OLD = (4, 5, 6, 7, 8, 9)
_UPGRADE = """import sys
from ml_metadata.metadata_store import metadata_store
from ml_metadata.proto import metadata_store_pb2 as pb
config = pb.ConnectionConfig()
config.sqlite.filename_uri = sys.argv[1]
store = metadata_store.MetadataStore(config, enable_upgrade_migration=sys.argv[2] == "upgrade")
for name in ("artifact", "execution", "context"):
    for id in range(1, 100):
        # A bool that ml-metadata's own downgrade took away makes the node unreadable, before and after.
        try:
            for each in getattr(store, f"get_{name}s_by_id")([id]):
                print(name, each.SerializeToString(deterministic=True).hex())
        except Exception as error:
            print(name, id, error)
for event in store.get_events_by_execution_ids(range(1, 100)):
    print(event.SerializeToString(deterministic=True).hex())
"""


def tables(path: Path) -> dict[str, Any]:
    """All that a file holds, and the names of its indexes."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    found: dict[str, Any] = {}
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        table = name.decode()
        columns = sorted(row[1].decode() for row in connection.execute(f"PRAGMA table_info({table})"))
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid").fetchall()
        found[table] = columns, rows if table == "EventPath" else sorted(rows, key=repr)
    found["indexes"] = sorted(
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
    )
    connection.close()
    return found


def by_ml_metadata(python: Path, path: Path, what: str = "upgrade") -> str:
    """What ml-metadata reads in a file; it may bring it to today's schema first."""
    done = subprocess.run([python, "-c", _UPGRADE, path, what], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def old(mlmd_worlds: dict[int, Path], tmp_path: Path) -> Path:
    """A file of schema 7."""
    return Path(shutil.copy(mlmd_worlds[7], tmp_path / "old.db"))


@pytest.mark.parametrize("schema", OLD)
def test_what_it_makes_is_what_ml_metadata_makes(
    mlmd_worlds: dict[int, Path], ml_metadata: Path, tmp_path: Path, schema: int
) -> None:
    ours, theirs = (Path(shutil.copy(mlmd_worlds[schema], tmp_path / name)) for name in ("ours.db", "theirs.db"))
    before = tables(ours)
    found = upgrade(ours)
    read = by_ml_metadata(ml_metadata, theirs)
    assert found.done
    assert found.version == schema
    assert tables(ours) == tables(theirs)
    assert by_ml_metadata(ml_metadata, ours, "open") == read
    assert found.backup is not None
    assert tables(found.backup) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["ours.db", "theirs.db", found.backup.name])


@pytest.mark.parametrize("name", ["tfx-taxi-schema4.db", "covertype-schema8.db"])
def test_real_files(ml_metadata: Path, tmp_path: Path, name: str) -> None:
    file = Path(__file__).parents[3] / "shared" / "data" / name
    if not file.exists():
        pytest.skip(f"THE REAL FILE {name} IS NOT HERE")
    ours, theirs, before = (Path(shutil.copyfile(file, tmp_path / each)) for each in ("ours.db", "theirs.db", "b.db"))
    upgrade(ours)
    by_ml_metadata(ml_metadata, theirs)
    assert tables(ours) == tables(theirs)
    with open_source(str(before)) as a, open_source(str(ours)) as b:
        assert compare(a, b).same
    with connect(ours) as store:
        assert store.artifacts()


def test_events_that_are_there_twice(mlmd_worlds: dict[int, Path], ml_metadata: Path, tmp_path: Path) -> None:
    ours = Path(shutil.copy(mlmd_worlds[7], tmp_path / "ours.db"))
    with sqlite3.connect(ours) as connection:
        columns = "artifact_id, execution_id, type, milliseconds_since_epoch"
        connection.execute(f"INSERT INTO Event ({columns}) SELECT {columns} FROM Event WHERE id = 1")
        connection.execute("INSERT INTO EventPath VALUES (1, 1, 0, NULL)")
    connection.close()
    theirs = Path(shutil.copy(ours, tmp_path / "theirs.db"))
    foreseen = upgrade(ours, dry_run=True).left_out
    found = upgrade(ours)
    by_ml_metadata(ml_metadata, theirs)
    assert tables(ours) == tables(theirs)
    assert found.left_out == foreseen
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith("event/1 says what event/")


def test_a_dry_run_and_a_second_run_change_nothing(old: Path) -> None:
    before = old.read_bytes()
    found = upgrade(old, dry_run=True)
    assert (found.done, found.backup, found.version) == (False, None, 7)
    assert old.read_bytes() == before
    upgrade(old)
    before = old.read_bytes()
    found = upgrade(old)
    assert (found.done, found.backup, found.version) == (False, None, 10)
    assert old.read_bytes() == before


def test_a_backup_is_never_overwritten(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = old.read_bytes()
    monkeypatch.setattr("time.strftime", lambda form: "20261123T120000")
    first = upgrade(old).backup
    old.write_bytes(content)
    second = upgrade(old).backup
    assert first is not None
    assert second is not None
    assert first != second
    old.write_bytes(content)
    assert tables(first) == tables(second) == tables(old)


def test_files_that_are_refused(tmp_path: Path, old: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        upgrade(tmp_path / "nothing.db")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    with pytest.raises(ForeignStoreError, match="not a file of ML Metadata's"):
        upgrade(other)
    for version, words in ((11, "newer than 10"), (3, "upgrades versions 4 to 9")):
        with sqlite3.connect(old) as connection:
            connection.execute("UPDATE MLMDEnv SET schema_version = ?", (version,))
        connection.close()
        digest = hashlib.sha256(old.read_bytes()).digest()
        with pytest.raises(SchemaVersionError, match=words):
            upgrade(old)
        assert hashlib.sha256(old.read_bytes()).digest() == digest


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells who has a file open")
@pytest.mark.parametrize("statement", ["SELECT 1", "BEGIN IMMEDIATE"])
def test_a_file_that_another_process_uses_is_refused(old: Path, statement: str) -> None:
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('SELECT * FROM Type').fetchall(); c.execute(sys.argv[2]); print('ready', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(old), statement]
    digest = hashlib.sha256(old.read_bytes()).digest()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(StoreUnavailableError, match=str(process.pid)):
            upgrade(old)
        process.communicate(b"\n")
    assert hashlib.sha256(old.read_bytes()).digest() == digest
    assert upgrade(old).done


@pytest.mark.parametrize("table", ["Type", "EventPath", "ParentContext"])
def test_killed_in_the_middle(mlmd_worlds: dict[int, Path], ml_metadata: Path, tmp_path: Path, table: str) -> None:
    file = Path(shutil.copy(mlmd_worlds[7], tmp_path / "old.db"))
    theirs = Path(shutil.copy(mlmd_worlds[7], tmp_path / "theirs.db"))
    before = tables(file)
    script = (
        "import os, signal, sys; from pathlib import Path; from graphmeta.moving import schema_upgrade, upgrading\n"
        "take = schema_upgrade._take\n"
        "def killed(connection, table, *rest, **more):\n"
        "    take(connection, table, *rest, **more)\n"
        "    if table == sys.argv[2]:\n"
        "        connection.execute('PRAGMA cache_spill = ON'); connection.execute('PRAGMA cache_size = 1')\n"
        "        connection.execute('SELECT count(*) FROM sqlite_master').fetchall()\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "schema_upgrade._take = killed; upgrading.upgrade(Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(file), table], check=False)
    assert done.returncode == -signal.SIGKILL
    assert tables(file) == before
    assert upgrade(file).done
    by_ml_metadata(ml_metadata, theirs)
    assert tables(file) == tables(theirs)


def test_the_command(old: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "graphmeta", "upgrade", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C.UTF-8"}
        )

    dry = run(str(old), "--dry-run")
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "would be brought from schema 7 to 10" in dry.stdout
    done = run(str(old))
    assert (done.returncode, done.stderr) == (0, "")
    assert ".schema7-" in done.stdout
    assert "there is nothing to do" in run(str(old)).stdout
    missing = run(str(old.with_name("none.db")))
    assert missing.returncode == 2
    assert "There is no file" in missing.stderr
    server = run("neo4j://localhost:7687")
    assert server.returncode == 2
    assert "is not a file" in server.stderr
