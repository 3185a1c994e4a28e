"""From a request to a page, to its JSON twin, or to an error that says what to do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.errors import GraphmetaError, NotFoundError, StoreUnavailableError
from graphmeta.pages import links
from graphmeta.pages.parameters import read_all
from graphmeta.pages.templating import environment
from graphmeta.pages.view import Page, View
from graphmeta.store import Store

# Nothing of a page runs or loads but what this server itself sends, whatever a name or a property holds.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Run(Protocol):
    """Runs a function of the store in a thread, until it ends or the one who asked goes away."""

    def __call__(self, question: Callable[[Store], Response], request: Request) -> Awaitable[Response]: ...


def endpoint(view: View, run: Run, form: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers requests of a view.

    Args:
        form: "html", "json" or "csv".
    """

    async def answer(request: Request) -> Response:
        return await run(lambda store: respond(view, store, request, form), request)

    return answer


def respond(view: View, store: Store, request: Request, form: str) -> Response:
    """The answer to one request, in a thread that may wait for the store."""
    try:
        asked = read_all(view.parameters, request.query_params.multi_items())
        at = asked.get("at")
        store = store if at is None else store.as_of(at)
        page = view.answer(store, {**request.path_params, **asked})
        if form == "json":
            return as_json({**page.data, **_as_of(store)}, page.status)
        if form == "csv":
            assert view.csv is not None
            return _as_csv(view, page)
        return _as_html(view.name, page, request, {"asked": asked, **_as_of(store)})
    except GraphmetaError as error:
        return trouble(error, request, form)


def trouble(error: GraphmetaError, request: Request, form: str) -> Response:
    """An error in the form that was asked for."""
    status = 404 if isinstance(error, NotFoundError) else 503 if isinstance(error, StoreUnavailableError) else 400
    said = {"error": {"code": error.code, "message": str(error), "candidates": [*getattr(error, "candidates", ())]}}
    if form != "html":
        return as_json(said, status)
    title = {404: "Not found", 503: "The store cannot be reached"}.get(status, "This cannot be asked")
    return _as_html("error", Page(title, said, status=status), request, {"asked": {}})


def as_json(data: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON document."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    # A lone surrogate of a stored name has no UTF-8: such a document is written in ASCII.
    try:
        content = text.encode()
    except UnicodeEncodeError:
        content = json.dumps(data, allow_nan=False).encode()
    return Response(content, status, HEADERS, "application/json")


def _as_html(name: str, page: Page, request: Request, around: Mapping[str, Any]) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    given = {
        **page.data,
        **page.extra(),
        "as_of": None,
        "updated_since": [],
        **around,
        "title": page.title,
        "view": name,
        "here": here,
        "path": request.url.path,
    }
    given["again"] = lambda **changes: links.changed(request.url.path, given["asked"], **changes)
    content = environment().get_template(f"{name}.html").render(given)
    return Response(content.encode("utf-8", "replace"), page.status, HEADERS, "text/html")


def _as_csv(view: View, page: Page) -> Response:
    assert view.csv is not None
    written = io.StringIO()
    writer = csv.writer(written)
    for row in view.csv(page.data):
        writer.writerow([_cell(each) for each in row])
    name = f'attachment; filename="graphmeta-{view.name}.csv"'
    content = written.getvalue().encode("utf-8", "replace")
    return Response(content, page.status, {**HEADERS, "Content-Disposition": name}, "text/csv")


def _cell(held: Any) -> Any:
    """A value for a spreadsheet, that does not take it for a formula."""
    if isinstance(held, str) and held.startswith(_FORMULA):
        return f"'{held}"
    return json.dumps(held, ensure_ascii=False) if isinstance(held, (dict, list)) else held


def _as_of(store: Store) -> dict[str, Any]:
    if not isinstance(store.backend, AsOfBackend):
        return {}
    since = [f"{kind}/{id}" for kind, id in sorted(store.backend.updated_since)]
    return {"as_of": store.backend.time, "updated_since": since}
