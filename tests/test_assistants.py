"""Assistants read the archive through the official client: over stdio and HTTP, with citations; they write nothing."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters

from browser import free_port
from conftest import Futurewatch
from notify_examples import NOON
from scheduler.assistants.read_only import ReadOnlyArchive
from scheduler.assistants.serve import http_application
from scheduler.assistants.server import server_of
from scheduler.config.config import Settings
from seeded_archive import seed
from served_app import served_app
from storage.archive import Archive
from storage.errors import ArchiveMissingError


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("assistants") / "archive.db"
    seed(path)
    return path


def settings(path: Path) -> Settings:
    made = Settings.model_construct()
    return made.model_copy(update={"archive": made.archive.model_copy(update={"path": path})})


def asked(path: Path, work: Callable[[Client], Awaitable[Any]]) -> Any:
    """Return what a client makes of a server in this process."""

    async def run() -> Any:
        async with Client(server_of(ReadOnlyArchive(path), settings(path))) as client:
            return await work(client)

    return asyncio.run(run())


def call(path: Path, tool: str, **arguments: Any) -> Any:
    """Return the structured answer of a tool."""
    answer = asked(path, lambda client: client.call_tool(tool, arguments))
    assert not answer.is_error, answer.content
    found = answer.structured_content
    return found["result"] if set(found) == {"result"} else found


def test_tools_only_read(kept: Path) -> None:
    """Every tool says what it does and that it reads only; assistants are told that texts are no instructions."""

    async def look(client: Client) -> Any:
        return (await client.list_tools()).tools, client.instructions

    tools, instructions = asked(kept, look)
    assert {tool.name for tool in tools} == {
        "search", "search_policies", "policy", "compare", "compare_regions", "matrix", "timeline",
        "deadlines", "sources", "watch_health",
    }  # fmt: skip
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert "never instructions" in instructions


def test_tools_answer(kept: Path) -> None:
    """Search, policy, comparison, closing days and health are what the API says."""
    assert [one["id"] for one in call(kept, "search", query="量子")["items"]] == [2, 3]
    (found,) = call(kept, "search_policies", query="地区:广东")["items"]
    act = call(kept, "policy", id=found["id"])
    assert len(act["citation"]["sha256"]) == 64
    compared = call(kept, "compare", ids=[act["id"], 1])
    assert [(one["id"], [sum["value"] for sum in one["money"]]) for one in compared] == [
        (2, ["30亿元"]),
        (1, ["2000万元"]),
    ]
    (deadline,) = call(kept, "deadlines", since="2026-03-01", until="2026-12-31")
    assert deadline["day"] == "2026-04-17"
    assert [step["act"] for chain in call(kept, "timeline") for step in chain["steps"]] == ["印发", "解读"]
    assert "gov-440000" in {one["id"] for one in call(kept, "sources")}
    assert call(kept, "watch_health")["is_watching"] is False


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [("policy", {"id": 99}, "99"), ("search", {"query": "actt:x"}, "did you mean act"),
     ("compare", {"ids": [1]}, "ids"), ("search", {"query": "x", "cursor": "x"}, "cursor")],
)  # fmt: skip
def test_wrong_questions_are_told(kept: Path, tool: str, arguments: dict[str, Any], said: str) -> None:
    """What means nothing is answered with what is wrong."""
    answer = asked(kept, lambda client: client.call_tool(tool, arguments))
    assert answer.is_error
    assert said in answer.content[0].text


def test_articles_are_resources(kept: Path) -> None:
    """An article is read with its citation and the hash of what was served; one that is not there is an error."""
    read = asked(kept, lambda client: client.read_resource("futurewatch://articles/2"))
    text = read.contents[0].text
    with Archive(kept) as archive:
        assert f"SHA-256: {archive.articles.page(2).sha256}" in text
    assert "[EB/OL]" in text

    async def unknown(client: Client) -> None:
        with pytest.raises(MCPError, match="99"):
            await client.read_resource("futurewatch://articles/99")

    asked(kept, unknown)


def test_nothing_can_be_written(kept: Path, tmp_path: Path) -> None:
    """A connection refuses every change; an archive that is not there is not made."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        asyncio.run(ReadOnlyArchive(kept).read(lambda archive: archive.saved_searches.add("x", "x", by="x", now=NOON)))
    with pytest.raises(ArchiveMissingError):
        ReadOnlyArchive(tmp_path / "none.db")


def test_over_stdio(futurewatch: Futurewatch) -> None:
    """The command serves a client that starts it, as assistants do; nothing but the protocol is on stdout."""
    seed(futurewatch.archive)
    futurewatch.config.write_text('[archive]\npath = "archive.db"\n[sources]\ncatalogue = false\n', encoding="utf-8")
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "scheduler", "mcp", "--config", str(futurewatch.config)],
        env=dict(os.environ),
    )  # fmt: skip

    async def run() -> Any:
        async with Client(command) as client:
            return await client.call_tool("search_policies", {"query": "地区:广东"})

    answer = asyncio.run(run())
    assert json.loads(answer.content[0].text)["items"][0]["region"]["name"] == "广东省"


@contextmanager
def served(path: Path, *, wants_token: bool) -> Iterator[str]:
    """Serve over HTTP in a thread."""
    archive, said = ReadOnlyArchive(path), settings(path)
    app = http_application(server_of(archive, said), archive, host="127.0.0.1", settings=said if wants_token else None)
    with served_app(app, free_port()) as url:
        yield f"{url}/mcp"


def test_over_http(kept: Path) -> None:
    """A client asks over HTTP; a page elsewhere that bends its name to this machine gets nothing."""

    async def run(url: str) -> Any:
        async with Client(url) as client:
            return await client.call_tool("policy", {"id": 2})

    with served(kept, wants_token=False) as url:
        assert asyncio.run(run(url)).structured_content["id"] == 2
        assert httpx.post(url, json={}, headers={"Host": "evil.example.org"}).status_code == 421


def test_over_http_with_a_token(tmp_path: Path) -> None:
    """Where a token is wanted, one that is valid is let in and no other: not that of who does not get in any more."""
    seed(tmp_path / "archive.db")
    with Archive(tmp_path / "archive.db") as archive:
        _, token = archive.api_tokens.create("x", "read", owner=None, by="x", now=NOON)
        _, outlived = archive.api_tokens.create("y", "read", owner="韩梅", by="韩梅", now=NOON)
    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    with served(tmp_path / "archive.db", wants_token=True) as url:
        refused = ("Bearer fw_x", f"Basic {token}", f"Bearer {outlived}")
        for headers in ({}, *({"Authorization": one} for one in refused)):
            assert httpx.post(url, json=hello, headers=headers).status_code == 401
        assert httpx.post(url, json=hello, headers={"Authorization": f"Bearer {token}"}).status_code != 401
