"""Types: section 4 of the reference, "Types"."""

from __future__ import annotations

from graphmeta.mlmd.errors import ALREADY_EXISTS, INTERNAL
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.testing.mlmd.making import artifact
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import KINDS, MAKE, PROPERTIES, PUT, put_type, types

ADD, OMIT = {"can_add_fields": True}, {"can_omit_fields": True}
DIFFERENT = "Type already exists with different properties"
SYSTEM = {
    "artifact": ("mlmd.Dataset", "mlmd.Model", "mlmd.Metrics", "mlmd.Statistics"),
    "execution": ("mlmd.Train", "mlmd.Transform", "mlmd.Process", "mlmd.Evaluate", "mlmd.Deploy"),
    "context": (),
}


def read_types(play: Play, kind: str, *ids: int) -> None:
    """Read types every way that there is."""
    title = kind.title()
    play(f"Get{title}Types")
    play(f"Get{title}TypesByID", type_ids=ids)


@scenario
def a_fresh_store_holds_the_system_types(play: Play) -> None:
    for kind in KINDS:
        read_types(play, kind, *range(-1, 12))
        for name in (*SYSTEM[kind], "mlmd.Train", "mlmd.Dataset"):
            play(f"Get{kind.title()}Type", type_name=name)


@scenario
def kinds_are_name_spaces_of_their_own(play: Play) -> None:
    ids = [put_type(play, kind, name="Same").response.type_id for kind in KINDS]
    for kind in KINDS:
        read_types(play, kind, *ids)
        play(f"Get{kind.title()}Type", type_name="Same")


@scenario
def versions_make_types(play: Play) -> None:
    for kind in KINDS:
        ids = [put_type(play, kind, name="T", **({} if v is None else {"version": v})).response.type_id
               for v in (None, "", "1", "2", "1")]  # fmt: skip
        read_types(play, kind, *ids)
        for version in (None, "", "1", "2", "3"):
            play(f"Get{kind.title()}Type", type_name="T", **({} if version is None else {"type_version": version}))


@scenario
def a_type_without_a_version_is_not_found_through_one(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, name="T", version="1")
        play(f"Get{kind.title()}Type", type_name="T", says="No type found")
        play(f"Get{kind.title()}Type", type_name="T", type_version="")
        play(f"Get{kind.title()}Type", type_name="")
        play(f"Get{kind.title()}Type")


@scenario
def wrong_types_are_refused(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, says="No type name is specified.")
        put_type(play, kind, name="", says="No type name is specified.")
        put_type(play, kind, name="T", properties={"q": 0}, says="Property q is UNKNOWN.")
        put_type(play, kind, name="T", properties={"p": 1, "q": 0}, says="Property q is UNKNOWN.")
        play(f"Put{kind.title()}Type")
        read_types(play, kind)


@scenario
def the_same_type_again(play: Play) -> None:
    for kind in KINDS:
        for _ in range(2):
            put_type(play, kind, name="T", properties=PROPERTIES)
        read_types(play, kind)


@scenario
def properties_are_added_only_with_leave(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, name="T", properties={"p": 1})
        more = {"p": 1, "q": 3}
        put_type(play, kind, name="T", properties=more, says=DIFFERENT)
        put_type(play, kind, name="T", properties=more, flags=OMIT, says=DIFFERENT)
        put_type(play, kind, name="T", properties=more, flags=ADD)
        put_type(play, kind, name="T", properties=more)
        read_types(play, kind)


@scenario
def properties_are_left_out_only_with_leave_and_kept(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, name="T", properties={"p": 1, "q": 3})
        put_type(play, kind, name="T", properties={"p": 1}, says=DIFFERENT)
        put_type(play, kind, name="T", says=DIFFERENT)
        put_type(play, kind, name="T", properties={"p": 1}, flags=ADD, says=DIFFERENT)
        put_type(play, kind, name="T", properties={"p": 1}, flags=OMIT)
        put_type(play, kind, name="T", flags=OMIT)
        put_type(play, kind, name="T", properties={"r": 2}, flags={**ADD, **OMIT})
        read_types(play, kind)


@scenario
def a_property_never_changes_its_values(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, name="T", properties={"p": 1})
        for flags in ({}, ADD, OMIT, {**ADD, **OMIT}):
            put_type(play, kind, name="T", properties={"p": 2}, flags=flags, says=DIFFERENT)
        put_type(play, kind, name="T", properties={"p": 0}, flags=ADD)
        put_type(play, kind, name="T", properties={"p": 1, "q": 0}, flags=ADD)
        read_types(play, kind)


@scenario
def deprecated_flags(play: Play) -> None:
    for kind in KINDS:
        put_type(
            play, kind, name="T", properties={"p": 1}, flags={"all_fields_match": False}, says="Must match all fields."
        )
        put_type(play, kind, name="T", properties={"p": 1}, flags={"all_fields_match": True})
        put_type(play, kind, name="T", flags={"can_delete_fields": True}, says=DIFFERENT)
        put_type(play, kind, name="T", flags={"can_delete_fields": True, **OMIT})
    play("PutTypes", all_fields_match=False, says="Must match all fields.")
    play("PutTypes", artifact_types=[{"name": "T"}], all_fields_match=False, says="Must match all fields.")


@scenario
def descriptions_stay(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, name="T", description="first")
        put_type(play, kind, name="T", description="second")
        put_type(play, kind, name="T")
        put_type(play, kind, name="U")
        put_type(play, kind, name="U", description="late")
        put_type(play, kind, name="V", description="")
        read_types(play, kind)


@scenario
def external_ids_of_types(play: Play) -> None:
    for kind in KINDS:
        title, field = kind.title(), f"Get{kind.title()}TypesByExternalIds"
        one = put_type(play, kind, name="T", external_id=f"{kind}-x").response.type_id
        put_type(play, kind, name="T")
        put_type(play, kind, name="T", external_id=f"{kind}-y")
        two = put_type(play, kind, name="U", external_id=f"{kind}-x").response.type_id
        play(field, external_ids=[f"{kind}-x", f"{kind}-y"])
        play(field, external_ids=[f"{kind}-y", f"{kind}-x", f"{kind}-y", "none"])
        play(field, external_ids=["none"])
        play(field, external_ids=[f"{kind}-y", ""])
        play(field, external_ids=[""])
        play(field, external_ids=[])
        play(f"Get{title}Type", type_name="T")
        read_types(play, kind, one, two)


@scenario
def external_ids_of_types_that_clash(play: Play) -> None:
    for kind in KINDS:
        x = f"{kind}-x"
        put_type(play, kind, name="T", external_id=x)
        put_type(play, kind, name="U", external_id=x)
        put_type(play, kind, name="V")
        put_type(play, kind, name="V", external_id=x)
        play(f"Get{kind.title()}TypesByExternalIds", external_ids=[x])
        read_types(play, kind)
    put_type(play, "artifact", name="W", external_id="")
    put_type(play, "artifact", name="X", external_id="")
    # They are unique among types of all kinds.
    put_type(play, "context", name="V", external_id="artifact-x")
    other_kind = Differs(
        "A new type with the external id of a type of another kind makes ml-metadata fail; here it exists already, as "
        "among types of one kind.",
        theirs=INTERNAL,
        ours=ALREADY_EXISTS,
    )
    play("PutExecutionType", execution_type={"name": "W", "external_id": "artifact-x"}, differs=other_kind)
    play("PutContextType", context_type={"name": "W", "external_id": ""}, differs=other_kind)


@scenario
def base_types(play: Play) -> None:
    for kind, other in (("artifact", 2), ("execution", 3)):
        base = "base_type"
        id = put_type(play, kind, name="T", **{base: 1}).response.type_id
        put_type(play, kind, name="T", **{base: 1})
        put_type(play, kind, name="T")
        put_type(play, kind, name="T", **{base: other}, says="base_type update is not supported yet")
        put_type(play, kind, name="T", **{base: 0}, says="base_type deletion")
        late = put_type(play, kind, name="Late").response.type_id
        put_type(play, kind, name="Late", **{base: 0})
        put_type(play, kind, name="Late", **{base: other})
        put_type(play, kind, name="Unset", **{base: 0})
        read_types(play, kind, id, late)
        for name in ("T", "Late", "Unset"):
            play(f"Get{kind.title()}Type", type_name=name)
    put_type(play, "context", name="T", base_type=0)
    put_type(play, "context", name="T", base_type=0)
    read_types(play, "context")


@scenario
def base_types_in_answers(play: Play) -> None:
    id = put_type(play, "artifact", name="T", base_type=2, external_id="t").response.type_id
    put_type(play, "execution", name="E", base_type=4, external_id="e")
    play("GetArtifactTypesByExternalIds", external_ids=["t"])
    play("GetExecutionTypesByExternalIds", external_ids=["e"])
    (one,) = play("PutArtifacts", artifacts=[artifact(id)]).response.artifact_ids
    play("GetArtifactsByID", artifact_ids=[one], populate_artifact_types=True)
    play("GetArtifactsByID", artifact_ids=[one], populate_artifact_types=False)
    play("GetArtifactsByID", artifact_ids=[], populate_artifact_types=True)


@scenario
def input_and_output_types_of_an_execution_type(play: Play) -> None:
    signature = pb.ExecutionType(name="E")
    signature.input_type.dict.properties["x"].simple.name = "mlmd.Dataset"
    signature.input_type.dict.properties["y"].union_type.candidates.add().any.SetInParent()
    signature.input_type.dict.none_type_not_required = True
    signature.output_type.tuple.elements.add().list.element.none.SetInParent()
    (id,) = [play("PutExecutionType", execution_type=signature).response.type_id]
    read_types(play, "execution", id)
    play("PutExecutionType", execution_type=signature)
    signature.output_type.none.SetInParent()
    play("PutExecutionType", execution_type=signature)
    play("GetExecutionType", type_name="E")
    play("PutExecutionType", execution_type={"name": "E"})
    play("GetExecutionType", type_name="E")


@scenario
def system_types_can_be_put_again(play: Play) -> None:
    put_type(play, "artifact", name="mlmd.Dataset")
    put_type(play, "artifact", name="mlmd.Dataset", properties={"p": 1})
    put_type(play, "artifact", name="mlmd.Dataset", properties={"p": 1}, flags=ADD)
    put_type(play, "artifact", name="mlmd.Dataset", version="1")
    put_type(play, "execution", name="mlmd.Dataset")
    put_type(play, "context", name="mlmd.Train")
    for kind in KINDS:
        read_types(play, kind, 1, 5)


@scenario
def many_types_at_once(play: Play) -> None:
    every = {f"{kind}_types": [{"name": "T", "properties": {"p": 1}}, {"name": "U", "version": "1"}] for kind in KINDS}
    play("PutTypes", **every)
    play("PutTypes", **every)
    play("PutTypes")
    play("PutTypes", artifact_types=[{"name": "A"}, {"name": "A", "properties": {"p": 1}}])
    play("PutTypes", artifact_types=[{"name": "B"}, {"name": "B", "properties": {"p": 1}}], can_add_fields=True)
    play("PutTypes", artifact_types=[{"name": "C"}], execution_types=[{"name": ""}], says="No type name")
    play("PutTypes", artifact_types=[{"name": "T"}], context_types=[{"name": "T"}], can_omit_fields=True)
    play("PutTypes", artifact_types=[{"name": "D", "base_type": 2}, {"name": "D"}])
    for kind in KINDS:
        read_types(play, kind)


@scenario
def type_ids_that_are_not_there(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        name = f"Get{kind.title()}TypesByID"
        play(name, type_ids=[])
        play(name, type_ids=[0, -1, 999])
        play(name, type_ids=[ids.of(kind), 999, ids.of(kind), ids.context, ids.artifact, ids.execution])


@scenario
def ids_of_types_in_requests_mean_nothing(play: Play) -> None:
    for kind in KINDS:
        put_type(play, kind, id=77, name="T")
        put_type(play, kind, id=78, name="T")
        play(f"Get{kind.title()}TypesByID", type_ids=[77, 78])


@scenario
def odd_names_of_types(play: Play) -> None:
    names = ["é\U0001f600", "a 'b' \"c\" `d` %_\\", " ", "x" * 255, "T", "t", "line\nbreak", "; DROP TABLE Type; --"]
    for kind in KINDS:
        for name in names:
            put_type(play, kind, name=name, properties={name: 3}, version=name, description=name)
            play(f"Get{kind.title()}Type", type_name=name, type_version=name)
        read_types(play, kind)


@scenario
def nodes_of_every_version(play: Play) -> None:
    for kind in KINDS:
        for version in ("", "1"):
            id = put_type(play, kind, name="T", version=version, properties={"p": 1}).response.type_id
            play(PUT[kind], **{f"{kind}s": [MAKE[kind](id, name=f"n{version}", p={"p": 1})]})
        title = kind.title()
        for version in (None, "", "1", "2"):
            given = {} if version is None else {"type_version": version}
            play(f"Get{title}sByType", type_name="T", **given)
            for name in ("n", "n1"):
                play(f"Get{title}ByTypeAndName", type_name="T", **{f"{kind}_name": name}, **given)
