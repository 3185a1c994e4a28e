"""The service over gRPC, as a client sees it that knows nothing of graphmeta."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from graphmeta.mlmd.service import CALLS, SERVICE
from graphmeta.testing.serving import serving
from tests.server.kit import Client, calling


def test_what_is_put_is_got_on_both_stores(any_url: str) -> None:
    with serving(any_url) as served, calling(served) as client:
        type_id = client.PutArtifactType(artifact_type={"name": "Model", "properties": {"depth": 1}}).type_id
        put = client.PutArtifacts(
            artifacts=[{"type_id": type_id, "name": "churn", "properties": {"depth": {"int_value": 3}}}]
        )
        (found,) = client.GetArtifactsByID(artifact_ids=list(put.artifact_ids)).artifacts
        assert (found.name, found.properties["depth"].int_value, found.type) == ("churn", 3, "Model")


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_call_is_answered(client: Client, name: str) -> None:
    try:
        getattr(client, name)()
    except grpc.RpcError as error:
        # What MLMD says of an empty request, but never that there is no such call.
        assert name == "GetLineageGraph" or error.code() not in (
            grpc.StatusCode.UNIMPLEMENTED,
            grpc.StatusCode.INTERNAL,
            grpc.StatusCode.UNKNOWN,
        ), error.details()


def test_errors_have_mlmds_code_and_text(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.GetArtifactType(type_name="naïve %\n")
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    assert "naïve %" in caught.value.details()


def test_an_error_of_any_length_reaches_the_client(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.GetArtifactType(type_name="é" * 100_000)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    assert caught.value.details().endswith("…")


def test_an_unknown_call_is_unimplemented(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.channel.unary_unary(f"/{SERVICE}/DropEverything")(b"", timeout=60)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_bytes_that_are_no_message_are_refused(client: Client) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        client.channel.unary_unary(f"/{SERVICE}/GetArtifactsByID")(b"\xff\xff", timeout=60)
    assert caught.value.code() == grpc.StatusCode.INTERNAL
    assert "GetArtifactsByIDRequest" in caught.value.details()


def test_messages_of_many_megabytes_pass_both_ways(client: Client) -> None:
    type_id = client.PutArtifactType(artifact_type={"name": "Large"}).type_id
    text = "x" * (12 * 2**20)  # thrice gRPC's own limit
    put = client.PutArtifacts(artifacts=[{"type_id": type_id, "custom_properties": {"t": {"string_value": text}}}])
    (found,) = client.GetArtifactsByID(artifact_ids=list(put.artifact_ids)).artifacts
    assert found.custom_properties["t"].string_value == text


def test_the_limit_of_a_message_holds_both_ways(file: Path) -> None:
    with serving(file, "--max-message-size", "1") as served, calling(served) as client:
        type_id = client.PutArtifactType(artifact_type={"name": "Large"}).type_id
        half = {"type_id": type_id, "custom_properties": {"t": {"string_value": "x" * 600_000}}}
        ids = [client.PutArtifacts(artifacts=[half]).artifact_ids[0] for _ in range(2)]
        for call in (
            lambda: client.PutArtifacts(artifacts=[half, half]),
            lambda: client.GetArtifactsByID(artifact_ids=ids),
        ):
            with pytest.raises(grpc.RpcError) as caught:
                call()
            assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert len(client.GetArtifactsByID(artifact_ids=ids[:1]).artifacts) == 1


def test_health_is_that_of_the_server_and_of_the_service(client: Client) -> None:
    stub = health_pb2_grpc.HealthStub(client.channel)
    for service in ("", SERVICE):
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=60)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(health_pb2.HealthCheckRequest(service="another"), timeout=60)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_reflection_tells_of_the_service_and_its_messages(client: Client) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(client.channel)
    asked = iter(
        [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICE),
        ]
    )
    listed, described = stub.ServerReflectionInfo(asked, timeout=60)
    names = {service.name for service in listed.list_services_response.service}
    assert {SERVICE, "grpc.health.v1.Health"} <= names
    assert b"ml_metadata/proto/metadata_store_service.proto" in b"".join(
        described.file_descriptor_response.file_descriptor_proto
    )


def test_clients_beside_each_other_lose_nothing(any_url: str) -> None:
    with serving(any_url) as served, calling(served) as client, ThreadPoolExecutor(8) as threads:
        type_id = client.PutExecutionType(execution_type={"name": "train"}).type_id

        def put_some(of: int) -> list[int]:
            with calling(served) as own:
                return [
                    own.PutExecution(execution={"type_id": type_id, "name": f"{of}-{each}"}).execution_id
                    for each in range(10)
                ]

        ids = [id for some in threads.map(put_some, range(8)) for id in some]
        assert len(set(ids)) == 80
        assert {found.id for found in client.GetExecutionsByID(execution_ids=ids).executions} == set(ids)


def test_two_servers_share_one_file(file: Path) -> None:
    with (
        serving(file) as first,
        serving(file) as second,
        calling(first) as one,
        calling(second) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        type_id = one.PutExecutionType(execution_type={"name": "train"}).type_id

        def put_some(client: Client) -> list[int]:
            return [client.PutExecution(execution={"type_id": type_id}).execution_id for _ in range(50)]

        ids = [id for some in threads.map(put_some, (one, other)) for id in some]
        assert len(set(ids)) == 100
        for client in (one, other):
            assert len(client.GetExecutionsByID(execution_ids=ids).executions) == 100
