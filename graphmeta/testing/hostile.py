"""A store whose every text would run, reorder or break a page that lets it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from graphmeta.model import (
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    PropertyType,
    Type,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store

# What runs says so here: `window.hacked` is undefined on a page that holds.
TEXTS: Sequence[str] = (
    "<script>window.hacked=1</script>",
    "</script><script>hacked=1</script>",
    "</title><script>hacked=1</script>",
    "</style><img src=x onerror=hacked=1>",
    "</svg><svg onload=hacked=1>",
    '"><img src=x onerror="hacked=1">',
    "' onmouseover='hacked=1' autofocus onfocus='hacked=1' x='",
    "javascript:window.hacked=1",
    "JaVaScRiPt:hacked=1//https://example.com",
    "data:text/html,<script>hacked=1</script>",
    "//evil.example/lineage",
    "https://evil.example/pixel.png",
    "{{ 7*7 }}{% raw %}{{ self }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "-->]]><!--<![CDATA[",
    "\u202ecod.exe\u2066 abc \u200f",
    "nul\0 bell\a escape\x1b[31m tab\t line\nnext\r\n",
    "é😀 مرحبا \U000e0041\ufeff\ufffe",
    "../../../etc/passwd?a=1&b=2#top%2f%00",
    "=cmd|' /C calc'!A0",
    "' OR 1=1 --; MATCH (n) DETACH DELETE n",
    "x" * 100_000,
    "ж " * 20_000,
    '{"a": "</script><script>hacked=1</script>"}',
    "[" * 50_000,
)
_STARTED = 1_700_000_000_000


def fill(store: Store) -> None:
    """Record, for each text, a run whose type, steps, data, keys and values all are that text: a model made from a
    dataset, then a second version of it, and scores."""
    for number, text in enumerate(TEXTS):
        _tell(store, number, text)


def _tell(store: Store, number: int, text: str) -> None:
    kind = f"{text[:2000]} {number}"
    data, model, scores, train, run, environment = _types(store, kind, text)
    held = {"display_name": text, text[:500]: text}
    custom: dict[str, Any] = {
        text[:500]: text,
        "struct": {text[:500]: [text[:2000], {"deep": [text[:200], None, 1.5]}]},
        "any": AnyValue("t/" + text[:100], text[:100].encode()),
        "infinite": math.inf,
        "large": 2**63 - 1,
        "accuracy": 0.5 + number / 100,
    }
    dataset = _artifact(data.name, f"data {number} {text}", text, {**held, "version": 1}, custom)
    models = [
        _artifact(model.name, f"{number} {text}@{version}", text, {**held, "version": version}, custom)
        for version in (1, 2)
    ]
    steps = [
        Execution(
            type=train.name,
            name=f"{number} {text} {version}",
            state=state,
            external_id=f"step {number} {version} {text}",
            properties={**held, "started": _STARTED, "ended": _STARTED + 10**9, "error": text, "git_commit": text},
            custom_properties={**custom, "learning_rate": version},
        )
        for version, state in ((1, "COMPLETE"), (2, "FAILED"))
    ]
    score = _artifact(scores.name, f"score {number} {text}", text, held, custom)
    runs = [
        Context(
            type=run.name,
            name=f"{number} {text} {version}",
            properties={**held, "version": version, "command": text, "state": text, "started": _STARTED},
            custom_properties=custom,
        )
        for version in (1, 2)
    ]
    software = Context(type=environment.name, name=f"{number} {text}", properties={"packages": {text[:500]: text}})
    store.put(
        artifacts=[dataset, *models, score],
        executions=steps,
        contexts=[*runs, software],
        events=[
            *(Event(dataset, step, "INPUT", (text[:2000], number)) for step in steps),
            *(Event(model, step, "OUTPUT", (text[:2000],)) for model, step in zip(models, steps, strict=True)),
            Event(models[0], steps[1], "INPUT"),
            Event(score, steps[1], "OUTPUT"),
        ],
        attributions=[Attribution(each, runs[0]) for each in (dataset, *models, score)],
        associations=[Association(step, each) for step in steps for each in (*runs, software)],
        parents=[ParentContext(runs[1], runs[0])],
    )


def _types(store: Store, kind: str, text: str) -> list[Type]:
    """Put and return the types of data, model, scores, training, run and environment."""
    declared: dict[str, PropertyType] = {
        "display_name": "STRING",
        "version": "INT",
        "started": "INT",
        "ended": "INT",
        "error": "STRING",
        "state": "STRING",
        "command": "STRING",
        "git_commit": "STRING",
        text[:500]: "STRING",
    }
    artifacts = [
        artifact_type(f"{role} {kind}", declared, base_type=role.upper()) for role in ("Dataset", "Model", "Metrics")
    ]
    train = execution_type(f"train {kind}", declared, base_type="TRAIN")
    run = context_type(f"Run {kind}", declared)
    environment = context_type(f"Environment {kind}", {"packages": "STRUCT"})
    types = [*artifacts, train, run, environment]
    store.put_types(types)
    return types


def _artifact(
    kind: str, name: str, text: str, properties: dict[str, Any], custom_properties: dict[str, Any]
) -> Artifact:
    return Artifact(
        type=kind,
        name=name,
        uri=text,
        external_id=f"{name} {text[:500]}",
        state="LIVE",
        properties=properties,
        custom_properties=custom_properties,
    )
