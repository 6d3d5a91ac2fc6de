"""The change that docs/first-change.md shows works as it is written there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/first-change.md").read_text(encoding="utf-8")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a copy of the code in which steps 1, 2 and 3 are made."""
    for name in ("crawler", "scheduler", "storage", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "pages"))
    module, test = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "crawler/cms/haitang.py").write_text(module, encoding="utf-8")
    (tmp_path / "tests/test_cms_haitang.py").write_text(test, encoding="utf-8")
    registry = tmp_path / "crawler/cms/registry.py"
    text = registry.read_text(encoding="utf-8")
    text = text.replace("    hanweb,\n", "    haitang,\n    hanweb,\n").replace(
        "hanweb.FAMILY,", "haitang.FAMILY, hanweb.FAMILY,"
    )
    registry.write_text(text, encoding="utf-8")
    return tmp_path


def test_first_change_works(changed: Path) -> None:
    """The page's own test passes on the page's own module."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_cms_haitang.py"]
    done = subprocess.run(
        command, cwd=changed, env=os.environ | {"PYTHONPATH": str(changed)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "3 passed" in done.stdout
