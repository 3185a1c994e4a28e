"""Many writers at once, and the blocks of ids that keep them out of one another's way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import neo4j
import pytest

from graphmeta.backends.batch import Counted
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.backends.neo4j.ids import LARGEST_BLOCK, SMALLEST_BLOCK, IdBlocks
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError
from graphmeta.model import Artifact, Association, Attribution, Context, Execution, ParentContext
from graphmeta.store import Store
from tests.neo4j.kit import declare, run

THREADS = 16


def test_sixteen_writers_into_one_context(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    context = store.put(contexts=[Context(type="Run", name="one")]).context_ids[0]

    def write(writer: int) -> list[int]:
        return [store.put(**run(f"{writer} {number}", context)).execution_ids[0] for number in range(8)]

    with ThreadPoolExecutor(THREADS) as pool:
        ids = [id for those in pool.map(write, range(THREADS)) for id in those]
    assert len(set(ids)) == len(ids) == 8 * THREADS
    assert len(store.executions_in(context)) == 8 * THREADS
    assert len(store.artifacts_in(context)) == 16 * THREADS
    assert driver.execute_query("MATCH ()-[event:EVENT]->() RETURN count(event)").records[0][0] == 16 * THREADS


def test_joining_the_same_nodes_at_the_same_time_joins_them_once(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    step, data, context = Execution(type="Trainer"), Artifact(type="Data"), Context(type="Run", name="one")
    store.put(artifacts=[data], executions=[step], contexts=[context])
    barrier = threading.Barrier(THREADS)

    def join(_: int) -> None:
        barrier.wait()
        store.put(attributions=[Attribution(1, 1)], associations=[Association(1, 1)])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(join, range(THREADS)))
    assert driver.execute_query("MATCH ()-[e:ATTRIBUTION|ASSOCIATION]->() RETURN count(e)").records[0][0] == 2


def test_the_same_name_at_the_same_time_is_taken_once(store: Store) -> None:
    declare(store)
    barrier = threading.Barrier(THREADS)

    def name(_: int) -> bool:
        barrier.wait()
        try:
            store.put(artifacts=[Artifact(type="Data", name="only")])
        except AlreadyExistsError:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(name, range(THREADS))) == [False] * (THREADS - 1) + [True]
    assert len(store.artifacts()) == 1


def test_the_same_key_at_the_same_time_is_written_once(store: Store) -> None:
    declare(store)
    barrier = threading.Barrier(THREADS)

    def put(_: int) -> tuple[int, ...]:
        barrier.wait()
        return store.put(artifacts=[Artifact(type="Data")], key="one").artifact_ids

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(put, range(THREADS)))) == 1
    assert len(store.artifacts()) == 1


def test_parent_links_written_at_the_same_time_make_no_cycle(store: Store, driver: neo4j.Driver) -> None:
    declare(store)
    number = 6
    store.put(contexts=[Context(type="Run", name=f"c{index}") for index in range(number)])
    barrier = threading.Barrier(number)

    def link(index: int) -> bool:
        barrier.wait()
        try:
            store.put(parents=[ParentContext(index + 1, (index + 1) % number + 1)])
        except InvalidArgumentError:
            return False
        return True

    with ThreadPoolExecutor(number) as pool:
        assert sum(pool.map(link, range(number))) == number - 1
    cycles = "MATCH (c:Context) WHERE EXISTS { (c)-[:PARENT_CONTEXT]->+(c) } RETURN count(c)"
    assert driver.execute_query(cycles).records[0][0] == 0


def test_an_empty_database_set_up_by_many_at_once(neo4j_url: str) -> None:
    backends = [Neo4jBackend(neo4j_url) for _ in range(6)]

    def first(number: int) -> int:
        return Store(backends[number]).put_type(run_type(number))

    with ThreadPoolExecutor(len(backends)) as pool:
        ids = sorted(pool.map(first, range(len(backends))))
    assert ids == list(range(10, 10 + len(backends)))
    for backend in backends:
        backend.close()


def run_type(number: int):  # type: ignore[no-untyped-def]
    from graphmeta.model import context_type

    return context_type(f"Run {number}")


# ---------------------------------------------------------------- blocks of ids


class Counters:
    """Draws from counters in memory, and notes what was drawn."""

    def __init__(self) -> None:
        self.next = 1
        self.drawn: list[int] = []

    def draw(self, counted: Counted, number: int) -> int:
        self.drawn.append(number)
        self.next += number
        return self.next - number


def test_blocks_grow_with_use() -> None:
    counters = Counters()
    ids = IdBlocks(counters.draw)
    taken = [id for _ in range(5_000) for id in ids.take("event", 1)]
    assert taken == list(range(1, 5_001))
    assert counters.drawn[0] == SMALLEST_BLOCK
    assert counters.drawn == sorted(counters.drawn)
    assert counters.drawn[-1] == LARGEST_BLOCK


def test_a_large_request_draws_what_it_needs() -> None:
    counters = Counters()
    ids = IdBlocks(counters.draw)
    assert ids.take("event", 3) == [1, 2, 3]
    assert ids.take("event", 0) == []
    assert ids.take("event", 20_000) == list(range(4, 20_004))
    assert counters.drawn == [SMALLEST_BLOCK, 20_000 - SMALLEST_BLOCK + 3]


def test_ids_ascend_past_another_process(neo4j_url: str, store: Store) -> None:
    declare(store)
    other = Store(Neo4jBackend(neo4j_url))
    mine, theirs = [], []
    for _ in range(12):
        mine += store.put(artifacts=[Artifact(type="Data")]).artifact_ids
        theirs += other.put(artifacts=[Artifact(type="Data")]).artifact_ids
    assert mine == sorted(mine)
    assert theirs == sorted(theirs)
    assert not set(mine) & set(theirs)
    other.close()


@pytest.mark.parametrize("ids", [[7], [3, 500]])
def test_ids_from_elsewhere_are_not_given_again(store: Store, backend: Neo4jBackend, ids: list[int]) -> None:
    from graphmeta.backends.batch import Batch, NodeWrite, Writer, Written
    from graphmeta.backends.rows import NodeRow

    declare(store)
    nodes = [
        NodeWrite("artifact", True, NodeRow(id, 10, "Data", None, None, None, None, 1, 1), {}, {}, "DATASET")
        for id in ids
    ]

    def copy(writer: Writer) -> Written:
        return writer.write(Batch("copy", nodes=nodes), Written(artifact_ids=tuple(ids)))

    backend.transact(copy)
    assert store.put(artifacts=[Artifact(type="Data")]).artifact_ids == (max(ids) + 1,)
