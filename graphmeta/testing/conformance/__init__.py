"""What every backend must do, as one class of pytest tests to subclass.

    import pytest

    pytest.register_assert_rewrite("graphmeta.testing")   # in conftest.py, before the import below

    from graphmeta.testing.conformance import Reopen, Store, StoreTests

    class TestMyStore(StoreTests):
        @pytest.fixture
        def store(self) -> Iterator[Store]:       # fresh, empty and initialised
            ...

        @pytest.fixture
        def reopen(self, store) -> Reopen:        # reopen(read_only=False): the same store once more
            ...

The tests set `store.backend.clock`, so a backend's `Writer.now` must ask it. They are grouped by behaviour;
a backend in the making may subclass one group at a time.
"""

from graphmeta.store import Store
from graphmeta.testing.conformance.copying import CopyTests
from graphmeta.testing.conformance.edges import EventTests, MembershipTests, ParentTests
from graphmeta.testing.conformance.kit import Reopen
from graphmeta.testing.conformance.nodes import NodeTests
from graphmeta.testing.conformance.past import AsOfTests
from graphmeta.testing.conformance.predicates import PredicateTests
from graphmeta.testing.conformance.puts import AtomicityTests, KeyTests, ReuseTests
from graphmeta.testing.conformance.reads import ReadTests
from graphmeta.testing.conformance.removing import RemovalTests
from graphmeta.testing.conformance.sharing import SharingTests
from graphmeta.testing.conformance.types import TypeTests
from graphmeta.testing.conformance.updates import UpdateTests
from graphmeta.testing.conformance.upkeep import UpkeepTests
from graphmeta.testing.conformance.values import ValueTests
from graphmeta.testing.conformance.walks import WalkTests

__all__ = [
    "AsOfTests",
    "AtomicityTests",
    "CopyTests",
    "EventTests",
    "KeyTests",
    "MembershipTests",
    "NodeTests",
    "ParentTests",
    "PredicateTests",
    "ReadTests",
    "RemovalTests",
    "Reopen",
    "ReuseTests",
    "SharingTests",
    "Store",
    "StoreTests",
    "TypeTests",
    "UpdateTests",
    "UpkeepTests",
    "ValueTests",
    "WalkTests",
]


class StoreTests(
    TypeTests,
    NodeTests,
    UpdateTests,
    ValueTests,
    EventTests,
    MembershipTests,
    ParentTests,
    AtomicityTests,
    KeyTests,
    ReuseTests,
    ReadTests,
    PredicateTests,
    WalkTests,
    AsOfTests,
    SharingTests,
    CopyTests,
    RemovalTests,
    UpkeepTests,
):
    """All of them. Method names are unique over the groups (a test of the suite checks it)."""
