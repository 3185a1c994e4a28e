"""What a step ran with: its parameters, its code, its packages, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphmeta import words
from graphmeta.model import Execution, Value
from graphmeta.query.answers.changes import ChangeKind
from graphmeta.query.equality import leaves
from graphmeta.query.production import origin_of, params_of
from graphmeta.query.reading import Reader
from graphmeta.query.software import environment_of

SETTINGS: tuple[ChangeKind, ...] = ("parameter", "code", "package", "environment")


def settings_of(reader: Reader, step: Execution) -> Sequence[Mapping[str, Value | None]]:
    """What a step ran with, in the order of `SETTINGS`."""
    made = origin_of(reader, step)
    software = environment_of(reader, step, made)
    chosen = params_of(reader, step)
    own = {key: value for key, value in chosen.params.items() if key not in chosen.bookkeeping}
    parameters = [leaf for key, value in own.items() if key not in words.CODE_KEYS for leaf in leaves(key, value)]
    code = {key: step.value(key) for key in sorted(words.CODE_KEYS)}
    packages = {each.name: each.version for each in [*software.frameworks, *software.packages]}
    return dict(parameters), code, packages, software.details
