"""The article that started the product, as pages: through `explain`, and through a real crawl from a local server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal, listing_page
from local_receiver import LocalReceiver

SEED = Path(__file__).parents[2] / "shared/corpus/html/seed-style"
TRACKS = {"未来电子信息", "未来智能装备", "未来生命健康", "未来材料", "未来绿色低碳"}

pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="the measuring corpus is not here")


def check(said: dict[str, object], *, truth: dict[str, object]) -> None:
    """Compare what is said of a seed page with what is true of it."""
    assert said["label"] == "announcement"
    assert said["region"] == {"code": "440000", "name": "广东省"}
    assert set(said["tracks"]) == TRACKS  # type: ignore[call-overload]
    assert {2030, 2035} <= {target["year"] for target in said["targets"]}  # type: ignore[attr-defined]
    assert said["title"] == truth["title"]
    assert str(said["published_at"])[:10] == truth["date"]
    foreign = [part for name in ("hot", "vid", "ugc", "foot") for part in truth[name]]  # type: ignore[attr-defined]
    text = str(said["text"])
    for hit in said["hits"]:  # type: ignore[attr-defined]
        assert not any(hit["sentence"] and hit["sentence"] in part for part in foreign)
    assert not any(part[:40] in text for part in foreign)
    assert all(paragraph in text for paragraph in truth["paras"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["v1_semantic", "v2_hashed", "v3_br_flat", "v4_spa_json"])
def test_explain_reads_the_seed_page(futurewatch: Futurewatch, name: str) -> None:
    """Announcement, Guangdong, five tracks, 2030 and 2035, title and date right, no reader's post and no hot list."""
    futurewatch.config.write_text("", encoding="utf-8")
    said = json.loads(futurewatch.run("explain", str(SEED / f"{name}.html"), "--json"))
    check(said, truth=json.loads((SEED / "truth.json").read_text(encoding="utf-8")))


def test_crawl_finds_the_seed_pages(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """Crawled from one server, the four renderings are one article, one announcement of Guangdong, told once."""
    futurewatch.configure(portal, receiver=receiver)
    portal.serve(
        "/zwgk/", listing_page([("/content/2024/02/28/100.html", "深圳地铁一条线路计划下周试运行的通告", "2024-02-28")])
    )
    portal.serve(
        "/content/2024/02/28/100.html", "<html><body><h1>通告</h1><div class='content'><p>下周试运行。</p></div>"
    )
    futurewatch.crawl()
    truth = json.loads((SEED / "truth.json").read_text(encoding="utf-8"))
    names = ("v1_semantic", "v2_hashed", "v3_br_flat", "v4_spa_json")
    paths = [f"/content/2024/02/29/{200 + n}.html" for n in range(len(names))]
    portal.serve("/zwgk/", listing_page([(path, truth["title"], truth["date"]) for path in paths]))
    for path, name in zip(paths, names, strict=True):
        portal.serve(path, (SEED / f"{name}.html").read_bytes())
    run = futurewatch.crawl("--deliver")
    assert (run["new"], run["announcements"]) == (1, 1)
    assert len(receiver.accepted) == 1
    said = receiver.tries[0][1]["data"]["announcement"]
    assert said["region"]["code"] == "440000"
    assert set(said["tracks"]) == TRACKS
    (row,) = [json.loads(line) for line in futurewatch.run("export", "--label", "announcement").splitlines()]
    assert (row["announcement"], row["title"]) == (said["id"], truth["title"])
