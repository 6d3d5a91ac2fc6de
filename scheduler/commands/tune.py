"""tune: propose other points from verdicts and labelled lines, with the table before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.commands.evaluate import FILE, counts_document, lexicon_for
from scheduler.commands.language import say
from scheduler.commands.options import command, console, open_archive, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.detect.lexicon import Lexicon
    from scheduler.tuning.evaluate import Counts, Labelled
    from scheduler.tuning.tune import PointsProposal

LEAST_LINES = 10  # lines: fewer say nothing about weights


@command("tune")
@click.argument("files", type=FILE, nargs=-1)
@click.option("--verdicts/--no-verdicts", default=True, show_default=True, help="Use the archive's verdicts too.")
@click.option("--lexicon", "other", type=FILE, help="Start from this lexicon instead of the configured one.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the proposed lexicon to this file.")
def tune(
    config: Path, as_json: bool, files: tuple[Path, ...], verdicts: bool, other: Path | None, out: Path | None
) -> None:
    """Propose other points from the reviewers' verdicts and labelled FILES; nothing is applied by this command."""
    from scheduler.tuning.tune import propose

    if out and out.exists():
        raise click.UsageError(say("{path} exists; nothing was written", path=out))
    lexicon = lexicon_for(config, other)
    lines = _lines(config, files, lexicon, verdicts=verdicts)
    if len(lines) < LEAST_LINES:
        raise click.UsageError(say("{number} labelled lines; {least} are needed", number=len(lines), least=LEAST_LINES))
    proposal = propose(lines, lexicon)
    if out:
        _write(out, proposal, lexicon, _source(config, other))
    if as_json:
        show_json(_document(proposal, lexicon, lines))
    else:
        _show(proposal, lexicon, lines, out)


def _lines(config: Path, files: tuple[Path, ...], lexicon: Lexicon, *, verdicts: bool) -> list[Labelled]:
    from scheduler.tuning.evaluate import labelled, read_lines

    lines = [line for file in files for line in read_lines(file, lexicon)]
    if verdicts:
        with open_archive(config) as archive:
            rows = list(archive.verdicts.labelled())
        lines += [labelled(row, lexicon, name=str(row["id"])) for row in rows]
    return lines


def _source(config: Path, other: Path | None) -> Path:
    """Return the file that the lexicon was read from."""
    from crawler.detect.lexicon import SHIPPED
    from scheduler.config import config as configuration

    configured = configuration.load(config).detect.lexicon
    return other or (Path(configured) if configured else SHIPPED)


def _write(out: Path, proposal: PointsProposal, lexicon: Lexicon, source: Path) -> None:
    from crawler.toml import read_text
    from scheduler.config.whole_file import write_whole
    from scheduler.tuning.lexicon_text import LexiconTextError, with_numbers

    try:
        text = with_numbers(read_text(source), proposal.values, version=f"{lexicon.version}-tuned")
    except LexiconTextError as error:
        raise click.ClickException(f"{source}: {error}") from error
    write_whole(out, text)


def _document(proposal: PointsProposal, lexicon: Lexicon, lines: list[Labelled]) -> dict[str, Any]:
    from scheduler.tuning.tune import weights

    now = weights(lexicon)
    return {
        "lines": len(lines),
        "changes": [
            {"weight": ".".join(path), "from": now[path], "to": value} for path, value in proposal.values.items()
        ],
        "before": counts_document(proposal.before),
        "after": counts_document(proposal.after),
        "unseen_after": counts_document(proposal.unseen_after),
    }


def _show(proposal: PointsProposal, lexicon: Lexicon, lines: list[Labelled], out: Path | None) -> None:
    from rich.markup import escape

    from scheduler.commands.rows import TableRows
    from scheduler.tuning.tune import weights

    now, page = weights(lexicon), console()
    table = TableRows("weight", "now", "proposed", notes=0)
    for path, value in proposal.values.items():
        table.add_row(escape(".".join(path)), f"{now[path]:g}", f"{value:g}")
    page.print(table if proposal.values else say("no change of weights helps these lines"))
    page.print(counts_table({
        say("before"): proposal.before, say("after, the lines that were fitted"): proposal.after,
        say("after, lines left out of the fit"): proposal.unseen_after,
    }))  # fmt: skip
    for before, after in proposal.turned:
        colour = "green" if after.is_right else "red"
        page.print(
            f"[{colour}]{before.score:g} → {after.score:g}[/]  {say(before.line.label)}  "
            f"{escape(before.line.article.title)}"
        )
    if proposal.unseen_after.f1 <= proposal.before.f1 and proposal.values:
        page.print(f"[yellow]{say('on lines left out of the fit this is no better than what stands')}[/]")
    done = say("written to {path}", path=out) if out else say("nothing was written")
    page.print(f"[dim]{say('{number} labelled lines', number=len(lines))}; {done}[/]")


def counts_table(rows: Mapping[str, Counts]) -> Any:
    """Return counts as a table for people, one row each."""
    from rich.markup import escape

    from scheduler.commands.rows import TableRows

    table = TableRows("", "precision", "recall", "F1", "found", "false alarms", "missed", "rightly quiet", notes=0)
    for name, counts in rows.items():
        figures = (f"{counts.precision:.3f}", f"{counts.recall:.3f}", f"{counts.f1:.3f}")
        table.add_row(escape(name), *figures, *map(str, (counts.hits, counts.alarms, counts.misses, counts.quiet)))
    return table


COMMANDS: tuple[click.Command, ...] = (tune,)
