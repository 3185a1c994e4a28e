"""A lineage as a tree: every node once, a second meeting referred to, cycles and depth survived."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution
from graphmeta.render.plain import line_text
from graphmeta.render.safe import cells, shortened, visible
from graphmeta.render.tree import ASCII, tree
from graphmeta.store import Store
from tests.render.drawings import diamond, rewritten, types


def written(lineage: query.Lineage) -> str:
    return "\n".join(line_text(line) for line in tree(lineage))


def test_a_node_met_twice_is_shown_once_and_referred_to(sqlite_store: Store) -> None:
    assert written(diamond(sqlite_store)) == (
        "Metrics:scores (artifact/4)\n"
        "upstream: made from\n"
        "└─ judge (evaluate, execution/3)  RUNNING\n"
        "   ├─ Model:m@1 (artifact/2)\n"
        "   │  └─ train-1 (train, execution/1)\n"
        "   │     └─ Dataset:data (artifact/1)\n"
        "   └─ Model:m@2 (artifact/3)\n"
        "      └─ train-2 (train, execution/2)  CACHED\n"
        "         └─ Dataset:data (artifact/1)  ↑ see above"
    )


def test_upstream_and_downstream(sqlite_store: Store) -> None:
    diamond(sqlite_store)
    assert written(query.lineage(sqlite_store, "artifact/2")) == (
        "Model:m@1 (artifact/2)\n"
        "upstream: made from\n"
        "└─ train-1 (train, execution/1)\n"
        "   └─ Dataset:data (artifact/1)\n"
        "downstream: used for\n"
        "└─ judge (evaluate, execution/3)  RUNNING\n"
        "   └─ Metrics:scores (artifact/4)"
    )


def test_nodes_without_a_name_have_their_type_and_id(sqlite_store: Store) -> None:
    types(sqlite_store)
    data, step = Artifact(type="Dataset"), Execution(type="train")
    sqlite_store.put(artifacts=[data], executions=[step], events=[Event(data, step, "OUTPUT")])
    assert written(query.lineage(sqlite_store, data)) == (
        "Dataset (artifact/1)\nupstream: made from\n└─ train (execution/1)"
    )


def test_nodes_left_out_are_counted(sqlite_store: Store) -> None:
    lineage = query.lineage(sqlite_store, diamond(sqlite_store).start, types=["Dataset", "Model"])
    assert "└─ Dataset:data (artifact/1)  … 1 node between" in written(lineage)


def test_nothing_within_what_was_asked_is_not_called_unknown(sqlite_store: Store) -> None:
    start = diamond(sqlite_store).start
    assert written(query.lineage(sqlite_store, start, up=0)).endswith(
        "\nNothing is within --up 0 and --down 0, which count node steps."
    )
    assert written(query.lineage(sqlite_store, start, types=["Metrics"])).endswith(
        "\nNothing of type Metrics is in its lineage."
    )
    assert written(query.lineage(sqlite_store, start, up=1, types=["Model"])).endswith(
        "\nNothing of type Model is within --up 1 and --down 0, which count node steps."
    )


def test_a_cycle_ends(sqlite_store: Store) -> None:
    lineage = query.lineage(sqlite_store, rewritten(sqlite_store))
    text = written(lineage)
    assert text.count("rewrite") == 2
    assert text.count("↑ see above") == 2


def test_a_node_alone_says_so(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = Artifact(type="Dataset", name="alone")
    sqlite_store.put(artifacts=[data])
    assert written(query.lineage(sqlite_store, data)).endswith("Nothing is known of what it was made from or used for.")


def test_a_chain_of_thousands_does_not_recurse(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = [Artifact(type="Dataset") for _ in range(2001)]
    steps = [Execution(type="train") for _ in range(2000)]
    events = [Event(data[number], step, "INPUT") for number, step in enumerate(steps)]
    events += [Event(data[number + 1], step, "OUTPUT") for number, step in enumerate(steps)]
    sqlite_store.put(artifacts=data, executions=steps, events=events)
    lines = list(tree(query.lineage(sqlite_store, data[-1])))
    assert len(lines) == 4001 + 1


def test_it_can_be_written_in_ascii(sqlite_store: Store) -> None:
    prefixes = "".join(line.prefix for line in tree(diamond(sqlite_store), ASCII))
    assert prefixes.isascii()
    assert "`- " in prefixes


# ---------------------------------------------------------------- the texts in it


@given(st.text())
def test_visible_text_is_printable_and_one_line(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert not set(shown) & set("\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\ufeff\ufffe\uffff")
    shown.encode("utf-8")


def test_visible_text_leaves_ordinary_words_alone() -> None:
    for text in ("churn@3", "ελληνικά", "日本語", "👩‍🔬", "naïve\u00a0name", "[red]"):
        assert visible(text) == text
    assert visible("\x1b[31m\n\u202e") == "\\x1b[31m\\n\\u202e"


@given(st.text(), st.integers(1, 30))
def test_shortened_text_fits(text: str, width: int) -> None:
    short = shortened(text, width)
    assert cells(short) <= width
    assert short == text or "…" in short


def test_shortened_text_keeps_both_ends() -> None:
    assert shortened("features/of/a/very/long/path/table.parquet@12", 20) == "features/of/a…uet@12"
