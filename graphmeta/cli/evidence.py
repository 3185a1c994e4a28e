"""`graphmeta evidence`: one document about a model, and the check that it is still what was written."""

from __future__ import annotations

from pathlib import Path

import click

from graphmeta import query
from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared
from graphmeta.errors import InvalidArgumentError
from graphmeta.files import written_whole


@click.command(short_help="Everything about a model in one document, for an audit.")
@click.argument("model")
@click.option(
    "--out", metavar="FILE", help="Write it there: as Markdown with the JSON in it; named .json, as JSON alone."
)
@click.option("--check", "checked", is_flag=True, help="MODEL is such a file: is it still what was written?")
@shared(as_of=True)
def evidence(settings: Settings, model: str, out: str | None, checked: bool) -> int:
    """The answers to the seven questions about MODEL, the way of each dataset to it, times, digests, and a digest of
    it all.
    """
    from graphmeta.render.evidence import blocks, check, to_json_text, to_markdown_text

    if checked and out is not None:
        raise click.UsageError("--check writes nothing: leave --out away.")
    if checked:
        try:
            text = Path(model).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise InvalidArgumentError(f"{model} is no evidence that graphmeta wrote: it is not UTF-8.") from None
        try:
            digest = check(text)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{model}: {error}") from None
        printing.out(f"{model} is as it was written: {digest}")
        return 0
    if out is None:
        return settings.answer(lambda store: query.evidence(store, model), blocks=blocks)
    with settings.open() as store:
        found = query.evidence(store, model)
    text = to_json_text(found) if out.lower().endswith(".json") else to_markdown_text(found)
    with written_whole(Path(out)) as file:
        file.write(text.encode("utf-8"))
    printing.out(f"{out}: {found.digest}")
    return 0
