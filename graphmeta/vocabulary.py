"""What graphmeta writes of its own, and what it reads from the words that others use (`words`): roles of
types, display names, metrics. `docs/vocabulary.md` explains both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from graphmeta import words
from graphmeta.model import Kind, Properties, PropertyType

# What a node is for, whoever wrote it. Closed: these are labels in Neo4j.
ARTIFACT_ROLES = ("Dataset", "Model", "Metrics", "Statistics")
EXECUTION_ROLES = ("Train", "Transform", "Process", "Evaluate", "Deploy")
ROLES: Mapping[Kind, tuple[str, ...]] = {"artifact": ARTIFACT_ROLES, "execution": EXECUTION_ROLES, "context": ()}

# What the recorder writes: context types, and the declared properties of what it records. People's own
# parameters and metrics are custom properties, so that the two never collide.
RUN_TYPE = "Run"
EXPERIMENT_TYPE = "Experiment"
ENVIRONMENT_TYPE = "Environment"  # what a step ran in, named by its digest
ANNOTATION_TYPE = "Annotation"  # what somebody said of a node afterwards; one context a key and a node

RECORDED_ARTIFACT: Mapping[str, PropertyType] = {
    "display_name": "STRING",  # the logical name: `churn` of the stored name `churn@3`
    "version": "INT",  # 3 of `churn@3`
    "digest": "STRING",  # sha256:<hex> of the bytes, or of a folder's files
    "size": "INT",  # bytes
}
RECORDED_EXECUTION: Mapping[str, PropertyType] = {
    "display_name": "STRING",  # the step's name
    "started": "INT",  # milliseconds since the epoch
    "ended": "INT",
    "error": "STRING",  # the exception that ended it
    "git_commit": "STRING",
    "git_dirty": "BOOLEAN",  # whether the work tree held changes
}
RECORDED_RUN: Mapping[str, PropertyType] = {
    "display_name": "STRING",
    "version": "INT",
    "state": "STRING",  # RUNNING, COMPLETE, FAILED: contexts have no state of their own in MLMD
    "started": "INT",
    "ended": "INT",
    "error": "STRING",
    "user": "STRING",
    "host": "STRING",
    "command": "STRING",
}
RECORDED_ENVIRONMENT: Mapping[str, PropertyType] = {
    "display_name": "STRING",  # as `Python 3.11.7, scikit-learn 1.5.2 on Linux`
    "python": "STRING",  # its version
    "implementation": "STRING",  # CPython, PyPy
    "platform": "STRING",
    "host": "STRING",
    "packages": "STRUCT",  # distribution name to version
}
RECORDED_ANNOTATION: Mapping[str, PropertyType] = {
    "key": "STRING",
    "value": "STRING",  # as text, whatever its kind; missing where the key was taken back
    "value_type": "STRING",  # JSON's word for its kind: string, integer, number, boolean
    "by": "STRING",  # who said so; when is the time at which it was stored
    "note": "STRING",  # why, where somebody said
}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


@lru_cache(maxsize=4096)
def role(kind: Kind, type_name: str, base_type: str | None = None) -> str | None:
    """What nodes of a type are for, or None where nothing says.

    The base type decides; else the longest run of last words of the type's name that the table knows, so
    that `SavedModel`, `system.Model` and `kubeflow.org/alpha/model` are Models and `DataSet` a Dataset; of
    an execution also the first word.
    """
    if base_type and base_type.capitalize() in ROLES[kind]:
        return base_type.capitalize()
    parts = [word.lower() for word in _WORD.findall(type_name)]
    known = words.ROLES[kind]
    for first in range(max(0, len(parts) - 3), len(parts)):
        found = known.get("".join(parts[first:]))
        if found:
            return found
    # Steps are named verb first: `train_churn`.
    return known.get(parts[0]) if kind == "execution" and parts else None


def says(name: str, known: Collection[str]) -> bool:
    """Whether a name holds one of some folded words: `trainTestSplit` holds `split`, `random_state` holds
    `randomstate`, and `splitting` does not hold `split`."""
    parts = [word.lower() for word in _WORD.findall(name)]
    return any(
        "".join(parts[first:last]) in known
        for first in range(len(parts))
        for last in range(first + 1, min(first + 3, len(parts)) + 1)
    )


def is_data(type_name: str, role_of_it: str | None) -> bool:
    """Whether artifacts of a type may be data: Datasets are, and those of which nothing says what else they are."""
    if role_of_it is not None:
        return role_of_it == "Dataset"
    return not _ends_with(type_name, words.NOT_DATA)


def is_code(type_name: str) -> bool:
    """Whether artifacts of a type are code that steps run."""
    return _ends_with(type_name, words.CODE_TYPES)


def works(type_name: str) -> bool:
    """Whether code of somebody's runs in executions of a type."""
    return not _ends_with(type_name, words.NO_WORK_STEPS)


def _ends_with(type_name: str, known: Collection[str]) -> bool:
    """Whether the last words of a type's name are one of some folded words."""
    parts = [word.lower() for word in _WORD.findall(type_name)]
    return any("".join(parts[first:]) in known for first in range(max(0, len(parts) - 3), len(parts)))


def folded(text: str) -> str:
    """Lower case, letters and digits only: `pipelinerun` of `pipeline_run`."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def is_metric(key: str, value: object) -> bool:
    """Whether a property of a model or of a Metrics artifact is a measurement: a number whose key is not
    that of a version, a span, a size, an id or a time. A number may be the text 'NaN', 'Infinity' or
    '-Infinity', as the recorder stores what a double column cannot hold."""
    lowered = key.lower()
    if lowered in words.NOT_METRICS or lowered.endswith(tuple(words.NOT_METRIC_ENDINGS)):
        return False
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or value in ("NaN", "Infinity", "-Infinity")


def display_name(
    name: str | None, uri: str | None, properties: Properties, custom_properties: Properties, fallback: str = ""
) -> str:
    """What people call a node: a property out of `words.DISPLAY_KEYS`, else its name, else the last part of
    its URI, else `fallback`."""
    for key in words.DISPLAY_KEYS:
        for values in (properties, custom_properties):
            if key in values:
                value = values[key]
                if isinstance(value, str) and value:
                    return value
    if name:
        return name
    if uri:
        return uri.rstrip("/").rsplit("/", 1)[-1] or uri
    return fallback
