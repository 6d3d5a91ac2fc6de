"""Served feeds: at stable addresses, for readers with a token, and not sent again while nothing changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from local_site import LocalSite, local_site
from notify_examples import NOON
from scheduler.config.written import ConfigFile
from seeded_archive import seed
from storage.archive import Archive

PASSWORD = "correct horse battery staple"
REVIEWERS = """
[[reviewer]]
name = "李雷"
password_hash = "env:TEST_FEED_HASH"
[[reviewer]]
name = "韩梅"
role = "reader"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    folder = tmp_path_factory.mktemp("feeds")
    seed(folder / "archive.db")
    with Archive(folder / "archive.db") as archive:
        archive.saved_searches.add("量子", "量子", by="test", now=NOON)
    with local_site(folder) as opened:
        yield opened


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalSite]:
    monkeypatch.setenv("TEST_FEED_HASH", hash_password(PASSWORD, iterations=1000))
    seed(tmp_path / "archive.db")
    with local_site(tmp_path, more=REVIEWERS) as opened:
        yield opened


def test_each_address_of_the_list_answers(site: LocalSite) -> None:
    """What feeds.opml lists is there, in three formats, and has what it is called after."""
    listed = httpx.get(f"{site.url}/feeds.opml")
    assert listed.headers["content-type"] == "text/x-opml; charset=utf-8"
    addresses = [one.get("xmlUrl", "") for one in ElementTree.fromstring(listed.text).iter("outline")]
    paths = [address.removeprefix(site.url) for address in addresses]
    assert {"/feeds/all.atom", "/feeds/region/440000.atom", "/feeds/saved/1.atom", "/feeds/source/gov-440000.atom"} < {
        *paths
    }
    with httpx.Client() as client:
        for address in addresses:
            read = feedparser.parse(client.get(address).content)
            assert not read.bozo
            assert read.entries or "/saved/" in address, address
            assert (
                client.get(address.replace(".atom", ".rss")).headers["content-type"].startswith("application/rss+xml")
            )
            assert client.get(address.replace(".atom", ".json")).json()["feed_url"] == address.replace(".atom", ".json")


def test_nothing_is_sent_again_while_nothing_changed(site: LocalSite) -> None:
    """ETag and Last-Modified are answered with 304, until an announcement is taken back."""
    address = f"{site.url}/feeds/region/440000.atom"
    first = httpx.get(address)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    for asked in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": since}):
        answer = httpx.get(address, headers=asked)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    with Archive(site.archive) as archive:
        (id,) = (one.id for one in archive.announcements.list(limit=9) if one.region and one.region.code == "440000")
        archive.rejections.add(id, "误判", now=NOON)
        assert httpx.get(address, headers={"If-None-Match": tag}).status_code == 200
        assert httpx.get(address, headers={"If-Modified-Since": since}).status_code == 200
        archive.rejections.remove(id)
    assert httpx.head(address).headers["etag"] == tag


@pytest.mark.parametrize(
    "path", ["/feeds/", "/feeds/all", "/feeds/all.pdf", "/feeds/region.atom", "/feeds/region/999999.atom",
             "/feeds/x.atom", "/feeds/all/1.atom", "/feeds/saved/9.atom", "/feeds/saved/%00.atom",
             "/feeds/source/nobody.atom"]
)  # fmt: skip
def test_unknown_feed(site: LocalSite, path: str) -> None:
    """An address of no feed says so."""
    assert httpx.get(site.url + path).status_code == 404


def test_query_that_cannot_be_read(site: LocalSite) -> None:
    """A saved search of before whose query means nothing now is a fault of its own, not of the address."""
    with Archive(site.archive) as archive:
        archive.db.execute("UPDATE saved_searches SET query = 'actt:印发'")
        assert httpx.get(f"{site.url}/feeds/saved/1.atom").status_code == 409
        archive.db.execute("UPDATE saved_searches SET query = '量子'")


@pytest.mark.parametrize("path", ["/", "/announcements?region=广东&track=量子科技", "/sources/gov-440000"])
def test_pages_name_their_feeds(site: LocalSite, path: str) -> None:
    """A reader finds the feeds by the address of a page; the one of before leads on."""
    page = httpx.get(site.url + path).text
    found = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', page)
    assert found[0] == "/feeds/all.atom"
    assert len(found) == {"/": 1, "/sources/gov-440000": 2}.get(path, 3)
    assert all(httpx.get(site.url + address).status_code == 200 for address in found)
    assert httpx.get(f"{site.url}/saved/1.atom", follow_redirects=True).status_code == 200


def test_feeds_want_a_token_where_pages_want_a_login(guarded: LocalSite) -> None:
    """A token in the address or header, a name and password, or a login lead in; the list carries the token on."""
    address, token = f"{guarded.url}/feeds/all.atom", guarded.token()
    refused = httpx.get(address)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Basic realm="FutureWatch"')
    assert httpx.get(address, params={"token": "fw_wrong"}).status_code == 401
    assert httpx.get(address, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert httpx.get(address, params={"token": token}).status_code == 200
    assert httpx.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert httpx.get(address, auth=("李雷", PASSWORD)).status_code == 200
    assert httpx.get(address, auth=("李雷", "wrong")).status_code == 401
    listed = httpx.get(f"{guarded.url}/feeds.opml", params={"token": token}).text
    (first, *_) = ElementTree.fromstring(listed).iter("outline")
    assert httpx.get(first.get("xmlUrl", "")).status_code == 200


def test_token_ends_with_its_rights(guarded: LocalSite) -> None:
    """A token that was withdrawn, or whose owner is no reviewer any more, is none; it opens no page."""
    address, token = f"{guarded.url}/feeds/all.atom", guarded.token(owner="韩梅")
    assert httpx.get(address, params={"token": token}).status_code == 200
    page = httpx.get(f"{guarded.url}/announcements", headers={"Authorization": f"Bearer {token}"})
    assert page.headers["location"] == "/-/login"
    text = guarded.config.read_text(encoding="utf-8")
    guarded.config.write_text(text[: text.index('[[reviewer]]\nname = "韩梅"')], encoding="utf-8")
    ConfigFile(guarded.config).touch()
    assert httpx.get(address, params={"token": token}).status_code == 401
    own = guarded.token()
    with Archive(guarded.archive) as archive:
        archive.api_tokens.withdraw(archive.api_tokens.valid(own).id, now=NOON)
    assert httpx.get(address, params={"token": own}).status_code == 401
