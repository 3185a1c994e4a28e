"""Digests of files and folders, compared with sha256sum's."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmeta import digest as digests
from graphmeta.digest import digest_of, digest_of_bytes

BY_HAND = "find -L . -type f -printf '%P\\0' 2>/dev/null | LC_ALL=C sort -z | xargs -0 -r sha256sum -- | sha256sum"


def by_hand(folder: Path) -> str:
    answer = subprocess.run(["sh", "-c", BY_HAND], cwd=folder, capture_output=True, text=True, check=True)
    return "sha256:" + answer.stdout.split()[0]


def test_the_documented_command_is_the_tested_one() -> None:
    assert "find -L . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum -- | sha256sum" in (
        digests.__doc__ or ""
    )


@pytest.mark.parametrize("size", [0, 1, digests.CHUNK - 1, digests.CHUNK, 3 * digests.CHUNK + 7])
def test_files(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "file").write_bytes(content)
    expected = ("sha256:" + hashlib.sha256(content).hexdigest(), size)
    assert digest_of(tmp_path / "file") == digest_of_bytes(content) == expected
    assert digest_of_bytes(memoryview(bytearray(content))) == expected
    assert digest_of_bytes(memoryview(content[::-1])[::-1]) == expected


# Old versions of sha256sum print a carriage return as it is.
names = st.text(
    st.characters(min_codepoint=1, max_codepoint=0x2FF, exclude_characters="/\r"), min_size=1, max_size=20
).filter(lambda name: name not in (".", ".."))
trees = st.dictionaries(st.lists(names, min_size=1, max_size=3).map(tuple), st.binary(max_size=30), max_size=6)


def grow(folder: Path, tree: dict[tuple[str, ...], bytes]) -> dict[Path, bytes]:
    """Make the files of a tree, less those that would lie in another file. Returns those made."""
    made: dict[Path, bytes] = {}
    for parts, content in sorted(tree.items(), key=lambda item: len(item[0])):
        path = folder.joinpath(*parts)
        if any(parent in made for parent in path.parents) or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made[path] = content
    return made


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
@settings(max_examples=40)
@given(trees)
def test_folders_as_sha256sum_has_them(tree: dict[tuple[str, ...], bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = grow(Path(folder), tree)
        found = digest_of(Path(folder))
        assert found is not None
        assert found.size == sum(map(len, made.values()))
        assert found.text == by_hand(Path(folder))


@given(trees.filter(bool), st.randoms(use_true_random=False))
def test_every_name_and_byte_of_a_folder_counts(tree: dict[tuple[str, ...], bytes], random: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = grow(Path(folder), tree)
        before = digest_of(Path(folder))
        path = sorted(made)[0]
        path.write_bytes(made[path] + b"x")
        changed = digest_of(Path(folder))
        path.write_bytes(made[path])
        os.utime(path, (0, 0))
        path.chmod(0o600)
        (Path(folder) / "an empty folder").mkdir(exist_ok=True)
        assert digest_of(Path(folder)) == before != changed
        path.rename(path.with_name("renamed by a test that nobody else names so"))
        assert digest_of(Path(folder)) not in (before, changed)


def test_links(tmp_path: Path) -> None:
    inside = tmp_path / "folder" / "inside"
    inside.mkdir(parents=True)
    (inside / "file").write_text("text")
    (tmp_path / "outside").write_text("outside")
    folder = tmp_path / "folder"
    (folder / "loop").symlink_to(folder)
    (inside / "up").symlink_to("..")
    (folder / "again").symlink_to("inside")
    (folder / "far").symlink_to(tmp_path / "outside")
    (folder / "broken").symlink_to("nowhere")
    (folder / "itself").symlink_to("itself")
    found = digest_of(folder)
    assert found is not None
    assert found.text == by_hand(folder)
    assert found.size == 2 * len("text") + len("outside")


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert digest_of(tmp_path / "pipe") is None
    alone = digest_of(tmp_path)
    (tmp_path / "pipe").unlink()
    assert digest_of(tmp_path) == alone  # and it is no file of a folder
