"""What a copy needs of a writer: types with the ids of another store, ids given from outside, notes."""

from __future__ import annotations

import pytest

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite, Writer, Written
from graphmeta.backends.rows import NodeRow
from graphmeta.errors import FailedPreconditionError
from graphmeta.model import (
    SYSTEM_TYPES,
    Artifact,
    Event,
    Execution,
    Type,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import Conformance, Reopen, content, refused


def foreign_types() -> list[Type]:
    """As an old store has them: none of the system types, ids where new stores have those."""
    return [
        artifact_type("Examples", {"span": "INT"}, id=2, description="d", external_id="x", version="v1"),
        context_type("pipeline", id=3),
        execution_type("Trainer", {"lr": "DOUBLE"}, id=7, base_type="TRAIN", input_type="{}", output_type="{}"),
    ]


def take(store: Store, types: list[Type]) -> None:
    """Take over types in a transaction of their own."""
    store.backend.transact(lambda writer: writer.take_types(types))


def node(kind: str, id: int, type: Type, **fields: object) -> NodeWrite:
    """A node with an id from elsewhere."""
    row = NodeRow(id, type.id or 0, type.name, f"{kind} {id}", None, None, None, 1_000 + id, 2_000 + id)
    return NodeWrite(kind, True, row._replace(**fields), {}, {}, type.base_type)  # type: ignore[arg-type]


class CopyTests(Conformance):
    def test_types_are_taken_with_their_ids_and_system_types_stay_or_follow(self, store: Store) -> None:
        take(store, foreign_types())
        assert store.types() == foreign_types()
        system = {(type.kind, type.name): type.id for type in store.types(system=True) if type.name.startswith("mlmd.")}
        assert set(system) == set(SYSTEM_TYPES)
        ids = [type.id for type in store.types(system=True)]
        assert len(set(ids)) == len(ids)
        # What was 2, 3 and 7 made room; the others are where they were.
        assert {system["artifact", "mlmd.Dataset"], system["artifact", "mlmd.Statistics"]} == {1, 4}
        assert system["artifact", "mlmd.Model"] == 10

    def test_new_types_get_higher_ids_than_those_that_were_taken(self, store: Store, reopen: Reopen) -> None:
        take(store, [artifact_type("Late", id=40)])
        assert store.put_type(artifact_type("New")) == 41
        assert reopen().put_type(artifact_type("Newer")) == 42

    def test_all_of_a_store_with_its_system_types(self, store: Store) -> None:
        before = store.types(system=True)
        take(store, [*before, artifact_type("Mine", {"p": "STRUCT"}, id=12, base_type="MODEL")])
        assert [type.id for type in store.types(system=True)] == [*range(1, 10), 12]
        assert store.type("artifact", "Mine").base_type == "MODEL"

    def test_types_are_taken_again_with_what_they_gained(self, store: Store) -> None:
        take(store, foreign_types())
        before = content(store)
        take(store, foreign_types())
        assert content(store) == before
        gained = foreign_types()
        gained[0].properties["rows"] = "INT"
        gained.append(artifact_type("Model", id=10, base_type="MODEL"))  # where a system type is now
        take(store, gained)
        assert store.types() == gained
        assert store.put(artifacts=[Artifact(type="Model")]).artifact_ids == (1,)

    def test_types_of_its_own_stay_unless_their_id_is_wanted(self, store: Store) -> None:
        store.put(artifacts=[Artifact(type_id=store.put_type(artifact_type("Mine")))])
        take(store, foreign_types())
        mine = store.type("artifact", "Mine")
        assert store.types() == [*foreign_types(), mine]
        assert store.artifact(1).type == "Mine"
        with refused(store, FailedPreconditionError, r"'Mine'.*type/10.*'Theirs'"):
            take(store, [*foreign_types(), artifact_type("Theirs", id=10)])
        with refused(store, FailedPreconditionError, "Mine"):
            take(store, [artifact_type("Mine", id=99)])

    def test_a_system_type_with_nodes_does_not_move(self, store: Store) -> None:
        store.put(artifacts=[Artifact(type="mlmd.Model")])
        with refused(store, FailedPreconditionError, "mlmd.Model"):
            take(store, foreign_types())

    def test_who_saw_the_types_before_sees_them_after(self, store: Store, reopen: Reopen) -> None:
        other = reopen()
        other.put(artifacts=[])
        assert other.type("artifact", "mlmd.Model").id == 2
        take(store, foreign_types())
        other.put(executions=[Execution(type="Trainer")])
        assert other.execution(1).type_id == 7

    def test_ids_go_on_after_those_that_were_given(self, store: Store, reopen: Reopen) -> None:
        examples, pipeline, trainer = foreign_types()

        def work(writer: Writer) -> None:
            writer.take_types(foreign_types())
            nodes = [node("artifact", 50, examples), node("execution", 60, trainer), node("context", 70, pipeline)]
            events = [EventWrite(80, 50, 60, "INPUT", ("a", 1), 5), EventWrite(81, 49, 60, "OUTPUT", (), 6)]
            writer.write(Batch("k", nodes=nodes, events=events, attributions=[(50, 70)]), Written())

        store.backend.transact(work)
        found = store.artifact(50)
        assert (found.name, found.created, found.updated, found.type_id) == ("artifact 50", 1_050, 2_050, 2)
        assert [(event.id, event.artifact_id, event.time) for event in store.events(executions=[60])] == [
            (80, 50, 5),
            (81, 49, 6),
        ]
        for opened in (store, reopen()):
            step = Execution(type="Trainer")
            opened.put(executions=[step], events=[Event(50, step, "INPUT")])
            assert step.id is not None
            assert step.id > 60
            assert min(event.id or 0 for event in opened.events(executions=[step])) > 81

    def test_an_artifact_that_comes_after_its_event(self, store: Store) -> None:
        examples, _, trainer = foreign_types()

        def work(writer: Writer) -> None:
            writer.take_types(foreign_types())
            writer.write(
                Batch("k", nodes=[node("execution", 1, trainer)], events=[EventWrite(1, 5, 1, "INPUT", (), 5)]),
                Written(),
            )

        store.backend.transact(work)
        assert not store.artifacts()
        store.backend.transact(
            lambda writer: writer.write(Batch("l", nodes=[node("artifact", 5, examples)]), Written())
        )
        assert [event.artifact_id for event in store.events(artifacts=[5])] == [5]

    def test_notes_are_kept_and_replaced(self, store: Store, reopen: Reopen) -> None:
        def read(opened: Store, name: str) -> str | None:
            return opened.backend.transact(lambda writer: writer.note(name))

        assert read(store, "a") is None
        for text in ("one", "two é 😀 '\"", ""):
            store.backend.transact(lambda writer, text=text: writer.write_note("a", text))  # type: ignore[misc]
            assert read(store, "a") == text
        store.backend.transact(lambda writer: writer.write_note("b", "other"))
        assert (read(reopen(), "a"), read(reopen(), "b")) == ("", "other")

    def test_a_note_is_undone_with_its_transaction(self, store: Store) -> None:
        class StopError(Exception):
            pass

        def work(writer: Writer) -> None:
            writer.write_note("a", "never")
            raise StopError

        with pytest.raises(StopError):
            store.backend.transact(work)
        assert store.backend.transact(lambda writer: writer.note("a")) is None
