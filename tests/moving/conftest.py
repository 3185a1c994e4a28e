"""Databases to move in from, made by ml-metadata itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest

from graphmeta.testing import mariadb, mlmd_files, postgresql
from graphmeta.testing.oracle import oracle

ROOT = Path(__file__).parents[2]


def _skip_or_fail(problem: str | None) -> None:
    if problem:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(problem)


@pytest.fixture(scope="session")
def ml_metadata() -> Path:
    """An interpreter that has ml-metadata."""
    python, problem = oracle(ROOT / ".cache")
    _skip_or_fail(problem or None)
    assert python is not None
    return python


@pytest.fixture(scope="session")
def mlmd_worlds(ml_metadata: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Files with one world, by schema; nobody changes them."""
    return mlmd_files.make_files(ml_metadata, tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.MariaDBServer]:
    """A MariaDB, running."""
    _skip_or_fail(mariadb.why_not())
    with mariadb.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.PostgreSQLServer]:
    """A PostgreSQL, running."""
    _skip_or_fail(postgresql.why_not())
    with postgresql.running() as server:
        yield server


@pytest.fixture(scope="session")
def mysql_world(ml_metadata: Path, mariadb_server: mariadb.MariaDBServer) -> Callable[..., str]:
    """Makes a database of a character set, filled with the world by ml-metadata; returns its URL.

    All tests share it and none may change it, unless they ask for one `anew`.
    """
    server = mariadb_server
    login = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}

    def make(charset: str, anew: bool = False) -> str:
        database = f"world_{charset}{'_anew' * anew}"
        with pymysql.connect(**login, autocommit=True) as connection, connection.cursor() as cursor:
            if anew:
                cursor.execute(f"DROP DATABASE IF EXISTS {database}")
            if not cursor.execute("SHOW DATABASES LIKE %s", (database,)):
                cursor.execute(f"CREATE DATABASE {database} CHARACTER SET {charset}")
                config = f'mysql {{host: "{server.host}" port: {server.port} user: "{server.user}" '
                mlmd_files.fill(ml_metadata, f'{config} password: "{server.password}" database: "{database}"}}')
                cursor.execute(f"USE {database}")
                for statement in mlmd_files.TAKEN_AWAY:
                    cursor.execute(statement)
        return f"mysql://{server.user}:{server.password}@{server.host}:{server.port}/{database}"

    return make


@pytest.fixture(scope="session")
def postgresql_world(ml_metadata: Path, postgresql_server: postgresql.PostgreSQLServer) -> str:
    """The URL of a database that ml-metadata filled with the world."""
    server = postgresql_server
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE world")
    config = f'postgresql {{host: "{server.host}" port: "{server.port}" user: "{server.user}" dbname: "world" '
    mlmd_files.fill(ml_metadata, f'{config} password: "{server.password}"}}')
    with psycopg.connect(server.url("world"), autocommit=True) as connection:
        for statement in mlmd_files.TAKEN_AWAY:
            connection.execute(statement)  # type: ignore[arg-type]  # of our own
    return server.url("world")
