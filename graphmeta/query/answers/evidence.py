"""What an auditor files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.model import Artifact
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.answers.several import Explanation
from graphmeta.query.answers.ways import Path
from graphmeta.query.nodes import label, node_json

FORMAT = "graphmeta evidence 1"


@dataclass(frozen=True, slots=True)
class Evidence(Answer):
    """Everything that the store can say of how a model was made, at one moment.

    Attributes:
        explanation: the answers to the seven questions.
        paths: from each of its datasets to the model, the shortest way; in the order of the datasets.
        artifacts: the model, its metrics, and every artifact on those ways, by id.
        store: where this was read, without a password.
        made: when, in milliseconds since the epoch; of a store as it was, that time.
        version: of graphmeta.
    """

    explanation: Explanation
    paths: Sequence[Path]
    artifacts: Sequence[Artifact]
    store: str
    made: int
    version: str

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the document without its digest."""
        return digest_of(self._document())

    def to_json(self) -> Json:
        """{"format", "digest", "made", "store", "graphmeta", "model", "answers", "paths", "artifacts"}."""
        document = self._document()
        return {"format": document.pop("format"), "digest": self.digest, **document}

    def _document(self) -> Json:
        return {
            "format": FORMAT,
            "made": self.made,
            "store": self.store,
            "graphmeta": self.version,
            "model": label(self.explanation.model),
            "answers": self.explanation.to_json(),
            "paths": [path.to_json() for path in self.paths],
            "artifacts": [
                {**node_json(each), "digest": each.value("digest"), "label": label(each)} for each in self.artifacts
            ],
        }


def digest_of(document: Json) -> str:
    """`sha256:<hex>` of a document as JSON: keys in order, no spaces, ASCII, its own digest left out."""
    held = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode('ascii')).hexdigest()}"
