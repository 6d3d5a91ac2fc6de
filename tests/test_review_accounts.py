"""Accounts as administrators keep them: invitations, roles, shutting out, new passwords; whose a saved search is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password

from review_site import PASSWORD, Site, review_config
from scheduler.config.config import load
from storage.archive import Archive
from storage.database import Database
from storage.invitations import InvitationError
from storage.schema import apply_migrations
from storage.search.saved import SavedSearchError, SavedSearches

NOW = datetime(2026, 3, 18, 1, 30, tzinfo=UTC)
NEW_PASSWORD = "another horse, another staple"
CONFIG = review_config(
    'address = "http://desk"',
    """
[[endpoint]]
name = "team"
kind = "webhook"
url = "http://127.0.0.1:9/hook"
[[endpoint]]
name = "mail"
kind = "email"
url = "smtp://127.0.0.1:9"
to = ["a@example.org"]
""",
)
REVIEWERS = """
[[reviewer]]   # the first of us
name = "李雷"
password_hash = "file:hash"
role = "administrator"
[[reviewer]]
name = "wang"
password_hash = "file:hash"
[[reviewer]]
name = "读者"
password_hash = "file:hash"
role = "reader"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    Archive(tmp_path / "archive.db").close()
    (tmp_path / "hash").write_text(hash_password(PASSWORD, iterations=1000), encoding="utf-8")
    (tmp_path / "config.toml").write_text(CONFIG + REVIEWERS, encoding="utf-8")
    return tmp_path / "config.toml"


@pytest.fixture
def site(config: Path) -> Iterator[Site]:
    """The site, at which 李雷 has logged in."""
    opened = Site(config)
    opened.log_in("李雷")
    yield opened
    opened.close()


def become(site: Site, name: str = "") -> None:
    """Let another person use the site from here; without a name nobody who has logged in."""
    site.cookies = httpx.Cookies()
    if name:
        assert site.log_in(name).status_code == 302


def link_of(page: httpx.Response) -> str:
    """Return the path of the link that a page shows."""
    found = re.search(r"http://desk(/join/[\w-]+)", page.text)
    assert found, page.text
    return found[1]


def invited(site: Site, role: str = "reviewer") -> str:
    return link_of(site.post("/users/invitations", site.ask("GET", "/users"), role=role, days="7"))


def joined(site: Site, link: str, name: str, password: str = NEW_PASSWORD, again: str = NEW_PASSWORD) -> httpx.Response:
    page = site.ask("GET", link)
    return site.post(link, page, name=name, password=password, again=again) if page.status_code == 200 else page


# --- invitations ----------------------------------------------------------------------------------


def test_invited_person_chooses_name_and_password(site: Site, config: Path) -> None:
    """The link lets one person in, in the role that was fixed; its token is kept nowhere, the row is in the file."""
    link = invited(site, "reader")
    kept = b"".join(path.read_bytes() for path in config.parent.iterdir() if path.is_file())
    assert link.rpartition("/")[2].encode() not in kept
    become(site)
    assert "读者" in site.ask("GET", link).text
    answer = joined(site, link, "韩梅")
    assert answer.headers["location"] == "/"
    assert "韩梅 · 退出" in site.ask("GET", "/waiting").text
    text = config.read_text(encoding="utf-8")
    assert "# the first of us" in text
    assert 'name = "韩梅"\nrole = "reader"\npassword_hash = "file:secrets/韩梅.password"' in text
    assert joined(site, link, "另一个").status_code == 410
    become(site)
    assert site.log_in("韩梅", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("name", "password", "again", "said"),
    [
        ("李雷", NEW_PASSWORD, NEW_PASSWORD, "已经有一个叫“李雷”的了"),
        ("WANG", NEW_PASSWORD, NEW_PASSWORD, "已经有一个叫“WANG”的了"),
        ("../etc", NEW_PASSWORD, NEW_PASSWORD, "名字只能用"),
        ("韩梅", "short", "short", "至少 10 个字符"),
        ("韩梅", NEW_PASSWORD, PASSWORD, "不一样"),
    ],
)
def test_what_was_filled_wrongly_is_asked_again(
    site: Site, config: Path, name: str, password: str, again: str, said: str
) -> None:
    """A name that is somebody's, or a password that is none, changes nothing, and the link still works."""
    link, before = invited(site), config.read_text(encoding="utf-8")
    answer = joined(site, link, name, password, again)
    assert answer.status_code == 400
    assert said in answer.text
    assert config.read_text(encoding="utf-8") == before
    assert site.ask("GET", link).status_code == 200


def test_withdrawn_link_is_none(site: Site) -> None:
    """What is open is listed, and ends by 收回 or 撤销, which is the same thing on another page."""
    first, second = invited(site), invited(site, "administrator")
    page = site.ask("GET", "/users")
    assert page.text.count("前有效，还没用") == 2
    history = site.ask("GET", "/history")
    assert "邀请一位管理员" in history.text
    assert site.post("/users/invitations/1/withdraw", page).headers["location"] == "/users"
    assert site.post("/users/invitations/2/withdraw", history, back="/history").headers["location"] == "/history"
    assert "李雷 已撤销" in site.ask("GET", "/history").text
    for link in (first, second):
        assert "收回了" in joined(site, link, "韩梅").text


def test_first_person_is_an_administrator(config: Path) -> None:
    """Where nobody has to log in yet, only an administrator can be invited; then everybody has to."""
    config.write_text(CONFIG, encoding="utf-8")
    site = Site(config)
    page = site.ask("GET", "http://localhost/users")
    assert "现在不用登录" in page.text
    headers = {"Origin": "http://localhost"}
    token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert token
    data = {"csrftoken": token[1], "role": "reader", "days": "7"}
    assert site.ask("POST", "http://localhost/users/invitations", data=data, headers=headers).status_code == 400
    data["role"] = "administrator"
    link = link_of(site.ask("POST", "http://localhost/users/invitations", data=data, headers=headers))
    data = {"csrftoken": token[1], "name": "韩梅", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert site.ask("POST", f"http://localhost{link}", data=data, headers=headers).headers["location"] == "/"
    assert site.ask("GET", "http://localhost/users").status_code == 200
    site.cookies = httpx.Cookies()
    assert site.ask("GET", "http://localhost/waiting").headers["location"] == "/-/login"
    site.close()


def test_links_expire_and_work_once(archive: Archive) -> None:
    """A link ends with its day, its use, and for a new password with the next link of the same name."""
    invitations, until = archive.invitations, NOW + timedelta(days=1)
    _, token = invitations.add(role="reader", by="李雷", now=NOW, expires_at=until)
    assert invitations.open(token, NOW).role == "reader"
    with pytest.raises(InvitationError):
        invitations.open(token, until)
    assert invitations.use(token, by="韩梅", now=NOW).used_by == "韩梅"
    with pytest.raises(InvitationError):
        invitations.use(token, by="另一个", now=NOW)
    with pytest.raises(InvitationError):
        invitations.withdraw(1, by="李雷", now=NOW)
    _, former = invitations.add(name="wang", by="李雷", now=NOW, expires_at=until)
    _, latter = invitations.add(name="wang", by="李雷", now=NOW, expires_at=until)
    with pytest.raises(InvitationError):
        invitations.open(former, NOW)
    assert invitations.open(latter, NOW).name == "wang"


# --- people ---------------------------------------------------------------------------------------


def test_new_password_by_a_link(site: Site, config: Path) -> None:
    """Its owner chooses it; the former one and its sessions end. The undone change does not open the link again."""
    become(site, "wang")
    session = site.cookies
    become(site, "李雷")
    link = link_of(site.post("/users/wang/reset", site.ask("GET", "/users")))
    become(site)
    assert joined(site, link, "").headers["location"] == "/"
    assert "wang · 退出" in site.ask("GET", "/waiting").text
    site.cookies = session
    assert site.ask("GET", "/waiting").status_code == 303
    assert site.log_in("wang").status_code == 200
    become(site, "李雷")
    history = site.ask("GET", "/history")
    assert "wang 重设密码" in history.text
    assert site.post("/history/1/undo", history).status_code == 303
    become(site, "wang")
    assert joined(site, link, "").status_code == 410


def test_role_and_shutting_out_hold_at_once(site: Site, config: Path) -> None:
    """A change counts for sessions under way, stands in the history under who made it, and is undone there."""
    admin = site.cookies
    become(site, "读者")
    reader, site.cookies = site.cookies, admin
    page = site.ask("GET", "/users")
    site.post("/users/%E8%AF%BB%E8%80%85/role", page, role="administrator")
    site.cookies = reader
    assert site.ask("GET", "/users").status_code == 200
    site.cookies = admin
    site.post("/users/%E8%AF%BB%E8%80%85/off", page)
    site.cookies = reader
    assert site.ask("GET", "/archive").headers["location"] == "/-/login"
    assert site.log_in("读者").status_code == 200
    site.cookies = admin
    history = site.ask("GET", "/history").text
    assert "读者 改为管理员" in history
    assert "停用用户 读者" in history
    site.post("/history/2/undo", page)
    site.cookies = reader
    assert site.ask("GET", "/users").status_code == 200


def test_one_administrator_stays(site: Site, config: Path) -> None:
    """Nobody shuts themselves out: the last administrator keeps role and account."""
    before, page = config.read_text(encoding="utf-8"), site.ask("GET", "/users")
    for verb, fields in (("off", {}), ("role", {"role": "reader"})):
        site.post(f"/users/%E6%9D%8E%E9%9B%B7/{verb}", page, **fields)
        assert "至少要留一位能登录的管理员" in site.ask("GET", "/users").text
    assert config.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["wang", "读者"])
def test_accounts_are_for_administrators(site: Site, name: str) -> None:
    """Others see neither the page nor the tables behind it, and nobody sees them without a login."""
    become(site, name)
    assert site.ask("GET", "/users").status_code == 403
    page = site.ask("GET", "/search")
    assert site.post("/users/invitations", page, role="administrator", days="7").status_code == 403
    for table in ("invitations", "sign_ins", "saved_searches"):
        assert site.ask("GET", f"/archive/{table}.json").status_code == 403
        assert table not in site.ask("GET", "/archive").text
    assert site.ask("GET", "/archive/articles.json").status_code == 200


def test_readers_make_tokens_of_their_own(site: Site) -> None:
    """A reader's token reads and no more; others' are neither shown nor withdrawn, and its end is the reader's."""
    site.post("/programs/tokens", site.ask("GET", "/programs"), name="李雷的", scope="admin")
    become(site, "读者")
    page = site.ask("GET", "/programs")
    assert ("李雷的" in page.text, "/users" in page.text) == (False, False)
    assert site.post("/programs/tokens", page, name="x", scope="review").status_code == 403
    made = site.post("/programs/tokens", page, name="阅读器", scope="read")
    found = re.search(r"fw_[\w-]+", made.text)
    assert found
    address = f"/feeds/all.atom?token={found[0]}"
    become(site, "wang")
    refused = site.post("/programs/tokens/2/withdraw", site.ask("GET", "/programs"))
    assert (refused.status_code, "这个令牌是别人的" in refused.text) == (403, True)
    site.cookies = httpx.Cookies()
    assert site.ask("GET", address).status_code == 200
    headers = {"Authorization": f"Bearer {found[0]}"}
    body = {"article": 1, "verdict": "watch"}
    assert site.ask("POST", "/api/v1/verdicts", json=body, headers=headers).status_code == 403
    become(site, "读者")
    assert site.post("/programs/tokens/2/withdraw", site.ask("GET", "/programs")).status_code == 303
    assert site.ask("GET", address).status_code == 401


# --- saved searches -------------------------------------------------------------------------------


def saved(site: Site, name: str, **more: str) -> httpx.Response:
    return site.post("/saved", site.ask("GET", "/search?q=量子"), name=name, q="量子", **more)


def listed(site: Site) -> list[tuple[str, str | None]]:
    found = site.ask("GET", "/saved.json").json()["saved"]
    return [(one["name"], one["owner"]) for one in found]


def test_saved_search_is_ones_own_or_shared(site: Site, config: Path) -> None:
    """Page, list, feed and removal know whose it is; what tells an endpoint is shared; a reader keeps their own."""
    saved(site, "量子")
    saved(site, "共用", shared="1")
    assert listed(site) == [("量子", "李雷"), ("共用", None)]
    become(site, "读者")
    assert listed(site) == [("共用", None)]
    assert "共用" in site.ask("GET", "/search").text
    assert site.ask("GET", "/feeds/saved/1.atom").status_code == 404
    assert site.ask("GET", "/feeds/saved/2.atom").status_code == 200
    assert saved(site, "量子").status_code == 303
    assert listed(site) == [("量子", "读者"), ("共用", None)]
    assert saved(site, "推送", endpoint="team").status_code == 403
    page = site.ask("GET", "/search")
    assert [site.post(f"/saved/{id}/remove", page).status_code for id in (1, 2, 3)] == [404, 403, 303]
    become(site, "wang")
    saved(site, "推送", endpoint="team")
    assert listed(site) == [("共用", None), ("推送", None)]


def test_own_search_is_shared_later(site: Site) -> None:
    """Then everybody has it, unless there is a shared one of its name."""
    saved(site, "量子")
    saved(site, "共用")
    saved(site, "共用", shared="1")
    page = site.ask("GET", "/search")
    site.post("/saved/1/share", page)
    site.post("/saved/2/share", page)
    assert "已经有一个叫这个名字的共用订阅" in site.ask("GET", "/search").text
    become(site, "wang")
    assert listed(site) == [("量子", None), ("共用", None)]


def test_search_is_changed_and_put_back(site: Site) -> None:
    """What it would find is shown first; number and feed stay; each change is undone, removal too, the latest first."""
    saved(site, "量子", shared="1")
    page = site.ask("GET", "/saved/1")
    wrong = site.post("/saved/1", page, name="量子", q="地区:广冻", do="preview")
    assert (wrong.status_code, "广" in wrong.text) == (400, True)
    shown = site.post("/saved/1", page, name="类脑", q="类脑", shared="1", endpoint="team", do="preview")
    assert "找到 0 篇" in shown.text
    assert listed(site) == [("量子", None)]
    site.post("/saved/1", page, name="类脑", q="类脑", shared="1", endpoint="team", do="save")
    (one,) = site.ask("GET", "/saved.json").json()["saved"]
    assert (one["id"], one["name"], one["query"], one["endpoints"]) == (1, "类脑", "类脑", ["team"])
    site.post("/saved/1/remove", page)
    assert listed(site) == []
    assert "删除过的" in site.ask("GET", "/search").text
    assert site.post("/saved/1/undo/1", page).headers["location"].endswith("/saved/1")  # not the latest
    assert listed(site) == []
    site.post("/saved/1/undo/2", page)
    site.post("/saved/1/undo/1", page)
    (one,) = site.ask("GET", "/saved.json").json()["saved"]
    assert (one["name"], one["query"], one["endpoints"]) == ("量子", "量子", [])
    assert site.ask("GET", "/saved/1").text.count("李雷 已撤销") == 2
    assert site.post("/saved/1/undo/9", page).status_code == 404


def test_search_tells_several_as_often_as_it_says(site: Site) -> None:
    """Endpoints are ticked and a frequency chosen; what there is not is refused; a sample says what each answers."""
    page = site.ask("GET", "/search?q=量子")
    chosen: dict[str, Any] = {
        "name": "推送",
        "q": "量子",
        "endpoint": ["team", "mail"],
        "frequency": "daily",
    }
    tried = site.post("/saved", page, **chosen | {"name": "", "do": "test"})
    assert "endpoint=mail" in tried.headers["location"]
    shown = site.ask("GET", tried.headers["location"]).text
    assert ("team 没有收到" in shown, "mail 没有收到" in shown) == (True, True)  # nobody listens there
    assert shown.count("checked") == 2
    assert '<option value="daily" selected>每天' in shown
    assert site.post("/saved", page, **chosen | {"endpoint": ["team", "nobody"]}).status_code == 400
    assert site.post("/saved", page, **chosen | {"frequency": "yearly"}).status_code == 400
    assert listed(site) == []
    site.post("/saved", page, **chosen)
    site.post("/saved/1", page, **chosen | {"endpoint": "team", "frequency": "", "do": "save"})
    (one,) = site.ask("GET", "/saved.json").json()["saved"]
    assert (one["endpoints"], one["frequency"]) == (["team"], None)
    assert "每天推送到 team、mail" in site.ask("GET", "/saved/1").text
    assert "先选一个接收端" in site.post("/saved/1", page, name="推送", q="量子", do="test").text


def test_reminders_are_set_in_the_form_of_an_endpoint(site: Site, config: Path) -> None:
    """Days before a closing day are numbers, kept with the longest first, shown again, and taken out when empty."""
    page = site.ask("GET", "/receivers/team")
    form: dict[str, Any] = {"was": "team", "name": "team", "kind": "webhook", "do": "save"}
    wrong = site.post("/receivers", page, **form | {"remind": "一周"})
    assert (wrong.status_code, "天数要写成数字" in wrong.text) == (400, True)
    assert site.post("/receivers", page, **form | {"remind": "99"}).status_code == 400  # a season before is too early
    site.post("/receivers", page, **form | {"remind": "1，7 7"})
    assert next(one for one in load(config).endpoint if one.name == "team").remind == (7, 1)
    assert 'name="remind" type="text" value="7，1"' in site.ask("GET", "/receivers/team").text
    assert "截止前 7、1 天" in site.ask("GET", "/deadlines").text
    site.post("/receivers", page, **form | {"remind": ""})
    assert "remind" not in config.read_text(encoding="utf-8")


def test_searches_of_others_are_not_changed(site: Site) -> None:
    """A reader changes own searches, for themselves alone; shared ones are shown, those of others are not there."""
    saved(site, "私人")
    saved(site, "共用", shared="1")
    become(site, "读者")
    page = site.ask("GET", "/search")
    saved(site, "我的")
    assert site.ask("GET", "/saved/1").status_code == 404
    assert "就这样改" not in site.ask("GET", "/saved/2").text
    fields = {"name": "x", "q": "量子", "do": "save"}
    assert [site.post(f"/saved/{id}", page, **fields).status_code for id in (1, 2, 3)] == [404, 403, 303]
    assert site.post("/saved/3", page, **fields, endpoint="team").status_code == 403
    assert listed(site) == [("x", "读者"), ("共用", None)]


def test_searches_from_before_are_shared() -> None:
    """What was saved before searches had owners is everybody's, and keeps its name."""
    db = Database(sqlite3.connect(":memory:"))
    apply_migrations(db, stop_before="accounts")
    row = {"name": "量子", "query": "量子", "created_at": "2026-03-18T01:30:00Z", "created_by": "李雷"}
    db.insert("saved_searches", row)
    apply_migrations(db)
    (found,) = SavedSearches(db).seen_by("wang")
    assert (found.name, found.created_by, found.owner) == ("量子", "李雷", None)


def test_names_are_free_for_each_owner(archive: Archive) -> None:
    """Two people may call their searches the same, one person not twice; an alert rule has no single owner."""
    add = archive.saved_searches.add
    for owner in (None, "李雷", "wang"):
        add("量子", "量子", by="x", now=NOW, owner=owner)
        with pytest.raises(SavedSearchError, match="there already"):
            add("量子", "量子", by="x", now=NOW, owner=owner)
    with pytest.raises(SavedSearchError, match="shared"):
        add("推送", "量子", endpoints=["team"], by="x", now=NOW, owner="李雷")
