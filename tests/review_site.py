"""The review site in this process: asked without a server, each instance is a start of the program."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from scheduler.config.config import load
from scheduler.review.server import application
from served_app import served_app

PASSWORD = "correct horse battery staple"
TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')


def review_config(review: str = "", more: str = "") -> str:
    """Return a configuration over an archive beside it, without the catalogue.

    `review` goes into the table of that name, `more` behind it.
    """
    return f'[archive]\npath = "archive.db"\n[sources]\ncatalogue = false\n[review]\n{review}\n{more}'


def reviewer(name: str, role: str = "reviewer", *, has_password: bool = True) -> str:
    """Return the table of a reviewer, whose password's hash is in the file `hash` beside the configuration."""
    password = 'password_hash = "file:hash"\n' if has_password else ""
    return f'[[reviewer]]\nname = "{name}"\n{password}role = "{role}"\n'


class Site:
    """The review site in this process, asked from an address; each instance is a start of the program."""

    def __init__(self, config: Path) -> None:
        self._app = application(load(config), config, host="127.0.0.1")
        self._runner = asyncio.Runner()
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, *, at: str = "10.0.0.1", **more: object) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=(at, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://desk", cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)  # type: ignore[arg-type]
                self.cookies = client.cookies
                return answer

        return self._runner.run(asked())

    def log_in(self, name: str, password: str = PASSWORD, *, at: str = "10.0.0.1") -> httpx.Response:
        page = self.ask("GET", "/-/login", at=at)
        return self.post("/-/login", page, at=at, username=name, password=password)

    def post(
        self, path: str, page: httpx.Response, *, at: str = "10.0.0.1", **fields: str | list[str]
    ) -> httpx.Response:
        found = TOKEN.search(page.text)
        assert found
        data = {"csrftoken": found[1], **fields}
        return self.ask("POST", path, at=at, data=data, headers={"Origin": "http://desk"})

    def close(self) -> None:
        self._runner.close()


@contextmanager
def listening(config: Path, port: int) -> Iterator[str]:
    """Serve the site from a thread of this process, for a browser; yield its address."""
    with served_app(application(load(config), config, host="127.0.0.1"), port) as url:
        yield url
