"""`/context/3`: a run as its graph and as a timeline of its steps; an experiment as its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from markupsafe import Markup

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.errors import NotFoundError
from graphmeta.model import Context, Execution, Kind
from graphmeta.pages.around import AnnotationJson, said_of
from graphmeta.pages.bounds import LONGEST_VALUE, short
from graphmeta.pages.links import node_link
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, Parameter, count, flag
from graphmeta.pages.runs import RunsJson, runs
from graphmeta.pages.steps import TimedStepJson, step_json, took
from graphmeta.pages.vicinity import file_within, picture_within
from graphmeta.pages.view import Page, View
from graphmeta.query.belonging import members
from graphmeta.query.lookup import node_with_id, nodes_with_ids
from graphmeta.query.runs import parts_of, said_state
from graphmeta.query.timing import GOING, steps_in_time
from graphmeta.query.vicinity import work_within
from graphmeta.render import timeline
from graphmeta.render.words import title as title_of
from graphmeta.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE

AT_ONCE = 100  # members on a page
MOST_STEPS = 200  # in the timeline
MOST_PARENTS = 50
SECONDS = 5  # until a run that is still going is looked at again
FORGOTTEN = 24 * 60 * 60 * 1000  # milliseconds: what nothing happened to for so long only claims to be running
LAST_PAGE = 1_000_000


class MembersJson(TypedDict):
    """A page of the artifacts or the executions that belong to a context, by id."""

    nodes: list[NodeJson]
    total: int
    page: int
    pages: int


class ContextJson(TypedDict):
    """A context: what it is part of, its runs, its members and its steps in time. `refresh` is the number of seconds
    after which it is worth asking again, null once everything has ended."""

    node: NodeJson
    external_id: str | None
    state: str | None
    parents: list[NodeJson]
    annotations: list[AnnotationJson]
    runs: RunsJson
    artifacts: MembersJson
    executions: MembersJson
    steps: list[TimedStepJson]
    more_steps: int
    going: int
    refresh: int | None


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """One context."""
    context = _context(store, asked["id"])
    nodes = Nodes(store)
    artifacts, executions = members(store, asked["id"], "artifact"), members(store, asked["id"], "execution")
    timed = steps_in_time(store, _executions(store, executions[-MOST_STEPS:]))
    steps = [step_json(nodes, step) for step in timed]
    parts = parts_of(store, context, executions)
    above = [each for each in store.parents(context) if each.type != ANNOTATION_TYPE]
    going = sum(step["state"] in GOING for step in steps)
    data: ContextJson = {
        "node": nodes.whole(context),
        "external_id": short(context.external_id, LONGEST_VALUE),
        "state": said_state(context),
        "parents": [nodes.json(each) for each in above[:MOST_PARENTS]],
        "annotations": said_of(store, context),
        "runs": runs(store, nodes, parts, asked["runs"]),
        "artifacts": _page(store, nodes, "artifact", artifacts, asked["artifacts"]),
        "executions": _page(store, nodes, "execution", executions, asked["executions"]),
        "steps": steps,
        "more_steps": len(executions) - len(steps),
        "going": going,
        "refresh": SECONDS if going and not asked["still"] and _lately(store, context, steps) else None,
    }
    title = data["node"]["title"]
    return Page(title, data, lambda: _pictures(store, title, artifacts, executions, steps))


def _context(store: Store, id: int) -> Context:
    context = node_with_id(store, "context", id)
    if not isinstance(context, Context):
        raise NotFoundError(f"There is no context {id} in this store. The search finds what there is.")
    return context


def to_file(store: Store, asked: Mapping[str, Any]) -> str:
    """The graph of its steps as SVG that stands alone."""
    context = _context(store, asked["id"])
    vicinity = work_within(store, members(store, asked["id"], "execution"), members(store, asked["id"], "artifact"))
    if vicinity is None:
        raise NotFoundError(f"No step belongs to context {asked['id']}, so there is nothing to draw.")
    return file_within(vicinity, _graph_of(title_of(context)))


def _graph_of(title: str) -> str:
    return f"Graph of {title}"


def _executions(store: Store, ids: Sequence[int]) -> list[Execution]:
    return [each for each in nodes_with_ids(store, "execution", ids).values() if isinstance(each, Execution)]


def _page(store: Store, nodes: Nodes, kind: Kind, ids: Sequence[int], page: int) -> MembersJson:
    pages = max(1, -(-len(ids) // AT_ONCE))
    page = min(page, pages)
    known = nodes_with_ids(store, kind, ids[(page - 1) * AT_ONCE : page * AT_ONCE])
    return {"nodes": [nodes.json(node) for node in known.values()], "total": len(ids), "page": page, "pages": pages}


def _lately(store: Store, context: Context, steps: Sequence[TimedStepJson]) -> bool:
    """Whether anything happened that lets one expect more: a step that was killed is RUNNING for ever."""
    if isinstance(store.backend, AsOfBackend):
        return False
    times = [context.updated, *(step["node"]["updated"] for step in steps)]
    return max(time or 0 for time in times) > store.backend.clock() - FORGOTTEN


def _pictures(
    store: Store, title: str, artifacts: Sequence[int], executions: Sequence[int], steps: Sequence[TimedStepJson]
) -> Mapping[str, Any]:
    vicinity = work_within(store, executions, artifacts)
    timed = [
        timeline.Bar(
            name=step["node"]["title"],
            state=step["state"],
            role=step["node"]["role"],
            began=step["began"],
            ended=step["ended"],
            link=node_link("execution", step["node"]["id"]),
        )
        for step in steps
        if step["began"] is not None and (step["ended"] is not None or step["state"] in GOING)
    ]
    ended = [bar.ended for bar in timed if bar.ended is not None]
    now = max(store.backend.clock(), *ended, *(bar.began for bar in timed)) if timed else 0
    return {
        "picture": None if vicinity is None else picture_within(vicinity, _graph_of(title)),
        "left_out": 0 if vicinity is None else vicinity.left_out,
        # The renderer escapes what it writes.
        "timeline": Markup(timeline.draw(timed, now)) if timed else None,  # noqa: S704
        "untimed": len(steps) - len(timed),
        "took": [took(step["began"], step["ended"]) for step in steps],
    }


def _number(of: str) -> Parameter:
    return count(of, f"Which page of its {of}.", 1, least=1, most=LAST_PAGE)


VIEW = View(
    "context",
    "/context/{id:int}",
    "One context: a run as its graph and as a timeline of its steps, an experiment as its runs side by side.",
    answer,
    ContextJson,
    (
        _number("artifacts"),
        _number("executions"),
        _number("runs"),
        flag("still", "Not to refresh by itself while steps are running."),
        AT,
    ),
    files={"svg": to_file},
)
