"""All pages as routes: each as HTML, as JSON, and where it is a table as CSV."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graphmeta.errors import NotFoundError
from graphmeta.pages import openapi
from graphmeta.pages.answering import HEADERS, Run, as_json, endpoint, trouble
from graphmeta.pages.links import twin
from graphmeta.pages.views import VIEWS
from graphmeta.render import assets

_STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def routes(run: Run) -> list[BaseRoute]:
    """The routes of the pages.

    Args:
        run: what runs a function of the store.
    """
    found: list[BaseRoute] = []
    for view in VIEWS:
        # The twins first: `/artifact/{id}.json` would otherwise be a name that ends so.
        if view.csv is not None:
            found.append(_get(twin(view.path, "csv"), endpoint(view, run, "csv")))
        found.append(_get(twin(view.path), endpoint(view, run, "json")))
        found.append(_get(view.path, endpoint(view, run, "html")))
    found.append(_get("/openapi.json", _openapi))
    found.append(_get("/static/{name}", _static))
    found.append(_get("/{path:path}", _missing))
    return found


def _get(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path, answer, methods=["GET"])


async def _openapi(request: Request) -> Response:
    return as_json(openapi.document(VIEWS))


async def _static(request: Request) -> Response:
    """A style sheet or a script: one of a fixed few, whatever is asked for."""
    name = request.path_params["name"]
    files = _files()
    if name not in files:
        return await _missing(request)
    return Response(files[name], 200, {**HEADERS, "Cache-Control": "max-age=3600"}, _KINDS[Path(name).suffix])


def _files() -> dict[str, bytes]:
    own = {file.name: file.read_bytes() for file in _STATIC.iterdir() if file.suffix in _KINDS}
    return {**own, **{name: text.encode() for name, text in assets.files().items()}}


async def _missing(request: Request) -> Response:
    error = NotFoundError(f"There is no page {request.url.path[:200]} here.")
    return trouble(error, request, "json" if request.url.path.endswith(".json") else "html")
