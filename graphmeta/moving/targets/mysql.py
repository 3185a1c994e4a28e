"""ML Metadata's databases in MySQL and MariaDB as targets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from graphmeta.backends.batch import NodeWrite
from graphmeta.errors import ForeignStoreError
from graphmeta.model import Type
from graphmeta.moving.source import Trouble
from graphmeta.moving.sources.mysql import MySQL
from graphmeta.moving.target import Report
from graphmeta.moving.targets.fitting import Limits
from graphmeta.moving.targets.sql import SqlTarget
from graphmeta.moving.targets.statements import Statements

_TEXT, _VALUE = 2**16 - 1, 2**24 - 1  # bytes, of TEXT and MEDIUMTEXT
T = TypeVar("T")
_WEIGHTS_KEPT = 50_000
_WORD = re.compile(r"\w+")


class MySQLTarget(SqlTarget):
    """A database on a server. Names that it takes for the same (most take no notice of capitals) are told apart by
    their ids, and keys of properties by a number.

    Args:
        url: as `mysql://user:password@host:3306/database`.
    """

    def __init__(self, url: str) -> None:
        dialect = MySQL(url)
        # Each byte of UTF-8 is a character there, see `MySQL.sent`; and of utf8mb4 that has up to three bytes again.
        limits = Limits(
            short=lambda text: len(text.encode()),
            long=lambda text: len(dialect.sent(text).encode()),
            text=_TEXT,
            value=_VALUE,
            nul=True,
            infinity=False,
        )
        super().__init__(dialect, limits)
        self._weights: dict[str, str] = {}
        self._collation: tuple[str, str] | None = None

    def fitting(self, nodes: Sequence[NodeWrite], report: Report) -> list[NodeWrite]:
        fitted = super().fitting(nodes, report)
        keys = {key for node in fitted for values in (node.properties, node.custom_properties) for key in values}
        weights = self.weights(list(keys))
        if len(set(weights.values())) == len(keys):
            return fitted
        return [self._with_keys_apart(node, weights, report) for node in fitted]

    def fitting_types(self, types: Sequence[Type], report: Report) -> list[Type]:
        fitted = super().fitting_types(types, report)
        weights = self.weights(list({key for type in fitted for key in type.properties}))
        return [
            replace(type, properties=_apart(type.properties, weights, f"type/{type.id}", report)) for type in fitted
        ]

    def weights(self, texts: Sequence[str]) -> Mapping[str, str]:
        new = [text for text in set(texts) if text not in self._weights]
        if new:
            if len(self._weights) > _WEIGHTS_KEPT:
                self._weights = {text: self._weights[text] for text in texts if text in self._weights}
            self._weights.update(self._transact(lambda statements: self._weighed(statements, new)))
        return {text: self._weights[text] for text in texts}

    def _weighed(self, statements: Statements, texts: Sequence[str]) -> dict[str, str]:
        charset, collation = self._collation = self._collation or self._found_collation(statements)
        places = {"charset": charset, "collation": collation}
        return {text: statements.run("weight", (self._dialect.sent(text),), **places)[0][0] for text in texts}

    def _found_collation(self, statements: Statements) -> tuple[str, str]:
        charset, collation = statements.run("collation")[0]
        if not (_WORD.fullmatch(charset) and _WORD.fullmatch(collation)):  # they become a part of a statement
            raise ForeignStoreError(f"{self.url} has a collation {collation!r} that graphmeta does not know.")
        return charset, collation

    def _with_keys_apart(self, node: NodeWrite, weights: Mapping[str, str], report: Report) -> NodeWrite:
        where = f"{node.kind}/{node.row.id}"
        return replace(
            node,
            properties=_apart(node.properties, weights, where, report),
            custom_properties=_apart(node.custom_properties, weights, where, report),
        )


def _apart(values: dict[str, T], weights: Mapping[str, str], where: str, report: Report) -> dict[str, T]:
    """Values whose keys the database tells apart."""
    owners: dict[str, str] = {}
    made: dict[str, T] = {}
    for key, value in values.items():
        weight, called = weights[key], key
        if weight in owners:
            places = (f"{key} ({number})" for number in range(2, len(values) + 2))
            called = next(place for place in places if place not in values and place not in made)
            what = f"the database takes {key!r} and {owners[weight]!r} for the same; this one comes as {called!r}."
            report(Trouble(f"{where} property {key}", what))
        owners.setdefault(weight, key)
        made[called] = value
    return made
