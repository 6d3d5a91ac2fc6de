"""The wheel: all that the program needs is in it, and alone it works with a configuration of the user's."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from scheduler.config.config import load
from scheduler.config.place import SAMPLE, default_config, user_config

ROOT = Path(__file__).parents[1]
NOT_SHIPPED = {".po"}  # compiled words are


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make dist` builds it, of a copy of what the repository has."""
    folder = tmp_path_factory.mktemp("dist")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(("crawler/", "scheduler/", "storage/")) or "/" not in name:
            target = folder / "src" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('..'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=folder / "src", capture_output=True, text=True, check=True)
    return folder / done.stdout.split()[-1]


def test_every_file_is_in_it(wheel: Path) -> None:
    """Catalogue, migrations, templates, styles, words and samples are in the wheel, as every module is."""
    with zipfile.ZipFile(wheel) as packed:
        shipped = set(packed.namelist())
    here = {
        str(path.relative_to(ROOT))
        for package in ("crawler", "scheduler", "storage")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED and "__pycache__" not in path.parts
    }
    assert here - shipped == set()
    assert not {name for name in shipped if name.startswith(("tests/", "docs/", "benchmarks/"))}


def test_it_works_alone(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, without the repository, it starts from the user's configuration."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    target = Path(
        subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
                       capture_output=True, text=True, check=True).stdout.strip()
    )  # fmt: skip
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(target)
    # Its dependencies are those of this environment, whose editable install of the repository is left behind.
    (target / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_CONFIG_HOME": ""}

    (tmp_path / ".config/futurewatch").mkdir(parents=True)
    (tmp_path / ".config/futurewatch/config.toml").write_bytes(SAMPLE.read_bytes())
    command = [str(python), "-m", "scheduler", "sources", "list", "--json"]
    listed = subprocess.run(command, cwd=tmp_path, env=home, capture_output=True, text=True, check=False)
    assert listed.returncode == 0, listed.stderr
    assert '"gov-440000"' in listed.stdout


def test_configuration_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration here comes first; without one the user's; without either the one that is missing here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    assert default_config() == Path("config.toml")
    user_config().parent.mkdir(parents=True)
    user_config().touch()
    assert default_config() == tmp_path / "own/futurewatch/config.toml"
    (tmp_path / "config.toml").touch()
    assert default_config() == Path("config.toml")


def test_first_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`setup --new` writes one into the user's folder, or where it is told, and none over another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    named = ["--config", str(tmp_path / "there/config.toml")]
    made = [CliRunner().invoke(main, ["setup", "--new", "--json", *more]).exit_code for more in ([], named, named)]
    assert made == [1, 1, 2]  # steps are left; it exists
    assert load(user_config()).archive.path == tmp_path / "own/futurewatch/futurewatch.db"
    assert (tmp_path / "there/config.toml").read_bytes() == SAMPLE.read_bytes()
