"""`/models`: the models by name, each with its latest version, metrics and datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphmeta.pages.catalogues import CatalogueJson, page, parameters
from graphmeta.pages.view import Page, View
from graphmeta.store import Store


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """The models."""
    return page(store, asked, "Model", "Models")


VIEW = View(
    "models",
    "/models",
    "The models by name: the latest version of each, its metrics, and the datasets that it was made from.",
    answer,
    CatalogueJson,
    parameters("models"),
)
