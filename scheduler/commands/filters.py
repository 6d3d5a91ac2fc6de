"""Commands `extract, links, assess, group`: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from scheduler.commands.options import command, show_json

Work = Callable[[Mapping[str, Any]], dict[str, Any]]


def _filter(work: Work, *, as_json: bool) -> None:
    """Answer stdin line by line, or all of it in one document."""
    from scheduler.commands import filter_lines as filters

    _answer(filters.run(sys.stdin, work), as_json=as_json)


def _answer(worked_on: Iterable[tuple[dict[str, Any], bool]], *, as_json: bool) -> None:
    """Print answers, each as it comes or all in one document, and end with 1 when a line could not be worked on."""
    failed, answers = False, []
    for answer, worked in worked_on:
        failed = failed or not worked
        if as_json:
            answers.append(answer)
        else:
            click.echo(json.dumps(answer, ensure_ascii=False))
    if as_json:
        show_json(answers)
    sys.exit(1 if failed else 0)


@command("extract")
def extract(config: Path, as_json: bool) -> None:
    """Read pages (id, url, body_base64) and print their articles, one JSON line each."""
    from scheduler.commands import filter_lines as filters
    from scheduler.config import config as configuration

    configuration.load(config)
    now = datetime.now(UTC)
    _filter(lambda line: filters.extract_line(line, now), as_json=as_json)


@command("links")
def links(config: Path, as_json: bool) -> None:
    """Read listing pages (id, url, body_base64) and print their links, one JSON line each."""
    from scheduler.commands import filter_lines as filters
    from scheduler.config import config as configuration

    configuration.load(config)
    now = datetime.now(UTC)
    _filter(lambda line: filters.links_line(line, now), as_json=as_json)


@command("assess")
def assess(config: Path, as_json: bool) -> None:
    """Read texts (id, title, text) and print their assessments and facts, one JSON line each."""
    from scheduler.commands import filter_lines as filters
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of

    lexicon = lexicon_of(configuration.load(config))
    _filter(lambda line: filters.assess_line(line, lexicon), as_json=as_json)


@command("group")
def group(config: Path, as_json: bool) -> None:
    """Read texts in order of arrival and print, when all have come, which announcement each belongs to."""
    from scheduler.commands import filter_lines as filters
    from scheduler.config import config as configuration
    from scheduler.config.program import lexicon_of
    from storage.archive import Archive

    lexicon = lexicon_of(configuration.load(config))
    with Archive.in_memory() as archive:
        _answer(filters.group_lines(sys.stdin, archive, lexicon), as_json=as_json)


COMMANDS = (extract, links, assess, group)
