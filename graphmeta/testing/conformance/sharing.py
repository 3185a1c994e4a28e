"""Several hands on one store: reopened, read only, from many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from graphmeta.backends.batch import Removal
from graphmeta.errors import GraphmetaError, ReadOnlyError
from graphmeta.model import Artifact, Association, Attribution, Context, Event, Execution, ParentContext, artifact_type
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, Reopen, added, content, declare

WRITES: dict[str, Callable[[Store], object]] = {
    "put_type": lambda store: store.put_type(artifact_type("New")),
    "put_types of a type as it is": lambda store: store.put_type(store.type("artifact", "Thing")),
    "artifacts": lambda store: store.put(artifacts=[Artifact(type="Thing")]),
    "update": lambda store: store.put(artifacts=[Artifact(id=1, uri="new")]),
    "executions": lambda store: store.put(executions=[Execution(type="Thing")]),
    "contexts": lambda store: store.put(contexts=[Context(type="Thing", name="c")]),
    "events": lambda store: store.put(events=[Event(1, 1, "INPUT")]),
    "attributions": lambda store: store.put(attributions=[Attribution(1, 1)]),
    "associations": lambda store: store.put(associations=[Association(1, 1)]),
    "parents": lambda store: store.put(parents=[ParentContext(1, 2)]),
}


class SharingTests(Conformance):
    def test_what_was_written_is_there_when_opened_again(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        for kind in ("artifact", "execution", "context"):
            added(store, kind, custom_properties={"k": 1.0})
        store.put(events=[Event(1, 1, "INPUT", ("k", 0))], attributions=[Attribution(1, 1)])
        before = content(store)
        store.close()
        store.close()
        assert content(reopen()) == before

    def test_two_that_have_it_open_see_each_others_writes(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        other = reopen()
        for name in "abcd":
            writer, reader = (store, other) if name in "ac" else (other, store)
            id = added(writer, "artifact", name)
            assert reader.artifact(id).name == name
        assert content(store) == content(other)

    @pytest.mark.parametrize("write", WRITES)
    def test_a_store_opened_for_reading_refuses_to_write(self, store: Store, reopen: Reopen, write: str) -> None:
        declare(store)
        added(store, "artifact")
        added(store, "execution")
        added(store, "context", "a")
        added(store, "context", "b")
        before = content(store)
        reader = reopen(read_only=True)
        assert reader.backend.read_only
        with pytest.raises(ReadOnlyError):
            WRITES[write](reader)
        assert content(reader) == content(store) == before

    def test_a_reader_sees_what_is_written_later(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        reader = reopen(read_only=True)
        added(store, "artifact", "late")
        assert [artifact.name for artifact in reader.artifacts()] == ["late"]

    def test_threads_that_write_at_once(self, store: Store) -> None:
        declare(store)
        start = threading.Barrier(6)

        def writes(thread: int) -> list[tuple[int, int]]:
            start.wait()
            ids = []
            for number in range(10):
                artifact, execution = Artifact(type="Thing", name=f"{thread}/{number}"), Execution(type="Thing")
                store.put(artifacts=[artifact], executions=[execution], events=[Event(artifact, execution, "OUTPUT")])
                ids.append((artifact.id or 0, execution.id or 0))
            return ids

        with ThreadPoolExecutor(6) as pool:
            written = list(pool.map(writes, range(6)))
        for ids in written:
            assert ids == sorted(ids)
            assert [execution for _, execution in ids] == sorted({execution for _, execution in ids})
        pairs = [pair for ids in written for pair in ids]
        assert len({artifact for artifact, _ in pairs}) == len(pairs) == 60
        events = store.events(artifacts=[artifact for artifact, _ in pairs])
        assert sorted((event.artifact_id, event.execution_id) for event in events) == sorted(pairs)
        assert [store.artifact(ids[3][0]).name for ids in written] == [f"{thread}/3" for thread in range(6)]

    def test_threads_that_put_the_same_type_at_once(self, store: Store) -> None:
        start = threading.Barrier(6)

        def puts(_: int) -> int:
            start.wait()
            return store.put_type(artifact_type("T", {"a": "INT"}))

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(puts, range(6))) == {10}

    def test_threads_that_add_fields_to_a_type_lose_none(self, store: Store) -> None:
        store.put_type(artifact_type("T"))
        start = threading.Barrier(6)

        def puts(thread: int) -> None:
            start.wait()
            for number in range(5):
                more = artifact_type("T", {f"{thread} {number}": "INT"})
                store.put_type(more, can_add_fields=True, can_omit_fields=True)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(puts, range(6)))
        wanted = {f"{thread} {number}" for thread in range(6) for number in range(5)}
        assert set(store.type("artifact", "T").properties) == wanted

    def test_threads_that_race_for_a_name_make_it_once(self, store: Store) -> None:
        declare(store)
        start = threading.Barrier(6)

        def puts(thread: int) -> str:
            start.wait()
            try:
                store.put(contexts=[Context(type="Thing", name="run")], artifacts=[Artifact(type="Thing")])
            except GraphmetaError as error:
                return type(error).__name__
            return "made"

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(puts, range(6))) == ["AlreadyExistsError"] * 5 + ["made"]
        assert (len(store.contexts()), len(store.artifacts())) == (1, 1)

    def test_threads_that_reuse_a_context_share_it(self, store: Store) -> None:
        declare(store)
        start = threading.Barrier(6)

        def puts(thread: int) -> int:
            start.wait()
            artifact, context = Artifact(type="Thing"), Context(type="Thing", name="run")
            written = store.put(
                artifacts=[artifact],
                contexts=[context],
                attributions=[Attribution(artifact, context)],
                options=PutOptions(reuse_contexts=True),
            )
            return written.context_ids[0]

        with ThreadPoolExecutor(6) as pool:
            ids = set(pool.map(puts, range(6)))
        assert len(ids) == len(store.contexts()) == 1
        assert len(store.artifacts_in(ids.pop())) == 6

    def test_a_context_that_others_renamed_or_removed_is_not_reused(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        other = reopen()

        def join() -> int:
            """One more artifact in the run called so; the id of that run."""
            artifact, run = Artifact(type="Thing"), Context(type="Thing", name="run")
            store.put(
                artifacts=[artifact],
                contexts=[run],
                attributions=[Attribution(artifact, run)],
                options=PutOptions(reuse_contexts=True),
            )
            assert run.id is not None
            assert (run.type, [each.id for each in store.contexts_of(artifact)]) == ("Thing", [run.id])
            return run.id

        first = join()
        assert join() == join() == first
        other.put(contexts=[Context(id=first, name="old")])
        second = join()
        assert join() == second != first
        assert (store.context(first).name, store.context(second).name) == ("old", "run")
        # Another one is called so now.
        other.put(contexts=[Context(id=second, name="older")])
        other.put(contexts=[Context(id=first, name="run")])
        assert join() == first
        members = [(each.id or 0, first) for each in store.artifacts_in(first)]
        removal = Removal({"context": [first]}, attributions=members)
        other.backend.transact(lambda writer: writer.remove(removal))
        third = join()
        assert third not in (first, second)
        assert [each.name for each in store.contexts()] == ["older", "run"]

    def test_parents_of_a_context_that_others_renamed(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        first = Context(type="Thing", name="run")
        store.put(contexts=[first], options=PutOptions(reuse_contexts=True))
        store.put(contexts=[Context(type="Thing", name="run")], options=PutOptions(reuse_contexts=True))
        other = reopen()
        assert first.id is not None
        other.put(contexts=[Context(id=first.id, name="older")])
        child = Context(type="Thing", name="child")
        other.put(contexts=[child], parents=[ParentContext(child, first.id)])
        # It would be a circle if the run were still that one.
        run = Context(type="Thing", name="run")
        store.put(contexts=[run], parents=[ParentContext(run, child.id or 0)], options=PutOptions(reuse_contexts=True))
        assert run.id != first.id
        assert [each.id for each in store.parents(run)] == [child.id]

    def test_threads_with_the_same_key_write_once(self, store: Store) -> None:
        declare(store)
        start = threading.Barrier(6)

        def puts(thread: int) -> tuple[int, ...]:
            start.wait()
            return store.put(artifacts=[Artifact(type="Thing")], key="once").artifact_ids

        with ThreadPoolExecutor(6) as pool:
            ids = set(pool.map(puts, range(6)))
        assert ids == {tuple(artifact.id or 0 for artifact in store.artifacts())}
        assert len(store.artifacts()) == 1

    def test_parents_put_by_two_at_once_make_no_cycle(self, store: Store) -> None:
        declare(store)
        for round in range(5):
            a, b = (added(store, "context", f"{round}{name}") for name in "ab")
            start = threading.Barrier(2)

            def puts(link: tuple[int, int], start: threading.Barrier = start) -> bool:
                start.wait()
                try:
                    store.put(parents=[ParentContext(*link)])
                except GraphmetaError:
                    return False
                return True

            with ThreadPoolExecutor(2) as pool:
                assert sorted(pool.map(puts, [(a, b), (b, a)])) == [False, True]

    def test_with_abort_if_changed_no_update_is_lost(self, store: Store) -> None:
        declare(store)
        id = added(store, "artifact", properties={"count": 0})
        start = threading.Barrier(4)

        def adds(_: int) -> None:
            start.wait()
            done = 0
            while done < 5:
                read = store.artifact(id)
                read.properties["count"] = int(read.properties["count"]) + 1  # type: ignore[arg-type]
                try:
                    store.put(artifacts=[read], options=PutOptions(abort_if_changed=True))
                except GraphmetaError as error:
                    assert error.code == "FAILED_PRECONDITION", error
                else:
                    done += 1

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(adds, range(4)))
        assert store.artifact(id).properties == {"count": 20}
