"""MLMD's own configuration file of a server."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest

from graphmeta.errors import InvalidArgumentError
from graphmeta.mlmd.proto.metadata_store_pb2 import MetadataStoreServerConfig
from graphmeta.server.configuration import configured_tls
from graphmeta.store import connect
from graphmeta.testing.serving import serving
from tests.server.kit import calling
from tests.server.test_life import run


def written(folder: Path, text: str) -> str:
    path = folder / "server.pbtxt"
    path.write_text(text)
    return str(path)


def test_a_file_is_made_where_that_is_allowed(tmp_path: Path) -> None:
    store = tmp_path / "mlmd.db"
    text = f'connection_config {{ sqlite {{ filename_uri: "{store}" connection_mode: READWRITE_OPENCREATE }} }}'
    config = written(tmp_path, text + "migration_options { enable_upgrade_migration: true }")
    with serving(None, "--config", config) as served, calling(served) as client:
        client.PutContextType(context_type={"name": "run"})
    with connect(store, read_only=True) as opened:
        assert opened.type("context", "run")


def test_a_file_that_is_only_read(tmp_path: Path) -> None:
    store = tmp_path / "mlmd.db"
    with connect(store) as opened:
        opened.initialise()
    config = written(
        tmp_path, f'connection_config {{ sqlite {{ filename_uri: "{store}" connection_mode: READONLY }} }}'
    )
    with serving(None, "--config", config) as served, calling(served) as client:
        client.GetContexts()
        with pytest.raises(grpc.RpcError) as caught:
            client.PutContextType(context_type={"name": "run"})
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_the_fake_database_is_gone_with_the_server(tmp_path: Path) -> None:
    config = written(tmp_path, "connection_config { fake_database {} }")
    for _ in range(2):
        with serving(None, "--config", config, TMPDIR=str(tmp_path)) as served, calling(served) as client:
            assert not client.GetContextTypes().context_types
            client.PutContextType(context_type={"name": "run"})
            assert served.stop() == 0
        assert [path.name for path in tmp_path.iterdir()] == ["server.pbtxt"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "sqlite"),
        ("connection_config { oracle { } }", "MetadataStoreServerConfig"),
        ('connection_config { mysql { host: "db" } }', "MySQL"),
        ('connection_config { postgresql { host: "db" } }', "PostgreSQL"),
        ('connection_config { sqlite { filename_uri: "none.db" connection_mode: READWRITE } }', "none.db"),
        ("connection_config { fake_database {} } migration_options { downgrade_to_schema_version: 8 }", "downgrade"),
        ("connection_config { fake_database {} } ssl_config { server_key: 'x' }", "server_cert"),
    ],
)
def test_what_cannot_be_served_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    done = run("--config", written(tmp_path, text), "--grpc-port", "0", "--web-port", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "did not expect" not in done.stderr


def test_one_place_says_what_is_served(tmp_path: Path) -> None:
    config = written(tmp_path, "connection_config { fake_database {} }")
    for more in (["--store", "other.db"],):
        done = run("--config", config, *more, cwd=tmp_path)
        assert done.returncode == 2
        assert "give one of them" in done.stderr


def test_clients_to_be_verified_need_an_authority() -> None:
    config = MetadataStoreServerConfig()
    config.ssl_config.server_key, config.ssl_config.server_cert = "key", "certificate"
    config.ssl_config.client_verify = True
    with pytest.raises(InvalidArgumentError, match="custom_ca"):
        configured_tls(config)
