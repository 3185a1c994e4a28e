"""Rows of an ML Metadata database as rows of a backend; what no store could hold becomes the nearest that one can.

Databases that live for years are written by many hands. Everything here that is not as ML Metadata writes it is told.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from graphmeta.backends.rows import NodeRow
from graphmeta.backends.sqlite.values import STRUCT, message_from_column
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, INT64, Kind

Tell = Callable[[str, str], None]
# The node's id; its name; 1 if custom, plus 2 for a bool, plus 4 for an Any; the value, as SQLite's columns hold it.
StoredProperty = tuple[int, str, int, Any]

_STATES: dict[Kind, dict[Any, str | None]] = {
    "artifact": {None: None, **{number: name for name, number in ARTIFACT_STATES.items()}},
    "execution": {None: None, **{number: name for name, number in EXECUTION_STATES.items()}},
    "context": {None: None},
}
EVENT_NAMES = {number: name for name, number in EVENT_TYPES.items()}
_COLUMNS = ("int_value", "double_value", "string_value", "byte_value", "bool_value", "proto_value")
_LONGEST_SHOWN = 60


def shown(value: Any) -> str:
    """A value in a sentence."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


class Mender:
    """Makes rows, and tells of what it had to change.

    Args:
        tell: is told where, and what is there and becomes of it.
        message: gives the bytes of a message of what a column of Any holds; raises ValueError where it is none.
    """

    def __init__(self, tell: Tell, message: Callable[[Any], bytes]) -> None:
        self._tell = tell
        self._message = message

    def text(self, value: Any, where: str, what: str) -> str | None:
        """What a column of text holds.

        Args:
            what: names it in a sentence, as "the name".
        """
        if value is None or value.__class__ is str:
            return value
        if isinstance(value, (bytes, bytearray, memoryview)):
            raw = bytes(value)
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode("utf-8", "backslashreplace")
                self._tell(where, f"{what} is not UTF-8; its odd bytes are written out: {shown(text)}.")
            else:
                self._tell(where, f"{what} is kept as bytes; it comes as the text that they are: {shown(text)}.")
            return text
        self._tell(where, f"{what} is no text but {shown(value)}; it comes as that text.")
        return str(value)

    def time(self, value: Any, where: str, what: str) -> int:
        """What a column of times holds, in milliseconds since the epoch; 0 where it is none."""
        if value.__class__ is int and value in INT64:
            return value
        self._tell(where, f"{what} is {shown(value)}, which is no time; it comes as 0 (1970).")
        return 0

    def node(self, kind: Kind, columns: Sequence[Any], type_id: int, type: str) -> NodeRow:
        """A row of the statement `nodes`.

        Args:
            type_id, type: the number and the name of its type.
        """
        id, _, name, uri, state, external_id, created, updated = columns
        sound = created.__class__ is int and updated.__class__ is int and (name is not None or kind != "context")
        if sound and all(each is None or each.__class__ is str for each in (name, uri, external_id)):
            states = _STATES[kind]
            if state in states:  # as nearly all are
                return NodeRow(id, type_id, type, name, uri, states[state], external_id, created, updated)
        where = f"{kind}/{id}"
        name = self.text(name, where, "the name")
        if kind == "context" and name is None:
            name = where
            self._tell(where, f"a context must have a name, and this one has none; it comes as {name!r}.")
        try:
            state_name = _STATES[kind][state]
        except (KeyError, TypeError):
            state_name = "UNKNOWN"
            self._tell(where, f"there is no state {shown(state)}; it comes as UNKNOWN.")
        return NodeRow(
            id,
            type_id,
            type,
            name,
            self.text(uri, where, "the URI"),
            state_name,
            self.text(external_id, where, "the external id"),
            self.time(created, where, "the time of creation"),
            self.time(updated, where, "the time of the last update"),
        )

    # ------------------------------------------------------------ properties

    def properties(self, kind: Kind, rows: Iterable[Sequence[Any]], there: Collection[int]) -> list[StoredProperty]:
        """Rows of the statements `properties`.

        Args:
            there: the ids of the nodes that were read; those of others belong to nothing.
        """
        made: list[StoredProperty] = []
        add = made.append
        for row in rows:
            id, name, custom, number, real, text, raw, flag, message = row
            # Nearly all are an int, a double or a text as it should be.
            odd = raw is not None or flag is not None or message is not None
            if not odd and name.__class__ is str and custom in (0, 1) and id in there:
                if text is None:
                    if real is None:
                        if number.__class__ is int:
                            add((id, name, int(custom), number))
                            continue
                    elif number is None and real.__class__ is float and real == real:
                        add((id, name, int(custom), real))
                        continue
                elif number is None and real is None and text.__class__ is str and not text.startswith(STRUCT):
                    add((id, name, int(custom), text))
                    continue
            mended = self._property(kind, row, there)
            if mended is not None:
                add(mended)
        return made

    def _property(self, kind: Kind, row: Sequence[Any], there: Collection[int]) -> StoredProperty | None:
        id, name, custom, *values = row
        where = f"{kind}/{id} property {name if isinstance(name, str) else shown(name)}"
        if id not in there:
            self._tell(where, f"there is no {kind} {shown(id)}; the property is left out.")
            return None
        name = self.text(name, where, "the property's name")
        if name is None:
            self._tell(where, "a property without a name is left out.")
            return None
        if custom not in (0, 1):
            self._tell(where, f"whether it is custom is said by {shown(custom)}; it comes as a custom property.")
            custom = 1
        given = [(column, value) for column, value in zip(_COLUMNS, values, strict=True) if value is not None]
        if not given:
            # So SQLite keeps NaN, and so ml-metadata's downgrade leaves bools and messages.
            self._tell(where, "it holds no value (NaN is kept so in SQLite); the property is left out.")
            return None
        if len(given) > 1:
            others = ", ".join(column for column, _ in given[1:])
            self._tell(where, f"it has several values; that in {given[0][0]} comes, what is in {others} does not.")
        column, value = given[0]
        mark, value = self._value(column, value, where)
        return id, name, int(custom) + mark, value

    def _value(self, column: str, value: Any, where: str) -> tuple[int, Any]:
        """A value and its mark: 2 for a bool, 4 for an Any, 0 for all others."""
        if column == "int_value" and value.__class__ is int and value in INT64:
            return 0, value
        if column == "double_value" and value.__class__ is float:
            if value == value:
                return 0, value
            self._tell(where, "it is NaN, which no store holds; it comes as the text 'NaN'.")
            return 0, "NaN"
        if column == "string_value":
            text = self.text(value, where, "its text") or ""
            if text.startswith(STRUCT) and message_from_column(text, 0) is text:
                self._tell(where, "it begins like a struct and is none; it comes as the text that it is.")
            return 0, text
        if column == "bool_value" and value in (0, 1):
            return 2, int(value)
        if column == "proto_value":
            return self._any(value, where)
        if column == "byte_value":
            text = base64.b64encode(bytes(value)).decode() if isinstance(value, (bytes, memoryview)) else str(value)
            self._tell(
                where, f"it is of bytes, which ML Metadata never gives; they come as text in base64: {shown(text)}."
            )
            return 0, text
        if value.__class__ in (int, float) and (value.__class__ is float or value in INT64) and value == value:
            self._tell(where, f"its {column} is {shown(value)}, which comes as the number that it is.")
            return 0, value
        text = self.text(value, where, f"its {column}") or ""
        if value.__class__ is str:
            self._tell(where, f"its {column} is the text {shown(value)}; it comes as that text.")
        return 0, text

    def _any(self, value: Any, where: str) -> tuple[int, Any]:
        from google.protobuf.any_pb2 import Any as AnyMessage
        from google.protobuf.message import DecodeError

        try:
            message = AnyMessage()
            message.ParseFromString(self._message(value))
        except (ValueError, TypeError, DecodeError):
            text = value if isinstance(value, str) else base64.b64encode(bytes(value)).decode()
            self._tell(where, f"its message cannot be read; it comes as the text {shown(text)}.")
            return 0, text
        return 4, base64.b64encode(message.SerializeToString()).decode("ascii")

    # ------------------------------------------------------------ events

    def path(self, steps: Iterable[Sequence[Any]], event_id: int) -> tuple[str | int, ...]:
        """The path that rows (whether it is an index, the index, the key) say."""
        path: list[str | int] = []
        where = f"event/{event_id}"
        for is_index, index, key in steps:
            step, other = (index, key) if is_index else (key, index)
            if step.__class__ is (int if is_index else str):
                path.append(step)
                continue
            found = other if step is None else step
            if found is None:
                self._tell(where, "a step of its path is neither a key nor an index; it is left out.")
                continue
            odd = found if isinstance(found, (int, str)) else self.text(found, where, "a step of its path") or ""
            self._tell(
                where, f"a step of its path is no {'index' if is_index else 'key'} but {shown(odd)}; it comes so."
            )
            path.append(odd)
        return tuple(path)
