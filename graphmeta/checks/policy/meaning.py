"""What a document means as a policy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from graphmeta import vocabulary
from graphmeta.checks.finding import Level
from graphmeta.checks.policy.document import Document, Mistake, MistakesError, Where, read
from graphmeta.checks.policy.rules import NEAR, Choice, Near, Policy, Requirement, Rule, Selection, Tag, Verb
from graphmeta.checks.policy.shape import misshapen
from graphmeta.errors import InvalidArgumentError
from graphmeta.filters import parse
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, KINDS, Kind

REQUIREMENTS: Mapping[str, tuple[Verb, bool]] = {
    f"must{' not' if negated else ''}{'' if verb == 'be' else f' {verb}'}": (verb, negated)
    for verb in get_args(Verb)
    for negated in (False, True)
}
_STATES: Mapping[Kind, Collection[str]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": ()}


def read_policy(path: str | Path) -> Policy:
    """The tags and rules of a file.

    Raises:
        InvalidArgumentError: it cannot be read, or is no policy; the message names file, line and what was expected
            for everything that is wrong.
        UnsupportedError: pyyaml or jsonschema is not installed.
    """
    document = read(Path(path))
    wrong = misshapen(document)
    reading = _Meaning(document, [where for where, _ in wrong])
    found = reading.policy()
    mistakes = [*(mistake for _, mistake in wrong), *reading.mistakes]
    if mistakes:
        raise MistakesError(document.path, mistakes)
    return found


class _Meaning:
    """What a document means, but for the parts that have no shape."""

    def __init__(self, document: Document, misshapen: list[Where]) -> None:
        self.mistakes: list[Mistake] = []
        self._document = document
        # (A rule, or a tag, whose part has no shape is read without that part.)
        self._misshapen = {
            where[:length] for where in misshapen for length in (1, 2, 3) if len(where) == length or length == 3
        }
        self._tags: set[str] = set()

    def policy(self) -> Policy:
        self._tags = {str(tag["name"]) for _, tag in self._parts("tags") if "name" in tag}
        tags = [self._tag(tag, where) for where, tag in self._parts("tags")]
        rules = [self._rule(rule, where) for where, rule in self._parts("rules")]
        for things in (tags, rules):
            self._once(things)
        return Policy(self._document.path, {tag.name: tag for tag in tags}, tuple(rules))

    def _parts(self, name: str) -> Iterator[tuple[Where, dict[str, Any]]]:
        """The tags or the rules, with where they are, each with what of it has a shape."""
        document = self._document.value
        listed = document.get(name) if isinstance(document, dict) else None
        for place, part in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(part, dict):
                yield (
                    (name, place),
                    {key: value for key, value in part.items() if (name, place, key) not in self._misshapen},
                )

    def _once(self, things: Sequence[Tag | Rule]) -> None:
        lines: dict[str, int] = {}
        for thing in things:
            first = lines.setdefault(thing.name, thing.line) if thing.name else thing.line
            if first != thing.line:
                self._wrong(thing.line, f"The name {thing.name} is taken: line {first} has it. Choose another.")

    def _tag(self, tag: dict[str, Any], where: Where) -> Tag:
        line = self._document.line(*where)
        on = self._selection(tag["on"], (*where, "on"), within_tag=True) if "on" in tag else Selection((), line)
        until = self._selection(tag["until"], (*where, "until"), within_tag=True) if "until" in tag else None
        return Tag(tag.get("name", ""), on, until, line)

    def _rule(self, rule: dict[str, Any], where: Where) -> Rule:
        line = self._document.line(*where)
        subjects = self._selection(rule["for"], (*where, "for")) if "for" in rule else Selection((), line)
        of_contexts = "context" in subjects.kinds
        if of_contexts and len(subjects.kinds) > 1:
            self._wrong(subjects.line, "'for' has contexts beside other nodes. Make two rules of it.")
        requirements = []
        for key, said in rule.items():
            if key in REQUIREMENTS:
                requirement = self._requirement(key, said, (*where, key), subjects)
                requirements.append(requirement)
                if of_contexts and requirement.verb != "be":
                    self._wrong(
                        requirement.line,
                        f"Contexts have no lineage, so that {key!r} is not for them: of "
                        "them, 'must' and 'must not' can be asked.",
                    )
        level: Level = "warning" if rule.get("level") == "warning" else "error"
        described, help = rule.get("description", ""), rule.get("help", "")
        return Rule(rule.get("name", ""), subjects, tuple(requirements), line, described, help, level)

    def _requirement(self, key: str, said: Any, where: Where, subjects: Selection) -> Requirement:
        verb, negated = REQUIREMENTS[key]
        line = self._document.line(*where)
        if verb == "carry":
            return Requirement(verb, negated, line, tags=self._known_tags(said, line))
        if verb == "have":
            return Requirement(verb, negated, line, near=tuple(self._near(said, where)))
        if verb == "be":
            # What a node is has the kind of the node, unless it says another.
            kinds: Any = [kind for kind in KINDS if kind in subjects.kinds]
            selection = self._selection(said, where, kinds=kinds)
            if subjects.choices and not selection.kinds <= subjects.kinds:
                self._wrong(
                    line,
                    f"{key!r} says {_kinds(selection.kinds)}, and the rule is for "
                    f"{_kinds(subjects.kinds)}: no node can be both.",
                )
            return Requirement(verb, negated, line, selection)
        return Requirement(verb, negated, line, self._with_lineage(self._selection(said, where)))

    def _near(self, said: Any, where: Where) -> Iterator[Near]:
        for place, part in enumerate(said if isinstance(said, list) else [said]):
            here = (*where, place) if isinstance(said, list) else where
            within = part.get("within", NEAR)
            selected = {key: value for key, value in part.items() if key not in ("within", "direction")}
            if not selected:
                self._wrong(
                    self._document.line(*here),
                    "Nothing says which neighbours are meant; say their role, as 'role: Evaluate', their type, …",
                )
                continue
            selection = self._with_lineage(self._selection(selected, here))
            yield Near(selection, part.get("direction"), None if within == "anywhere" else within)

    def _with_lineage(self, selection: Selection) -> Selection:
        if "context" in selection.kinds:
            self._wrong(
                selection.line,
                "Contexts have no lineage: artifacts or executions are wanted here. "
                "'where: contexts_0.name = …' selects what belongs to a context.",
            )
        return selection

    # ------------------------------------------------------------ selections

    def _selection(
        self, said: Any, where: Where, *, kinds: list[Kind] | None = None, within_tag: bool = False
    ) -> Selection:
        """A selection.

        Args:
            kinds: which nodes are meant where it does not say.
            within_tag: whether it belongs to a tag, which other tags cannot be asked for.
        """
        choices: list[Choice] = []
        parts: list[tuple[Where, Any]] = [(where, said)]
        if isinstance(said, list):
            parts = [((*where, place), part) for place, part in enumerate(said)]
        for here, part in parts:
            for kind in _kinds_of(part, kinds):
                choices.append(self._choice(part, here, kind, within_tag))
        selection = Selection(tuple(choices), self._document.line(*where))
        if within_tag:
            self._with_lineage(selection)
        return selection

    def _choice(self, said: dict[str, Any], where: Where, kind: Kind, within_tag: bool) -> Choice:
        line = {key: self._document.line(*where, key) for key in said}
        roles, states = _several(said.get("role")), _several(said.get("state"))
        for role in roles:
            if role not in vocabulary.ROLES[kind]:
                self._wrong(line["role"], f"{role} is no role of {_kinds([kind])}.")
        for state in states:
            if state not in _STATES[kind]:
                known = f"there are {_either(_STATES[kind])}" if _STATES[kind] else "they have none"
                self._wrong(line["state"], f"{state} is no state of {_kinds([kind])}; {known}.")
        for key in ("deployed", "latest"):
            if key in said and kind != "artifact":
                self._wrong(line[key], f"{key!r} is for artifacts, and this selects {_kinds([kind])}.")
        if "where" in said:
            try:
                parse(said["where"], kind)
            except InvalidArgumentError as error:
                self._wrong(line["where"], f"'where' is no condition on {_kinds([kind])}. {error}")
        if "carries" in said and (within_tag or kind == "context"):
            whom = "What carries a tag cannot depend on tags" if within_tag else "Contexts carry no tags"
            self._wrong(line["carries"], f"{whom}: say something else here.")
        return Choice(
            kind,
            roles,
            _several(said.get("type")),
            _several(said.get("name")),
            states,
            said.get("where", ""),
            {key: _several(value) for key, value in said.get("property", {}).items()},
            {key: _several(value) for key, value in said.get("annotation", {}).items()},
            said.get("deployed"),
            said.get("latest"),
            self._known_tags(said.get("carries"), line.get("carries", 0)),
            self._excepted(said, where, kind, within_tag),
        )

    def _excepted(self, said: dict[str, Any], where: Where, kind: Kind, within_tag: bool) -> tuple[Choice, ...]:
        if "except" not in said:
            return ()
        found = self._selection(said["except"], (*where, "except"), kinds=[kind], within_tag=within_tag)
        if found.kinds != {kind}:
            self._wrong(found.line, f"'except' says {_kinds(found.kinds)}, and this selects {_kinds([kind])}.")
        return found.choices

    def _known_tags(self, said: Any, line: int) -> tuple[str, ...]:
        tags = _several(said)
        for tag in tags:
            if tag not in self._tags:
                there_are = f"there are {_either(self._tags)}" if self._tags else "the file has no 'tags:'"
                self._wrong(line, f"There is no tag {tag}; {there_are}.")
        return tags

    def _wrong(self, line: int, sentence: str) -> None:
        self.mistakes.append(Mistake(line, sentence))


def _kinds_of(said: dict[str, Any], kinds: list[Kind] | None) -> list[Kind]:
    """The kinds of nodes that are meant: those that are said, those of the roles, those that are usual here."""
    if "kind" in said:
        return [said["kind"]]
    roles = _several(said.get("role"))
    found: list[Kind] = [kind for kind, known in vocabulary.ROLES.items() if any(role in known for role in roles)]
    return found[:1] or kinds or ["artifact"]


def _several(said: Any) -> tuple[Any, ...]:
    """One or several as several, each once."""
    listed = said if isinstance(said, list) else [] if said is None else [said]
    return tuple({(type(each), each): each for each in listed}.values())


def _kinds(kinds: Collection[Kind]) -> str:
    return " and ".join(f"{kind}s" for kind in sorted(kinds))


def _either(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
