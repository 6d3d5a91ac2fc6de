"""Programs that are killed lose nothing and tell nothing twice; 500 kills are `make attack`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from armed import Moment, arm
from killed_commands import COMMANDS, NOT_KILLED
from kills import kill

from scheduler.cli import main
from scheduler.config.whole_file import write_whole


@pytest.mark.slow  # a dozen commands run
@pytest.mark.parametrize("start", [5])
def test_killed_programs_lose_nothing(tmp_path: Path, start: int) -> None:
    """Whatever is killed, the archive stays whole, and every act is told once to each of two receivers."""
    killer = kill(tmp_path, 5, start=start)
    assert killer.faults == []
    assert [sum(told.values()) for told in killer.world.told()] == [len(killer.world.issued)] * 2


@pytest.mark.parametrize("write", range(1, 6))
def test_file_is_the_one_before_or_the_one_after(tmp_path: Path, write: int) -> None:
    """Wherever a program dies that writes a file of people and program, the file is whole."""
    path = tmp_path / "verified.toml"
    path.write_text("before", encoding="utf-8")
    child = os.fork()
    if child == 0:
        arm(Moment(write=write))
        write_whole(path, "after")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    assert path.read_text(encoding="utf-8") == ("before" if write < 5 else "after")


def test_every_command_is_killed_or_says_why_not() -> None:
    """A command that comes new is killed as the others are, or has its reason."""
    assert sorted([*COMMANDS, *NOT_KILLED]) == sorted(_names(main))


def _names(group: click.Group) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one
        if isinstance(one, click.Group):
            yield from (f"{name} {inner}" for inner in _names(one))
        else:
            yield name
