"""Which artifacts are versions of one thing, on both stores."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.model import Artifact
from graphmeta.query.versions import (
    age,
    logical_name,
    sure_versions,
    thing,
    version_before,
    versions,
    versions_around,
)
from graphmeta.store import Store
from tests.query import worlds


def ids(found: Sequence[Artifact]) -> list[int]:
    return [each.id or 0 for each in found]


def test_versions_have_a_type_and_a_name_in_common(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model", "Other")
    store.put(
        artifacts=[
            *[Artifact(type="Model", name=f"churn@{n}", custom_properties={"display_name": "churn"}) for n in (1, 2)],
            Artifact(type="Other", name="churn"),
            Artifact(type="Model", name="churned"),
            Artifact(type="Model", name="churn"),
        ]
    )
    assert ids(versions(store, store.artifact(1))) == [5, 2, 1]
    assert ids(versions(store, store.artifact(1), upto=2)) == [2, 1]
    assert ids(versions(store, store.artifact(3))) == [3]


def test_what_tfx_writes_to_one_folder_are_versions(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model")
    uris = ["/p/Trainer/model/3", "/p/Trainer/model/5", "/p/Tuner/model/3", "/p/Trainer/model/x", "/p/Trainer/model/7/"]
    store.put(artifacts=[Artifact(type="Model", uri=uri) for uri in uris])
    one = store.artifact(1)
    assert logical_name(one) == ("Trainer/model", "/p/Trainer/model")
    assert ids(versions(store, one)) == [5, 2, 1]
    assert versions_around(store, store.artifact(2), 10).before == one
    assert ids(sure_versions(store, store.artifact(3))) == [3]


def test_what_is_surely_one_thing() -> None:
    place = "/p/Trainer/model/3"
    named = Artifact(type="Model", type_id=7, uri=place, custom_properties={"name": "model"})
    assert (logical_name(named), thing(named)) == (("model", ""), (7, "folder", "/p/Trainer/model"))
    elsewhere = Artifact(type="Model", type_id=7, uri="/p/model", custom_properties={"name": "model"})
    assert (logical_name(elsewhere), thing(elsewhere)) == (("model", ""), (7, "name", "model"))
    nameless = Artifact(type="Model", type_id=7, uri="/p/model.bin")
    assert (logical_name(nameless), thing(nameless)) == (("model.bin", ""), None)
    nameless.custom_properties["digest"] = "d"
    assert thing(nameless) == (7, "uri", "/p/model.bin")


def test_files_that_are_called_alike_are_no_versions(store: Store) -> None:
    worlds.add_types(store, "artifact", "Data")
    store.put(artifacts=[Artifact(type="Data", uri=f"/{folder}/train.csv") for folder in "abc"])
    assert ids(sure_versions(store, store.artifact(2))) == [2]
    assert versions_around(store, store.artifact(2), 10) == ([store.artifact(2)], None, False)


def test_an_old_version_comes_with_the_one_before_it(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model")
    store.put(
        artifacts=[
            Artifact(type="Model", name=f"m@{n}", custom_properties={"display_name": "m", "version": n})
            for n in range(1, 9)
        ]
    )
    shown, before, more = versions_around(store, store.artifact(3), 4)
    assert (ids(shown), before and before.id, more) == ([8, 7, 6, 5, 3, 2], 2, True)
    every = versions(store, store.artifact(1))
    assert sorted(every, key=age, reverse=True) == every
    earlier = version_before(every[1], every)
    assert earlier is not None
    assert earlier.id == 6
    assert version_before(every[-1], every) is None
