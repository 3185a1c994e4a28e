"""Run all tests in two processes at once, what needs Neo4j in the one and the rest in the other: `make test`.

Arguments go to both, as `-x` or `-k word`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_CHOSEN = 5  # pytest's exit status where no test was


def main(arguments: list[str]) -> int:
    """Show the embedded store's tests as they run, then those on Neo4j; 1 where any failed."""
    command = [sys.executable, "-m", "pytest", *arguments]
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        neo4j = subprocess.Popen([*command, "--store", "neo4j"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            embedded = subprocess.run([*command, "--store", "sqlite"], cwd=ROOT, check=False).returncode
            print("== On Neo4j, meanwhile", flush=True)
            neo4j.wait()
        except BaseException:  # Ctrl-C as well
            neo4j.terminate()
            neo4j.wait()
            raise
        output.seek(0)
        sys.stdout.buffer.write(output.read())
    statuses = {embedded, neo4j.returncode} - {NOTHING_CHOSEN}
    failed = any(statuses) or not statuses
    print(f"Both took {time.monotonic() - began:.0f} seconds: {'something failed' if failed else 'all is well'}.")
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
