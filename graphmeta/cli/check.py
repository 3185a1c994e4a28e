"""`graphmeta check`: whether what was recorded can be trusted, for people and for CI."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import click

from graphmeta.cli import printing
from graphmeta.cli.options import STORE_HELP, Number, Settings, shared
from graphmeta.files import written_whole
from graphmeta.render.safe import visible

if TYPE_CHECKING:
    from graphmeta.checks.finding import Check, Report
    from graphmeta.checks.policy.document import MistakesError
    from graphmeta.store import Store

    Ask = Callable[[Store], Union[Check, Report]]

POLICY_FILE = "graphmeta-policy.yaml"
MODELS = 500
_FORMS = ("as_json", "junit", "sarif")
_SPAN = re.compile(r"([0-9]{1,6})\s*([mhdw])")
_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}  # milliseconds


class Span(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in some versions of click
    """How long something may take, as `12h`, in milliseconds."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = _SPAN.fullmatch(value.strip())
        if found is None:
            self.fail(
                f"{value!r} is no span: write 30m (minutes), 12h (hours), 1d (days) or 2w (weeks)", param, context
            )
        return int(found[1]) * _UNITS[found[2]]


@click.group(short_help="Can what was recorded be trusted? Leaks, stale models, policies.")
@click.option("--store", metavar="URL", help=STORE_HELP)
@click.pass_context
def check(context: click.Context, store: str | None) -> None:
    """Can what was recorded be trusted?

    Each check says first whether it holds; then what is wrong, a line each, with the way along the data that proves it
    and what to do. docs/checks.md tells what each looks at.

    Exit status: 0 where it holds; 1 where it does not; 2 where it could not be told, or something was wrong.
    """
    if store is not None:
        context.find_root().params["store"] = store


def reported(command: Callable[..., Ask]) -> Callable[..., int]:
    """Give a command `--store`, the forms of a report and `--out`. It returns what to ask the store; the verdict is the
    exit status."""

    @functools.wraps(command)
    def called(settings: Settings, out: str | None, allow_unclear: bool, strict: bool, **given: Any) -> int:
        forms = [form for form in _FORMS if given.pop(form)]
        if len(forms) > 1:
            raise click.UsageError("--json, --junit and --sarif exclude each other.")
        if out is not None and not Path(out).absolute().parent.is_dir():
            raise click.UsageError(f"{out} is in no folder that is there: make it first.")
        if out is not None and Path(out).is_dir():
            raise click.UsageError(f"{out} is a folder: name a file.")
        ask = command(**given)
        from graphmeta.checks.policy.document import MistakesError

        with settings.open() as store:
            try:
                found = ask(store)
            except MistakesError as error:
                return _told(error)
            # Still inside: an answer may read the nodes that it shows when they are looked at.
            _show(store, found, forms[0] if forms else "text", out)
        if strict and _has_warnings(found):
            return 1
        return 0 if allow_unclear and found.verdict == 2 else int(found.verdict)

    options = (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        click.option("--junit", is_flag=True, help="Print JUnit's XML, which CI systems show."),
        click.option("--sarif", is_flag=True, help="Print SARIF 2.1.0, for code scanning."),
        click.option("--out", metavar="FILE", help="Write it to a file, and print the text for people."),
        click.option("--allow-unclear", is_flag=True, help="Exit with 0, too, where it could not be told."),
        click.option("--strict", is_flag=True, help="Exit with 1, too, where there are warnings."),
    )
    wrapped: Callable[..., int] = shared(json=False)(called)
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _told(error: MistakesError) -> int:
    """Say what is wrong with a file of rules, a line each."""
    for line in str(error).splitlines():
        click.echo(f"graphmeta: {visible(line)}", err=True)
    return 2


def _has_warnings(found: Check | Report) -> bool:
    from graphmeta.checks.finding import Report

    checks = found.checks if isinstance(found, Report) else [found]
    return any(finding.level == "warning" for check in checks for finding in check.findings)


def _show(store: Store, found: Check | Report, form: str, out: str | None) -> None:
    """Print what was found; with a file to write to, print it for people and write the form there."""
    from graphmeta.render.text import answer

    if out is not None:
        # Half a character of a stored name, which JSON has in escapes, is no reason to write nothing.
        report = _as_text(store, found, form).encode("utf-8", errors="backslashreplace")
        with written_whole(Path(out)) as file:
            file.write(report)
    if out is not None or form == "text":
        printing.blocks(answer(found))
    elif form == "as_json":
        printing.document(found.to_json())
    else:
        printing.out(_as_text(store, found, form).rstrip("\n"))


def _as_text(store: Store, found: Check | Report, form: str) -> str:
    """What was found in a form for files."""
    if form == "text":
        return f"{found}\n"
    if form == "as_json":
        return json.dumps(found.to_json(), indent=2, allow_nan=False) + "\n"
    from graphmeta.checks.finding import Report
    from graphmeta.render.junit import to_junit
    from graphmeta.render.sarif import to_sarif

    report = found if isinstance(found, Report) else Report(store.url, store.backend.clock(), (found,))
    return to_junit(report) if form == "junit" else to_sarif(report)


@check.command(short_help="Was a model evaluated on data that it saw?")
@click.argument("model")
@reported
def leakage(model: str) -> Ask:
    """Was MODEL evaluated on data that it was trained on, or on data that came of the same without a split?"""
    from graphmeta.checks.leakage import leakage as checked

    return lambda store: checked(store, model)


@check.command(short_help="Which models were made from what has newer versions?")
@click.argument("model", required=False)
@reported
def stale(model: str | None) -> Ask:
    """Which models were made from data, models or code of which there are newer versions? With MODEL, was it? And what
    has to run again."""
    from graphmeta.checks.stale import stale as checked

    return lambda store: checked(store, model)


@check.command(short_help="Could a model be made again?")
@click.argument("model")
@reported
def repro(model: str) -> Ask:
    """What would be needed to make MODEL again, and is missing? Code, environment, parameters, seeds, and inputs whose
    file is gone or is another by now."""
    from graphmeta.checks.repro import repro as checked

    return lambda store: checked(store, model)


@check.command(short_help="Does what the store holds fit together?")
@click.option("--files", is_flag=True, help="Read the files that artifacts name, too: are they what was recorded?")
@click.option(
    "--running-longer-than",
    "running_for",
    metavar="SPAN",
    type=Span(),
    default="1d",
    help="A step that runs for longer has ended without a word: 30m, 12h, 1d, 2w; 1d unless told.",
)
@reported
def integrity(files: bool, running_for: int) -> Ask:
    """Does what the store holds fit together? Events without their ends, cycles, steps that run for ever, artifacts
    that nothing made or used, and the store's own soundness."""
    from graphmeta.checks.integrity import integrity as checked

    return lambda store: checked(store, files=files, running_for=running_for)


def _print_schema(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from graphmeta.checks.policy import schema_text

        printing.out(schema_text().rstrip("\n"))
        context.exit()


@check.command(short_help="Do the rules of a file hold?")
@click.argument("rules", metavar="RULES.yaml")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON schema of such files, for editors, and check nothing.",
)
@reported
def policy(rules: str) -> Ask:
    """Do the rules of a file hold, as "no deployed model descends from data whose license is nc"? docs/policies.md
    tells how to write them."""
    from graphmeta.checks.policy import policy as checked

    return lambda store: checked(store, rules)


@check.command("all", short_help="Every check of the store, as one report.")
@click.option(
    "--policy",
    "policies",
    metavar="FILE",
    multiple=True,
    help=f"Rules that must hold; repeatable. ./{POLICY_FILE} unless told, where there is one.",
)
@click.option("--files", is_flag=True, help="Read the files that artifacts name, too.")
@click.option(
    "--models", metavar="N", type=Number(1), default=MODELS, show_default=True, help="So many models at most."
)
@reported
def everything(policies: Sequence[str], files: bool, models: int) -> Ask:
    """Every check of the store, as one report: leakage and repro of the deployed models and of the latest version of
    each, stale, integrity, policies.

    A check that fails hides no other: what it was to say is unclear. Exit status: 1 where one does not hold; else 2
    where one could not be told.
    """
    from graphmeta.checks.everything import all_checks

    if not policies and Path(POLICY_FILE).is_file():
        policies = (POLICY_FILE,)
        click.echo(f"{POLICY_FILE} lies in this folder: its rules are checked, too.", err=True)
    return lambda store: all_checks(store, policies=policies, files=files, most=models)
