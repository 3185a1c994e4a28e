"""TLS on both ports, with certificates that each run of the tests makes for itself."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import grpc
import pytest
import trustme

from graphmeta.mlmd import errors
from graphmeta.testing.serving import Served, serving
from tests.server.kit import WEB, calling, frame, path, taken_apart
from tests.server.test_life import run


class Pem(NamedTuple):
    """One pair, as files."""

    key: Path
    certificate: Path


class Authority:
    """Signs certificates, and lays them into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def pair(self, name: str, *hosts: str) -> Pem:
        issued = self._authority.issue_cert(*hosts)
        pem = Pem(self._folder / f"{name}.key", self._folder / f"{name}.pem")
        issued.private_key_pem.write_to_path(str(pem.key))
        for place, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(str(pem.certificate), append=place > 0)
        return pem


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pem:
    return authority.pair("server", "127.0.0.1", "localhost")


def options(pair: Pem) -> list[str]:
    return ["--tls-key", str(pair.key), "--tls-cert", str(pair.certificate)]


def trusting(authority: Authority, shown: Pem | None = None) -> grpc.ChannelCredentials:
    """A gRPC client's credentials, with a certificate of its own or none."""
    key, chain = (shown.key.read_bytes(), shown.certificate.read_bytes()) if shown else (None, None)
    return grpc.ssl_channel_credentials(authority.file.read_bytes(), key, chain)


def web_status(served: Served, authority: Authority, shown: Pem | None = None) -> int:
    """The gRPC status of one call over https."""
    context = ssl.create_default_context(cafile=str(authority.file))
    if shown is not None:
        context.load_cert_chain(shown.certificate, shown.key)
    connection = http.client.HTTPSConnection(urlsplit(served.web_url).netloc, timeout=60, context=context)
    try:
        connection.request("POST", path("GetContexts"), frame(b""), {"content-type": WEB})
        return taken_apart(connection.getresponse()).code
    finally:
        connection.close()


def test_both_ports_speak_tls(file: Path, authority: Authority, pair: Pem) -> None:
    with serving(file, *options(pair)) as served:
        assert served.web_url.startswith("https://")
        with calling(served, trusting(authority)) as client:
            client.GetContexts()
        assert web_status(served, authority) == errors.OK
        with calling(served) as client, pytest.raises(grpc.RpcError) as caught:
            client.GetContexts()
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
        with pytest.raises(ssl.SSLError):
            web_status(served, Authority(file.parent))


def test_a_client_must_show_a_certificate(file: Path, authority: Authority, pair: Pem) -> None:
    friend = authority.pair("friend", "friend.example")
    stranger = Authority(file.parent).pair("stranger", "friend.example")
    with serving(file, *options(pair), "--tls-ca", str(authority.file), "--host", "0.0.0.0") as served:
        assert served.stderr == ""  # whoever comes is known
        near = Served(
            served.grpc_address.replace("0.0.0.0", "127.0.0.1"),
            served.web_url.replace("0.0.0.0", "127.0.0.1"),
            served.process,
            file,
        )
        with calling(near, trusting(authority, friend)) as client:
            client.GetContexts()
        assert web_status(near, authority, friend) == errors.OK
        for shown in (None, stranger):
            with calling(near, trusting(authority, shown)) as client, pytest.raises(grpc.RpcError) as caught:
                client.GetContexts()
            assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
            with pytest.raises((OSError, http.client.HTTPException)):
                web_status(near, authority, shown)


def test_tls_without_certificates_of_clients_warns(file: Path, pair: Pem) -> None:
    with serving(file, *options(pair), "--host", "0.0.0.0") as served:
        assert "--tls-ca" in served.stderr


def test_check_speaks_tls_too(file: Path, authority: Authority, pair: Pem) -> None:
    for trust in ([], ["--tls-ca", str(authority.file)]):
        with serving(file, *options(pair), *trust) as served:
            assert run("--check", "--grpc-port", str(served.port), *options(pair), *trust).returncode == 0


def test_check_of_a_certificate_for_a_name_alone(file: Path, authority: Authority) -> None:
    named = authority.pair("named", "localhost")
    with serving(file, *options(named), "--host", "localhost") as served:
        done = run("--check", "--host", "localhost", "--grpc-port", str(served.port), *options(named))
        assert (done.returncode, done.stderr) == (0, "")


def test_mlmds_configuration_holds_the_pem_itself(file: Path, authority: Authority, pair: Pem) -> None:
    def quoted(text: Path) -> str:
        return '"' + text.read_text().replace("\n", "\\n") + '"'

    config = file.with_suffix(".pbtxt")
    config.write_text(f"""
        connection_config {{ sqlite {{ filename_uri: "{file}" connection_mode: READWRITE_OPENCREATE }} }}
        ssl_config {{
          server_key: {quoted(pair.key)} server_cert: {quoted(pair.certificate)}
          custom_ca: {quoted(authority.file)} client_verify: true
        }}
    """)
    friend = authority.pair("friend", "friend.example")
    with serving(None, "--config", str(config)) as served:
        with calling(served, trusting(authority, friend)) as client:
            client.GetContexts()
        with calling(served, trusting(authority)) as client, pytest.raises(grpc.RpcError):
            client.GetContexts()
        assert web_status(served, authority, friend) == errors.OK
    assert file.exists()


def test_certificates_that_are_none(file: Path, authority: Authority, pair: Pem) -> None:
    other = authority.pair("other", "127.0.0.1")
    file.with_suffix(".pem").write_text("not PEM")
    for key, certificate in ((other.key, pair.certificate), (file.with_suffix(".pem"), pair.certificate)):
        done = run("--store", str(file), "--tls-key", str(key), "--tls-cert", str(certificate))
        assert (done.returncode, done.stdout) == (2, "")
        assert "private key" in done.stderr
        assert "Traceback" not in done.stderr
