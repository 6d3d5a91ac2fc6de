"""What is in deploy/ fits the program: the unit is valid, paths and ports are right, nothing runs as root."""

from __future__ import annotations

import json
import plistlib
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # Datasette brings it, without types
from click import Context
from prometheus_client import generate_latest

from scheduler.cli import main
from scheduler.config.secret import Secret
from scheduler.config.tables import MonitorSettings, ReviewSettings
from scheduler.daemon.monitor.metrics import DaemonCollector, registry_of
from scheduler.daemon.monitor.signs import Signs
from seeded_archive import seed

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT, WORKER_UNIT = (
    (DEPLOY / f"{name}.service").read_text(encoding="utf-8") for name in ("futurewatch", "futurewatch-worker")
)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("unit", [UNIT, WORKER_UNIT], ids=["daemon", "worker"])
def test_unit_is_valid_and_hardened(tmp_path: Path, unit: str) -> None:
    """Systemd knows every key of the unit, and rates its exposure as low."""
    here = tmp_path / "futurewatch.service"
    here.write_text(unit.replace("/opt/futurewatch/.venv/bin", str(Path(sys.executable).parent)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rating = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", here],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rating.returncode == 0, rating.stdout[-200:]


@pytest.mark.parametrize("unit", [UNIT, WORKER_UNIT], ids=["daemon", "worker"])
def test_unit_starts_what_there_is(unit: str) -> None:
    """The command and its options exist; wrong configuration is not tried again."""
    (words,) = re.findall(r"^ExecStart=\S+/futurewatch (.*)$", unit, re.MULTILINE)
    name, *options = words.split()
    command = main.get_command(Context(main), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    assert "RestartPreventExitStatus=2" in unit
    assert ("Type=notify" in unit) == (name == "run")


def test_attachments_may_limit_themselves() -> None:
    """The unit's filter leaves setrlimit to the readers of attachments, and memory for two of them."""
    assert "~@resources" not in UNIT
    (limit,) = re.findall(r"^MemoryMax=(\d+)M$", UNIT, re.MULTILINE)
    assert int(limit) >= 2 * 512 + 500


def test_image_runs_as_nobody_special_and_is_asked_for_its_health() -> None:
    """Every stage is named or last, the user is not root, and health is asked for where it is served."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001:10001"]
    assert f"127.0.0.1:{MonitorSettings().port}/healthz" in text
    assert f"EXPOSE {ReviewSettings().port} {MonitorSettings().port}" in text
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    sources = [name for line in copied for name in line.split()]
    assert {"constraints.txt", "pyproject.toml", "crawler", "scheduler", "storage"} <= set(sources)
    assert all((DEPLOY.parent / name).exists() for name in sources)


def loaded(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def test_compose_file_is_closed_to_others() -> None:
    """Ports are published on loopback only, the file system is read-only, no capability is left."""
    service = loaded("compose.yaml")["services"]["futurewatch"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_secrets_of_compose_are_read_where_they_are_put(tmp_path: Path) -> None:
    """Each secret that the service gets is declared, and a configuration can name its file."""
    text = (DEPLOY / "compose.secrets.yaml").read_text(encoding="utf-8")
    document = loaded("compose.secrets.yaml")
    names = document["services"]["futurewatch"]["secrets"]
    assert set(names) == set(document["secrets"])
    assert {one["file"] for one in document["secrets"].values()} == {f"./secrets/{name}" for name in names}
    assert set(document["services"]) < set(loaded("compose.yaml")["services"])
    (named,) = re.findall(r'"file:/run/secrets/(\w+)"', text)
    assert named in names
    (tmp_path / named).write_text("https://example.org/hook\n", encoding="utf-8")
    assert Secret.parse(f"file:{tmp_path / named}").reveal() == "https://example.org/hook"


def test_litestream_copies_the_archive_of_the_unit() -> None:
    """The path is the one below the unit's state directory."""
    (database,) = loaded("litestream.yml")["dbs"]
    assert database["path"] == "/var/lib/futurewatch/futurewatch.db"
    assert "StateDirectory=futurewatch" in UNIT


def test_dashboard_and_rules_name_metrics_that_there_are(tmp_path: Path) -> None:
    """Each expression of the Grafana dashboard and of the alert rules asks for what /metrics has."""
    now = datetime(2026, 3, 18, tzinfo=UTC)
    seed(tmp_path / "archive.db")
    signs = Signs(started_at=now, turned=timedelta(), jobs={}, is_stopping=False)
    collector = DaemonCollector(
        tmp_path / "archive.db", signs=lambda: signs, endpoints=lambda: ["team"], clock=lambda: now
    )
    shown = set(re.findall(r"^# TYPE (\w+)", generate_latest(registry_of(collector)).decode(), re.MULTILINE))
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    rules = [rule for group in loaded("alerts.yml")["groups"] for rule in group["rules"]]
    asked = [target["expr"] for panel in panels for target in panel["targets"]] + [rule["expr"] for rule in rules]
    named = {name for one in asked for name in re.findall(r"\b(?:futurewatch|process)_\w+", one)}
    assert len(named) > 10
    assert named - shown - {"futurewatch_last_run_timestamp_seconds"} == set()  # there after the first visit
    assert all(rule["annotations"]["summary"] for rule in rules)


def test_launchd_starts_what_there_is() -> None:
    """The agent of macOS is a property list whose command and options exist."""
    agent = plistlib.loads((DEPLOY / "org.futurewatch.plist").read_bytes())
    _, name, *options = agent["ProgramArguments"]
    command = main.get_command(Context(main), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
