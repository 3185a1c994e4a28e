"""What importlib.metadata says about ml-metadata once `install` stands in for it: its name and its version."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, DistributionFinder
from typing import NoReturn

from graphmeta.mlmd.version import __version__


class StandIn(Distribution):
    """The distribution."""

    def read_text(self, filename: str) -> str | None:
        """The text of a file of its metadata, of which there is one."""
        return f"Metadata-Version: 2.1\nName: ml-metadata\nVersion: {__version__}\n" if filename == "METADATA" else None

    def locate_file(self, path: object) -> NoReturn:
        """There is no file."""
        raise FileNotFoundError(f"{path}: graphmeta stands in for ml-metadata and has no files of its name.")


class Finder(DistributionFinder):
    """Finds the distribution; the modules are in sys.modules."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """No module."""
        return

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        """Ours, where it or all distributions are wanted."""
        name = context.name if context else None
        if name is None or name.lower().replace("_", "-") == "ml-metadata":
            yield StandIn()
