"""All benchmarks in turn: each is known, and one that ends badly hides none of the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


def run_all(code: str) -> subprocess.CompletedProcess[str]:
    """Run code beside the module that runs all benchmarks."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r})\nimport run_all\n{code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_arguments_are_of_benchmarks() -> None:
    """What is noted of a benchmark is of one that is there, and so are the texts that it reads."""
    done = run_all(
        "known = set(run_all.names())\n"
        "assert set(run_all.ARGUMENTS) | set(run_all.NEEDS) <= known, known\n"
        "files = [one for some in run_all.ARGUMENTS.values() for one in some if isinstance(one, run_all.Path)]\n"
        "assert files and all(file.is_file() for file in files)\n"
        "assert not any('unread' in file.parts for file in files)\n"
    )
    assert not done.stderr


def test_a_benchmark_that_fails_says_why() -> None:
    """The last line of one that fails, and the limit of one that goes on, are told."""
    done = run_all(
        "import os\n"
        "def ended(code, most): return run_all._reason([sys.executable, '-c', code], os.environ, most)\n"
        "print(ended('pass', 60), ended('import sys; sys.exit(\"no folder\")', 60), "
        "ended('import time; time.sleep(60)', 1), sep=';')"
    )
    assert done.stdout.strip() == ";no folder;took longer than 1 s"
