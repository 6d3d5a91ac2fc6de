"""setup: the first run on a terminal, step by step."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from scheduler.commands.language import is_chinese, say
from scheduler.commands.options import command, console, show_json

if TYPE_CHECKING:
    from scheduler.config.config import Settings
    from scheduler.config.written import ConfigFile, TomlEdit
    from scheduler.health.setup import Setup

LATER = ""  # the answer that leaves a step for later
SIGNS = {"done": "✓", "to do": "!", "under way": "○", "off": "–"}


@command("setup")
@click.option("--new", is_flag=True, help="Write a first configuration, the user's own unless --config names another.")
def setup(config: Path, as_json: bool, new: bool) -> None:
    """Set up a first run step by step, or show what is left; 1 when a step is left."""
    from scheduler.config.written import ConfigFile

    if new:
        config = _made(config)

    is_asked = sys.stdin.isatty() and not as_json
    if is_asked:
        file = ConfigFile(config)
        for step in (_contact, _name, _endpoint):
            step(file)
        _catalogue(config)
    found = _setup(_settings(config))
    if as_json:
        show_json({"done": found.is_done, "steps": [asdict(step) for step in found.steps]})
    else:
        _show(found)
        if is_asked:
            click.echo(say("futurewatch run starts the watch."))
    sys.exit(0 if found.is_done else 1)


def _made(config: Path) -> Path:
    """Write the sample where no configuration is, and return where that is."""
    from scheduler.config.place import SAMPLE, user_config
    from scheduler.config.whole_file import write_whole

    is_named = click.get_current_context().get_parameter_source("config") is ParameterSource.COMMANDLINE
    path = config if is_named else user_config()
    if path.exists():
        raise click.UsageError(f"{path} exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, SAMPLE.read_text(encoding="utf-8"))
    click.echo(say("Configuration: {path}").format(path=path), err=True)
    return path


def _show(found: Setup) -> None:
    from rich.markup import escape

    from scheduler.health.setup_words import STEPS, off_in_chinese, step_in_chinese, step_in_english

    out, in_chinese = console(), is_chinese()
    for step in found.steps:
        name = STEPS[step.key].zh if in_chinese else STEPS[step.key].en
        said = step_in_chinese(found, step) if in_chinese else step_in_english(found, step)
        out.print(f"{SIGNS[step.state]} [bold]{name}[/]: {escape(said)}", highlight=False)
    for reason, number in found.state.off.items():
        why = off_in_chinese(reason) if in_chinese else reason
        line = say("{number} sources of the catalogue are off: {reason}").format(number=number, reason=why)
        out.print(f"[dim]– {escape(line)}[/]", highlight=False)


def _setup(settings: Settings) -> Setup:
    from scheduler.health.survey import setup_in
    from storage.archive import Archive

    with Archive.existing_or_empty(settings.archive.path) as archive:
        return setup_in(archive, settings)


def _contact(file: ConfigFile) -> None:
    from scheduler.config.toml_edits import set_key
    from scheduler.health.survey import is_sample

    if not is_sample(_settings(file.path).crawl.contact):
        return
    said = _asked("Where can portals write to you? A mail or web address, nothing: later")
    if said:
        value = said if said.startswith(("http", "mailto:")) else f"mailto:{said}"
        _write(file, partial(set_key, table="crawl", key="contact", value=value), say("contact"))


def _name(file: ConfigFile) -> None:
    from scheduler.config.toml_edits import set_key
    from scheduler.health.survey import signer_of

    if signer_of(_settings(file.path)):
        return
    said = _asked("Who signs verdicts? Your name, nothing: later")
    if said:
        _write(file, partial(set_key, table="review", key="name", value=said), say("name"))


def _endpoint(file: ConfigFile) -> None:
    """Ask whom to tell, until an endpoint can be written or is left for later; then try it."""
    from scheduler.config.kept_secrets import keep_secret
    from scheduler.config.secret import REFERENCE_PREFIXES
    from scheduler.config.toml_edits import put_row
    from scheduler.notify.channels.registry import channels

    if any(one.role == "audience" for one in _settings(file.path).endpoint):
        return
    while kind := _asked("Whom to tell? One of {kinds}; nothing: later", kinds=", ".join(channels())):
        name, url = _asked("Its name", default="team"), _asked("Its address (kept in a file of its own)")
        secret = _asked("Its signing secret or password, nothing: none", hides=True)
        to = _asked("Recipients").split() if kind == "email" else None
        kept = {
            key: value if value.startswith(REFERENCE_PREFIXES) else keep_secret(file.path, f"{name}.{key}", value)
            for key, value in (("url", url), ("secret", secret)) if value
        }  # fmt: skip
        values = {"name": name, "kind": kind, **kept, "to": to}
        edit = partial(put_row, table="endpoint", key="name", values=values)
        about = say("endpoint {name}").format(name=name)
        if _write(file, edit, about) and click.confirm(say("Send it a sample now?"), default=True):
            _try(file.path, name)
            return


def _try(config: Path, name: str) -> None:
    import asyncio

    from scheduler.notify.trial import send_sample

    settings = _settings(config)
    endpoint = next(one for one in settings.endpoint if one.name == name)
    answer = asyncio.run(send_sample(endpoint, settings, now=datetime.now(UTC)))
    click.echo(f"{'✓' if answer.is_delivered else '!'} {name}: {answer.text}")


def _catalogue(config: Path) -> None:
    """Try the sources from here, with progress, unless all were tried."""
    from scheduler.commands.sources_verify import verify

    step = next(step for step in _setup(_settings(config)).steps if step.key == "catalogue")
    question = say("Try the {number} sources from here now?").format(number=step.total)
    if step.state == "done" or not click.confirm(question, default=True):
        return
    run: Any = verify.callback
    try:
        run(config, False, (), (), False, (), config.resolve().parent / "verified")
    except SystemExit:  # some failed: the list says how many
        return


def _write(file: ConfigFile, edit: TomlEdit, about: str) -> bool:
    """Write a change, or say what is wrong with it; return whether it was written."""
    from crawler.toml import ConfigurationError
    from scheduler.config.user import user_name

    try:
        file.change(edit, who=user_name(), about=about, now=datetime.now(UTC))
    except ConfigurationError as error:
        click.echo(f"! {error}")
        return False
    click.echo("✓ " + say("{about}: written to {file}").format(about=about, file=file.path.name))
    return True


def _asked(question: str, *, default: str = LATER, hides: bool = False, **values: str) -> str:
    said = click.prompt(say(question).format(**values), default=default, show_default=bool(default), hide_input=hides)
    return str(said).strip()


def _settings(config: Path) -> Settings:
    from scheduler.config import config as configuration

    return configuration.load(config)


COMMANDS = (setup,)
