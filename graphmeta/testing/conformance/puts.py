"""Puts: all or nothing, once whatever is retried, and reuse of what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graphmeta.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    GraphmetaError,
    InvalidArgumentError,
    NotFoundError,
)
from graphmeta.model import Artifact, Association, Attribution, Context, Event, Execution, ParentContext
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, Reopen, added, content, declare, refused


def graph() -> dict[str, Any]:
    """A small graph with one of everything, as the arguments of a put."""
    data, model = Artifact(type="Thing", name="data"), Artifact(type="Thing", name="model", uri="u")
    train, run = Execution(type="Thing", name="train"), Context(type="Thing", name="run")
    return {
        "artifacts": [data, model],
        "executions": [train],
        "contexts": [run],
        "events": [Event(data, train, "INPUT"), Event(model, train, "OUTPUT", ("model", 0))],
        "attributions": [Attribution(data, run), Attribution(model, run)],
        "associations": [Association(train, run)],
        "parents": [ParentContext(run, 1)],
    }


class AtomicityTests(Conformance):
    def test_a_whole_graph_in_one_put(self, store: Store) -> None:
        declare(store)
        added(store, "context", "experiment")
        written = store.put(**graph())
        assert (written.artifact_ids, written.execution_ids, written.context_ids) == ((1, 2), (1,), (2,))
        found = content(store)
        assert [event[1:5] for event in found["events"]] == [(1, 1, "INPUT", ()), (2, 1, "OUTPUT", ("model", 0))]
        assert found["attributions"] == [(1, 2), (2, 2)]
        assert found["associations"] == [(1, 2)]
        assert found["parents"] == [(2, 1)]

    @pytest.mark.parametrize(
        ("bad", "error"),
        [
            ({"artifacts": [Artifact(type="Nothing")]}, NotFoundError),
            ({"artifacts": [Artifact(type="Thing", name="taken")]}, AlreadyExistsError),
            ({"artifacts": [Artifact(id=99)]}, InvalidArgumentError),
            ({"artifacts": [Artifact(type="Thing", custom_properties={"k": float("nan")})]}, InvalidArgumentError),
            ({"executions": [Execution(type="Thing", properties={"kount": 1})]}, InvalidArgumentError),
            ({"executions": [Execution(type="Thing", external_id="taken")]}, AlreadyExistsError),
            ({"contexts": [Context(type="Thing")]}, InvalidArgumentError),
            ({"contexts": [Context(type="Thing", name="experiment")]}, AlreadyExistsError),
            ({"events": [Event(99, 1, "INPUT")]}, InvalidArgumentError),
            ({"events": [Event(1, 1, "INPUT")]}, AlreadyExistsError),
            ({"events": [Event(1, 1, "MADE")]}, InvalidArgumentError),
            ({"attributions": [Attribution(1, 99)]}, InvalidArgumentError),
            ({"associations": [Association(99, 1)]}, InvalidArgumentError),
            ({"parents": [ParentContext(1, 1)]}, InvalidArgumentError),
            ({"parents": [ParentContext(1, 99)]}, InvalidArgumentError),
        ],
        ids=lambda value: value.__name__ if isinstance(value, type) else "+".join(value),
    )
    def test_any_failure_leaves_nothing(self, store: Store, bad: dict[str, Any], error: type[GraphmetaError]) -> None:
        declare(store)
        _seed(store)
        arguments = graph()
        with refused(store, error):
            store.put(**{**arguments, **{part: [*arguments[part], *more] for part, more in bad.items()}})
        assert [node.id for node in arguments["artifacts"]] == [None, None]
        store.put(**arguments)
        assert len(store.artifacts()) == 3


def _seed(store: Store) -> None:
    """An artifact, an execution and a context with id 1 that hold what `bad` wants to take."""
    artifact = Artifact(type="Thing", name="taken")
    execution = Execution(type="Thing", external_id="taken")
    store.put(
        artifacts=[artifact],
        executions=[execution],
        contexts=[Context(type="Thing", name="experiment")],
        events=[Event(artifact, execution, "INPUT")],
    )


class KeyTests(Conformance):
    def test_the_same_key_twice_writes_once(self, store: Store) -> None:
        declare(store)
        added(store, "context", "experiment")
        first = store.put(**graph(), key="k")
        before = content(store)
        again = graph()
        assert store.put(**again, key="k") == first
        assert content(store) == before
        assert [node.id for node in again["artifacts"]] == list(first.artifact_ids)

    def test_a_key_is_known_to_whoever_opens_the_store_later(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        added(store, "context", "experiment")
        first = store.put(**graph(), key="k")
        store.close()
        other = reopen()
        before = content(other)
        assert other.put(**graph(), key="k") == first
        assert content(other) == before

    def test_the_ids_come_back_in_the_order_of_the_first_put(self, store: Store) -> None:
        declare(store)
        old = [added(store, "artifact", name) for name in "ab"]
        artifacts = [Artifact(id=old[1]), Artifact(type="Thing"), Artifact(id=old[0])]
        written = store.put(artifacts=artifacts, key="k")
        assert written.artifact_ids == (old[1], artifacts[1].id, old[0])
        assert store.put(artifacts=[Artifact(type="Thing") for _ in range(3)], key="k") == written
        assert len(store.artifacts()) == 3

    def test_a_key_is_known_although_the_put_changed_what_it_was_to_be_compared_with(self, store: Store) -> None:
        declare(store)
        read = store.artifact(added(store, "artifact"))
        options = PutOptions(abort_if_changed=True)
        changed = [replace(read, uri="u") for _ in range(3)]
        written = store.put(artifacts=changed[:1], options=options, key="k")
        before = content(store)
        assert store.put(artifacts=changed[1:2], options=options, key="k") == written
        assert content(store) == before
        with refused(store, FailedPreconditionError):
            store.put(artifacts=changed[2:], options=options, key="another")

    def test_a_refused_put_does_not_use_its_key_up(self, store: Store) -> None:
        declare(store)
        with refused(store, InvalidArgumentError):
            store.put(artifacts=[Artifact(type="Thing")], events=[Event(1, 99, "INPUT")], key="k")
        store.put(artifacts=[Artifact(type="Thing")], key="k")
        assert len(store.artifacts()) == 1

    def test_keys_of_any_characters_and_length(self, store: Store) -> None:
        declare(store)
        keys = [" ", "'\"`%", "nul\0", "nul\0two", "ключ😀", "k" * 10_000, "k" * 9_999]
        for key in keys * 2:
            store.put(artifacts=[Artifact(type="Thing", name=key)], key=key)
        assert [artifact.name for artifact in store.artifacts()] == keys

    def test_a_key_of_a_put_of_other_nodes_is_refused(self, store: Store) -> None:
        declare(store)
        store.put(artifacts=[Artifact(type="Thing")], key="k")
        for number in (0, 2):
            with refused(store, InvalidArgumentError, "used before, for a put of 1 artifact"):
                store.put(artifacts=[Artifact(type="Thing") for _ in range(number)], key="k")

    @pytest.mark.parametrize("key", [5, b"k", "\ud800"], ids=ascii)
    def test_a_key_that_is_no_text_is_refused(self, store: Store, key: Any) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, "key"):
            store.put(artifacts=[Artifact(type="Thing")], key=key)

    def test_puts_without_a_key_are_never_taken_for_each_other(self, store: Store) -> None:
        declare(store)
        for _ in range(2):
            store.put(artifacts=[Artifact(type="Thing")])
        assert len(store.artifacts()) == 2

    def test_a_put_with_a_key_may_hold_edges_alone(self, store: Store) -> None:
        declare(store)
        pair = added(store, "artifact"), added(store, "execution")
        for _ in range(2):
            store.put(events=[Event(*pair, "INPUT")], key="edges")
        assert len(store.events(artifacts=[pair[0]])) == 1


class ReuseTests(Conformance):
    def test_reuse_contexts_finds_by_type_and_name_and_does_not_update(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        store.backend.clock = lambda: 1_000
        id = added(store, "context", "run", custom_properties={"k": 1}, external_id="x")
        store.backend.clock = lambda: 2_000
        artifact, context = Artifact(type="Thing"), Context(type="Thing", name="run", custom_properties={"k": 2})
        written = store.put(
            artifacts=[artifact],
            contexts=[context, Context(type="Other", name="run"), Context(type="Thing", name="new")],
            attributions=[Attribution(artifact, context)],
            options=PutOptions(reuse_contexts=True),
        )
        assert written.context_ids[0] == id == context.id
        assert len(set(written.context_ids)) == 3
        found = store.context(id)
        assert (found.custom_properties, found.updated, found.external_id) == ({"k": 1}, 1_000, "x")
        assert [each.id for each in store.artifacts_in(id)] == [artifact.id]

    def test_reuse_contexts_makes_one_of_two_new_ones_with_the_same_name(self, store: Store) -> None:
        declare(store)
        twins = [Context(type="Thing", name="run"), Context(type="Thing", name="run")]
        written = store.put(contexts=twins, options=PutOptions(reuse_contexts=True))
        assert written.context_ids == (1, 1)
        assert len(store.contexts()) == 1

    def test_without_reuse_a_context_that_exists_is_taken(self, store: Store) -> None:
        declare(store)
        added(store, "context", "run")
        with refused(store, AlreadyExistsError, "run"):
            store.put(contexts=[Context(type="Thing", name="run")])

    def test_force_reuse_contexts_checks_that_the_id_exists_and_nothing_else(self, store: Store) -> None:
        declare(store)
        id = added(store, "context", "run", custom_properties={"k": 1})
        before = content(store)
        written = store.put(contexts=[Context(id=id)], options=PutOptions(force_reuse_contexts=True))
        assert written.context_ids == (id,)
        assert content(store) == before
        with refused(store, NotFoundError, "77"):
            store.put(contexts=[Context(id=77)], options=PutOptions(force_reuse_contexts=True))

    def test_force_reuse_contexts_creates_those_without_an_id(self, store: Store) -> None:
        declare(store)
        store.put(contexts=[Context(type="Thing", name="run")], options=PutOptions(force_reuse_contexts=True))
        assert [context.name for context in store.contexts()] == ["run"]
        with refused(store, AlreadyExistsError):
            store.put(contexts=[Context(type="Thing", name="run")], options=PutOptions(force_reuse_contexts=True))

    def test_reuse_contexts_updates_those_with_an_id(self, store: Store) -> None:
        declare(store)
        id = added(store, "context", "run", custom_properties={"k": 1})
        store.put(contexts=[Context(id=id, name="new")], options=PutOptions(reuse_contexts=True))
        assert (store.context(id).name, store.context(id).custom_properties) == ("new", {})

    def test_reuse_artifacts_by_external_id_replaces_whole(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        id = added(store, "artifact", "a", external_id="x", uri="old", custom_properties={"k": 1})
        store.backend.clock = lambda: 2_000
        again = Artifact(type="Thing", name="b", external_id="x", uri="new", state="LIVE")
        new = Artifact(type="Thing", external_id="y")
        written = store.put(artifacts=[again, new], options=PutOptions(reuse_artifacts_by_external_id=True))
        assert written.artifact_ids == (id, id + 1)
        found = store.artifact(id)
        assert (found.name, found.uri, found.state, found.custom_properties) == ("a", "new", "LIVE", {})
        assert (found.external_id, found.created, found.updated) == ("x", 1_000, 2_000)

    def test_an_artifact_that_is_reused_need_not_say_its_type(self, store: Store) -> None:
        declare(store)
        id = added(store, "artifact", "a", external_id="x")
        reuse = PutOptions(reuse_artifacts_by_external_id=True)
        artifact = Artifact(external_id="x", uri="new")
        store.put(artifacts=[artifact], options=reuse)
        assert (artifact.id, artifact.type, store.artifact(id).uri) == (id, "Thing", "new")
        with refused(store, InvalidArgumentError, "type_id 99"):
            store.put(artifacts=[Artifact(external_id="x", type_id=99)], options=reuse)
        with refused(store, InvalidArgumentError, "type id is missing"):
            store.put(artifacts=[Artifact(external_id="y")], options=reuse)
        with refused(store, NotFoundError, "99"):
            store.put(artifacts=[Artifact(external_id="y", type_id=99)], options=reuse)

    def test_an_empty_external_id_is_no_reason_to_reuse_an_artifact(self, store: Store) -> None:
        declare(store)
        added(store, "artifact", "a", external_id="")
        with refused(store, AlreadyExistsError, "external"):
            store.put(
                artifacts=[Artifact(type="Thing", external_id="")],
                options=PutOptions(reuse_artifacts_by_external_id=True),
            )

    def test_what_a_put_renames_is_reused_by_its_new_name(self, store: Store) -> None:
        declare(store)
        run = added(store, "context", "run")
        data = added(store, "artifact", "data", external_id="x")
        written = store.put(
            contexts=[Context(id=run, name="old run"), Context(type="Thing", name="old run")],
            artifacts=[
                Artifact(id=data, external_id="y"),
                *(Artifact(type="Thing", external_id=external_id) for external_id in ("z", "y", "z")),
            ],
            options=PutOptions(reuse_contexts=True, reuse_artifacts_by_external_id=True),
        )
        assert written.context_ids == (run, run)
        assert written.artifact_ids == (data, data + 1, data, data + 1)

    def test_reuse_by_external_id_without_effect_leaves_updated_alone(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        added(store, "artifact", "a", external_id="x", uri="u")
        store.backend.clock = lambda: 2_000
        store.put(
            artifacts=[Artifact(type="Thing", name="a", external_id="x", uri="u")],
            options=PutOptions(reuse_artifacts_by_external_id=True),
        )
        assert [artifact.updated for artifact in store.artifacts()] == [1_000]

    def test_reuse_by_external_id_does_not_change_the_type(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        added(store, "artifact", external_id="x")
        with refused(store, InvalidArgumentError, "type"):
            store.put(
                artifacts=[Artifact(type="Other", external_id="x")],
                options=PutOptions(reuse_artifacts_by_external_id=True),
            )

    def test_reuse_by_external_id_is_for_artifacts(self, store: Store) -> None:
        declare(store)
        added(store, "execution", external_id="x")
        added(store, "artifact", "without")
        with refused(store, AlreadyExistsError, "external"):
            store.put(
                executions=[Execution(type="Thing", external_id="x")],
                options=PutOptions(reuse_artifacts_by_external_id=True),
            )
        store.put(artifacts=[Artifact(type="Thing")], options=PutOptions(reuse_artifacts_by_external_id=True))
        assert len(store.artifacts()) == 2

    def test_the_same_artifact_as_input_and_output(self, store: Store) -> None:
        declare(store)
        artifact, execution = Artifact(type="Thing"), Execution(type="Thing")
        written = store.put(
            artifacts=[artifact, artifact],
            executions=[execution],
            events=[Event(artifact, execution, "INPUT"), Event(artifact, execution, "OUTPUT")],
        )
        assert written.artifact_ids == (1, 1)
        assert [event.type for event in store.events(artifacts=[artifact])] == ["INPUT", "OUTPUT"]
