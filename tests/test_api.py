"""The API: it keeps what its own description says, whatever is asked; lists are paged, tokens bound what is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from datasette_auth_passwords.utils import hash_password
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from local_site import LocalSite, local_site
from notify_examples import NOON
from scheduler.questions.paging import CursorError, cursor_of, day_and_number_in, number_in
from scheduler.review.api import app
from scheduler.review.api.rate import RequestRate
from seeded_archive import seed
from storage.archive import Archive

EXAMPLES = 4  # requests to each operation
REVIEWERS = """
[[reviewer]]
name = "李雷"
password_hash = "env:TEST_API_HASH"
[[reviewer]]
name = "韩梅"
role = "reader"
"""


ENDPOINT = """
[[endpoint]]
name = "room"
kind = "webhook"
url = "http://127.0.0.1:9/hook"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    folder = tmp_path_factory.mktemp("api")
    seed(folder / "archive.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "REQUESTS_PER_MINUTE", 100_000)
        with local_site(folder, more=ENDPOINT) as opened:
            yield opened


@pytest.fixture
def client(site: LocalSite) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{site.url}/api/v1/") as opened:
        yield opened


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_description_is_kept(site: LocalSite) -> None:
    """Whatever is asked, valid or not, is answered as the description says: status, type, headers and body."""
    schema = schemathesis.openapi.from_url(f"{site.url}/api/v1/openapi.json")
    headers, tried = bearer(site.token("admin")), 0
    # A query is a text whose grammar no schema has: one that means nothing is answered 400.
    excluded: Any = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth"])
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)

        @given(case=found.ok().as_strategy())
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def holds(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(headers=headers, excluded_checks=excluded)

        holds()
    assert tried > 60


def test_lists_are_paged(client: httpx.Client) -> None:
    """Parts that follow each other are the whole list, in its order, each row once."""
    for path in ("acts", "articles", "facts"):
        whole = client.get(path, params={"limit": 100}).json()["items"]
        parts, cursor = [], None
        while True:
            part = client.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
            parts += part["items"]
            cursor = part["next"]
            if cursor is None:
                break
        assert [one["id"] for one in parts] == [one["id"] for one in whole]
        assert len(whole) > 4


def test_what_is_given(client: httpx.Client) -> None:
    """Acts and articles come with facts, steps, explanation and the proof of what was read; queries choose."""
    (found,) = client.get("acts", params={"q": "地区:广东 量子科技"}).json()["items"]
    act = client.get(f"acts/{found['id']}").json()
    assert act["region"] == {"code": "440000", "name": "广东省"}
    assert len(act["citation"]["sha256"]) == 64
    assert sum(one["is_lead"] for one in act["articles"]) == 1
    article = client.get(f"articles/{act['articles'][0]['id']}").json()
    assert article["act"] == act["id"]
    assert {"region", "money", "target"} <= {fact["kind"] for fact in article["facts"]}
    facts = client.get("facts", params={"act": act["id"], "kind": "money"}).json()["items"]
    assert [(fact["value"], fact["number"], fact["unit"]) for fact in facts] == [("30亿元", 30.0, "亿元")]
    (deadline,) = client.get("deadlines", params={"since": "2026-03-01", "until": "2026-12-31"}).json()
    assert (deadline["day"], deadline["kind"]) == ("2026-04-17", "征求意见")
    assert client.get("sources/gov-440000").json()["name"] == "广东省人民政府"
    assert client.get("health").json()["is_watching"] is False


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("acts?q=actt:x", 400), ("articles?q=region:nirgends", 400), ("acts?limit=0", 400), ("acts?cursor=x", 400),
        ("facts?kind=x", 400), ("deadlines?since=2026-02-30", 400),
        ("deadlines?since=2026-02-02&until=2026-02-01", 400),
        ("acts/999", 404), ("articles/999", 404), (f"acts/{2**63}", 400), ("sources/nobody", 404), ("nowhere", 404),
    ],
)  # fmt: skip
def test_problems_are_named(client: httpx.Client, path: str, status: int) -> None:
    """A request that means nothing is answered with what is wrong, never with nothing found."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


def test_verdicts_and_searches_are_written(client: httpx.Client, site: LocalSite) -> None:
    """A verdict by API is the one of the page: signed, undone with what follows; searches are kept and end."""
    headers = bearer(site.token("review"))
    body = {"act": 2, "verdict": "rejected", "reason": "测试"}
    assert client.post("verdicts", json=body).status_code == 401
    assert client.post("verdicts", json=body, headers=bearer(site.token())).status_code == 403
    given = client.post("verdicts", json=body, headers=headers).json()
    assert (given["act"], given["verdict"], given["who"]) == (2, "rejected", "操作员")
    assert client.get("acts/2").json()["verdict"] == "rejected"
    assert 2 not in [one["id"] for one in client.get("acts").json()["items"]]
    assert client.delete(f"verdicts/{given['id']}", headers=headers).json()["undone_at"]
    assert client.delete(f"verdicts/{given['id']}", headers=headers).status_code == 404
    assert client.post("verdicts", json={"act": 2, "verdict": "rejected"}, headers=headers).status_code == 400
    saved = client.post("saved-searches", json={"name": "接口", "query": "量子"}, headers=headers).json()
    assert httpx.get(saved["feed"]).status_code == 200
    assert (saved["endpoints"], saved["frequency"]) == ([], None)
    assert client.post("saved-searches", json={"name": "接口", "query": "量子"}, headers=headers).status_code == 409
    sent = {"name": "推送", "query": "量子", "endpoints": ["room"], "frequency": "daily"}
    told = client.post("saved-searches", json=sent, headers=headers)
    assert (told.status_code, told.json()["endpoints"], told.json()["frequency"]) == (201, ["room"], "daily")
    for wrong in ({"endpoints": ["nobody"]}, {"frequency": "yearly"}):
        answer = client.post("saved-searches", json=sent | {"name": "x"} | wrong, headers=headers)
        assert answer.status_code == 400
    assert client.post("saved-searches", json={"name": "坏", "query": "actt:x"}, headers=headers).status_code == 400
    assert client.delete(f"saved-searches/{saved['id']}", headers=headers).status_code == 204


def test_search_of_another_is_as_if_it_were_not_there(client: httpx.Client, site: LocalSite) -> None:
    """It is neither listed nor fed nor removed for others."""
    with Archive(site.archive) as archive:
        made = archive.saved_searches.add("私", "量子", by="别人", now=NOON, owner="别人")
    assert "私" not in [one["name"] for one in client.get("saved-searches").json()]
    assert httpx.get(f"{site.url}/feeds/saved/{made.id}.atom").status_code == 404
    assert f"/feeds/saved/{made.id}." not in httpx.get(f"{site.url}/feeds.opml").text
    assert client.delete(f"saved-searches/{made.id}", headers=bearer(site.token("review"))).status_code == 404


def test_no_page_writes_by_the_api(client: httpx.Client, site: LocalSite) -> None:
    """A form of another site has no token, whatever cookies go along; a body without an end is not read."""
    form = {"Content-Type": "text/plain", "Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"}
    client.cookies.set("ds_actor", "x")
    answer = client.post("verdicts", content='{"act": 2, "verdict": "watch"}', headers=form)
    assert answer.status_code == 401
    endless = client.post("verdicts", content=iter([b"{}"]), headers=bearer(site.token("review")))
    assert endless.status_code == 413
    assert client.get("acts", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}).status_code == 403


def test_tokens_are_managed(client: httpx.Client, site: LocalSite) -> None:
    """Who manages lists tokens, without their text, and withdraws one."""
    headers, doomed = bearer(site.token("admin")), site.token()
    listed = client.get("tokens", headers=headers)
    assert doomed not in listed.text
    id = listed.json()[-1]["id"]
    assert client.get("acts", headers=bearer(doomed)).status_code == 200
    assert client.delete(f"tokens/{id}", headers=headers).status_code == 200
    assert client.get("acts", headers=bearer(doomed)).status_code == 401


def test_reviewers_bound_their_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pages want a login nothing is read without; a token does what its owner may, and not too often."""
    monkeypatch.setenv("TEST_API_HASH", hash_password("geheim", iterations=1000))
    monkeypatch.setattr(app, "REQUESTS_PER_MINUTE", 3)
    with local_site(tmp_path, more=REVIEWERS) as guarded, httpx.Client(base_url=f"{guarded.url}/api/v1/") as client:
        assert client.get("acts").headers["www-authenticate"] == 'Bearer realm="FutureWatch"'
        assert client.get("acts", auth=("李雷", "geheim")).status_code == 200
        body = {"article": 1, "verdict": "watch"}
        reader = bearer(guarded.token("review", owner="韩梅"))
        assert client.post("verdicts", json=body, headers=reader).status_code == 403
        headers = bearer(guarded.token("review", owner="李雷"))
        assert client.post("verdicts", json=body, headers=headers).status_code == 404
        answers = [client.get("acts", headers=headers) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60


def test_rate_counts_the_last_minute() -> None:
    """So many requests within any minute, each caller for itself."""
    now = 0.0
    rate = RequestRate(2, clock=lambda: now)
    assert [rate.wait_seconds(name) for name in "aaab"] == [0, 0, 60, 0]
    now = 60.0
    assert [rate.wait_seconds(name) for name in "aaa"] == [0, 0, 60]


@pytest.mark.parametrize(
    "text", ["", "x", "!", "bnVsbA", "W10", "W3RydWVd", cursor_of("x"), cursor_of(-1), cursor_of(2**70)]
)
def test_cursor_of_nobody(text: str) -> None:
    """A text that no list gave is refused."""
    with pytest.raises(CursorError):
        number_in(text)
    assert number_in(cursor_of(7)) == 7
    assert day_and_number_in(cursor_of("2026-03-18", 7)) == ("2026-03-18", 7)
