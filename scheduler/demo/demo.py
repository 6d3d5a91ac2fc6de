"""Tell the story: what stood on the portals, what appeared, who was told, and why it scored."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scheduler.commands.crawl import deliver_once, document, show_runs
from scheduler.commands.options import console, show_json
from scheduler.config import config
from scheduler.config.log import quiet
from scheduler.config.program import Program, program
from scheduler.daemon import reactor
from scheduler.demo.portals import PORTALS, Town, open_town
from scheduler.demo.receiver import Receiver, open_receiver
from scheduler.visits.crawls import Crawls
from storage.records import Run

DEMO_ROUNDS = (
    "first crawl: the archive fills, nobody is told",
    "a press conference among ordinary news, second crawl: it is told",
    "another portal reprints it, third crawl: nobody is told again",
)
SECRET_VARIABLE = "FUTUREWATCH_DEMO_SECRET"  # noqa: S105  the name of the variable, not the secret


def run_demo(*, as_json: bool) -> None:
    """Run the demonstration and print it; exit with 1 when the press conference was not told exactly once."""
    quiet()
    folder = Path(tempfile.mkdtemp(prefix="futurewatch-demo-"))
    os.environ[SECRET_VARIABLE] = "whsec_" + base64.b64encode(os.urandom(24)).decode()
    with open_town() as town, open_receiver() as receiver:
        path = folder / "config.toml"
        path.write_text(_configuration(town, receiver), encoding="utf-8")
        settings = config.load(path)
        with program(settings, settings.named(())) as opened:
            rounds = reactor.run(_three_rounds(opened, town), opened)
    alerts = [message for _, message in receiver.received]
    if as_json:
        show_json({"rounds": [[document(run) for run in runs] for runs in rounds], "alerts": alerts})
    else:
        _tell(rounds, alerts, path)
    sys.exit(0 if len(alerts) == 1 else 1)


async def _three_rounds(opened: Program, town: Town) -> list[list[Run]]:
    """Crawl what stood there before, then what the portals publish, then what others reprint of it."""
    crawls, rounds = Crawls(opened.context), []
    for number in range(len(DEMO_ROUNDS)):
        town.round = number
        rounds.append(await crawls.visit(opened.sources))
        await deliver_once(opened.settings, opened.context.archive)
    await crawls.stop()
    return rounds


def _configuration(town: Town, receiver: Receiver) -> str:
    sources = "".join(
        f"""
[[source]]
id = "{p.id}"
name = "{p.name}"
region = "460000"
level = "province"
kind = "{p.kind}"
listings = ["{town.addresses[p.id]}{p.listing}"]
"""
        for p in PORTALS
    )
    return f"""[crawl]
delay_seconds = 0.1
allow_private_networks = true

[sources]
catalogue = false
{sources}
[[endpoint]]
name = "demo"
kind = "webhook"
url = "{receiver.url}"
secret = "env:{SECRET_VARIABLE}"
"""


def _tell(rounds: list[list[Run]], alerts: list[dict[str, Any]], path: Path) -> None:
    out = console()
    out.print("Four sample portals run on this machine. All their articles are invented; no such policy exists.\n")
    for what, runs in zip(DEMO_ROUNDS, rounds, strict=True):
        out.rule(what, align="left")
        show_runs(runs)
        out.print()
    for alert in alerts:
        _tell_alert(out, alert)
    out.rule("look further", align="left")
    for words in ("review", "search 未来产业", "status", "export", "outbox list"):
        out.print(f"  futurewatch {words} --config {path}", highlight=False)


def _tell_alert(out: Console, alert: dict[str, Any]) -> None:
    said = alert["data"]["announcement"]
    out.rule(f"received: {alert['type']}, signed", align="left")
    region = said["region"] or {"name": "?", "code": "?"}
    fields = Table.grid(padding=(0, 2))
    for name, value in (
        ("标题", said["title"]), ("地区", f"{region['name']} {region['code']}"),
        ("发文机关", "、".join(said["issuers"])),
        ("文件", "、".join(f"《{t}》" for t in said["policy_titles"])), ("发布环节", said["act"] or ""),
        ("赛道", "、".join(said["tracks"])), ("目标", "；".join(t["text"] for t in said["targets"])),
        ("得分", f"{said['score']:g} (threshold {said['threshold']:g})"), ("原文", said["articles"][0]["url"]),
    ):  # fmt: skip
        fields.add_row(f"[bold]{name}[/]", escape(value))
    out.print(fields)
    out.print("\n[bold]Why it scored[/]")
    hits = Table("points", "cue", "place", "sentence", box=None)
    for hit in said["explanation"]:
        hits.add_row(f"{hit['points']:+.1f}", escape(hit["term"]), hit["place"], escape(hit["sentence"][:60]))
    out.print(hits)
    out.print(
        "[dim]The reprint on the fourth portal joined this announcement and sent nothing; the broker's note that says "
        "未来产业链, the hot lists and the readers' comments did not count.[/]\n"
    )
