"""The classes of `graphmeta.interop.py2neo`: what graphmeta writes, as py2neo's object-graph mapper sees it.

Only for reading. Writing through them would pass by graphmeta's ids, unique names and roles, so it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from py2neo.ogm import GraphObject, Property, Related, RelatedObjects

from graphmeta.backends.neo4j.compile import filled
from graphmeta.backends.neo4j.values import path_from_neo4j, properties_of, whole_text
from graphmeta.errors import UnsupportedError
from graphmeta.model import Properties, Value
from graphmeta.vocabulary import ROLES

# py2neo's numbers for the two directions of a relationship.
_LEAVING, _ARRIVING = 1, -1
# The label that a node is found by; an artifact that was never put has events all the same.
_FOUND_BY = {"Artifact": "Artifact|MissingArtifact", "Execution": "Execution", "Context": "Context"}


def _refuse(*_given: Any, **_more: Any) -> NoReturn:
    raise UnsupportedError(
        "py2neo's classes only read here: writing through them would pass by graphmeta's ids, unique names and "
        "roles. Write with graphmeta's own `put`, `record` or `run` instead."
    )


class _Field(Property):  # type: ignore[misc]
    """A property of a node, to be read."""

    __set__ = _refuse

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else instance.__node__[self.key]


class _Text(_Field):
    """A property that an index is on: an overlong text has its digest there, and itself in `<key>_text`."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else whole_text(instance.__node__, self.key)


class _Joined(RelatedObjects):  # type: ignore[misc]
    """The objects at the other ends of one kind of relationship, each once, in the order in which they were joined.

    Read when they are first looked at, in one statement; py2neo's own way is a statement for every node.
    """

    _pairs: list[tuple[Any, dict[str, Any]]] | None = None

    def __init__(self, subject: Any, direction: int, relationship: str, related_class: type) -> None:
        super().__init__(subject, subject.__node__, direction, relationship, related_class)
        self._direction = direction

    def relationships(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Every relationship: the object at its other end, and its properties."""
        node = self.node
        if node.graph is None:
            return
        name = "joined_to" if self._direction == _LEAVING else "joined_from"
        kind = _FOUND_BY[self.subject.__primarylabel__]
        text = filled(f"py2neo/{name}", kind=kind, relationship=self.relationship_type)
        for record in node.graph.query(text, {"id": node["id"]}):
            yield self.related_class.wrap(record["node"]), record["joined"]

    @property
    def _related_objects(self) -> list[tuple[Any, dict[str, Any]]]:
        # What py2neo's class makes everything else of.
        if self._pairs is None:
            distinct: dict[int, tuple[Any, dict[str, Any]]] = {}
            for other, properties in self.relationships():
                distinct.setdefault(other.__node__.identity, (other, properties))
            self._pairs = list(distinct.values())
        return self._pairs

    def __db_pull__(self, tx: Any) -> None:
        self._pairs = None

    add = remove = update = clear = __db_push__ = _refuse


class _Relation(Related):  # type: ignore[misc]
    """One kind of relationship, as an attribute of a class."""

    __set__ = _refuse

    def __init__(self, related_class: str, relationship_type: str, direction: int) -> None:
        super().__init__(related_class, relationship_type)
        self.direction = direction

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        known = instance.__ogm__._related
        key = (self.direction, self.relationship_type)
        if key not in known:
            known[key] = _Joined(instance, *key, globals()[self.related_class])
        return known[key]


class Event(NamedTuple):
    """An execution used or made an artifact.

    Attributes:
        artifact, execution: the two, as objects of py2neo.
        type: one of `graphmeta.model.EVENT_TYPES`.
        path: where in the execution's inputs or outputs it stands, as `("examples", 0)`.
        time: milliseconds since the epoch.
        id: ascending with insertion.
    """

    artifact: Artifact
    execution: Execution
    type: str
    path: tuple[str | int, ...]
    time: int | None
    id: int


class _Node(GraphObject):  # type: ignore[misc]
    """What artifacts, executions and contexts have in common; docs/cypher.md says what the fields are.

    `match(graph, 7)` finds by id; `match(graph).where("_:Model", name="churn@3")` by label and by what the fields
    are called in Neo4j.
    """

    __primarykey__ = "id"

    id = _Field()
    display_name = _Field()
    name = _Text()
    type = _Text()
    type_id = _Field()
    external_id = _Text()
    created = _Field()
    updated = _Field()

    @property
    def role(self) -> str | None:
        """What it is for, which is its second label: `Dataset`, `Train`, …; None where nothing says."""
        roles = {role for each in ROLES.values() for role in each}
        return next((label for label in sorted(self.__node__.labels) if label in roles), None)

    @property
    def properties(self) -> Properties:
        """The declared properties, decoded, by their own keys."""
        return properties_of(self.__node__)[0]

    @property
    def custom_properties(self) -> Properties:
        """The custom properties, likewise."""
        return properties_of(self.__node__)[1]

    def value(self, key: str, default: Value | None = None) -> Value | None:
        """The declared property `key`, else the custom one, else `default`."""
        declared, custom = properties_of(self.__node__)
        return declared[key] if key in declared else custom.get(key, default)

    __db_create__ = __db_merge__ = __db_push__ = __db_delete__ = _refuse


class Artifact(_Node):
    """A thing that was used or made: data, a model, metrics.

    An artifact that an event names and that was never put has an id and events, and nothing else.
    """

    uri = _Text()
    state = _Field()

    made_by = _Relation("Execution", "EVENT", _ARRIVING)
    used_by = _Relation("Execution", "EVENT", _LEAVING)
    contexts = _Relation("Context", "ATTRIBUTION", _LEAVING)

    @property
    def events(self) -> list[Event]:
        """Its events, by ascending id."""
        pairs = [*self.made_by.relationships(), *self.used_by.relationships()]
        return sorted((_event(self, execution, values) for execution, values in pairs), key=_event_id)


class Execution(_Node):
    """A step that ran."""

    state = _Field()

    inputs = _Relation("Artifact", "EVENT", _ARRIVING)
    outputs = _Relation("Artifact", "EVENT", _LEAVING)
    contexts = _Relation("Context", "ASSOCIATION", _LEAVING)

    @property
    def events(self) -> list[Event]:
        """Its events, by ascending id."""
        pairs = [*self.inputs.relationships(), *self.outputs.relationships()]
        return sorted((_event(artifact, self, values) for artifact, values in pairs), key=_event_id)


class Context(_Node):
    """What groups artifacts and executions: a run, an experiment, a pipeline."""

    artifacts = _Relation("Artifact", "ATTRIBUTION", _ARRIVING)
    executions = _Relation("Execution", "ASSOCIATION", _ARRIVING)
    parents = _Relation("Context", "PARENT_CONTEXT", _LEAVING)
    children = _Relation("Context", "PARENT_CONTEXT", _ARRIVING)


def _event(artifact: Artifact, execution: Execution, values: dict[str, Any]) -> Event:
    path = path_from_neo4j(values.get("path") or ())
    return Event(artifact, execution, values["type"], path, values.get("time"), values["id"])


def _event_id(event: Event) -> int:
    return event.id
