"""The shape of the project: who owns which package, who imports whom, what the files may say."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("package", ["crawler", "scheduler", "storage"])
def test_each_package_has_one_owner(package: str) -> None:
    """The global names crawler, scheduler and storage are ours alone in this environment."""
    assert set(packages_distributions()[package]) == {"futurewatch"}


def test_imports_run_one_way() -> None:
    """Imports run one way, stages stand beside each other, and no stage knows network or archive."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_constraints_pin_versions_and_name_no_host() -> None:
    """constraints.txt holds `name==version` lines only."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines if not line.startswith("#"))


def test_everything_that_is_imported_is_pinned() -> None:
    """Each dependency of pyproject.toml has its line in constraints.txt."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {_normal(line.partition("==")[0]) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    assert {_normal(re.split(r"[<>=\[ ]", line)[0]) for line in wanted} <= pinned


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
