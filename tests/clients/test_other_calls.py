"""The calls that no client known to us makes: they are there all the same."""

from __future__ import annotations

from grpc import StatusCode

from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.mlmd.service import CALLS
from tests.clients.raw import Raw


def test_no_call_is_missing(raw: Raw) -> None:
    """An empty request is answered, or refused for what it lacks; only GetLineageGraph nobody ever implemented."""
    assert len(CALLS) == 52
    answers = {}
    for name in CALLS:
        try:
            getattr(raw, name)()
            answers[name] = StatusCode.OK
        except Exception as error:
            answers[name] = error.code()  # type: ignore[attr-defined]
    assert answers.pop("GetLineageGraph") is StatusCode.UNIMPLEMENTED
    expected = {StatusCode.OK, StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND}
    assert {name: code for name, code in answers.items() if code not in expected} == {}


def test_put_types(raw: Raw) -> None:
    put = raw.PutTypes(
        artifact_types=[pb.ArtifactType(name="Data"), pb.ArtifactType(name="Model", version="1")],
        execution_types=[pb.ExecutionType(name="Train", properties={"epochs": pb.INT})],
        context_types=[pb.ContextType(name="Run")],
    )
    data, model = raw.GetArtifactTypesByID(type_ids=put.artifact_type_ids).artifact_types
    assert (data.name, model.name, model.version) == ("Data", "Model", "1")
    train = raw.GetExecutionType(type_name="Train").execution_type
    assert [train.id] == list(put.execution_type_ids)
    assert raw.GetContextType(type_name="Run").context_type.id == put.context_type_ids[0]
    # All or nothing: the one that is wrong takes the others with it.
    both = [pb.ExecutionType(name="New"), pb.ExecutionType(name="Train", properties={"epochs": pb.STRING})]
    assert raw.code("PutTypes", execution_types=both) is StatusCode.ALREADY_EXISTS
    assert raw.code("GetExecutionType", type_name="New") is StatusCode.NOT_FOUND
    wider = [pb.ExecutionType(name="Train", properties={"epochs": pb.INT, "rate": pb.DOUBLE})]
    assert raw.PutTypes(execution_types=wider, can_add_fields=True).execution_type_ids == [train.id]


def test_relatives_of_several_contexts(raw: Raw) -> None:
    type_id = raw.PutContextType(context_type=pb.ContextType(name="Group")).type_id
    nodes = [pb.Context(type_id=type_id, name=name) for name in ("top", "left", "right", "leaf")]
    top, left, right, leaf = raw.PutContexts(contexts=nodes).context_ids
    pairs = [(left, top), (right, top), (leaf, left), (leaf, right)]
    raw.PutParentContexts(parent_contexts=[pb.ParentContext(child_id=child, parent_id=to) for child, to in pairs])
    parents = raw.GetParentContextsByContexts(context_ids=[leaf, left, top]).contexts
    assert {child: sorted(each.id for each in found.parent_contexts) for child, found in parents.items()} == {
        leaf: [left, right],
        left: [top],
    }
    children = raw.GetChildrenContextsByContexts(context_ids=[top, leaf]).contexts
    assert {parent: sorted(each.id for each in found.children_contexts) for parent, found in children.items()} == {
        top: [left, right]
    }
