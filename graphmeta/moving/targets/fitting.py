"""What the columns of ML Metadata's tables on servers cannot hold, in the nearest form that they can.

A file and Neo4j hold everything; there numbers are of 64 bits and texts have no end. All that is changed here is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from graphmeta.backends.batch import EventWrite, NodeWrite
from graphmeta.backends.sqlite.values import to_column
from graphmeta.errors import UnsupportedError
from graphmeta.model import AnyValue, Properties, Type, Value
from graphmeta.moving.marks import WITH_IDS
from graphmeta.moving.source import Part, Trouble

INT32 = range(-(2**31), 2**31)
_NAME = 255  # characters, of VARCHAR
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine's columns hold.

    Attributes:
        short: how much a text takes of a column of 255 characters.
        long: how much it takes of a longer one.
        text: how much a column of URIs, descriptions and steps of paths holds; None where there is no end.
        value: how much a column of values holds.
        nul: whether a text may hold the character NUL.
        infinity: whether a double may be infinite.
    """

    short: Callable[[str], int]
    long: Callable[[str], int]
    text: int | None
    value: int | None
    nul: bool
    infinity: bool


class Fitter:
    """Makes pieces fit.

    Args:
        url: of the database, for errors.
        report: is told of what was changed.
    """

    def __init__(self, url: str, limits: Limits, report: Callable[[Trouble], None]) -> None:
        self._url = url
        self._limits = limits
        self._report = report

    def check_ids(self, highest: Mapping[Part, int]) -> None:
        """See that ids as high as these fit.

        Raises:
            UnsupportedError: one does not.
        """
        for part in WITH_IDS:
            self._check_id(highest.get(part, 0), f"{part}/{highest.get(part)}")

    def node(self, node: NodeWrite) -> NodeWrite:
        """A node that fits.

        Raises:
            UnsupportedError: its id does not, and ids are kept or nothing is.
        """
        row, where = node.row, f"{node.kind}/{node.row.id}"
        self._check_id(row.id, where)
        name = self._name(row.name, where, "the name", where)
        uri = self._text(row.uri, where, "the URI")
        external_id = self._name(row.external_id, where, "the external id", where)
        if name is not row.name or uri is not row.uri or external_id is not row.external_id:
            row = row._replace(name=name, uri=uri, external_id=external_id)
        properties = self._values(node.properties, where)
        custom = self._values(node.custom_properties, where)
        if row is node.row and properties is node.properties and custom is node.custom_properties:
            return node
        return replace(node, row=row, properties=properties, custom_properties=custom)

    def event(self, event: EventWrite) -> EventWrite:
        """An event that fits.

        Raises:
            UnsupportedError: an id does not.
        """
        where = f"event/{event.id}"
        for id in (event.id, event.artifact_id):
            self._check_id(id, where)
        path = tuple(self._step(step, where) for step in event.path)
        same = all(one is other for one, other in zip(path, event.path, strict=True))
        return event if same else event._replace(path=path)

    def type(self, type: Type) -> Type:
        """A type that fits."""
        where = f"type/{type.id}"
        self._check_id(type.id or 0, where)
        return replace(
            type,
            name=self._name(type.name, where, "the name", where) or "",
            version=self._name(type.version, where, "the version", where) or "",
            external_id=self._name(type.external_id, where, "the external id", where),
            description=self._text(type.description, where, "the description"),
            input_type=self._text(type.input_type, where, "the input type"),
            output_type=self._text(type.output_type, where, "the output type"),
            properties={self._key(key, where): declared for key, declared in type.properties.items()},
        )

    # ------------------------------------------------------------ within

    def _check_id(self, id: int, where: str) -> None:
        if id not in INT32:
            raise UnsupportedError(
                f"{where} cannot be copied to {self._url}: ids in it reach to 2,147,483,647. Copy to a file or to "
                "Neo4j; or, where the source is a server, copy from the database behind it, whose ids are its own."
            )

    def _name(self, text: str | None, where: str, what: str, mark: str) -> str | None:
        """A text of 255 characters; a longer one is cut and has a mark behind it, so that it stays the only one."""
        text = self._without_nul(text, where, what)
        if text is None or len(text) * 4 <= _NAME or self._limits.short(text) <= _NAME:
            return text
        tail = f"… ({mark})"
        cut = _cut(text, self._limits.short, _NAME - self._limits.short(tail)) + tail
        self._tell(where, f"{what} is longer than the {_NAME} characters that it may have; it comes as {cut!r}.")
        return cut

    def _text(self, text: str | None, where: str, what: str) -> str | None:
        text = self._without_nul(text, where, what)
        return self._shortened(text, self._limits.text, where, what)

    def _shortened(self, text: str | None, most: int | None, where: str, what: str) -> str | None:
        if text is None or most is None or len(text) * 6 <= most or self._limits.long(text) <= most:
            return text
        cut = _cut(text, self._limits.long, most)
        said = f"{what} has {len(text):,} characters, more than its column holds"
        self._tell(where, f"{said}; the first {len(cut):,} come.")
        return cut

    def _without_nul(self, text: str | None, where: str, what: str) -> str | None:
        if text is None or self._limits.nul or "\0" not in text:
            return text
        self._tell(where, f"{what} holds the character NUL, which PostgreSQL does not; it is written out as \\x00.")
        return text.replace("\0", "\\x00")

    def _step(self, step: str | int, where: str) -> str | int:
        if isinstance(step, str):
            return self._text(step, where, "a step of its path") or ""
        if step in INT32:
            return step
        self._tell(where, f"the index {step} in its path is beyond what its column holds; it comes as a key.")
        return str(step)

    def _key(self, key: str, where: str) -> str:
        """A property's name; what is cut off is told apart by nothing, so a digest is put there."""
        sound = self._limits.nul or "\0" not in key
        if sound and (len(key) * 4 <= _NAME or self._limits.short(key) <= _NAME):
            return key
        mark = hashlib.sha256(key.encode()).hexdigest()[:8]
        shown = key if len(key) <= _LONGEST_SHOWN else f"{key[:_LONGEST_SHOWN]}…"
        return self._name(key, f"{where} property {shown}", "the property's name", mark) or ""

    def _values(self, values: Properties, where: str) -> Properties:
        made = dict(self._fitted(values, where))
        same = len(made) == len(values) and all(made.get(key) is value for key, value in values.items())
        return values if same else made

    def _fitted(self, values: Mapping[str, Value], where: str) -> Iterator[tuple[str, Value]]:
        for key, value in values.items():
            fits = self._value(value, f"{where} property {key}")
            if fits is not None:
                yield self._key(key, where), fits

    def _value(self, value: Value, where: str) -> Value | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            text = self._without_nul(value, where, "its text")
            return self._shortened(text, self._limits.value, where, "its text")
        if isinstance(value, int):
            if value in INT32:
                return value
            self._tell(where, f"{value} is beyond the 32 bits of its column; it comes as that text.")
            return str(value)
        if isinstance(value, float):
            if self._limits.infinity or value - value == 0:
                return value
            self._tell(where, f"it is {value}, which MySQL does not hold; it comes as that text.")
            return str(value)
        return self._message(value, where)

    def _message(self, value: dict[str, object] | AnyValue, where: str) -> Value | None:
        most = self._limits.value
        if most is None or self._limits.long(str(to_column(value)[1])) <= most:
            return value
        self._tell(where, "it is longer than its column holds, and a part of it could not be read; it is left out.")
        return None

    def _tell(self, where: str, what: str) -> None:
        self._report(Trouble(where, what))


def _cut(text: str, size: Callable[[str], int], most: int) -> str:
    """As much of the beginning of a text as takes no more than so much."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if size(text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low]
