"""`resolve`: every way to name a node, and what is said where a name fits none or several."""

from __future__ import annotations

import pytest

from graphmeta.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from graphmeta.model import AnyNode
from graphmeta.query import display, label, resolve, resolve_all
from graphmeta.store import Store
from tests.query import worlds


def same(found: AnyNode, wanted: AnyNode) -> bool:
    return (found.kind, found.id) == (wanted.kind, wanted.id)


@pytest.fixture
def recorded(store: Store) -> worlds.Nodes:
    return worlds.recorded(store)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Model:churn", "churn@3"),
        ("Model:churn@1", "churn@1"),
        ("model:churn@2", "churn@2"),
        ("Dataset:train.csv", "train.csv@2"),
        ("Dataset:file:///data/train.csv.1", "train.csv@1"),
        ("file:///data/train.csv.1", "train.csv@1"),
        ("scores", "scores@3"),
        ("scores@1", "scores@1"),
        ("Run:churn", "run@5"),
        ("Run:churn@2", "run@2"),
        ("Environment:sha256:e1", "environment"),
        ("clean:clean", "clean@2"),
    ],
)
def test_what_the_recorder_wrote(store: Store, recorded: worlds.Nodes, text: str, wanted: str) -> None:
    assert same(resolve(store, text), recorded[wanted])


def test_ids(store: Store, recorded: worlds.Nodes) -> None:
    for key in ("churn@1", "train@2", "run@3"):
        node = recorded[key]
        assert same(resolve(store, f"{node.kind}/{node.id}"), node)


def test_a_label_is_found_again(store: Store, recorded: worlds.Nodes) -> None:
    for node in recorded.values():
        assert same(resolve(store, label(node)), node), label(node)
    assert label(recorded["churn@3"]) == "Model:churn@3"
    assert label(recorded["train@1"]) == f"execution/{recorded['train@1'].id}"
    assert display(recorded["churn@3"]) == "churn"


def test_all_versions(store: Store, recorded: worlds.Nodes) -> None:
    assert [node.name for node in resolve_all(store, "Model:churn")] == ["churn@1", "churn@2", "churn@3"]
    assert resolve_all(store, "Model:nobody") == []


def test_version_ten_is_newer_than_version_nine_whatever_was_stored_last(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model", properties={"display_name": "STRING", "version": "INT"})
    for version in (10, 9, 2):
        worlds.artifact(store, "Model", f"m@{version}", properties={"display_name": "m", "version": version})
    assert resolve(store, "Model:m").name == "m@10"


def test_without_versions_the_last_stored_is_the_newest(store: Store) -> None:
    worlds.add_types(store, "artifact", "system.Model")
    made = [worlds.artifact(store, "system.Model", custom_properties={"display_name": "iris"}) for _ in range(3)]
    assert same(resolve(store, "Model:iris"), made[-1])
    assert same(resolve(store, "system.Model:iris"), made[-1])


def test_a_version_may_be_text_and_custom(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model")
    old = worlds.artifact(store, "Model", custom_properties={"name": "m", "version": "v1"})
    new = worlds.artifact(store, "Model", custom_properties={"name": "m", "version": "v2"})
    assert same(resolve(store, "Model:m@v1"), old)
    assert same(resolve(store, "Model:m"), new)


def test_colons_ats_and_slashes_in_names_and_types(store: Store) -> None:
    worlds.add_types(store, "artifact", "Dataset", "a", "a:b", "kubeflow.org/alpha/model")
    names = {
        "Dataset:s3://b/x.csv": worlds.artifact(store, "Dataset", "s3://b/x.csv"),
        "a:b:c@d": worlds.artifact(store, "a:b", "c@d"),
        "a:x:y": worlds.artifact(store, "a", "x:y"),
        "x@y@z": worlds.artifact(store, "a", "x@y@z"),
        "no/slash:at all": worlds.artifact(store, "Dataset", "no/slash:at all"),
        "kubeflow.org/alpha/model:m": worlds.artifact(store, "kubeflow.org/alpha/model", "m"),
        "gs://c:1/d@2": worlds.artifact(store, "Dataset", uri="gs://c:1/d@2"),
        "relative/path.csv": worlds.artifact(store, "Dataset", uri="relative/path.csv"),
    }
    for text, node in names.items():
        assert same(resolve(store, text), node), text
    assert same(resolve(store, "Model:m"), names["kubeflow.org/alpha/model:m"])


def test_type_names_in_full_come_before_roles_and_last_words(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model", "SavedModel", "PushedModel")
    plain = worlds.artifact(store, "Model", "m")
    saved = worlds.artifact(store, "SavedModel", "m")
    other = worlds.artifact(store, "SavedModel", "other")
    assert same(resolve(store, "Model:m"), plain)
    assert same(resolve(store, "SavedModel:m"), saved)
    assert same(resolve(store, "Model:other"), other)


def test_the_last_word_of_a_long_type_name(store: Store) -> None:
    worlds.add_types(store, "execution", "tfx.components.trainer.component.Trainer")
    trained = worlds.step(store, "tfx.components.trainer.component.Trainer", name="t1")
    assert same(resolve(store, "Trainer:t1"), trained)


def test_a_name_under_a_display_name(store: Store) -> None:
    """Both a display name and a `name` property: the second is found too."""
    worlds.add_types(store, "artifact", "Dataset")
    node = worlds.artifact(store, "Dataset", custom_properties={"display_name": "Taxi rides", "name": "examples"})
    assert same(resolve(store, "Dataset:examples"), node)
    assert same(resolve(store, "Dataset:Taxi rides"), node)


def test_several_things_of_one_name_are_listed(store: Store) -> None:
    worlds.add_types(store, "artifact", "SavedModel", "PushedModel")
    saved = worlds.artifact(store, "SavedModel", "m")
    pushed = worlds.artifact(store, "PushedModel", "m")
    with pytest.raises(AmbiguousNameError) as caught:
        resolve(store, "Model:m")
    assert set(caught.value.candidates) == {f"artifact/{saved.id}", f"artifact/{pushed.id}"}
    for part in (f"artifact/{saved.id} (SavedModel m)", f"artifact/{pushed.id} (PushedModel m)"):
        assert part in str(caught.value)
    assert same(resolve(store, "m", types=["PushedModel"]), pushed)


def test_a_bare_name_across_kinds(store: Store, recorded: worlds.Nodes) -> None:
    with pytest.raises(AmbiguousNameError, match=r"artifact/\d+ \(Model churn\), context/\d+ \(Run churn\)"):
        resolve(store, "churn")
    assert same(resolve(store, "churn", kinds=("artifact",)), recorded["churn@3"])
    assert same(resolve(store, "churn", role="Model"), recorded["churn@3"])


def test_nothing_of_that_name_says_what_is_near(store: Store, recorded: worlds.Nodes) -> None:
    with pytest.raises(NotFoundError, match=r"called Model:chrun\. The nearest are Model:churn@3, "):
        resolve(store, "Model:chrun")
    with pytest.raises(NotFoundError, match=r"called Model:churn@9\. The nearest are"):
        resolve(store, "Model:churn@9")
    with pytest.raises(NotFoundError, match=r"There is no type Modle in .*; the nearest is Model\."):
        resolve(store, "Modle:churn")
    with pytest.raises(NotFoundError, match=r"no type zzz in .*; there are Dataset, Environment,"):
        resolve(store, "zzz:churn")
    with pytest.raises(NotFoundError, match=r"There is no artifact/999"):
        resolve(store, "artifact/999")
    with pytest.raises(NotFoundError, match=r"no artifact/9999999999999999999"):
        resolve(store, "artifact/9999999999999999999")
    with pytest.raises(NotFoundError, match=r"Nothing in .* is called s3://nowhere"):
        resolve(store, "s3://nowhere")


def test_an_empty_store_says_so(store: Store) -> None:
    store.initialise()
    with pytest.raises(NotFoundError, match=r"Nothing in .* is called Model:churn"):
        resolve(store, "Model:churn")
    with pytest.raises(NotFoundError, match=r"There is no type Thing .*: the store is empty"):
        resolve(store, "Thing:churn")


def test_what_cannot_be_a_name(store: Store, recorded: worlds.Nodes) -> None:
    with pytest.raises(InvalidArgumentError, match="A name is empty"):
        resolve(store, "")
    with pytest.raises(InvalidArgumentError, match="no Unicode text"):
        resolve(store, "Model:\udcff")
    run = recorded["run@1"]
    with pytest.raises(InvalidArgumentError, match=f"context/{run.id} is a context, and an artifact is wanted"):
        resolve(store, f"context/{run.id}", kinds=("artifact",))
    with pytest.raises(NotFoundError, match="There is no type nonsense"):
        resolve(store, "churn", types=["nonsense"])


@pytest.mark.parametrize("text", ["x" * 100_000, "Model:" + "x" * 100_000, ":" * 100_000, "Model:" + "@" * 1000])
def test_a_name_of_100_kb_is_one_short_sentence(store: Store, recorded: worlds.Nodes, text: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        resolve(store, text)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "text", [":", "Model:", ":churn", "@", "Model:@", "Model:@3", "%", "' OR 1=1 --", "\n", "a\x00b"]
)
def test_odd_names_are_not_found(store: Store, recorded: worlds.Nodes, text: str) -> None:
    with pytest.raises(NotFoundError):
        resolve(store, text)


def test_a_long_or_unprintable_name_is_labelled_by_its_id(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model")
    for name in ("x" * 500, "two\nlines", "bell\x07"):
        node = worlds.artifact(store, "Model", name)
        assert label(node) == f"artifact/{node.id}"
