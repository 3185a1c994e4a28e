"""What is said of a copy stays there, and following goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmeta.backends.requests import MembershipQuery
from graphmeta.keeping.annotating import Wanted, annotate
from graphmeta.model import Artifact, Attribution, Context, artifact_type, context_type
from graphmeta.moving.comparing import compare
from graphmeta.moving.copied import Copied
from graphmeta.moving.copying import copy
from graphmeta.moving.following import Follower
from graphmeta.moving.own import OWN_CONTEXTS, OWN_TYPES
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.moving.targets.stores import StoreTarget
from graphmeta.query.annotations import annotations_of
from graphmeta.store import Store, connect

SAID = Wanted({"reviewed": True}, by="ana")


class Growing:
    """A source in a file that grows, and its copy."""

    def __init__(self, path: Path, target: Store) -> None:
        self.path, self.target = path, target
        self.source = connect(path)
        self.troubles: list[Trouble] = []
        self.grow("first")

    def grow(self, name: str) -> None:
        """Types, artifacts and contexts more."""
        self.source.put_types([artifact_type(f"Data {name}"), context_type(f"Run {name}")])
        things = [Artifact(type=f"Data {name}", name=f"{name} {number}") for number in range(3)]
        runs = [Context(type=f"Run {name}", name=f"{name} {number}") for number in range(3)]
        joined = [Attribution(thing, run) for thing, run in zip(things, runs, strict=True)]
        self.source.put(artifacts=things, contexts=runs, attributions=joined)

    def copied(self, *, followed: bool) -> Copied:
        """As the command does it."""
        with open_source(str(self.path), self.troubles.append) as source:
            into = StoreTarget(self.target)
            done = copy(source, into, shared=followed)
            if followed:
                Follower(source, into, self.troubles.append).round()
            return done

    def differing(self) -> list[str]:
        """Where they do."""
        with open_source(str(self.path)) as source:
            return [each.where for each in compare(source, StoreSource(self.target)).differences]

    def said(self) -> dict[str, object]:
        """What is said of the first artifact of the copy."""
        found = annotations_of(self.target, [("artifact", 1)]).get(("artifact", 1))
        return {} if found is None else {key: each.value for key, each in found.current.items()}


@pytest.fixture
def growing(tmp_path: Path, store: Store) -> Iterator[Growing]:
    made = Growing(tmp_path / "source.db", store)
    yield made
    made.source.close()


def test_what_is_said_of_a_followed_copy_stays_while_the_source_grows(growing: Growing) -> None:
    growing.copied(followed=True)
    (said,) = annotate(growing.target, [("artifact", 1)], SAID)
    assert said.id > OWN_CONTEXTS
    growing.grow("second")
    growing.copied(followed=True)
    (again,) = annotate(growing.target, [("artifact", 2)], SAID)
    assert again.id > said.id
    growing.grow("third")
    growing.copied(followed=True)
    growing.copied(followed=False)
    assert growing.troubles == []
    assert growing.said() == {"reviewed": True}
    assert growing.target.type("context", "Annotation").id == OWN_TYPES
    assert {id for id in (row.id for row in growing.target.rows("context")) if id < OWN_CONTEXTS} == set(range(1, 10))
    assert set(growing.differing()) == {
        "context type Annotation",
        *(f"context/{each}" for each in (said.id, again.id)),
        *(f"attribution of artifact/{each.node[1]} to context/{each.id}" for each in (said, again)),
    }


def test_a_source_that_has_annotations_too(growing: Growing) -> None:
    growing.copied(followed=True)
    (said,) = annotate(growing.target, [("artifact", 1)], SAID)
    growing.grow("second")
    annotate(growing.source, [("artifact", 2)], SAID)
    growing.copied(followed=True)
    growing.copied(followed=True)
    assert growing.troubles == []
    assert growing.said() == {"reviewed": True}
    type = growing.source.type("context", "Annotation")
    assert growing.target.type("context", "Annotation").id == type.id
    assert growing.target.context(said.id).type_id == type.id
    assert growing.target.context(7).type == "Annotation"


def test_what_is_said_of_a_mere_copy_makes_way_as_far_as_it_can(growing: Growing) -> None:
    growing.copied(followed=False)
    (said,) = annotate(growing.target, [("artifact", 1)], SAID)
    assert said.id == 4  # the next: the copy may have become a store of its own
    growing.copied(followed=False)
    assert growing.troubles == []
    annotation = growing.target.type("context", "Annotation").id
    growing.grow("second")
    assert annotation in {type.id for type in growing.source.types()}
    for followed in (False, False, True, True):
        growing.copied(followed=followed)
        assert growing.said() == {"reviewed": True}
        assert growing.target.type("context", "Annotation").id == OWN_TYPES
        assert {trouble.where for trouble in growing.troubles} == {"context/4"}
        assert growing.target.backend.memberships(MembershipQuery("artifact", context_ids=[4])) == [
            (1, 4)
        ]  # and none of the source's
    assert {row.id for row in growing.target.rows("context")} == set(range(1, 7))
