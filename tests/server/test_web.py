"""grpc-web at the level of bytes."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.server import frames
from graphmeta.testing.serving import Served, serving
from tests.server.kit import TEXT, WEB, calling, frame, frames_of, path, post, request_of, taken_apart


def test_one_message_and_the_trailers_come_back(any_url: str) -> None:
    with serving(any_url) as served:
        request = request_of("PutContextType", context_type={"name": "run"})
        reply = post(served.web_url, path("PutContextType"), frame(request.SerializeToString()))
        assert (reply.http_status, reply.headers["content-type"], reply.code) == (200, WEB, errors.OK)
        (message,) = reply.messages
        type_id = service_pb2.PutContextTypeResponse.FromString(message).type_id
        assert reply.body == frame(message) + frame(b"grpc-status:0\r\n", 0x80)
        with calling(served) as client:
            assert client.GetContextType(type_name="run").context_type.id == type_id


def test_an_empty_answer_is_still_a_message(served: Served) -> None:
    reply = post(served.web_url, path("GetArtifactsByID"), frame(b""))
    assert reply.messages == [b""]
    assert reply.code == errors.OK


def test_an_error_has_trailers_only_and_http_200(served: Served) -> None:
    request = request_of("GetArtifactType", type_name="naïve %\r\ngrpc-status:0")
    reply = post(served.web_url, path("GetArtifactType"), frame(request.SerializeToString()))
    assert (reply.http_status, reply.messages, reply.code) == (200, [], errors.NOT_FOUND)
    assert "naïve %\r\ngrpc-status:0" in reply.said
    assert "%0D%0A" in reply.trailers["grpc-message"]


@pytest.mark.parametrize("prefix", ["", "/pipeline", "/api/service/mlmd/team/store"])
def test_a_path_may_have_a_prefix(served: Served, prefix: str) -> None:
    assert post(served.web_url, prefix + path("GetContexts"), frame(b"")).code == errors.OK


@pytest.mark.parametrize("kind", ["application/grpc-web", WEB, f"{WEB}; charset=utf-8", "Application/GRPC-Web+Proto"])
def test_content_types_that_are_grpc_web(served: Served, kind: str) -> None:
    assert post(served.web_url, path("GetContexts"), frame(b""), kind).code == errors.OK


@pytest.mark.parametrize("kind", ["application/json", "application/grpc", "application/grpc-web+json", ""])
def test_another_content_type_is_http_415(served: Served, kind: str) -> None:
    assert post(served.web_url, path("GetContexts"), frame(b""), kind).http_status == 415


def test_only_post_calls(served: Served) -> None:
    reply = post(served.web_url, path("GetContexts"), b"", "text/plain", method="GET")
    assert (reply.http_status, reply.headers["allow"]) == (405, "POST, OPTIONS")


def test_elsewhere_there_is_nothing(served: Served) -> None:
    assert post(served.web_url, "/", b"", "text/plain", method="GET").http_status == 404


@pytest.mark.parametrize("wrong", ["/ml_metadata.MetadataStoreService/Drop", "/another.Service/GetContexts", "/x"])
def test_an_unknown_call_is_unimplemented(served: Served, wrong: str) -> None:
    reply = post(served.web_url, wrong, frame(b""))
    assert (reply.http_status, reply.code) == (200, errors.UNIMPLEMENTED)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", errors.UNIMPLEMENTED),  # as gRPC says of no request where one is wanted
        (frame(b"") + frame(b""), errors.UNIMPLEMENTED),
        (b"\0\0\0", errors.INTERNAL),
        (frame(b"12345")[:-1], errors.INTERNAL),
        (frame(b"", flags=1), errors.INTERNAL),
        (frame(b"", flags=0x20), errors.INTERNAL),
        (frame(b"\xff\xff"), errors.INTERNAL),
        (b"\0\xff\xff\xff\xff", errors.RESOURCE_EXHAUSTED),
    ],
    ids=["nothing", "two", "header cut", "frame cut", "compressed", "strange flags", "no message", "four gigabytes"],
)
def test_bodies_that_are_not_one_message(served: Served, body: bytes, code: int) -> None:
    reply = post(served.web_url, path("GetContexts"), body)
    assert (reply.http_status, reply.messages, reply.code) == (200, [], code)
    assert reply.said


def test_a_request_may_end_with_trailers(served: Served) -> None:
    body = frame(b"") + frame(b"x-note:1\r\n", 0x80)
    assert post(served.web_url, path("GetContexts"), body).code == errors.OK


def test_an_encoding_that_nobody_reads_here(served: Served) -> None:
    reply = post(served.web_url, path("GetContexts"), frame(b"", flags=1), grpc_encoding="gzip")
    assert reply.code == errors.UNIMPLEMENTED
    assert reply.headers["grpc-accept-encoding"] == "identity"


def test_the_text_form_is_base64_both_ways(served: Served) -> None:
    request = frame(request_of("GetContextsByType", type_name="none").SerializeToString())
    for body in (
        base64.b64encode(request),
        base64.b64encode(request[:5]) + base64.b64encode(request[5:]),  # as a browser sends what it has so far
    ):
        reply = post(served.web_url, path("GetContextsByType"), body, TEXT)
        assert (reply.http_status, reply.headers["content-type"]) == (200, TEXT)
        assert frames_of(base64.b64decode(reply.body))[1] == {"grpc-status": "0"}


def test_the_answer_has_the_form_that_is_accepted(served: Served) -> None:
    reply = post(served.web_url, path("GetContexts"), base64.b64encode(frame(b"")), TEXT, accept=WEB)
    assert (reply.headers["content-type"], reply.code) == (WEB, errors.OK)


def test_text_that_is_not_base64(served: Served) -> None:
    reply = post(served.web_url, path("GetContexts"), b"#####", TEXT, accept=WEB)
    assert (reply.http_status, reply.code) == (200, errors.INTERNAL)


def test_the_limit_of_a_message(file: Path) -> None:
    with serving(file, "--max-message-size", "1") as served, calling(served) as client:
        type_id = client.PutArtifactType(artifact_type={"name": "Large"}).type_id
        half = {"type_id": type_id, "custom_properties": {"t": {"string_value": "x" * 600_000}}}
        ids = [client.PutArtifacts(artifacts=[half]).artifact_ids[0] for _ in range(2)]
        for request in (
            request_of("PutArtifacts", artifacts=[half, half]),
            request_of("GetArtifactsByID", artifact_ids=ids),
        ):
            name = type(request).__name__.removesuffix("Request")
            assert (
                post(served.web_url, path(name), frame(request.SerializeToString())).code == errors.RESOURCE_EXHAUSTED
            )
        body = frame(request_of("GetArtifactsByID", artifact_ids=ids[:1]).SerializeToString())
        assert len(post(served.web_url, path("GetArtifactsByID"), body).messages[0]) > 600_000


def test_many_calls_on_one_connection(served: Served) -> None:
    connection = http.client.HTTPConnection(urlsplit(served.web_url).netloc, timeout=60)
    for _ in range(3):
        connection.request("POST", path("GetContexts"), frame(b""), {"content-type": WEB})
        assert taken_apart(connection.getresponse()).code == errors.OK
    connection.close()


# ---------------------------------------------------------------- pages of other origins

ASKING = {
    "origin": "https://pages.example",
    "access_control_request_method": "POST",
    "access_control_request_headers": "content-type,x-grpc-web,x-user-agent,grpc-timeout",
}


def test_a_browser_that_asks_first_may_call(served: Served) -> None:
    asking = {**ASKING, "origin": "http://localhost:3000"}
    reply = post(served.web_url, path("GetContexts"), b"", method="OPTIONS", **asking)
    assert reply.http_status == 200
    assert reply.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "POST" in reply.headers["access-control-allow-methods"]
    allowed = {name.strip() for name in reply.headers["access-control-allow-headers"].lower().split(",")}
    assert {"content-type", "x-grpc-web", "x-user-agent", "grpc-timeout"} <= allowed


def test_a_page_may_read_the_status(served: Served) -> None:
    reply = post(served.web_url, path("GetContexts"), frame(b""), origin="http://127.0.0.1:8888")
    assert reply.headers["access-control-allow-origin"] == "http://127.0.0.1:8888"
    exposed = {name.strip() for name in reply.headers["access-control-expose-headers"].split(",")}
    assert {"grpc-status", "grpc-message"} <= exposed


@pytest.mark.parametrize(
    "origin", ["https://pages.example", "http://localhost.example", "null", "http://localhost:1@x"]
)
def test_pages_from_elsewhere_may_not_unless_told(served: Served, origin: str) -> None:
    reply = post(served.web_url, path("GetContexts"), b"", method="OPTIONS", **{**ASKING, "origin": origin})
    assert reply.http_status == 400
    assert "access-control-allow-origin" not in reply.headers


def test_all_pages_may_where_that_is_said(file: Path) -> None:
    with serving(file, "--allow-origin", "*") as served:
        reply = post(served.web_url, path("GetContexts"), frame(b""), origin="https://pages.example")
        assert reply.headers["access-control-allow-origin"] == "*"


def test_only_the_origins_that_are_allowed(file: Path) -> None:
    with serving(file, "--allow-origin", "https://pages.example", "--allow-origin", "https://b.example") as served:
        for origin in ("https://pages.example", "https://b.example"):
            reply = post(served.web_url, path("GetContexts"), b"", method="OPTIONS", **{**ASKING, "origin": origin})
            assert (reply.http_status, reply.headers["access-control-allow-origin"]) == (200, origin)
        reply = post(
            served.web_url, path("GetContexts"), b"", method="OPTIONS", **{**ASKING, "origin": "https://c.example"}
        )
        assert reply.http_status == 400
        assert "access-control-allow-origin" not in reply.headers


# ---------------------------------------------------------------- bodies that are only there to cost


def test_a_body_of_very_many_pieces_is_refused_at_once() -> None:
    with pytest.raises(frames.FrameError, match="pieces of base64"):
        frames.from_text(b"AA==" * 1_000_000)
    with pytest.raises(frames.FrameError, match="more than 8 frames"):
        frames.message_of(b"\x80\0\0\0\0" * 1_000_000, 100)


def test_base64_may_end_with_a_new_line() -> None:
    assert frames.from_text(b"AAAAAAA=\n") == b"\0\0\0\0\0"
