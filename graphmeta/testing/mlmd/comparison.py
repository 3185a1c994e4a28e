"""Two recordings of one scenario, ml-metadata's and graphmeta's, compared answer by answer."""

from __future__ import annotations

from typing import Any

from graphmeta.mlmd import errors
from graphmeta.testing.mlmd.normal import Normaliser
from graphmeta.testing.mlmd.players import ABORTS, CRASHES, Answer
from graphmeta.testing.mlmd.scenarios import UNORDERED, Asked

_NAMES = {value: name for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
_NAMES |= {ABORTS: "(the process ended)", CRASHES: "(an error nobody expected)"}


def differences(theirs: list[Asked], ours: list[Asked], *, any_of_several: bool = False) -> list[str]:
    """Where two recordings disagree, as sentences; none if they agree.

    Args:
        theirs: ml-metadata's.
        ours: graphmeta's.
        any_of_several: whether a request with several parts, of which more than one may be wrong, may be refused with
            the code of either mistake: ml-metadata looks at one node after the other, graphmeta at all of them at once.
    """
    found: list[str] = []
    left, right = Normaliser(), Normaliser()
    for number, (them, us) in enumerate(zip(theirs, ours, strict=False), 1):
        if any_of_several and _parts(us.request) > 1 and _refused(them) and _refused(us):
            continue
        for problem in _problems(them, us, left, right):
            found.append(f"call {number}, {us.name} {_short(us.request)}\n  {problem}")
    if len(theirs) != len(ours):
        found.append(f"ml-metadata was asked {len(theirs)} times, graphmeta {len(ours)} times")
    return found


def _problems(them: Asked, us: Asked, left: Normaliser, right: Normaliser) -> list[str]:
    assert us.answer is not None
    if them.answer is None:
        return _unasked(us, us.answer, right)
    if them.name != us.name:
        return [f"ml-metadata was asked {them.name} instead"]
    unordered = UNORDERED.get(us.name, ())
    normal = (
        left.response(them.answer.response, unordered),
        right.response(us.answer.response, unordered),
    )
    if us.differs is not None:
        return _undeclared(us, them.answer, us.answer)
    problems = []
    if them.answer.code != us.answer.code:
        problems.append(f"ml-metadata: {_shown(them.answer)}\n  graphmeta:   {_shown(us.answer)}")
    elif normal[0] != normal[1]:
        problems.append(f"ml-metadata: {normal[0]}\n  graphmeta:   {normal[1]}\n  {first_difference(*normal)}")
    for phrase in us.says:
        for who, answer in (("ml-metadata", them.answer), ("graphmeta", us.answer)):
            if phrase not in answer.message:
                problems.append(f"{who} does not say {phrase!r}: {_shown(answer)}")
    return problems


def _refused(asked: Asked) -> bool:
    return asked.answer is not None and asked.answer.code > 0


def _parts(request: Any) -> int:
    """How many nodes and edges a request puts."""
    lists = (value for field, value in request.ListFields() if field.message_type is not None)
    return sum(len(value) if hasattr(value, "__len__") else 1 for value in lists)


def _unasked(us: Asked, answer: Answer, right: Normaliser) -> list[str]:
    """ml-metadata cannot be asked: the scenario says what it expects."""
    right.response(answer.response)
    assert us.expect is not None, f"ml-metadata's build does not offer {us.name}: say what to expect"
    return [] if us.expect(answer) else [f"graphmeta: {_shown(answer)}, which is not what the scenario expects"]


def _undeclared(us: Asked, them: Answer, we: Answer) -> list[str]:
    assert us.differs is not None
    differs = us.differs
    problems = []
    if differs.of(them) != differs.theirs:
        problems.append(f"declared of ml-metadata: {differs.theirs!r}; it is {differs.of(them)!r}: {_shown(them)}")
    if differs.of(we) != differs.ours:
        problems.append(f"declared of graphmeta: {differs.ours!r}; it is {differs.of(we)!r}: {_shown(we)}")
    if differs.theirs == differs.ours:
        problems.append("a declared difference that is none")
    return problems


def first_difference(left: Any, right: Any, path: str = "") -> str:
    """The first place where two answers, as plain data, part."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys(), key=str):
            if left.get(key, _ABSENT) != right.get(key, _ABSENT):
                return first_difference(left.get(key, _ABSENT), right.get(key, _ABSENT), f"{path}.{key}")
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return f"at {path}: {len(left)} against {len(right)} entries"
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            if one != other:
                return first_difference(one, other, f"{path}[{place}]")
    return f"at {path}: {left!r} against {right!r}"


class _Absent:
    def __repr__(self) -> str:
        return "(absent)"


_ABSENT = _Absent()


def _shown(answer: Answer) -> str:
    name = _NAMES.get(answer.code, str(answer.code))
    return f"{name} {answer.message!r}" if answer.code else f"OK {_short(answer.response)}"


def _short(message: Any) -> str:
    text = " ".join(str(message).split())
    return text if len(text) < 1000 else f"{text[:1000]}…"
