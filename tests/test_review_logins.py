"""Who gets in and what they may do: names of any script, roles, a trusted proxy, guesses, sessions over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from review_site import PASSWORD, TOKEN, Site, review_config, reviewer
from seeded_archive import seed

HASH = hash_password(PASSWORD, iterations=1000)
PROXY = "10.1.2.3"
CONFIG = review_config(
    f'proxy_header = "X-Remote-User"\ntrusted_proxies = ["{PROXY}"]',
    reviewer("李雷", "administrator") + reviewer("wang") + reviewer("读者", "reader", has_password=False),
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logins")
    seed(folder / "archive.db")
    (folder / "hash").write_text(HASH, encoding="utf-8")
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "config.toml"


@pytest.fixture
def site(config: Path) -> Iterator[Site]:
    opened = Site(config)
    yield opened
    opened.close()


def basic(name: str, password: str = PASSWORD) -> httpx.BasicAuth:
    return httpx.BasicAuth(name.encode(), password)


def test_names_of_any_script_get_in(site: Site) -> None:
    """李雷 logs in by the form, and with every request as programs do."""
    assert site.ask("GET", "/search.json?q=量子", auth=basic("李雷")).status_code == 200
    assert site.ask("GET", "/search.json?q=量子", auth=basic("李雷", "错")).status_code == 401
    assert site.log_in("李雷").status_code == 302
    assert "李雷 · 退出" in site.ask("GET", "/waiting").text


def test_guesses_close_one_name_from_one_address(site: Site) -> None:
    """Ten failures: that name has to wait there, the right password neither; others and other addresses do not."""
    answers = [site.log_in("wang", str(n)).status_code for n in range(11)]
    assert answers == [200] * 10 + [429]
    assert site.log_in("wang").status_code == 429
    assert site.ask("GET", "/search.json", auth=basic("wang")).status_code == 429
    assert site.log_in("wang", at="10.0.0.2").status_code == 302
    assert site.ask("GET", "/search.json", auth=basic("李雷")).status_code == 200


def test_readers_look_and_reviewers_do_not_manage(site: Site) -> None:
    """A reader gets no buttons and no verdict through; a reviewer judges, the configuration is the administrator's."""
    reader = {"X-Remote-User": "%E8%AF%BB%E8%80%85"}
    page = site.ask("GET", "/announcements/2", at=PROXY, headers=reader)
    assert 'name="verdict"' not in page.text.split("<dialog")[0]
    data = {"csrftoken": (TOKEN.search(page.text) or ("", ""))[1], "verdict": "watch", "about": "announcements/2"}
    said = site.ask("POST", "/verdicts", at=PROXY, data=data, headers=reader | {"Origin": "http://desk"})
    assert said.status_code == 403
    assert "只能看" in said.text
    site.log_in("wang")
    page = site.ask("GET", "/announcements/2")
    assert site.post("/verdicts", page, about="announcements/2", verdict="watch").status_code == 303
    assert "只有管理员" in site.post("/setup/name", page, name="别人").text
    site.log_in("李雷")
    assert site.post("/setup/name", site.ask("GET", "/setup"), name="值班").status_code == 303


def test_header_of_a_trusted_proxy_only(site: Site) -> None:
    """From any other address it is ignored, and a name that is nobody's lets nobody in."""
    headers = {"X-Remote-User": "wang"}
    assert site.ask("GET", "/waiting", at=PROXY, headers=headers).status_code == 200
    assert site.ask("GET", "/waiting", headers=headers).headers["location"] == "/-/login"
    assert site.ask("GET", "/waiting", at=PROXY, headers={"X-Remote-User": "root"}).status_code == 303


def test_sessions_survive_a_restart_but_no_new_password(config: Path) -> None:
    """A login holds in the next process; once a password is another, or its owner gone, it does not."""
    first = Site(config)
    first.log_in("wang")
    second = Site(config)
    second.cookies = first.cookies
    assert second.ask("GET", "/waiting").status_code == 200
    (config.parent / "hash").write_text(hash_password("another", iterations=1000), encoding="utf-8")
    third = Site(config)
    third.cookies = first.cookies
    assert third.ask("GET", "/waiting").status_code == 303
    (config.parent / "hash").write_text(HASH, encoding="utf-8")
    for one in (first, second, third):
        one.close()
