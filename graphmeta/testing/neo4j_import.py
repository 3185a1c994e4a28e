"""Neo4j's own importer, `neo4j-admin database import full`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from graphmeta.testing.neo4j_libraries import download, find_java
from graphmeta.testing.neo4j_server import JAVA_OPENS, Neo4jServer


def run_import(server: Neo4jServer, folder: Path) -> str:
    """Make the server's database of a folder that `graphmeta copy --csv` wrote; returns what the importer says.

    Raises:
        RuntimeError: it failed.
    """
    configuration = server.home / "conf"
    configuration.mkdir(mode=0o700, parents=True)
    (configuration / "neo4j.conf").touch()
    command = [
        str(find_java(server.version)),
        "-Xmx2g",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in JAVA_OPENS),
        "-cp",
        f"{download(server.version)}{os.sep}*",
        "org.neo4j.cli.AdminTool",
        *("database", "import", "full", "neo4j", "@import.args"),
    ]
    places = {"NEO4J_HOME": str(server.home), "NEO4J_CONF": str(configuration)}
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env={**os.environ, **places}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The import failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout
