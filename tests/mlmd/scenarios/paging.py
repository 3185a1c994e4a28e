"""Lists in pages: section 5 of the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphmeta.mlmd.errors import INVALID_ARGUMENT, OK
from graphmeta.mlmd.proto import metadata_store_pb2 as pb
from graphmeta.testing.mlmd.making import artifact, context, event, execution, options, order
from graphmeta.testing.mlmd.players import Answer
from graphmeta.testing.mlmd.scenarios import Differs, Play, scenario
from tests.mlmd.scenarios.world import KINDS, MAKE, PUT, put, put_one, types

FIELDS = ("ID", "CREATE_TIME", "LAST_UPDATE_TIME")
Listing = Callable[..., Answer]


def listings(play: Play, kind: str, name: str, context_id: int) -> list[Listing]:
    """The ways to list nodes of a kind, all of the same nodes."""
    plural = f"{kind.title()}s"
    ways: list[Listing] = [
        lambda **given: play(f"Get{plural}", **given),
        lambda **given: play(f"Get{plural}ByType", type_name=name, **given),
    ]
    if kind != "context":
        ways.append(lambda **given: play(f"Get{plural}ByContext", context_id=context_id, **given))
    return ways


def nodes(play: Play, kind: str, number: int) -> tuple[list[int], list[Listing]]:
    """Put nodes of a kind, one call each so that their times differ, in one context."""
    ids = types(play)
    made = [put_one(play, kind, ids.of(kind), name=f"n{place}") for place in range(number)]
    context_id = 0
    if kind != "context":
        context_id = put_one(play, "context", ids.context, name=f"of {kind}s")
        field = "attributions" if kind == "artifact" else "associations"
        pairs = [{f"{kind}_id": id, "context_id": context_id} for id in made]
        play("PutAttributionsAndAssociations", **{field: pairs})
    name = {"artifact": "Data", "execution": "Step", "context": "Run"}[kind]
    return made, listings(play, kind, name, context_id)


def walk(listing: Listing, most: int = 30, **given: Any) -> None:
    """Ask for page after page."""
    token = None
    for _ in range(most):
        token = listing(options=options(token=token, **given)).response.next_page_token
        if not token:
            return


def touch(play: Play, kind: str, *ids: int) -> None:
    """Update nodes, one call each."""
    for place, id in enumerate(ids):
        node = MAKE[kind](id=id, name=f"touched{id}", c={"touched": place})
        play(PUT[kind], **{f"{kind}s": [node]})


def play_orders(play: Play, kind: str) -> None:
    made, ways = nodes(play, kind, 7)
    touch(play, kind, made[4], made[1], made[6], made[1])
    for listing in ways:
        for field in FIELDS:
            for ascending in (True, False):
                for size in (3, 7):
                    walk(listing, size=size, by=order(field, ascending))


@scenario
def orders_of_artifacts(play: Play) -> None:
    play_orders(play, "artifact")


@scenario
def orders_of_executions(play: Play) -> None:
    play_orders(play, "execution")


@scenario
def orders_of_contexts(play: Play) -> None:
    play_orders(play, "context")


@scenario
def sizes_of_pages(play: Play) -> None:
    for kind in KINDS:
        _, ways = nodes(play, kind, 3)
        for listing in ways:
            for size in (None, 0, -1, 1, 2, 3, 4, 20, 99, 100, -(2**31)):
                listing(options=options(size=size))
            listing()


TOO_LARGE = Differs(
    "A page of more than 100 is cut to 101 rows without a token, so that the rest is lost to the caller; "
    "graphmeta gives 100 and a token.",
    theirs=(101, False),
    ours=(100, True),
    of=lambda answer: (len(answer.response.artifacts), bool(answer.response.next_page_token)),
)


def many(play: Play, number: int) -> int:
    """Put artifacts in one call, and all of them in one context; its id."""
    ids = types(play)
    put(play, "artifact", *(artifact(ids.artifact, name=f"n{place}") for place in range(number)))
    c = put_one(play, "context", ids.context, name="c")
    made = play("GetArtifacts").response.artifacts
    pairs = [{"artifact_id": each.id, "context_id": c} for each in made]
    play("PutAttributionsAndAssociations", attributions=pairs)
    return c


@scenario
def pages_of_the_default_size(play: Play) -> None:
    c = many(play, 45)
    walk(lambda **given: play("GetArtifacts", **given))
    play("GetArtifacts")
    play("GetArtifactsByType", type_name="Data")
    play("GetArtifactsByType", type_name="Data", options=options())
    play("GetArtifactsByContext", context_id=c)


@scenario
def pages_of_a_hundred(play: Play) -> None:
    c = many(play, 205)
    for size in (99, 100):
        walk(lambda **given: play("GetArtifacts", **given), size=size)
        walk(lambda **given: play("GetArtifacts", **given), size=size, query="name != 'n7'")
        walk(lambda **given: play("GetArtifactsByContext", context_id=c, **given), size=size)
    play("GetArtifacts")


@scenario
def pages_of_more_than_a_hundred(play: Play) -> None:
    c = many(play, 205)
    for size in (101, 150, 1000):
        play("GetArtifacts", options=options(size=size), differs=TOO_LARGE)
        play("GetArtifactsByType", type_name="Data", options=options(size=size), differs=TOO_LARGE)
        play("GetArtifactsByContext", context_id=c, options=options(size=size), differs=TOO_LARGE)
        play("GetArtifacts", options=options("name LIKE 'n%'", size=size, by=order("ID", False)), differs=TOO_LARGE)


@scenario
def the_largest_size(play: Play) -> None:
    many(play, 3)
    overflow = Differs(
        "ml-metadata adds 1 to the largest size there is and refuses the negative number that comes of it.",
        theirs=INVALID_ARGUMENT,
        ours=OK,
    )
    play("GetArtifacts", options=options(size=2**31 - 1), differs=overflow)
    play("GetArtifacts", options=options(size=2**31 - 2))


@scenario
def more_than_a_hundred_of_fewer(play: Play) -> None:
    many(play, 100)
    for size in (100, 101, 1000):
        play("GetArtifacts", options=options(size=size))
        play("GetArtifactsByType", type_name="Data", options=options(size=size))


@scenario
def equal_times(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        put(play, kind, *(MAKE[kind](ids.of(kind), name=f"n{place}") for place in range(30)))
        for field in FIELDS:
            # ml-metadata forgets what its page before the last held of the same update time, and goes round for ever.
            size = 15 if field == "LAST_UPDATE_TIME" else 7
            for ascending in (True, False):
                by = order(field, ascending)
                walk(lambda kind=kind, **given: play(f"Get{kind.title()}s", **given), size=size, by=by)


@scenario
def an_order_without_a_field(play: Play) -> None:
    ids = types(play)
    put(play, "artifact", *(artifact(ids.artifact) for _ in range(3)))
    by = pb.ListOperationOptions.OrderByField
    for each in (
        by(),
        by(is_asc=True),
        by(is_asc=False),
        by(field=1),
        by(field=0),
        by(field=0, is_asc=False),
        by(field=3),
    ):
        play("GetArtifacts", options=pb.ListOperationOptions(order_by_field=each))
        play("GetArtifactsByType", type_name="Data", options=pb.ListOperationOptions(order_by_field=each))


@scenario
def bad_tokens(play: Play) -> None:
    ids = types(play)
    put(play, "artifact", *(artifact(ids.artifact) for _ in range(5)))
    for token in ("", "x", "!!!!", "AAAA", "=", "é", " ", "a" * 1000, "CAM=", "C A M", "////", "____"):
        play("GetArtifacts", options=options(token=token, size=2))
        play("GetArtifactsByType", type_name="Data", options=options(token=token, size=2))


@scenario
def tokens_with_other_options(play: Play) -> None:
    ids = types(play)
    for number in range(8):
        put_one(play, "artifact", ids.artifact, name=f"n{number}")
    for field in FIELDS:
        given = {"size": 3, "by": order(field), "query": "name != 'n1'"}
        token = play("GetArtifacts", options=options(**given)).response.next_page_token
        changes: list[dict[str, Any]] = [
            {}, {"size": 2}, {"size": 100}, {"size": None}, {"query": "name != 'n6'"}, {"query": None},
            {"query": "nope = 1"},
            {"by": order(field, False)}, {"by": None}, *({"by": order(other)} for other in FIELDS),
        ]  # fmt: skip
        for change in changes:
            play("GetArtifacts", options=options(**{**given, **change}, token=token))
        play("GetArtifactsByType", type_name="Data", options=options(**given, token=token))
    token = play("GetArtifacts", options=options(size=3)).response.next_page_token
    play("GetArtifacts", options=options(size=3, by=order("ID", False), token=token), says="mismatch")


@scenario
def a_token_of_another_kind(play: Play) -> None:
    ids = types(play)
    for kind in KINDS:
        put(play, kind, *(MAKE[kind](ids.of(kind), name=f"n{number}") for number in range(5)))
    token = play("GetArtifacts", options=options(size=2)).response.next_page_token
    play("GetExecutions", options=options(size=2, token=token))
    play("GetContexts", options=options(size=2, token=token))


@scenario
def what_changes_between_pages(play: Play) -> None:
    ids = types(play)
    made = [put_one(play, "artifact", ids.artifact, name=f"n{number}") for number in range(6)]
    for field in FIELDS:
        for ascending in (True, False):
            given = {"size": 2, "by": order(field, ascending)}
            token = play("GetArtifacts", options=options(**given)).response.next_page_token
            made += put(play, "artifact", artifact(ids.artifact))
            touch(play, "artifact", made[1])
            token = play("GetArtifacts", options=options(**given, token=token)).response.next_page_token
            play("GetArtifacts", options=options(**given, token=token))


@scenario
def pages_of_nothing(play: Play) -> None:
    for kind in KINDS:
        plural = f"{kind.title()}s"
        for given in (options(), options("id = 1"), options(size=0), options(by=order("CREATE_TIME", False))):
            play(f"Get{plural}", options=given)
            play(f"Get{plural}ByType", type_name="Nope", options=given)
            if kind != "context":
                play(f"Get{plural}ByContext", context_id=1, options=given)


@scenario
def filters_in_pages(play: Play) -> None:
    ids = types(play)
    c, d = put(play, "context", context(ids.context, name="c"), context(ids.context, name="d"))
    made = [put_one(play, "artifact", ids.artifact, name=f"n{number}", c={"k": number % 3}) for number in range(20)]
    (e,) = put(play, "execution", execution(ids.execution))
    pairs = [
        {"artifact_id": id, "context_id": each}
        for place, id in enumerate(made)
        for each in (c, d)
        if place % 2 or each == c
    ]
    play("PutAttributionsAndAssociations", attributions=pairs)
    play("PutEvents", events=[event(id, e, "OUTPUT", milliseconds_since_epoch=1) for id in made[::2]])
    for query in (
        "custom_properties.k.int_value = 1",
        "contexts_0.id > 0",
        "events_0.type = OUTPUT AND contexts_0.name = 'c'",
    ):
        for field in FIELDS:
            for ascending in (True, False):
                given = {"query": query, "size": 4, "by": order(field, ascending)}
                walk(lambda **more: play("GetArtifacts", **more), **given)
                walk(lambda **more: play("GetArtifactsByContext", context_id=d, **more), **given)
