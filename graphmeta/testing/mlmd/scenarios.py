"""A scenario: a function that makes calls, and may use what they answered in the calls after.

    @scenario
    def an_artifact_is_updated(play: Play) -> None:
        answer = play("PutArtifacts", artifacts=[artifact(type_id, name="a")])
        (id,) = answer.response.artifact_ids
        ...

It is played to ml-metadata and to each store of graphmeta; what the calls answer is recorded, and the
recordings are compared (comparison.py). It asserts nothing itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from graphmeta.mlmd.service import CALLS
from graphmeta.testing.mlmd.players import Answer, Judge, NotOfferedError, Player

# ml-metadata asks SQLite without an order there, and gets that of whatever index SQLite chose (for events by artifact
# id, execution id and type, say), or walks through a hash table; graphmeta answers in the order of the reference.
UNORDERED = {
    "GetEventsByArtifactIDs": ("events",),
    "GetEventsByExecutionIDs": ("events",),
    "GetArtifactsByURI": ("artifacts",),
    "GetLineageSubgraph": ("artifacts", "executions", "contexts", "events", "attributions", "associations"),
}


def _code(answer: Answer) -> Any:
    return answer.code


@dataclass(frozen=True)
class Differs:
    """A deliberate difference, of one call: checked both ways, so that it fails once it goes away.

    Attributes:
        why: a sentence; docs/mlmd.md says the same to users.
        theirs, ours: what ml-metadata and graphmeta answer, as `of` sees it.
        of: what differs of an answer; its code unless told otherwise.
    """

    why: str
    theirs: Any
    ours: Any
    of: Callable[[Answer], Any] = _code


@dataclass(frozen=True)
class Asked:
    """One call of a recording.

    Attributes:
        name, request, answer: the call.
        says: phrases that clients look for in the error's message.
        differs: how the two differ, where they are meant to.
        expect: what the answer must hold where ml-metadata cannot be asked.
    """

    name: str
    request: Message
    answer: Answer | None
    says: tuple[str, ...] = ()
    differs: Differs | None = None
    expect: Callable[[Answer], bool] | None = None


@dataclass
class Play:
    """Makes a scenario's calls on a player, and records them.

    Attributes:
        player: who answers.
        record: the calls so far.
    """

    player: Player
    record: list[Asked] = field(default_factory=list)

    def __call__(
        self,
        name: str,
        request: Message | None = None,
        *,
        says: str | Sequence[str] = (),
        differs: Differs | None = None,
        expect: Callable[[Answer], bool] | None = None,
        **fields: Any,
    ) -> Answer:
        """Make a call.

        Args:
            name: as `PutArtifacts`.
            request: the whole request; or give its fields by name.
            says: a phrase, or several, that the error's message holds, ml-metadata's as well as ours.
            differs: a deliberate difference.
                expect: for a call that ml-metadata's build for Python does not offer, what its answer must be.
        """
        asked = request if request is not None else CALLS[name].request(**fields)
        if name.startswith("Put"):
            _next_millisecond()
        answer: Answer | None
        try:
            answer = self.player.call(name, asked)
        except NotOfferedError:
            answer = None
        phrases = (says,) if isinstance(says, str) else tuple(says)
        self.record.append(Asked(name, _copy(asked), answer, phrases, differs, expect))
        if answer is None:
            return Answer(0, "", CALLS[name].response())
        # A scenario may change what it got and send it again.
        return answer._replace(response=_copy(answer.response))


def _copy(message: Any) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def _next_millisecond() -> None:
    """Let the clock of the stores tick, so that whether two calls share a time is no accident."""
    now = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == now:
        time.sleep(0.0001)


Scenario = Callable[[Play], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    """Register a scenario under its module's and its own name."""
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    assert name not in SCENARIOS, f"two scenarios are called {name}"
    SCENARIOS[name] = function
    return function


def play_scenario(function: Scenario, player: Player) -> list[Asked]:
    """What a scenario's calls are answered by a player with an empty store."""
    if isinstance(player, Judge):
        player.fresh()
    play = Play(player)
    function(play)
    return play.record
