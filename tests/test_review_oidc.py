"""Login by OpenID Connect at a real provider: who gets in, in which role, and what is said when it fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey

from crawler.toml import ConfigurationError
from local_oidc import CLIENT_ID, CLIENT_SECRET, OTHER_KEY, LocalOidc, open_oidc
from review_site import Site, review_config
from scheduler.config.config import load
from scheduler.review.server import serve
from storage.archive import Archive

OIDC = """[review.oidc]
issuer = "{issuer}"
client_id = "futurewatch"
client_secret = "file:client"
roles = {{ policy-admins = "administrator", policy = "reviewer", everybody = "reader" }}
"""

WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"iss": "https://elsewhere.example.org"}, "不是配置里的登录服务签发的"),
    ({"nonce": "another"}, "不是为这次登录签发的"),
    ({"nonce": None}, "不是为这次登录签发的"),
    ({"exp": int(time.time()) - 3600}, "已过期"),
    ({"iat": int(time.time()) + 3600}, "签发时间在将来"),
    ({"aud": "another program"}, "签发给别的程序"),
    ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "签发给别的程序"),
    ({"at_hash": "AAAA"}, "at_hash 不对"),
    ({"sub": None}, "sub 不对"),
    ({"groups": ["others"]}, "没有能进来的角色"),
    ({"groups": None}, "没有能进来的角色"),
    ({"preferred_username": "../etc"}, "没有给出可用的名字"),
)


@pytest.fixture
def provider() -> Iterator[LocalOidc]:
    """A provider at which 韩梅 logs in."""
    with open_oidc() as opened:
        opened.claims = {"preferred_username": "韩梅", "groups": ["policy", "everybody"]}
        yield opened


@pytest.fixture
def config(provider: LocalOidc, tmp_path: Path) -> Path:
    Archive(tmp_path / "archive.db").close()
    (tmp_path / "client").write_text(CLIENT_SECRET, encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        review_config('address = "http://desk"', OIDC.format(issuer=provider.url)), encoding="utf-8"
    )
    return tmp_path / "config.toml"


@pytest.fixture
def site(config: Path) -> Iterator[Site]:
    opened = Site(config)
    yield opened
    opened.close()


def led_back(site: Site) -> str:
    """Begin a login, follow to the provider, and return the address that it leads back to."""
    left = site.ask("GET", "/login/oidc")
    assert left.status_code == 303, left.text
    assert parse_qs(urlsplit(left.headers["location"]).query)["code_challenge_method"] == ["S256"]
    back = httpx.get(left.headers["location"], trust_env=False).headers["location"]
    assert back.startswith("http://desk/login/back?")
    return str(back.removeprefix("http://desk"))


def come_back(site: Site) -> httpx.Response:
    return site.ask("GET", led_back(site))


def test_provider_lets_in_with_the_highest_role(site: Site, provider: LocalOidc, config: Path) -> None:
    """Nothing is shown without a login; who is vouched for gets in, to the page they wanted, as what the claim says."""
    asked = site.ask("GET", "/waiting")
    assert asked.headers["location"] == "/-/login"
    assert "用单位帐号登录" in site.ask("GET", "/-/login").text
    assert come_back(site).headers["location"] == "/"
    assert site.ask("GET", "/").headers["location"] == "/waiting"
    page = site.ask("GET", "/waiting").text
    assert "韩梅 · 退出" in page
    assert site.ask("GET", "/users").status_code == 403
    provider.claims["groups"] = "policy-admins"
    come_back(site)
    assert "按登录服务（管理员）" in site.ask("GET", "/users").text
    with Archive(config.parent / "archive.db") as archive:
        (known,) = archive.sign_ins.list()
    assert (known.name, known.subject) == ("韩梅", f"{provider.url} 4711")


def test_wrong_token_is_refused_in_chinese(site: Site, provider: LocalOidc) -> None:
    """A token of another issuer, client, login or time lets nobody in; the login page says why."""
    right = dict(provider.claims)
    for claims, said in WRONG:
        provider.claims = right | claims
        answer = come_back(site)
        assert answer.status_code in {403, 502}
        assert said in answer.text
        assert 'role="alert"' in answer.text
        assert site.ask("GET", "/waiting").status_code == 303


@pytest.mark.parametrize("algorithm", ["RS256", "HS256"])
def test_signature_is_checked(site: Site, provider: LocalOidc, algorithm: str) -> None:
    """A key of somebody else under the same name, or a secret instead of a key, signs nothing."""
    provider.algorithm = algorithm
    provider.key = OTHER_KEY if algorithm == "RS256" else OctKey.import_key(CLIENT_SECRET)
    assert "签名不对" in come_back(site).text


def test_answer_belongs_to_the_login_that_asked(site: Site) -> None:
    """An answer counts once, in the browser that began, for the state that it began with."""
    first = led_back(site)
    assert "不是从这里开始的" in site.ask("GET", "/login/back?code=x&state=y").text
    second = led_back(site)
    assert "不是从这里开始的" in site.ask("GET", first).text
    assert site.ask("GET", second).headers["location"] == "/"
    assert site.ask("GET", second).status_code == 400


def test_provider_that_refuses_or_errs(site: Site, provider: LocalOidc) -> None:
    """What the provider says is handed on; one that names itself otherwise than the configuration is not believed."""
    provider.refuses = True
    assert "没有放行：access_denied" in come_back(site).text
    provider.refuses = False
    back = led_back(site)
    provider.codes.clear()
    assert "invalid_client" in site.ask("GET", back).text
    provider.metadata["issuer"] = "https://elsewhere.example.org"
    answer = site.ask("GET", "/login/oidc")
    assert answer.status_code == 502
    assert "自称 https://elsewhere.example.org" in answer.text


def test_provider_is_down(config: Path, provider: LocalOidc) -> None:
    """Who cannot be asked lets nobody in, and the page says so; a password would still do."""
    config.write_text(config.read_text(encoding="utf-8").replace(provider.url, "http://127.0.0.1:9"), encoding="utf-8")
    site = Site(config)
    answer = site.ask("GET", "/login/oidc")
    assert answer.status_code == 502
    assert "登录服务连不上" in answer.text
    site.close()


def test_claims_of_userinfo_and_within_others(config: Path, provider: LocalOidc) -> None:
    """What the token leaves out is asked for; a claim may lie within another."""
    config.write_text(config.read_text(encoding="utf-8") + 'role_claim = "realm.roles"\n', encoding="utf-8")
    provider.userinfo = {"realm": {"roles": ["policy-admins"]}}
    site = Site(config)
    assert come_back(site).headers["location"] == "/"
    assert site.ask("GET", "/users").status_code == 200
    provider.userinfo["sub"] = "somebody else"
    assert "没有能进来的角色" in come_back(site).text
    site.close()


def test_names_stay_whose_they_are(config: Path, provider: LocalOidc) -> None:
    """Nobody comes in under a name with a password, or under another person's; who is renamed there keeps the first."""
    (config.parent / "hash").write_text("pbkdf2_sha256$1$x$x", encoding="utf-8")
    reviewer = '[[reviewer]]\nname = "李雷"\npassword_hash = "file:hash"\nrole = "administrator"\n'
    config.write_text(config.read_text(encoding="utf-8") + reviewer, encoding="utf-8")
    site = Site(config)
    provider.claims["preferred_username"] = "李雷"
    assert "要用密码登录" in come_back(site).text
    provider.claims["preferred_username"] = "韩梅"
    come_back(site)
    provider.claims["sub"] = "4712"
    assert "另一个人的名字" in come_back(site).text
    provider.claims |= {"sub": "4711", "preferred_username": "韩梅梅"}
    come_back(site)
    assert "韩梅 · 退出" in site.ask("GET", "/waiting").text
    site.close()


def test_file_counts_before_the_provider(site: Site, provider: LocalOidc) -> None:
    """An administrator gives another role, or shuts out; sessions under way end at once, and a rename does not help."""
    provider.claims["groups"] = ["policy-admins"]
    come_back(site)
    boss = site.cookies
    site.cookies = httpx.Cookies()
    provider.claims |= {"sub": "4712", "preferred_username": "wang@example.org"}
    come_back(site)
    wang, site.cookies = site.cookies, boss
    path = "/users/wang%40example.org"
    assert site.post(f"{path}/role", site.ask("GET", "/users"), role="reader").status_code == 303
    site.cookies = wang
    assert site.ask("GET", "/users").status_code == 403
    site.cookies = boss
    assert site.post(f"{path}/off", site.ask("GET", "/users")).status_code == 303
    site.cookies = wang
    assert site.ask("GET", "/waiting").status_code == 303
    provider.claims["preferred_username"] = "wang2"
    assert "停用了" in come_back(site).text


def test_session_ends_with_the_provider(config: Path, provider: LocalOidc) -> None:
    """Once another provider is configured, or none, sessions of the former are none."""
    first = Site(config)
    come_back(first)
    text = config.read_text(encoding="utf-8").replace(provider.url, f"{provider.url}/other")
    config.write_text(text, encoding="utf-8")
    second = Site(config)
    second.cookies = first.cookies
    assert second.ask("GET", "/waiting").status_code == 303
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ('issuer = "http://127.0.0.1', 'issuer = "http://sso.example.org', "review.oidc.issuer"),
        ('policy = "reviewer"', 'policy = "boss"', "review.oidc.roles.policy"),
        ('client_secret = "file:client"', 'client_secret = "abc"', "review.oidc.client_secret"),
    ],
)
def test_wrong_settings_are_named(config: Path, was: str, now: str, problem: str) -> None:
    """A provider without TLS, a role that is none, and a secret that stands in the file are faults."""
    config.write_text(config.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
    with pytest.raises(ConfigurationError) as fault:
        load(config)
    assert problem in str(fault.value)


def test_secret_that_is_missing_is_named_at_the_start(config: Path) -> None:
    """The page does not start with a login that cannot work."""
    (config.parent / "client").unlink()
    with pytest.raises(ConfigurationError, match=r"review\.oidc\.client_secret"):
        serve(load(config), config, host="127.0.0.1", port=0, ready=lambda _: None)
