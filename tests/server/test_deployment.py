"""The files that put the server into containers, each against the schema of those who read it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from dockerfile_parse import DockerfileParser

from graphmeta.cli.serve import serve
from graphmeta.cli.up import up
from graphmeta.server.settings import GRACE_SECONDS, GRPC_PORT, WEB_PORT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
MANIFEST = ROOT / "deploy" / "kubernetes" / "graphmeta.yaml"
RESOURCES: list[dict[str, Any]] = list(yaml.safe_load_all(MANIFEST.read_text()))


def named(kind: str, name: str) -> dict[str, Any]:
    (found,) = (each for each in RESOURCES if each["kind"] == kind and each["metadata"]["name"] == name)
    return found["spec"]


def lines_of(instruction: str) -> list[str]:
    parser = DockerfileParser(path=str(ROOT))
    return [line["value"] for line in parser.structure if line["instruction"] == instruction]


# ---------------------------------------------------------------- Dockerfile


def test_what_the_image_copies_is_there_and_let_in() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copied = set()
    for line in lines_of("COPY"):
        if not line.startswith("--from"):
            copied |= set(shlex.split(line)[:-1])
    for source in copied:
        assert (ROOT / source).exists(), source
    assert copied == let_in


def test_the_image_has_all_that_the_package_is_built_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    built = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*built["packages"], *built["force-include"], project["project"]["readme"], "pyproject.toml"}
    assert wanted <= {source for line in lines_of("COPY") for source in shlex.split(line)}
    assert any("[server" in line for line in lines_of("RUN"))
    assert "server" in project["project"]["optional-dependencies"]


def test_the_image_runs_the_command_as_nobody_in_particular() -> None:
    (entry,) = (json.loads(line) for line in lines_of("ENTRYPOINT"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert entry[0] in project["project"]["scripts"]
    assert entry[1:] == ["serve", "--host", "0.0.0.0"]
    serve.make_context("serve", entry[2:]).close()
    assert lines_of("USER") == ["10001"]
    assert lines_of("EXPOSE") == [f"{GRPC_PORT} {WEB_PORT}"]
    (health,) = lines_of("HEALTHCHECK")
    checked = json.loads(health.partition("CMD ")[2])
    assert checked == [*entry[:2], "--check"]


# ---------------------------------------------------------------- compose


def test_the_compose_file_is_one() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def test_compose_serves_on_loopback_beside_neo4j() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    ours = services["graphmeta"]
    assert ours["ports"] == [f"127.0.0.1:{port}:{port}" for port in (GRPC_PORT, WEB_PORT)]
    assert set(ours["depends_on"]) <= set(services)
    assert ours["environment"]["GRAPHMETA_STORE"] == "neo4j://neo4j:7687"
    program, command, *options = ours["entrypoint"]
    assert (program, command) == ("graphmeta", "up")
    with up.make_context("up", options) as context:
        assert context.params["hosts"] == ("graphmeta",)  # and no stranger's, though it listens beyond the container
    assert int(ours["stop_grace_period"].removesuffix("s")) > GRACE_SECONDS


# ---------------------------------------------------------------- Kubernetes


@pytest.mark.parametrize(
    "resource", RESOURCES, ids=lambda resource: f"{resource['kind']} {resource['metadata']['name']}"
)
@pytest.mark.parametrize("version", ["1.27", kubernetes_validate.latest_version()])
def test_the_manifest_is_what_kubernetes_takes(resource: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


def test_its_services_take_the_place_of_kubeflows() -> None:
    deployment = named("Deployment", "graphmeta")
    (container,) = deployment["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for name, port, leads_to in (
        ("metadata-grpc-service", 8080, GRPC_PORT),
        ("metadata-envoy-service", 9090, WEB_PORT),
    ):
        service = named("Service", name)
        (way,) = service["ports"]
        assert (way["port"], ports[way["targetPort"]]) == (port, leads_to)
        assert service["selector"].items() <= deployment["template"]["metadata"]["labels"].items()
    assert deployment["selector"]["matchLabels"].items() <= deployment["template"]["metadata"]["labels"].items()


def test_its_pod_is_the_images_user_and_keeps_the_store_on_the_volume() -> None:
    pod = named("Deployment", "graphmeta")["template"]["spec"]
    (container,) = pod["containers"]
    assert str(pod["securityContext"]["runAsUser"]) == lines_of("USER")[0]
    assert pod["terminationGracePeriodSeconds"] > GRACE_SECONDS
    environment = {each["name"]: each["value"] for each in container["env"]}
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    (claim,) = (volume for volume in pod["volumes"] if "persistentVolumeClaim" in volume)
    assert environment["GRAPHMETA_STORE"].startswith(mounted[claim["name"]] + "/")
    assert named("PersistentVolumeClaim", claim["persistentVolumeClaim"]["claimName"])
    assert {volume["name"] for volume in pod["volumes"]} == set(mounted)
    # Kubeflow's page calls by the Service's name, and by the gateway's.
    with serve.make_context("serve", [*container["args"]]) as context:
        assert context.params["hosts"] == context.params["origins"] == ("*",)
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["grpc"]["port"] == GRPC_PORT
