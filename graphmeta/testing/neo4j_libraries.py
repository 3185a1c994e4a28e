"""Neo4j Community's libraries, fetched once from Maven Central, and a Java to run them on."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>graphmeta</groupId><artifactId>test-neo4j</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>VERSION</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>VERSION</version></dependency>
  </dependencies>
</project>
"""


def is_calendar_version(version: str) -> bool:
    """Whether it is called after its year: 2025.01 and later, which came after 5.26."""
    return int(version.split(".")[0]) >= 2025


def cache_folder(version: str) -> Path:
    """Where this version's libraries are kept: in the checkout's `.cache`, else in the user's cache."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout / ".cache" / "neo4j" / version
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "graphmeta" / "neo4j" / version


def is_downloaded(version: str) -> bool:
    """Whether its libraries are in the cache."""
    return (cache_folder(version) / "lib").is_dir()


def download(version: str) -> Path:
    """The folder with Neo4j's libraries; fetches them (about 115 MB) where they are not there yet.

    Raises:
        RuntimeError: Maven could not fetch them; its last lines are in the message.
    """
    folder = cache_folder(version)
    if is_downloaded(version):
        return folder / "lib"
    folder.mkdir(parents=True, exist_ok=True)
    # Into a folder of this process first: what is called `lib` is complete.
    own = Path(tempfile.mkdtemp(prefix="download-", dir=folder))
    try:
        (own / "pom.xml").write_text(_POM.replace("VERSION", version), encoding="utf-8")
        command = [shutil.which("mvn") or "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
        done = subprocess.run(command, cwd=own, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"Maven could not fetch Neo4j {version}: {(done.stdout + done.stderr)[-2000:]}")
        with contextlib.suppress(OSError):  # Another process was faster.
            (own / "lib").rename(folder / "lib")
    finally:
        shutil.rmtree(own, ignore_errors=True)
    return folder / "lib"


def find_java(version: str) -> Path:
    """A Java that this version of Neo4j runs on: 17 or later for 5.x, 21 or later from 2025 on.

    Raises:
        FileNotFoundError: there is none; the message is a sentence.
    """
    least = 21 if is_calendar_version(version) else 17
    homes = [Path(home) for home in [os.environ.get("JAVA_HOME")] if home]
    found = [home / "bin" / "java" for home in homes]
    on_path = shutil.which("java")
    found += [Path(on_path)] if on_path else []
    machines = Path("/usr/lib/jvm")
    found += [home / "bin" / "java" for home in sorted(machines.iterdir())] if machines.is_dir() else []
    for java in found:
        # Neo4j 5.26 names 17 and 21 as its Javas; a later one is taken only where it must be.
        number = _java_version(java)
        if number is not None and number >= least and (least == 21 or number <= 21):
            return java
    raise FileNotFoundError(
        f"Neo4j {version} needs Java {least}{' or later' if least == 21 else ' or 21'}; none was found."
    )


def _java_version(java: Path) -> int | None:
    if not java.is_file():
        return None
    told = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    for word in told.stderr.replace('"', " ").split():
        if word[0].isdigit():
            return int(word.split(".")[0])
    return None
