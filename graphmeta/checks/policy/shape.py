"""Whether a file has the shape of a policy, and what is wrong with it in words."""

from __future__ import annotations

import difflib
import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphmeta.checks.policy.document import MISSING, Document, Mistake, Where
from graphmeta.errors import UnsupportedError

if TYPE_CHECKING:
    import jsonschema

_MOST = 1_000  # mistakes that are looked at; nobody reads so many
_KINDS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def schema_text() -> str:
    """The JSON schema of policies (draft 2020-12), for editors."""
    return resources.files("graphmeta.checks.policy").joinpath("schema.json").read_text(encoding="utf-8")


@functools.cache
def schema() -> Mapping[str, Any]:
    """The same, parsed."""
    return json.loads(schema_text())  # type: ignore[no-any-return]


def misshapen(document: Document) -> list[tuple[Where, Mistake]]:
    """What a document has that no policy may have, or lacks, with where in it.

    Raises:
        UnsupportedError: jsonschema is not installed.
    """
    try:
        import jsonschema
    except ImportError:
        raise UnsupportedError(MISSING) from None
    validator = jsonschema.Draft202012Validator(schema())
    errors = list(itertools.islice(validator.iter_errors(document.value), _MOST))
    # What lacks something because it is misspelt is misspelt, and no more.
    misspelt = {tuple(error.absolute_path) for error in errors if error.validator == "additionalProperties"}
    return [
        each
        for error in errors
        if error.validator not in ("anyOf", "required") or tuple(error.absolute_path) not in misspelt
        for each in _said(document, error)
    ]


def _said(document: Document, error: jsonschema.ValidationError) -> Iterator[tuple[Where, Mistake]]:
    where = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = list(error.schema["properties"])
        given: Any = error.instance
        for key in itertools.islice((key for key in given if key not in known), _MOST):
            yield where, Mistake(document.line(*where, key), _unknown_key(_what(where), key, known))
        return
    yield where, Mistake(document.line(*where), f"{_what(where)} {_wrong(error)}.")


def _unknown_key(what: str, key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key.replace("_", " ").replace("-", " ")[:50], known, n=1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    meant += f"It may have {_listed(known)}."
    return f"{what} has no {_shown(key)}. {meant}"


def _what(where: Where) -> str:
    """What stands at a place, as `'for' of rule 2`."""
    number, names = 0, []
    for step in where:
        if isinstance(step, int):
            number = step + 1
        else:
            names.append(step)
    if not names:
        return "The file"
    if names[0] not in ("rules", "tags") or not number:
        return repr(names[0])[:60]
    part = f"{names[0][:-1]} {int(where[1]) + 1}"
    return f"{names[-1]!r:.60} of {part}" if len(names) > 1 else part.capitalize()


def _wrong(error: jsonschema.ValidationError) -> str:
    """What is wrong with a value, and what was expected, behind the words for what it is."""
    wanted: Any = error.validator_value
    given: Any = error.instance
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in given]
            return f"lacks {_listed(missing)}"
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return f"is {_kind(given)}, and {_listed([_KINDS[each] for each in kinds], quoted=False)} is expected"
        case "enum" | "const":
            known = wanted if error.validator == "enum" else [wanted]
            near = difflib.get_close_matches(str(given)[:50], map(str, known), n=1)
            meant = f" (did you mean {near[0]}?)" if near and len(known) > 1 else ""
            return f"is {_shown(given)}, and {_listed(known, quoted=False)} is expected{meant}"
        case "pattern":
            return f"is {_shown(given)}, and a name out of letters, digits, points, dashes and underscores is expected"
        case "anyOf":
            return f"says nothing that must hold: it needs one of {_listed([each['required'][0] for each in wanted])}"
        case "minItems" | "minProperties" | "minLength":
            return "is empty, and something must be said"
        case "maxItems" | "maxProperties" | "maxLength" | "maximum":
            return f"is too long or too much: {wanted:,} is the most"
        case "minimum":
            return f"is {_shown(given)}, and a number from {wanted} is expected"
    return "is not as the schema has it (graphmeta check policy --schema)"


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"{_shown(value)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _listed(words: list[Any], *, quoted: bool = True) -> str:
    shown = [repr(word) if quoted else str(word) for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
