"""The client class and a server: the same answers and errors as in one process, TLS, time limits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import grpc
import pytest
import trustme

from graphmeta import mlmd
from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.proto import metadata_store_service_pb2_grpc
from graphmeta.store import Store
from tests.mlmd.mirror_kit import run, serving

_WITHOUT_GRPC = """
import json, sys
sys.modules["grpc"] = None  # as if it were not installed
from graphmeta import mlmd
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
mlmd.MetadataStore(pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig())).get_artifacts()
try:
    mlmd.MetadataStore(pb.MetadataStoreClientConfig(host="127.0.0.1", port=8080))
except ImportError as error:
    print(json.dumps(str(error)))
"""


def at(port: int, **options: Any) -> mlmd.MetadataStore:
    return mlmd.MetadataStore(pb.MetadataStoreClientConfig(host="localhost", port=port, **options))


@pytest.fixture
def port(sqlite_store: Store) -> Iterator[int]:
    with serving(sqlite_store) as port:
        yield port


def fill(store: mlmd.MetadataStore) -> list[object]:
    """Call every method that puts; returns what they return."""
    said: list[object] = [
        store.put_artifact_type(pb.ArtifactType(name="Data", external_id="t1", properties={"rows": pb.INT})),
        store.put_execution_type(pb.ExecutionType(name="Step", external_id="t2")),
        store.put_context_type(pb.ContextType(name="Run", external_id="t3")),
    ]
    data, step, run_type = 10, 11, 12
    said += [
        store.put_artifacts([pb.Artifact(type_id=data, name="a", uri="s3://a", external_id="x1")]),
        store.put_executions([pb.Execution(type_id=step, name="e", external_id="x2")]),
        store.put_contexts([pb.Context(type_id=run_type, name=name, external_id=name) for name in ("c", "d")]),
        store.put_artifacts([pb.Artifact(id=1, properties={"rows": pb.Value(int_value=3)})], ["properties.rows"]),
        store.put_events([pb.Event(artifact_id=1, execution_id=1, type=pb.Event.INPUT)]),
        store.put_attributions_and_associations(
            [pb.Attribution(artifact_id=1, context_id=1)], [pb.Association(execution_id=1, context_id=1)]
        ),
        store.put_parent_contexts([pb.ParentContext(child_id=1, parent_id=2)]),
    ]
    made = (pb.Artifact(type_id=data, name="b"), pb.Event(type=pb.Event.OUTPUT))
    said.append(
        store.put_execution(
            pb.Execution(id=1, type_id=step, external_id="x2"), [made], [pb.Context(id=1)], force_reuse_context=True
        )
    )
    edges = [(0, 0, pb.Event(type=pb.Event.INPUT)), (0, None, pb.Event(artifact_id=2, type=pb.Event.INPUT))]
    nodes = ([pb.Execution(type_id=step)], [pb.Artifact(type_id=data)], [pb.Context(type_id=run_type, name="f")])
    said.append(store.put_lineage_subgraph(*nodes, edges))
    return said


def read(store: mlmd.MetadataStore) -> dict[str, object]:
    """Call every method that gets; returns what they return, by name."""
    said: dict[str, object] = {}
    for kind, type_name, name, number in (
        ("artifact", "Data", "a", 1),
        ("execution", "Step", "e", 2),
        ("context", "Run", "c", 3),
    ):
        node = "c" if kind == "context" else f"x{number}"
        for method, argument in (
            (f"get_{kind}_types", ()),
            (f"get_{kind}_type", (type_name,)),
            (f"get_{kind}_types_by_id", ([9 + number],)),
            (f"get_{kind}_types_by_external_ids", ([f"t{number}"],)),
            (f"get_{kind}s", (mlmd.ListOptions(limit=2, order_by=mlmd.OrderByField.ID, is_asc=False),)),
            (f"get_{kind}s_by_id", ([1, 2, 99],)),
            (f"get_{kind}s_by_type", (type_name,)),
            (f"get_{kind}_by_type_and_name", (type_name, name)),
            (f"get_{kind}s_by_external_ids", ([node],)),
        ):
            said[method] = getattr(store, method)(*argument)
    said |= {
        "get_artifacts_by_uri": store.get_artifacts_by_uri("s3://a"),
        "get_artifacts_and_types_by_artifact_ids": store.get_artifacts_and_types_by_artifact_ids([1]),
        "get_events_by_artifact_ids": store.get_events_by_artifact_ids([1, 2]),
        "get_events_by_execution_ids": store.get_events_by_execution_ids([1]),
        "get_contexts_by_artifact": store.get_contexts_by_artifact(1),
        "get_contexts_by_execution": store.get_contexts_by_execution(1),
        "get_artifacts_by_context": store.get_artifacts_by_context(1),
        "get_executions_by_context": store.get_executions_by_context(1),
        "get_parent_contexts_by_context": store.get_parent_contexts_by_context(1),
        "get_children_contexts_by_context": store.get_children_contexts_by_context(2),
        "get_lineage_subgraph": store.get_lineage_subgraph(
            pb.LineageSubgraphQueryOptions(starting_artifacts={"filter_query": "id = 1"})
        ),
    }
    return said


def test_every_method_answers_the_same_through_a_server(sqlite_store: Store, port: int) -> None:
    far, near = at(port), mlmd.MetadataStore(sqlite_store)
    puts = fill(far)
    assert puts == fill(mlmd.MetadataStore(pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig())))
    said = read(far)
    assert said == read(near)
    assert all(said.values())
    methods = {name for name in dir(near) if name.startswith("get_")}
    assert set(said) == methods


def test_errors_come_with_their_code_and_words(sqlite_store: Store, port: int) -> None:
    near = mlmd.MetadataStore(sqlite_store)
    for store in (near, at(port)):
        with pytest.raises(errors.NotFoundError) as caught:
            store.get_artifact_type("none")
        assert caught.value.error_code == errors.NOT_FOUND
        assert str(caught.value) == caught.value.message
        with pytest.raises(errors.InvalidArgumentError):
            store.get_artifacts(mlmd.ListOptions(filter_query="nonsense ="))


def test_a_server_that_is_not_there_is_unavailable(port: int) -> None:
    with serving(metadata_store_service_pb2_grpc.MetadataStoreServiceServicer()) as other:
        away = at(other)
    with pytest.raises(errors.UnavailableError):
        away.get_artifacts()


def test_what_a_server_does_not_do_is_unimplemented() -> None:
    with (
        serving(metadata_store_service_pb2_grpc.MetadataStoreServiceServicer()) as port,
        pytest.raises(errors.UnimplementedError),
    ):
        at(port).get_artifacts()


def test_a_call_ends_with_its_time() -> None:
    never = Event()

    class Slow(metadata_store_service_pb2_grpc.MetadataStoreServiceServicer):
        def GetArtifacts(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
            context.add_callback(never.set)
            never.wait()

    with serving(Slow()) as port, pytest.raises(errors.DeadlineExceededError):
        at(port, client_timeout_sec=0.2).get_artifacts()
    assert never.is_set()


def test_messages_are_as_long_as_the_channel_lets_them_be(sqlite_store: Store, port: int) -> None:
    near = mlmd.MetadataStore(sqlite_store)
    kind = near.put_artifact_type(pb.ArtifactType(name="Data"))
    near.put_artifacts([pb.Artifact(type_id=kind, uri="u" * 10_000)])
    roomy = {"max_receive_message_length": 20_000, "http2_max_ping_strikes": 3}
    assert len(at(port, channel_arguments=roomy).get_artifacts()) == 1
    with pytest.raises(errors.ResourceExhaustedError):
        at(port, channel_arguments={"max_receive_message_length": 1_000}).get_artifacts()


def test_tls_with_certificates_on_both_sides(sqlite_store: Store) -> None:
    authority = trustme.CA()
    server, client = authority.issue_cert("localhost"), authority.issue_cert("client.example")
    root = authority.cert_pem.bytes()
    credentials = grpc.ssl_server_credentials(
        [(server.private_key_pem.bytes(), b"".join(each.bytes() for each in server.cert_chain_pems))],
        root_certificates=root,
        require_client_auth=True,
    )
    chain = b"".join(each.bytes() for each in client.cert_chain_pems).decode()
    with serving(sqlite_store, credentials) as port:
        known = {
            "custom_ca": root.decode(),
            "client_key": client.private_key_pem.bytes().decode(),
            "server_cert": chain,
        }
        assert at(port, ssl_config=known).get_artifact_type("mlmd.Dataset").id == 1
        with pytest.raises(errors.UnavailableError):
            at(port, ssl_config={"custom_ca": root.decode()}).get_artifacts()
        with pytest.raises(errors.UnavailableError):
            at(port).get_artifacts()


def test_without_grpcio_only_a_server_is_out_of_reach(tmp_path: Path) -> None:
    assert "pip install 'graphmeta[server]'" in run(sys.executable, "-c", _WITHOUT_GRPC)
