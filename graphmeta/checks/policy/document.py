"""YAML as plain data, with the line of everything in it; nothing in it is run, and no file is too large to read."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from graphmeta.errors import InvalidArgumentError, UnsupportedError

if TYPE_CHECKING:
    import yaml

Step = Union[str, int]
Where = tuple[Step, ...]

LARGEST = 200_000  # bytes: the parser takes some seconds for that
DEEPEST = 30
MOST_TOLD = 50  # mistakes
_MOST_VALUES = 20_000  # with what aliases repeat
MISSING = "Policies need pyyaml and jsonschema, which are not installed: pip install 'graphmeta[checks]'."


class Mistake(NamedTuple):
    """Something that is wrong with a file, in one sentence; the line is numbered from 1."""

    line: int
    sentence: str


class MistakesError(InvalidArgumentError):
    """A file is not what it should be.

    Attributes:
        path: the file.
        mistakes: all that was found, by line; the message has the first `MOST_TOLD`, a line each.
    """

    def __init__(self, path: Path, mistakes: list[Mistake]) -> None:
        self.path = path
        self.mistakes = sorted(set(mistakes))
        said = [f"{path}, line {line}: {sentence}" for line, sentence in self.mistakes[:MOST_TOLD]]
        if len(self.mistakes) > MOST_TOLD:
            said.append(f"{path} has {len(self.mistakes) - MOST_TOLD:,} more mistakes.")
        super().__init__("\n".join(said))


class Document:
    """A file's data.

    Attributes:
        path: the file.
        value: the data: dicts with texts as keys, lists, texts, numbers, booleans, None.
    """

    def __init__(self, path: Path, value: Any, lines: Mapping[Where, int]) -> None:
        self.path = path
        self.value = value
        self._lines = lines

    def line(self, *where: Step) -> int:
        """The line of a value, of an entry that of its key; of what is not there that of what it should be in."""
        while where not in self._lines:
            where = where[:-1]
        return self._lines[where]


def read(path: Path) -> Document:
    """The one YAML document in a file, by the rules of YAML 1.2: `on` and `no` are texts.

    Raises:
        MistakesError: it is no YAML, holds a key twice, or what has no place here.
        InvalidArgumentError: it cannot be read, or is too large.
        UnsupportedError: pyyaml is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise UnsupportedError(MISSING) from None
    text = _text(path)
    try:
        _check_depth(path, text)
        root = yaml.compose(text, Loader=_loader())
    except yaml.YAMLError as error:
        raise MistakesError(path, [_no_yaml(error, text)]) from None
    if root is None:
        raise MistakesError(path, [Mistake(1, "The file is empty; 'version: 1' and 'rules:' are wanted.")])
    reading = _Reading()
    value = reading.value(root, ())
    if reading.mistakes:
        raise MistakesError(path, reading.mistakes)
    return Document(path, value, reading.lines)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(content) > LARGEST:
        raise InvalidArgumentError(f"{path} has more than {LARGEST:,} bytes; rules have fewer. Is it the right file?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise MistakesError(path, [Mistake(line, "This is no text in UTF-8. Save the file as UTF-8.")]) from None


def _check_depth(path: Path, text: str) -> None:
    """Refuse what is nested too deep before anything walks down it."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            line = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser of text marks everything
            raise MistakesError(path, [Mistake(line, f"This is nested more than {DEEPEST} levels deep.")])


def _no_yaml(error: yaml.YAMLError, text: str) -> Mistake:
    import yaml

    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        said = " ".join(part for part in (error.context, error.problem) if part)
    else:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        said = getattr(error, "reason", "") or "it holds characters that YAML does not allow"
    return Mistake(line, f"This is no YAML: {said}.")


# ---------------------------------------------------------------- values

_BOOLEAN, _NULL = re.compile(r"true|True|TRUE|false|False|FALSE"), re.compile(r"~|null|Null|NULL|")
_WHOLE = "(?:0|[1-9][0-9]{0,18})"
_INTEGER = re.compile(rf"[-+]?{_WHOLE}")
_NUMBER = re.compile(rf"[-+]?(?:{_WHOLE}?\.[0-9]{{1,30}}|{_WHOLE}\.?(?=[eE]))(?:[eE][-+]?[0-9]{{1,2}})?")
_TAG = "tag:yaml.org,2002:"
# What plain texts may be, and what becomes of them; the first that fits.
_SCALARS: Mapping[str, tuple[re.Pattern[str], str, Callable[[str], Any]]] = {
    f"{_TAG}bool": (_BOOLEAN, "tTfF", lambda text: text.lower() == "true"),
    f"{_TAG}null": (_NULL, "~nN\0", lambda text: None),
    f"{_TAG}int": (_INTEGER, "-+0123456789", int),
    f"{_TAG}float": (_NUMBER, "-+.0123456789", float),
    f"{_TAG}str": (re.compile(r".*", re.DOTALL), "", str),
}


@functools.cache
def _loader() -> type[yaml.SafeLoader]:
    """A parser that takes plain texts as YAML 1.2 does."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (a table of the library's)

    for tag, (pattern, first, _) in _SCALARS.items():
        for letter in first.replace("\0", ""):
            whole = re.compile(rf"(?:{pattern.pattern})\Z")
            Loader.yaml_implicit_resolvers.setdefault(letter, []).append((tag, whole))
    Loader.yaml_implicit_resolvers.setdefault("", []).append((f"{_TAG}null", re.compile(r"\Z")))
    return Loader


class _Reading:
    """Nodes of a parser as values.

    Attributes:
        lines: of every value, by where it is.
        mistakes: what was found wrong.
    """

    def __init__(self) -> None:
        self.lines: dict[Where, int] = {}
        self.mistakes: list[Mistake] = []
        self._full = False

    def value(self, node: yaml.Node, where: Where) -> Any:
        """A node as a value; None where there is a mistake."""
        import yaml

        line = node.start_mark.line + 1
        self.lines.setdefault(where, line)
        if len(self.lines) > _MOST_VALUES or len(where) > DEEPEST:
            # (An alias may stand within what it names.)
            if not self._full:
                self.mistakes.append(Mistake(line, "The file holds too much, with all that its aliases repeat."))
            self._full = True
            return None
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return dict(self._entries(node, where))
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*where, place)) for place, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _entries(self, node: yaml.MappingNode, where: Where) -> Iterator[tuple[str, Any]]:
        import yaml

        seen: dict[str, int] = {}
        for key, item in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.mistakes.append(Mistake(line, "A key is a text, and this is a list or a mapping."))
                continue
            name = str(key.value)
            if name in seen:
                self.mistakes.append(
                    Mistake(
                        line, f"The key {name[:50]!r} is here for the second time; the first is in line {seen[name]}."
                    )
                )
                continue
            seen[name] = line
            here = (*where, name)
            self.lines[here] = line
            yield name, self.value(item, here)

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        import yaml

        known = _SCALARS.get(node.tag) if isinstance(node, yaml.ScalarNode) else None
        if known is None or not known[0].fullmatch(node.value):
            self.mistakes.append(
                Mistake(
                    line,
                    f"The tag {node.tag[:50]!r} has no place here: texts, numbers, true and "
                    "false, lists and mappings are all there is.",
                )
            )
            return None
        value = known[2](node.value)
        if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            self.mistakes.append(Mistake(line, "This is no Unicode text: it holds half a character."))
        return value
