"""Lists of feeds come in: each feed is shown as the source that it would be, and becomes one when somebody says so."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from local_site import local_site
from scheduler.cli import main
from scheduler.config.config import load
from scheduler.config.written import ConfigFile
from scheduler.sources.opml import OpmlError, imported_feeds
from test_review_server import post, token_of

LIST = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>我的订阅</title></head><body>
<outline text="政府"><outline type="rss" text="海州省人民政府" xmlUrl="https://www.haizhou.gov.cn/rss.xml"/>
<outline type="rss" title="广东省科技厅" text="x" xmlUrl="http://127.0.0.1:4000/feeds/1.atom"/></outline>
<outline type="rss" text="再来一次" xmlUrl="https://www.haizhou.gov.cn/rss.xml"/>
<outline type="rss" text="不是网址" xmlUrl="ftp://example.org/rss.xml"/>
<outline text="没有地址"/></body></opml>"""


def test_feeds_become_sources() -> None:
    """Regions and kinds are read off titles and hosts, ids are free ones, an address counts once, nonsense is named."""
    government, bridge, nonsense = imported_feeds(LIST.encode(), ())
    assert government.source
    assert bridge.source
    made = [(one.id, one.region, one.level, one.kind) for one in (government.source, bridge.source)]
    assert made == [("haizhou", "000000", "national", "government"), ("127-0-0-1", "440000", "province", "news")]
    assert nonsense.source is None
    assert "ftp" in nonsense.problem
    again = imported_feeds(LIST.encode(), [government.source])
    assert [one.watched_by for one in again] == ["haizhou", None, None]


@pytest.mark.parametrize(
    "text",
    ["", "keine Liste", "<opml version='2.0'><body/></opml>", "<rss/>",
     '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>&x;</body></opml>'],
)  # fmt: skip
def test_no_list(text: str) -> None:
    """A text that lists no feeds is refused; nothing outside of it is read."""
    with pytest.raises(OpmlError):
        imported_feeds(text.encode(), ())


def test_command_shows_and_writes(tmp_path: Path) -> None:
    """Without --write nothing changes; with it the sources are watched, and the way back is kept."""
    config, feeds = tmp_path / "config.toml", tmp_path / "list.opml"
    config.write_text("[sources]\ncatalogue = false\n", encoding="utf-8")
    feeds.write_text(LIST, encoding="utf-8")
    shown = CliRunner().invoke(main, ["sources", "opml", str(feeds), "--json", "--config", str(config)])
    assert [bool(one["source"]) for one in json.loads(shown.stdout)["feeds"]] == [True, True, False]
    assert load(config).watched == ()
    assert CliRunner().invoke(main, ["sources", "opml", str(feeds), "--write", "--config", str(config)]).exit_code == 0
    assert {"haizhou", "127-0-0-1"} == {one.id for one in load(config).watched}
    assert ConfigFile(config).undoable()


def test_page_shows_and_writes_the_ticked(tmp_path: Path) -> None:
    """A list is looked at first; then the ticked feeds are sources. A token is shown once and can be withdrawn."""
    with local_site(tmp_path) as site, httpx.Client(base_url=site.url) as client:
        token = token_of(client, "/sources/opml")
        assert post(client, "/sources/opml", csrftoken=token, opml="x").status_code == 400
        looked = post(client, "/sources/opml", csrftoken=token, opml=LIST, do="look")
        assert "海州省人民政府" in looked.text
        url = "http://127.0.0.1:4000/feeds/1.atom"
        added = post(client, "/sources/opml", csrftoken=token, opml=LIST, do="save", url=url)
        assert (added.status_code, added.headers["location"]) == (303, "/sources")
        assert [one.listings for one in load(site.config).watched] == [(url,)]
        made = post(client, "/programs/tokens", csrftoken=token, name="<阅读器>", scope="read")
        text = made.text.partition("<code>fw_")[2].partition("</code>")[0]
        header = {"Authorization": f"Bearer fw_{text}"}
        assert httpx.get(f"{site.url}/feeds/all.atom", headers=header).status_code == 200
        assert f"fw_{text}" not in client.get("/programs").text
        assert post(client, "/programs/tokens", csrftoken=token, name="x", scope="root").status_code == 403
        assert post(client, "/programs/tokens/1/withdraw", csrftoken=token).status_code == 303
        assert httpx.get(f"{site.url}/feeds/all.atom", headers=header).status_code == 401
