"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from graphmeta.files import written_whole


def write(target: Path, content: bytes) -> None:
    with written_whole(target) as file:
        file.write(content)


def test_it_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    write(target, b"first, and longer")
    write(target, b"second")
    assert target.read_bytes() == b"second"
    assert [*tmp_path.iterdir()] == [target]


@pytest.mark.parametrize("before", [None, b"what was there before"])
def test_where_writing_fails_all_is_as_before(tmp_path: Path, before: bytes | None) -> None:
    target = tmp_path / "report.json"
    if before is not None:
        target.write_bytes(before)

    def fail() -> None:
        with written_whole(target) as file:
            file.write(b"half of")
            file.flush()
            raise RuntimeError("the other half")

    with pytest.raises(RuntimeError, match="the other half"):
        fail()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == (
        {} if before is None else {"report.json": before}
    )


def test_the_name_that_was_given_is_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        write(tmp_path / "nowhere" / "report.json", b"")
    assert error.value.filename == str(tmp_path / "nowhere" / "report.json")


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes and links there")
def test_what_is_replaced_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    target, link = tmp_path / "report.json", tmp_path / "latest"
    target.touch(mode=0o600)
    link.symlink_to(target.name)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600


def test_two_that_write_at_once_each_write_a_whole_file(tmp_path: Path) -> None:
    target, neighbour = tmp_path / "report.json", tmp_path / "report.json.partial"
    neighbour.write_bytes(b"somebody's own")
    with written_whole(target) as one:
        one.write(b"one")
        write(target, b"the other, and longer")
        assert target.read_bytes() == b"the other, and longer"
    assert target.read_bytes() == b"one"
    assert sorted(tmp_path.iterdir()) == [target, neighbour]
    assert neighbour.read_bytes() == b"somebody's own"


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes there")
def test_what_few_may_read_no_more_may_read_while_it_is_written(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.touch(mode=0o600)
    with written_whole(target) as file:
        file.write(b"secret")
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_what_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_bytes(b"kept")
    target.chmod(0o444)
    with pytest.raises(PermissionError) as error:
        write(target, b"new")
    assert (error.value.filename, target.read_bytes()) == (str(target), b"kept")


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_what_is_no_file_is_written_at_once() -> None:
    reading, writing = os.pipe()
    try:
        write(Path(f"/dev/fd/{writing}"), b"through a pipe")
        assert os.read(reading, 100) == b"through a pipe"
    finally:
        os.close(reading)
        os.close(writing)
