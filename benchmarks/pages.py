"""The pages on a store of a million nodes: the server's time for each; a graph of 500 nodes in a browser."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser
from starlette.testclient import TestClient

import graphmeta
from benchmarks.graphs import fill, put_step, real_models
from benchmarks.measure import milliseconds
from graphmeta import Artifact, Context, Event, Execution, Store
from graphmeta.testing import browser as browsers
from graphmeta.testing.pages import browsing
from graphmeta.testing.serving import up

SIZE = 1_000_000
_ROUNDS = 5
_GOAL_SERVER, _GOAL_PAINT, _GOAL_FRAME = 500.0, 1_000.0, 50.0  # milliseconds
_RUNS = 50
_DRAWN = 500
# What a dragging hand sends: so many moves of so many pixels.
_MOVES, _PIXELS = 60, 7
_PICTURE = "svg.gm-lineage"
_RECORD_FRAMES = """() => {
    window.frames = [];
    const frame = now => { window.frames.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
_FIRST_PAINT = """() => performance.getEntriesByName("first-contentful-paint").map(each => each.startTime)[0] ?? null"""


def embedded(folder: Path, size: int = SIZE) -> Iterator[str]:
    """Every page on a file of so many nodes, and a graph in a browser."""
    path = folder / f"pages-{size}.db"
    with graphmeta.connect(path) as store:
        addresses = made(store, size)
        yield from served(store, size, addresses)
    yield from seen(path, addresses["lineage, 500 nodes"])


def server(url: str, size: int = SIZE) -> Iterator[str]:
    """Every page on a Neo4j of so many nodes."""
    with graphmeta.connect(url) as store:
        yield from served(store, size, made(store, size))


def made(store: Store, size: int) -> dict[str, str]:
    """Fill a store, with some runs and a wide graph besides.

    Returns:
        the addresses of the pages to measure, by what they are.
    """
    deep = fill(store, size)
    run, schema = Context(type="Run", name="nightly"), Artifact(type="Dataset", name="schema")
    store.put(contexts=[run], artifacts=[schema])
    for number in range(_RUNS):
        put_step(store, run, schema, number)
    model = real_models(store).id
    wide = _wide(store, _DRAWN)
    first = store.artifacts(limit=1)[0].id
    step = store.events(artifacts=[deep])[0].execution
    return {
        "home": "/",
        "search": "/?q=bucket",
        "artifacts": "/artifacts",
        "artifacts of a type": "/artifacts?type=Model",
        "artifacts by name": "/artifacts?name=1234",
        "artifacts by time": "/artifacts?sort=created",
        "artifacts by a filter": "/artifacts?filter=properties.span.int_value%20%3D%20400000",
        "executions": "/executions",
        "contexts": "/contexts",
        "runs": "/runs",
        "runs that failed": "/runs?state=FAILED",
        "models": "/models",
        "datasets": "/datasets",
        "types": "/types",
        "artifact": f"/artifact/{model}",
        "artifact, used by millions": f"/artifact/{first}",
        "artifact, made from millions": f"/artifact/{deep}",
        "execution": f"/execution/{step}",
        "context": f"/context/{run.id}",
        "lineage": f"/lineage/artifact/{model}",
        "lineage, all upstream": f"/lineage/artifact/{deep}?up=all",
        "lineage, 500 nodes": f"/lineage/artifact/{wide}?up=0&down=all&fold=none",
        "path": f"/path?from=artifact/{first}&to=artifact/{deep}",
        "compare": f"/compare?ids={deep},{deep + 1}",
        "why": f"/why?a={deep}&b={deep + 1}",
        "impact": f"/impact/artifact/{first}",
        "models as they were": "/models?at=2100-01-01",
    }


def _wide(store: Store, nodes: int) -> int | None:
    """A dataset with so many nodes below it: chains of four steps, side by side, that meet in the end."""
    start, steps, artifacts, events = Artifact(type="Dataset", name="start"), [], [], []
    for _ in range(nodes // 8):
        data = start
        for _ in range(4):
            step, after = Execution(type="Trainer", state="COMPLETE"), Artifact(type="Model", state="LIVE")
            events += [Event(data, step, "INPUT"), Event(after, step, "OUTPUT")]
            steps.append(step)
            artifacts.append(after)
            data = after
    store.put(artifacts=[start, *artifacts], executions=steps, events=events)
    return start.id


def served(store: Store, size: int, addresses: dict[str, str]) -> Iterator[str]:
    """The server's time for each page, without a network in between."""
    browser: TestClient = browsing(store)
    for what, address in addresses.items():
        answer = browser.get(address)
        if answer.status_code != 200:
            yield f"  {size:,} nodes: {what}: {address} answers {answer.status_code}: {answer.text[:200]!r}"
            continue
        times = [milliseconds(partial(browser.get, address)) for _ in range(_ROUNDS)]
        kilobytes = len(answer.content) / 1000
        yield f"  {size:,} nodes: {what}: {_beside(statistics.median(times), _GOAL_SERVER)}; {kilobytes:,.0f} kB"


def seen(path: Path, address: str) -> Iterator[str]:
    """The graph of 500 nodes in a browser: until it is painted, and each frame while it is dragged."""
    if browsers.chromium() is None:
        yield f"  not measured: {browsers.NONE}"
        return
    with up(path) as running, browsers.launched() as browser:
        url = running.web_url + address
        paints = [_first_paint(browser, url) for _ in range(_ROUNDS + 1)][1:]
        yield f"  {_DRAWN} nodes in Chromium: first paint: {_beside(statistics.median(paints), _GOAL_PAINT)}"
        frames = _frames(browser, url)
        worst = statistics.quantiles(frames, n=20)[-1]
        yield (
            f"  {_DRAWN} nodes in Chromium: a frame while panning: {_beside(statistics.median(frames), _GOAL_FRAME)}; "
            f"19 of 20 within {worst:.0f} ms, n={len(frames)}"
        )


def _first_paint(browser: Browser, url: str) -> float:
    """Milliseconds from asking for the page until something of it is painted, in a fresh profile."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        painted = page.wait_for_function(_FIRST_PAINT)
        return float(painted.json_value())


def _frames(browser: Browser, url: str) -> list[float]:
    """Milliseconds between frames while the graph is dragged."""
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = context.new_page()
        page.goto(url)
        picture = page.locator(_PICTURE)
        lies, window = picture.bounding_box(), picture.locator("..").bounding_box()
        assert window is not None
        # In the middle of what shows it, so far as that is on the screen.
        x, y = window["x"] + window["width"] / 2, (window["y"] + min(window["y"] + window["height"], 900)) / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.evaluate(_RECORD_FRAMES)
        for move in range(_MOVES):
            page.mouse.move(x - _PIXELS * (move % 30), y - _PIXELS * (move % 20 + 1))
            if move == _MOVES // 2:
                assert picture.bounding_box() != lies, "dragging does not move the picture"
        stamps: list[float] = page.evaluate("window.frames")
        page.mouse.up()
    return [after - before for before, after in pairwise(stamps)]


def _beside(median: float, goal: float) -> str:
    """A figure with its goal."""
    return f"{median:,.1f} ms (goal: {goal:,.0f} ms{'' if median <= goal else ', MISSED'})"
