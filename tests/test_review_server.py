"""The review page's server: who may ask, who may write, how it starts and stops, and Datasette's own tables."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from datasette.utils import tilde_encode
from datasette_auth_passwords.utils import hash_password

from browser import Served, serving
from seeded_archive import DAY, seed
from storage.archive import Archive

TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')
PASSWORD = "correct horse battery staple"
REVIEWER = """
[[reviewer]]
name = "李雷"
password_hash = "env:TEST_HASH"
[[reviewer]]
name = "wang"
password_hash = "env:TEST_HASH"
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    seed(folder / "archive.db")
    with serving(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that wants a login."""
    folder = tmp_path_factory.mktemp("guarded")
    seed(folder / "archive.db")
    environment = {"TEST_HASH": hash_password(PASSWORD, iterations=1000)}
    with serving(folder, more=REVIEWER, environment=environment) as opened:
        yield opened


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, verify=False) as opened:
        yield opened


@pytest.fixture
def reviewer(guarded: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded.url, verify=False) as opened:
        yield opened


def token_of(client: httpx.Client, path: str = f"/?day={DAY}") -> str:
    """Return the token of a page; its cookie stays with the client."""
    found = TOKEN.search(client.get(path).text)
    assert found is not None
    return found[1]


def post(client: httpx.Client, path: str, *, origin: str | None = "own", **fields: str) -> httpx.Response:
    """Send a form as a browser does, from a page of this site unless it is said otherwise."""
    headers = {} if origin is None else {"Origin": str(client.base_url).rstrip("/") if origin == "own" else origin}
    return client.post(path, data=fields, headers=headers)


def verdicts(served: Served) -> list[str]:
    with Archive(served.archive) as archive:
        return [one.who for one in archive.verdicts.all()]


# --- writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example.org", "http://127.0.0.1:1"])
def test_other_origin_is_refused(client: httpx.Client, served: Served, origin: str | None) -> None:
    """A write that no page of this site sent is refused, even with a valid token."""
    token = token_of(client)
    answer = post(client, "/verdicts", origin=origin, csrftoken=token, about="announcements/2", verdict="confirmed")
    assert answer.status_code == 403
    assert verdicts(served) == []


@pytest.mark.parametrize("token", ["", "wrong"])
def test_token_is_needed(client: httpx.Client, served: Served, token: str) -> None:
    """A write without the page's token is refused, in Chinese."""
    token_of(client)
    answer = post(client, "/verdicts", csrftoken=token, about="announcements/2", verdict="confirmed")
    assert (answer.status_code, "页面已过期" in answer.text) == (403, True)
    assert verdicts(served) == []


def test_cookie_is_needed(client: httpx.Client, served: Served) -> None:
    """Who sends no cookies, or a bearer token, does not get past the check of the token."""
    assert post(client, "/verdicts", about="announcements/2", verdict="confirmed").status_code == 403
    token_of(client)
    client.headers["Authorization"] = "Bearer x"
    assert post(client, "/verdicts", about="announcements/2", verdict="confirmed").status_code == 403
    assert verdicts(served) == []


def test_endless_form_is_refused(client: httpx.Client) -> None:
    """A form that is longer than any of ours, or does not say how long it is, is not read."""
    headers = {"Origin": str(client.base_url).rstrip("/"), "Content-Type": "application/x-www-form-urlencoded"}
    for content in (b"text=" + b"x" * 200_000, iter([b"text=x"])):
        assert client.post("/announcements/2/notes", content=content, headers=headers).status_code == 413


def test_get_changes_nothing(client: httpx.Client, served: Served) -> None:
    """A link cannot give a verdict."""
    assert client.get("/verdicts?about=announcements/2&verdict=confirmed").status_code == 405
    assert verdicts(served) == []


def test_form_leads_back_to_this_site_only(client: httpx.Client, served: Served) -> None:
    """Where a form leads afterwards lies on this site, whatever it says."""
    token = token_of(client)
    for back in ("https://evil.example.org/", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)"):
        answer = post(client, "/verdicts", csrftoken=token, about="announcements/2", verdict="watch", back=back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/announcements/2")
    with Archive(served.archive) as archive, archive.transaction():
        archive.db.execute("DELETE FROM verdicts")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/verdicts", {"about": "announcements/2", "verdict": "rejected", "reason": ""}, 400),
        ("/verdicts", {"about": "announcements/2", "verdict": "nonsense"}, 400),
        ("/verdicts", {"verdict": "confirmed"}, 400),
        ("/verdicts", {"about": "announcements/999", "verdict": "confirmed"}, 404),
        ("/verdicts", {"about": "articles/999", "verdict": "confirmed"}, 404),
        ("/verdicts", {"about": f"articles/{10**30}", "verdict": "confirmed"}, 404),
        ("/verdicts/undo", {"id": "999"}, 409),
        ("/verdicts/undo", {}, 409),
        ("/announcements/999/notes", {"text": "x"}, 404),
        ("/edits/999/undo", {}, 409),
    ],
)
def test_what_cannot_be_done(client: httpx.Client, path: str, fields: dict[str, str], status: int) -> None:
    """What is not there, or makes no sense, is answered with a page that says so."""
    answer = post(client, path, csrftoken=token_of(client), **fields)
    assert answer.status_code == status
    assert "快捷键" in answer.text


def test_several_are_judged_and_the_stale_asked(client: httpx.Client, served: Served) -> None:
    """Of several at once those that are as they were shown are judged; what changed meanwhile is asked, as one form."""
    token = token_of(client)
    post(client, "/verdicts", csrftoken=token, about="announcements/2", verdict="watch")
    with Archive(served.archive) as archive:
        version = archive.announcements.get(2).version
    abouts = [f"announcements/2:{version}.0", "announcements/3:1.0"]
    answer = client.post(
        "/verdicts", data={"csrftoken": token, "about": abouts, "verdict": "confirmed"},
        headers={"Origin": str(client.base_url).rstrip("/"), "Accept": "application/json"},
    )  # fmt: skip
    said = answer.json()
    assert (answer.status_code, [one["path"] for one in said["verdicts"]]) == (409, ["announcements/3"])
    assert "标为“关注”" in said["ask"]
    assert "announcements/3" not in said["ask"]
    with Archive(served.archive) as archive, archive.transaction():
        found = archive.verdicts.of_announcements([2, 3])
        assert (found[2].verdict, found[3].verdict) == ("watch", "confirmed")
        archive.db.execute("DELETE FROM verdicts")


# --- reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:80", "127.0.0.1.evil.example.org", ""])
def test_other_host_is_refused(client: httpx.Client, host: str) -> None:
    """A name that was bent to this address (DNS rebinding) gets nothing."""
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "path", ["/", "/announcements/2", "/articles/3", "/search?q=未来", "/nowhere", "/static/review.js", "/archive"]
)
def test_headers(client: httpx.Client, path: str) -> None:
    """Every answer says what a browser may do with it; our own pages run no script that stands in them."""
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert ("'unsafe-inline'" in policy) == path.startswith("/archive")
    if answer.headers["content-type"].startswith("text/html") and not path.startswith(("/archive", "/nowhere")):
        assert not re.search(
            r"<script(?! src=)|<style|\sstyle=|\son\w+=|https?://(?!127\.0\.0\.1)[^\"]+\.(?:js|css)", answer.text
        )


def test_snapshot(client: httpx.Client) -> None:
    """A page is served as it was, where nothing in it runs, loads or is sent."""
    answer = client.get("/snapshots/1")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "上海市促进未来产业创新发展若干措施" in answer.text


def test_days(client: httpx.Client) -> None:
    """A day without announcements leads to the nearest with some; a day that is none is explained."""
    assert "最近一次：2026-03-17" not in client.get("/?day=2026-03-17").text
    assert "之后：2026-03-17" in client.get("/?day=2026-03-01").text
    statuses = [client.get(f"/?day={day}").status_code for day in ("gestern", "0001-01-01", "9999-12-31")]
    assert statuses == [400, 404, 404]


def test_wrong_address(client: httpx.Client, served: Served) -> None:
    """An address that is none is said in Chinese, and printed nowhere."""
    client.cookies.set("secret", "cookie-of-a-reviewer")
    for path in ("/nowhere", "/nowhere/at/all", "/archive/nowhere", "/announcements/abc"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "页面不存在" in answer.text
    printed, _ = served.process.said()
    assert printed.startswith("Review page: ")
    assert printed.count("\n") == 1


def test_evidence(client: httpx.Client, tmp_path: Path) -> None:
    """The evidence of an announcement is given as a file whose every hash holds."""
    from scheduler.reports.evidence import verify_bundle

    path = tmp_path / "evidence.zip"
    answer = client.get("/announcements/2/evidence.zip")
    assert 'filename="futurewatch-announcement-2.zip"' in answer.headers["content-disposition"]
    path.write_bytes(answer.content)
    assert verify_bundle(path) == []


def test_search_as_json(client: httpx.Client) -> None:
    """Programs get what the page shows: articles, total and facets; a query that cannot be read is an error."""
    found = client.get("/search.json", params={"q": "量子"}).json()
    assert found["total"] == 2
    assert {one["value"] for one in found["facets"]["region"]} == {"440000", "340000"}
    assert client.get("/search.json", params={"q": "act:nonsense"}).status_code == 400


# --- Datasette's own pages ----------------------------------------------------------------------------


def test_tables(client: httpx.Client) -> None:
    """Tables, facets, JSON and CSV are there, with views in Chinese; the settings are not."""
    assert client.get("/archive.json").json()["database"] == "archive"
    assert client.get("/archive/announcements.json?_facet=act&_shape=objects").json()["facet_results"]["act"]
    assert client.get("/archive/announcements.csv").text.count("\r\n") == 6
    assert "湖北省" in str(client.get(f"/archive/{tilde_encode('政策')}.json").json()["rows"])
    for path in ("/-/metadata.json", "/-/plugins.json", "/-/permissions", "/-/password-tool", "/archive.db"):
        assert client.get(path).status_code in {403, 404}, path


@pytest.mark.parametrize(
    ("words", "found"), [("量子", 2), ("6G", 2), ("奖", 1), ("未来产业 合肥", 0), ("产业 安徽", 1)]
)
def test_table_search_is_exact(client: httpx.Client, words: str, found: int) -> None:
    """The search box over the table of articles finds what our search finds."""
    rows = client.get("/archive/articles.json", params={"_search": words, "_shape": "array"}).json()
    assert len(rows) == found


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "select 1; drop table articles",
        "insert into tags values (1, 1, 1, 1)",
        "pragma journal_mode=delete",
    ],
)
def test_sql_cannot_write(client: httpx.Client, served: Served, sql: str) -> None:
    """Whatever SQL is asked, nothing changes."""
    assert client.get("/archive.json", params={"sql": sql}).status_code == 400
    with Archive(served.archive) as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone()[0] == 8


# --- logins -------------------------------------------------------------------------------------------


def log_in(client: httpx.Client, name: str = "李雷", password: str = PASSWORD) -> httpx.Response:
    return post(client, "/-/login", csrftoken=token_of(client, "/-/login"), username=name, password=password)


def test_login(reviewer: httpx.Client, guarded: Served) -> None:
    """Nothing is shown without a login, which leads to what was asked for; verdicts carry the login's name."""
    for path in ("/announcements/2", "/archive", "/archive/articles", "/snapshots/1"):
        assert reviewer.get(path).headers["location"] == "/-/login"
    assert "用户名或密码不对" in log_in(reviewer, password="wrong").text
    reviewer.get("/announcements/2")
    answer = log_in(reviewer)
    assert answer.status_code == 302
    assert all("HttpOnly" in cookie for cookie in answer.headers.get_list("set-cookie"))
    assert reviewer.get("/").headers["location"] == "/announcements/2"
    assert reviewer.get("/").status_code == 200
    assert reviewer.get("/archive/articles").status_code == 200
    post(reviewer, "/verdicts", csrftoken=token_of(reviewer), about="announcements/2", verdict="watch")
    assert verdicts(guarded) == ["李雷"]
    post(reviewer, "/-/logout", csrftoken=token_of(reviewer))
    assert reviewer.get("/announcements/2").headers["location"] == "/-/login"


def test_programs_log_in_with_every_request(reviewer: httpx.Client) -> None:
    """A feed reader is asked for name and password, and gets in with them."""
    answer = reviewer.get("/search.json?q=量子")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="FutureWatch"')
    assert reviewer.get("/search.json?q=量子", auth=("wang", PASSWORD)).json()["total"] == 2
    assert reviewer.get("/search.json", headers={"Authorization": "Basic ?"}).status_code == 400


def test_hash_is_never_shown(reviewer: httpx.Client) -> None:
    """No page gives a password's hash away."""
    log_in(reviewer)
    for path in ("/-/metadata.json", "/-/metadata", "/archive.json", "/-/actor.json"):
        assert "pbkdf2" not in reviewer.get(path).text


def test_accounts_changed_by_hand_count_after_a_reload(reviewer: httpx.Client, guarded: Served) -> None:
    """SIGHUP, which the daemon hands on, has the page read the file again, and ends no login of others."""
    log_in(reviewer)
    config = guarded.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('name = "wang"', 'name = "wang"\nenabled = false'), encoding="utf-8")
    assert reviewer.get("/search.json", auth=("wang", PASSWORD)).status_code == 200
    guarded.process.send_signal(signal.SIGHUP)
    with httpx.Client(base_url=guarded.url, verify=False) as other:
        until = time.monotonic() + 20
        while other.get("/search.json", auth=("wang", PASSWORD)).status_code == 200 and time.monotonic() < until:
            time.sleep(0.02)
        assert other.get("/search.json", auth=("wang", PASSWORD)).status_code == 401
        config.write_text(text, encoding="utf-8")
        guarded.process.send_signal(signal.SIGHUP)
        assert reviewer.get("/waiting").status_code == 200


def test_guessing_has_to_wait(guarded: Served) -> None:
    """After ten failures within a minute nobody is tried any more, the right password neither."""
    with httpx.Client(base_url=guarded.url, verify=False) as client:
        token = token_of(client, "/-/login")
        statuses = [
            post(client, "/-/login", csrftoken=token, username="wang", password=str(n)).status_code for n in range(12)
        ]
        assert statuses[-1] == 429
        assert post(client, "/-/login", csrftoken=token, username="wang", password=PASSWORD).status_code == 429
        assert client.get("/archive", auth=("wang", PASSWORD)).status_code == 429


def test_guessing_by_requests_has_to_wait(tmp_path: Path) -> None:
    """Who sends a name and password with every request is no better off, whatever page is asked for."""
    environment = {"TEST_HASH": hash_password(PASSWORD, iterations=1000)}
    paths = ["/", "/archive", "/search.json"] * 4
    with (
        serving(tmp_path, more=REVIEWER, environment=environment) as served,
        httpx.Client(base_url=served.url, verify=False) as client,
    ):
        statuses = [client.get(path, auth=("wang", str(n))).status_code for n, path in enumerate(paths)]
    assert statuses[:3] == [303, 303, 401]
    assert statuses[10:] == [429, 429]
