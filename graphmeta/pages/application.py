"""All pages as routes: each as HTML, as JSON, and where it is a table as CSV."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graphmeta.errors import NotFoundError
from graphmeta.pages import openapi
from graphmeta.pages.answering import Run, as_json, endpoint, trouble
from graphmeta.pages.headers import HEADERS
from graphmeta.pages.links import twin
from graphmeta.pages.views import VIEWS, checks
from graphmeta.render import assets

_STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def routes(run: Run, policies: Sequence[Path] = ()) -> list[BaseRoute]:
    """The routes of the pages.

    Args:
        run: what runs a function of the store.
        policies: files with rules, for the page of checks.
    """
    found: list[BaseRoute] = []
    for each in VIEWS:
        view = checks.with_policies(policies) if each is checks.VIEW else each
        # The twins first: `/artifact/{id}.json` would otherwise be a name that ends so.
        if view.csv is not None:
            found.append(_get(twin(view.path, "csv"), endpoint(view, run, "csv")))
        found += [_get(twin(view.path, name), endpoint(view, run, f".{name}")) for name in view.files]
        found.append(_get(twin(view.path), endpoint(view, run, "json")))
        found.append(_get(view.path, endpoint(view, run, "html")))
    found.append(_get("/openapi.json", _openapi))
    found.append(_get("/static/{name}", _static))
    found.append(_get("/{path:anything}", _missing))
    return found


class _Digits(Convertor[int]):
    """A whole number in a path. (Starlette's own has no end, and Python refuses to read numbers of 4,300 digits.)"""

    regex = "[0-9]{1,30}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


class _Anything(Convertor[str]):
    """The rest of a path. (Starlette's own ends at a line feed.)"""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("digits", _Digits())
register_url_convertor("anything", _Anything())


def _get(path: str, answer: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(path.replace(":int}", ":digits}"), answer, methods=["GET"])


async def _openapi(request: Request) -> Response:
    return as_json(openapi.document(VIEWS))


async def _static(request: Request) -> Response:
    """A style sheet or a script: one of a fixed few, whatever is asked for."""
    name = request.path_params["name"]
    files = _files()
    if name not in files:
        return await _missing(request)
    content, tag = files[name]
    # Asked for each time, sent when it is new: a page and its script are of one version.
    headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, _KINDS[Path(name).suffix])


@functools.cache
def _files() -> Mapping[str, tuple[bytes, str]]:
    """Each file with its tag, by name."""
    own = {file.name: file.read_bytes() for file in _STATIC.iterdir() if file.suffix in _KINDS}
    found = {**own, **{name: text.encode() for name, text in assets.files().items()}}
    return {name: (content, f'"{hashlib.sha256(content).hexdigest()[:32]}"') for name, content in found.items()}


async def _missing(request: Request) -> Response:
    path = request.scope["path"]
    return trouble(
        NotFoundError(f"There is no page {path[:200]} here."), request, "json" if path.endswith(".json") else "html"
    )
