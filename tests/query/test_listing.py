"""Lists a page at a time, in every order and narrowed down, on both stores."""

from __future__ import annotations

from typing import Any

from graphmeta.query.listing import SORTS, Sort, Wanted, part
from graphmeta.query.narrowing import Narrowing
from graphmeta.store import Store
from tests.query.many import fill_with_many, sorted_ids


def paged(store: Store, sort: Sort, descending: bool, size: int) -> list[int]:
    """The ids of all pages that follow one another, and then back again to the first."""
    wanted = Wanted("artifact", sort=sort, descending=descending)
    pages, after = [], None
    while True:
        found = part(store, wanted, size, after=after)
        pages.append([node.id or 0 for node in found.nodes])
        if found.after is None:
            break
        after = found.after
    before, back = found.before, [pages[-1]]
    while before is not None:
        found = part(store, wanted, size, before=before)
        back.append([node.id or 0 for node in found.nodes])
        before = found.before
    assert back[::-1] == pages
    return [id for page in pages for id in page]


def test_every_order_there_and_back(store: Store) -> None:
    fill_with_many(store)
    for sort in SORTS:
        for descending in (False, True):
            assert paged(store, sort, descending, 10) == sorted_ids(store, sort, descending), (sort, descending)


def narrowed(store: Store, **asked: Any) -> list[int]:
    """The ids of the artifacts that are left, ascending."""
    numbers = {each.type_id: each.number for each in store.counts() if each.kind == "artifact"}
    found = Narrowing(store, "artifact", numbers, **asked)
    return [node.id or 0 for node in part(store, Wanted("artifact", found.where, found.few, "id", False), 100).nodes]


def test_everything_that_a_list_is_narrowed_down_by(store: Store) -> None:
    fill_with_many(store)
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"type": "Data"}, [id for id in range(1, 46) if id % 5 in (1, 2)]),
        ({"type": "Model", "name": "Model-3", "begins": True}, [18]),
        ({"type": "nothing"}, []),
        ({"state": "LIVE"}, list(range(3, 46, 5))),
        ({"name": "MODEL-1"}, [8, 9]),
        ({"uri": "s3://"}, list(range(1, 42, 5))),
        ({"context": "1", "type": "Data"}, list(range(1, 46, 5))),
        ({"context": "nightly/1", "uri": "s3://b/4"}, [21]),
        ({"filter": "properties.rate.double_value > 0.65"}, [38, 43]),
        ({"since": "2023-11-14T22:13:28Z", "type": "Data"}, [41, 42]),
        ({"until": "2023-11-14T22:13:20Z"}, [1, 2, 3, 4, 5]),
    ]
    assert [(asked, narrowed(store, **asked)) for asked, _ in expected] == expected
