"""docs/mlmd.md: what its Python says works."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.mlmd.mirror_kit import ROOT, run

PAGE = (ROOT / "docs" / "mlmd.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_pages_python_runs(block: str, tmp_path: Path) -> None:
    assert run(sys.executable, "-c", f"{block}\nprint({json.dumps(json.dumps('done'))})", folder=tmp_path) == "done"


def test_the_page_has_such_blocks() -> None:
    assert len(BLOCKS) == 3
