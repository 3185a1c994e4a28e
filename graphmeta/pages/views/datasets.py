"""`/datasets`: the datasets by name, each with its latest version and the models that were made from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmeta.pages.catalogues import CatalogueJson, page, parameters
from graphmeta.pages.view import Page, View
from graphmeta.store import Store


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """The datasets."""
    return page(store, asked, "Dataset", "Datasets")


VIEW = View(
    "datasets",
    "/datasets",
    "The datasets by name: the latest version of each, and the models that were made from it.",
    answer,
    CatalogueJson,
    parameters("datasets"),
)
