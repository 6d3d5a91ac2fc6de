"""demo: the whole chain offline."""

from __future__ import annotations

import click


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def demo(as_json: bool) -> None:
    """Show the whole chain offline: local sample portals, a crawl, an alert, and why it scored."""
    from scheduler.demo.demo import run_demo

    run_demo(as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (demo,)
