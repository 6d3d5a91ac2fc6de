"""How the command `review` starts and stops, and when it refuses to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from datasette_auth_passwords.utils import verify_password

from browser import free_port, serving
from forked import run_forked

PASSWORD = "correct horse battery staple"
REVIEWER = """
[[reviewer]]
name = "李雷"
password_hash = "env:TEST_HASH"
"""


def test_starts_without_archive_and_stops(tmp_path: Path) -> None:
    """The first start makes the archive and does not claim that nothing was found; SIGTERM ends it with exit code 0."""
    with serving(tmp_path) as served:
        page = httpx.get(served.url).text
        assert "今天还不知道有没有新政策" in page
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) == 0
    assert (tmp_path / "archive.db").exists()
    _, log = served.process.said()
    assert log.count("\n") == 1, log


def refused(folder: Path, *arguments: str, config: str = "") -> str:
    """Return what is said where the page does not start, which is wrong use."""
    (folder / "config.toml").write_text(config, encoding="utf-8")
    command = ["review", "--config", str(folder / "config.toml"), *arguments]
    returned, _, said = run_forked(command, environment=os.environ)
    assert returned == 2, said
    return said


def test_port_in_use(tmp_path: Path) -> None:
    """A port that somebody has is wrong use, said in a line."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = refused(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "another program has the port" in said


@pytest.mark.parametrize(
    ("arguments", "config"),
    [
        (("--host", "0.0.0.0"), ""),
        ((), '[review]\nhost = "192.0.2.1"\n'),
        ((), '[review]\naddress = "https://review.example.org"\n'),
    ],
)
def test_others_need_a_login(tmp_path: Path, arguments: tuple[str, ...], config: str) -> None:
    """Where others could reach the page, it does not start before somebody is named to log in."""
    assert "[[reviewer]]" in refused(tmp_path, "--port", str(free_port()), *arguments, config=config)
    assert not (tmp_path / "futurewatch.db").exists()


def test_missing_hash(tmp_path: Path) -> None:
    """A hash that is not there is named before anything starts."""
    said = refused(tmp_path, config=REVIEWER)
    assert "reviewer[0].password_hash: environment variable TEST_HASH is not set" in said


def test_hash_password(tmp_path: Path) -> None:
    """--hash-password prints a hash that the login takes."""
    process = subprocess.run(
        [sys.executable, "-c", HASHING], input=f"{PASSWORD}\n{PASSWORD}\n", capture_output=True, text=True, check=True
    )
    assert verify_password(PASSWORD, process.stdout.split()[-1])


HASHING = """
import sys, getpass
from scheduler.cli import main
from click.testing import CliRunner
print(CliRunner().invoke(main, ["review", "--hash-password"], input=sys.stdin.read()).stdout)
"""
