"""From a request to a page, to its JSON twin, or to an error that says what to do."""

from __future__ import annotations

import csv
import io
import json
import logging
import math
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.backends.base import ReadGivenUpError
from graphmeta.errors import GraphmetaError, InternalError, NotFoundError, StoreUnavailableError
from graphmeta.pages import links
from graphmeta.pages.headers import HEADERS
from graphmeta.pages.parameters import read_all
from graphmeta.pages.refusal import NotMadeError
from graphmeta.pages.templating import environment
from graphmeta.pages.view import Page, View
from graphmeta.render import patience
from graphmeta.store import Store

LOG = logging.getLogger("graphmeta.server")
_FILES = {".svg": "image/svg+xml", ".html": "text/html"}
# What a spreadsheet would take for a formula, and what begins a cell or a line of its own there.
_FORMULA = ("=", "+", "-", "@")
_BREAKS = ("\t", "\r", "\n")
_HIGHEST_ID = 2**63 - 1  # of the stores
_TITLES = {400: "This cannot be asked", 404: "Not found", 503: "The store cannot be reached"}


class Run(Protocol):
    """Runs a function of the store in a thread, until it ends or the one who asked goes away.

    Raises:
        NotMadeError: there was no room or no time for it.
    """

    def __call__(self, question: Callable[[Store], Response], request: Request) -> Awaitable[Response]: ...


def endpoint(view: View, run: Run, form: str) -> Callable[[Request], Awaitable[Response]]:
    """What answers requests of a view.

    Args:
        form: "html", "json", "csv", or a dot and the name of one of the view's files.
    """

    async def answer(request: Request) -> Response:
        try:
            return await run(lambda store: respond(view, store, request, form), request)
        except NotMadeError as error:
            return trouble(error, request, form)

    return answer


def respond(view: View, store: Store, request: Request, form: str) -> Response:
    """The answer to one request, in a thread that may wait for the store."""
    try:
        _check_place(request)
        asked = read_all(view.parameters, request.query_params.multi_items())
        at = asked.get("at")
        store = store if at is None else store.as_of(at)
        given = {**request.path_params, **asked}
        with links.leading_from(view.parameters, at):
            return _answered(view, store, request, form, given, asked)
    except ReadGivenUpError:
        raise  # nobody waits for an answer
    except GraphmetaError as error:
        return trouble(error, request, form)
    except Exception:
        # Not for strangers' eyes: it may tell of paths and of what others stored.
        LOG.exception("The page %s failed unexpectedly.", ascii(request.scope["path"])[:200])
        return trouble(
            InternalError("The server met an error that it did not expect; its log says more."), request, form
        )


def _answered(
    view: View, store: Store, request: Request, form: str, given: Mapping[str, Any], asked: Mapping[str, Any]
) -> Response:
    if form.startswith("."):
        return _as_file(view.files[form[1:]](store, given), form, request)
    page = view.answer(store, given)
    patience.check()
    if form == "json":
        return as_json({**page.data, **_as_of(store)}, page.status)
    if form == "csv":
        return _as_csv(view, page, request)
    return _as_html(view.name, page, request, {"asked": asked, **_as_of(store)})


def trouble(error: GraphmetaError, request: Request, form: str) -> Response:
    """An error in the form that was asked for."""
    status = _status(error)
    said = {"error": {"code": error.code, "message": str(error), "candidates": [*getattr(error, "candidates", ())]}}
    if form in ("json", "csv"):
        answer = as_json(said, status)
    else:
        title = error.title if isinstance(error, NotMadeError) else _TITLES.get(status, "Something went wrong")
        answer = _as_html("error", Page(title, said, status=status), request, {"asked": {}})
    if isinstance(error, NotMadeError) and error.retry_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _status(error: GraphmetaError) -> int:
    if isinstance(error, InternalError):
        return 500
    return 404 if isinstance(error, NotFoundError) else 503 if isinstance(error, StoreUnavailableError) else 400


def _check_place(request: Request) -> None:
    for name, value in request.path_params.items():
        if isinstance(value, int) and value > _HIGHEST_ID:
            raise NotFoundError(f"There is no {name} {value}: they end at {_HIGHEST_ID}.")


def as_json(data: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON document."""
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    except ValueError:
        data = _finite(data)
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    # A lone surrogate of a stored name has no UTF-8: such a document is written in ASCII.
    try:
        content = text.encode()
    except UnicodeEncodeError:
        content = json.dumps(data, allow_nan=False).encode()
    return Response(content, status, HEADERS, "application/json")


def _finite(held: Any) -> Any:
    """The same with infinite numbers as texts, for JSON has none."""
    if isinstance(held, float) and not math.isfinite(held):
        return str(held)
    if isinstance(held, Mapping):
        return {key: _finite(value) for key, value in held.items()}
    return [_finite(each) for each in held] if isinstance(held, (list, tuple)) else held


def _as_html(name: str, page: Page, request: Request, around: Mapping[str, Any]) -> Response:
    # Not `request.url`, which is put together from the Host header and the path and taken apart again. And one slash:
    # what begins with two is an address elsewhere.
    path = "/" + request.scope["path"].lstrip("/")
    query = request.scope["query_string"].decode("latin-1")
    here = quote(path, errors="replace") + (f"?{query}" if query else "")
    given = {
        **page.data,
        **page.extra(),
        "as_of": None,
        "updated_since": [],
        **around,
        "title": page.title,
        "view": name,
        "here": here,
        "path": path,
    }
    given["again"] = lambda **changes: links.changed(path, given["asked"], **changes)
    patience.check()
    content = "".join(_while_wanted(environment().get_template(f"{name}.html").generate(given)))
    return Response(content.encode("utf-8", "replace"), page.status, HEADERS, "text/html")


def _while_wanted(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces of a page, for as long as somebody waits for it."""
    for piece in pieces:
        patience.check()
        yield piece


def _as_csv(view: View, page: Page, request: Request) -> Response:
    assert view.csv is not None
    written = io.StringIO()
    writer = csv.writer(written)
    for row in view.csv(page.data):
        writer.writerow([_cell(each) for each in row])
    content = written.getvalue().encode("utf-8", "replace")
    return Response(content, page.status, {**HEADERS, **_attached(request, ".csv")}, "text/csv")


def _as_file(text: str, form: str, request: Request) -> Response:
    """A file to keep: it is never shown in a page's place, where it could ask the server for more."""
    headers = {**HEADERS, **_attached(request, form)}
    return Response(text.encode("utf-8", "replace"), 200, headers, _FILES[form])


def _attached(request: Request, form: str) -> dict[str, str]:
    """The header that makes an answer a file: `graphmeta-lineage-artifact-42.csv`."""
    name = quote(f"graphmeta{request.scope['path'].removesuffix(form)}{form}".replace("/", "-"))
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _cell(held: Any) -> Any:
    """A value for a spreadsheet, that does not take it for a formula."""
    if not isinstance(held, str):
        return json.dumps(held, ensure_ascii=False) if isinstance(held, (dict, list)) else held
    if held.startswith(_BREAKS) or _first(held) in _FORMULA:
        held = f"'{held}"
    return held.replace("\0", "\\x00")  # no CSV has a NUL, nor does Python 3.10 write one


def _first(text: str) -> str:
    """The first character that is seen, in its plain form: the `=` of Chinese and Japanese keyboards is wider."""
    seen = next((each for each in text if unicodedata.category(each)[0] not in "CZ"), "")
    return unicodedata.normalize("NFKC", seen)[:1]


def _as_of(store: Store) -> dict[str, Any]:
    if not isinstance(store.backend, AsOfBackend):
        return {}
    since = [f"{kind}/{id}" for kind, id in sorted(store.backend.updated_since)]
    return {"as_of": store.backend.time, "updated_since": since}
