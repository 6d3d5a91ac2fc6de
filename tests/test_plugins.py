"""Packages of others add to the program: the one that docs/plugins.md shows is installed, and used."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import COMMAND, Futurewatch
from forked import run_forked
from local_portal import LocalPortal, article_page, listing_page

DOCS = (Path(__file__).parents[1] / "docs/plugins.md").read_text(encoding="utf-8")
BLOCKS = [(match[1], match[2]) for match in re.finditer(r"```(\w+)\n(.*?)```", DOCS, re.DOTALL)]
PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "futurewatch-example"
version = "1.0"
[tool.setuptools]
py-modules = [{modules}]
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which the package of the docs is installed, by pip, into a folder of its own."""
    package, site = tmp_path_factory.mktemp("package"), tmp_path_factory.mktemp("site")
    modules = [text.splitlines()[0].removeprefix("# ").removesuffix(".py") for kind, text in BLOCKS if kind == "python"]
    for module, (_, text) in zip(modules, [block for block in BLOCKS if block[0] == "python"], strict=True):
        (package / f"{module}.py").write_text(text, encoding="utf-8")
    tables = "".join(text for kind, text in BLOCKS if kind == "toml")
    project = PROJECT.format(modules=", ".join(f'"{module}"' for module in modules)) + tables
    (package / "pyproject.toml").write_text(project, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--target", str(site), str(package)], check=True)
    return os.environ | {"PYTHONPATH": str(site)}


@contextmanager
def open_bell() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Answer on loopback; yield the address and what was sent there."""
    rung: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            rung.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", rung
        server.shutdown()


def test_kind_of_endpoint_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """An endpoint of a plug-in's kind takes the sample message, as its template words it."""
    with open_bell() as (url, rung):
        config = tmp_path / "config.toml"
        endpoint = f'[[endpoint]]\nname = "door"\nkind = "bell"\nurl = "{url}"\n'
        config.write_text(f"[sources]\ncatalogue = false\n{endpoint}", encoding="utf-8")
        command = [*COMMAND, "endpoints", "test", "door", "--json", "--config", str(config)]
        said = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert said["verdict"] == "delivered"
    assert "未来产业" in rung[0]["ring"]


def test_kind_of_endpoint_has_a_name(environment: dict[str, str]) -> None:
    """Pages call a plug-in's kind by its own word where it says no Chinese one."""
    code = "from scheduler.notify.channels.registry import channel_names as of; print(of()['bell'], of()['wecom'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["bell", "企业微信"]


def test_format_of_listings_is_read(environment: dict[str, str], tmp_path: Path) -> None:
    """A page in a plug-in's format gives its rows."""
    config = tmp_path / "config.toml"
    config.write_text("[sources]\ncatalogue = false\n", encoding="utf-8")
    body = base64.b64encode("#lines\nhttp://example.org/1.html\t关于未来产业的通知\n".encode()).decode()
    line = json.dumps({"id": "a", "url": "http://example.org/", "body_base64": body})
    command = [*COMMAND, "links", "--config", str(config)]
    done = subprocess.run(command, env=environment, input=line.encode(), capture_output=True, check=True)
    links = json.loads(done.stdout)["links"]
    assert [(link["url"], link["title"]) for link in links] == [("http://example.org/1.html", "关于未来产业的通知")]


def test_facts_are_kept_and_searched(
    environment: dict[str, str], portal: LocalPortal, futurewatch: Futurewatch
) -> None:
    """A fact of a plug-in's kind is kept with its article, and a filter of its name finds the article by it."""

    def run(*arguments: str) -> Any:
        command = [*COMMAND, *arguments, "--json", "--config", str(futurewatch.config)]
        given = environment | futurewatch.environment
        return json.loads(subprocess.run(command, env=given, capture_output=True, check=True).stdout)

    futurewatch.configure(portal)
    futurewatch.environment |= environment
    paragraph = "琼北市人民政府印发《琼北市未来产业行动方案》，培育脑机接口等未来产业，加快建设先导区。"
    numbers = ("0898-5550100", "0898-5550200")
    pages = {f"/zwgk/202603/t20260318_{n}.html": f"琼北市未来产业政策第{n}号" for n, _ in enumerate(numbers)}
    portal.serve("/zwgk/", listing_page([(path, title, "2026-03-18") for path, title in pages.items()]))
    for (path, title), number in zip(pages.items(), numbers, strict=True):
        portal.serve(path, article_page(title, [paragraph, f"咨询电话：{number}。", paragraph]))
    assert run("crawl")[0]["new"] == 2
    for query in (("电话:0898-5550200",), ("", "--hotline", "0898-5550200")):
        (found,) = run("search", *query)["articles"]
        assert found["title"] == "琼北市未来产业政策第1号"


def test_unknown_kind_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """Without the plug-in its kind is a fault of the configuration, which names the key and the nearest kind."""
    config = tmp_path / "config.toml"
    endpoint = '[[endpoint]]\nname = "door"\nkind = "webhok"\nurl = "http://127.0.0.1:9/"\n'
    config.write_text(f"[sources]\ncatalogue = false\n{endpoint}", encoding="utf-8")
    returned, _, said = run_forked(["endpoints", "list", "--config", str(config)], environment=os.environ)
    assert returned == 2
    assert "endpoint[0].kind" in said
    assert "webhook" in said
