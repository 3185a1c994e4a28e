"""A source from which something was removed: it is known again, and the copy keeps what went."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from graphmeta.backends.batch import Removal
from graphmeta.backends.requests import EventQuery, MembershipPage, ParentQuery
from graphmeta.errors import FailedPreconditionError
from graphmeta.model import KINDS, Artifact, Event, Execution, Kind
from graphmeta.moving.marks import Mark
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.store import Store, connect
from tests.moving.worlds import copied, fill


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.db"
    with connect(path) as store:
        fill(store, 6)
    return path


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place to copy to, on each engine in turn."""
    return str(tmp_path / "target.db") if request.param == "sqlite" else request.getfixturevalue("neo4j_url")


def remove_but(store: Store, kept: int) -> None:
    """Remove all but the last so many nodes of each kind, and every edge that touches those that go."""
    backend = store.backend
    going: dict[Kind, list[int]] = {
        kind: [row.id for row in store.rows(kind)][: -kept if kept else None] for kind in KINDS
    }
    gone = {(kind, id) for kind, ids in going.items() for id in ids}
    artifacts, executions = (
        [row[1:] for row in backend.membership_page(MembershipPage(kind))] for kind in ("artifact", "execution")
    )
    removal = Removal(
        nodes=going,
        events=[
            row[0]
            for row in backend.events(EventQuery()).rows()
            if ("artifact", row[1]) in gone or ("execution", row[2]) in gone
        ],
        attributions=[pair for pair in artifacts if ("artifact", pair[0]) in gone or ("context", pair[1]) in gone],
        associations=[pair for pair in executions if ("execution", pair[0]) in gone or ("context", pair[1]) in gone],
        parents=[pair for pair in backend.parents(ParentQuery()) if {("context", id) for id in pair} & gone],
    )
    backend.transact(lambda writer: writer.remove(removal))


def test_a_source_without_its_first_pieces_is_known_again(source: Path, target: str) -> None:
    copied(source, target)
    with connect(source) as writer:
        remove_but(writer, 2)
        step, thing = Execution(type="Step", name="later"), Artifact(type="Thing", name="later")
        writer.put(executions=[step], artifacts=[thing], events=[Event(thing, step, "OUTPUT")])
    troubles: list[Trouble] = []
    done = copied(source, target, troubles)
    assert (troubles, done.written) == ([], {"artifact": 1, "execution": 1, "event": 1})
    assert done.removed["artifact"] == 21  # of 22: the new one counts against them
    with connect(target) as store:
        assert store.artifact(1).custom_properties  # it is gone there, and stays here
        assert store.artifact(thing.id or 0).name == "later"


def test_a_source_of_which_nothing_noted_is_left_is_not_known(source: Path, target: str) -> None:
    copied(source, target)
    with connect(source) as writer:
        remove_but(writer, 0)
        writer.put(artifacts=[Artifact(type="Thing", name="later")])
    with pytest.raises(FailedPreconditionError, match=r"there any longer.*target of its own"):
        copied(source, target)


def test_the_same_ids_with_something_else_are_another_source(source: Path, target: str, tmp_path: Path) -> None:
    copied(source, target)
    with connect(tmp_path / "other.db") as other:
        fill(other, 6)
    with pytest.raises(FailedPreconditionError, match="is another source"):
        copied(tmp_path / "other.db", target)


def test_marks_of_before(source: Path) -> None:
    with open_source(str(source)) as opened:
        types = opened.types()
        first, event = opened.nodes("artifact", 0, 1)[0], next(opened.events(0, 1).rows())
        old = {
            "source": opened.url,
            "known_by": {
                "types": [[type.id, type.kind, type.name, type.version] for type in types],
                "artifact": [first.id, first.type_id, first.created],
                "event": [event[0], event[1], event[2], event[4]],
            },
            "done": {"artifact": 1, "event": 1},
            "told": 0,
        }
        mark = Mark.of(json.dumps(old))
        assert not mark.followed
        assert mark.knows(opened, types) == "same"
        old["known_by"]["artifact"][2] += 1  # type: ignore[index]
        assert Mark.of(json.dumps(old)).knows(opened, types) == "other"


@pytest.mark.parametrize("portion", [1, 3, 1000])
def test_pieces_that_are_noted_are_few_and_spread(source: Path, tmp_path: Path, portion: int) -> None:
    with connect(source) as writer:
        writer.put(artifacts=[Artifact(type="Thing", name=f"more {number}") for number in range(300)])
        highest = max(row.id for row in writer.rows("artifact"))
    target = tmp_path / "target.db"
    copied(source, target, portion=portion)
    with connect(target) as store:
        noted = store.backend.transact(lambda writer: writer.note("copy"))
    ids = [piece[0] for piece in Mark.of(noted or "").known_by["artifact"]]
    assert (ids[0], ids[-1]) == (1, highest)
    assert 3 <= len(ids) <= 12
    assert ids == sorted(set(ids))
    assert max(b - a for a, b in pairwise(ids)) < highest * 0.6
