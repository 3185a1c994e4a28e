"""Evidence as one file: Markdown for people with the whole of it as JSON behind, or the JSON alone; and the check that
a file is still what was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from graphmeta.errors import InvalidArgumentError
from graphmeta.query.answers.evidence import FORMAT, Evidence, digest_of
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table
from graphmeta.render.markdown import fenced, to_markdown
from graphmeta.render.text import answer

_JSON = re.compile(r"^(`{3,})json\n(?P<json>.*?)\n\1$", re.DOTALL | re.MULTILINE)
_SEAL = "Digest of all lines above this one: "


def to_json_text(evidence: Evidence) -> str:
    """The document as JSON."""
    return _json(evidence.to_json()) + "\n"


def to_markdown_text(evidence: Evidence) -> str:
    """The document as Markdown, with the JSON in it; the last line has the digest of all lines before it."""
    lines = [*to_markdown([Heading(f"Evidence for {words.name(evidence.explanation.model)}")], 1), *_body(evidence)]
    text = "\n".join(lines) + "\n"
    return f"{text}{_SEAL}{digest_of({'text': text})}\n"


def blocks(evidence: Evidence) -> list[Block]:
    """What is read in it by people."""
    facts = [
        ("read from", evidence.store),
        ("as of", words.time(evidence.made)),
        ("by", f"graphmeta {evidence.version}"),
        ("digest", evidence.digest),
    ]
    shown: list[Block] = [Facts(facts), *answer(evidence.explanation)]
    for path in evidence.paths:
        shown += answer(path)
    rows = [
        [words.reference(each), words.value(each.value("digest")), words.time(each.created), words.place(each.uri)]
        for each in evidence.artifacts
    ]
    shown += [Heading("Digests"), Table(["artifact", "digest", "stored", "where"], rows)]
    if not all(row[1] for row in rows):
        shown.append(Note("Of what has no digest here the store knows none: its bytes were not recorded."))
    return shown


def _body(evidence: Evidence) -> Iterator[str]:
    yield from to_markdown(blocks(evidence))
    yield from to_markdown([Heading("The same for programs")])
    yield from fenced(_json(evidence.to_json()), "json")
    yield ""


def check(text: str) -> str:
    """Whether a file of evidence is as it was written.

    Returns:
        the digest that it holds, which fits.

    Raises:
        InvalidArgumentError: it was changed, or is no evidence.
    """
    held = _JSON.search(text)
    try:
        document: Any = json.loads(held["json"] if held else text, object_pairs_hook=_once)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidArgumentError("This is no evidence that graphmeta wrote: it holds no such JSON document.")
    said = document.get("digest")
    found = digest_of(document)
    if said != found:
        raise InvalidArgumentError(f"The document was changed: it says {said}, and its content has {found}.")
    if held:
        above, seal, sealed = text.rpartition(_SEAL)
        if not seal or sealed.strip() != digest_of({"text": above}):
            raise InvalidArgumentError("The text was changed: it is not that of the digest in its last line.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which no key may stand twice: the second would hide the first from us, and not from a reader."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False)
