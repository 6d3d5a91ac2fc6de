"""Draw what each kind of endpoint shows: `python docs/pictures/draw.py FOLDER` writes one HTML page for each.

The pages imitate the clients from the very requests that would go out. The pictures beside this file were made of them
with any Chromium: `chromium --headless --screenshot=wecom.png --window-size=560,640 FOLDER/wecom.html`.
"""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from scheduler.config.endpoint import Endpoint, Kind
from scheduler.notify.channels import dingtalk, feishu, slack, wecom
from scheduler.notify.dispatch import templates_in
from scheduler.notify.sample import SAMPLES
from scheduler.notify.split import MessagePart

NOW = datetime(2026, 3, 18, 2, 15, 40, tzinfo=UTC)
COLOURS = {"info": "#07a35a", "comment": "#8a8a8a", "warning": "#e67e22"}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body{{margin:0;padding:20px;background:{back};font:15px/1.6 'WenQuanYi Micro Hei',sans-serif;color:#1d2129}}
.name{{font-size:13px;color:#86909c;margin:0 0 6px}} .bubble{{background:#fff;border-radius:8px;padding:14px 18px;
max-width:480px;box-shadow:0 1px 2px #0002}} .bubble+.name{{margin-top:18px}} a{{color:#1e6fd9;text-decoration:none}}
blockquote{{margin:2px 0;padding-left:10px;border-left:3px solid #dcdfe6}} h3{{font-size:16px;margin:0 0 6px}}
p{{margin:4px 0}} ul{{margin:4px 0;padding-left:20px}} .head{{margin:-14px -18px 12px;padding:10px 18px;
border-radius:8px 8px 0 0;background:#3370ff;color:#fff;font-weight:bold}} .button{{display:inline-block;margin-top:8px;
padding:4px 14px;border-radius:6px;background:#3370ff;color:#fff}}</style>{body}"""


def main(folder: Path) -> None:
    """Write the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = _digest()
    for kind in ("wecom", "dingtalk", "feishu", "slack"):
        bodies = [_bubble(kind, payload) for payload in (SAMPLES[0], digest, SAMPLES[5])]
        page = PAGE.format(back="#ededed" if kind == "wecom" else "#f2f3f5", body="".join(bodies))
        (folder / f"{kind}.html").write_text(page, encoding="utf-8")
    (mail,) = _parts("email", SAMPLES[0])
    (folder / "email.html").write_text(mail.html, encoding="utf-8")


def _digest() -> dict[str, Any]:
    """Return a digest of three samples."""
    sample = SAMPLES[0]["data"]
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("announcement.new", {}),
        ("announcement.updated", {"title": "示例：某市印发实施意见", "region": {"code": "460100", "name": "海口市"}}),
        ("announcement.new", {"title": "示例：某部委公开征求意见", "region": {"code": "000000", "name": "国家"}}),
    )
    items = [{**sample, "type": type, "announcement": sample["announcement"] | changed} for type, changed in changes]
    data = {"reason": "digest", "count": 3, "items": items, "review_url": "http://127.0.0.1:8080"}
    return {"type": "digest", "timestamp": "2026-03-18T00:30:00Z", "data": data}


def _parts(kind: Kind, payload: Any) -> tuple[MessagePart, ...]:
    return templates_in(None).parts(kind, json.dumps(payload), now=NOW)


def _bubble(kind: str, payload: Any) -> str:
    robot = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "slack": slack}[kind]
    url = "https://example.org/robot"
    endpoint = Endpoint.model_validate({"name": "room", "kind": kind, "url": url})
    shown = []
    for part in _parts(kind, payload):  # type: ignore[arg-type]  # one of the four
        said = json.loads(robot.request(endpoint, part, NOW).body)
        shown.append(f'<p class="name">FutureWatch · {kind}</p><div class="bubble">{_DRAW[kind](said)}</div>')
    return "".join(shown)


def _wecom(said: Any) -> str:
    text = re.sub(
        r'<font color="(\w+)">', lambda m: f'<span style="color:{COLOURS[m[1]]}">', said["markdown"]["content"]
    )
    return _markdown(text.replace("</font>", "</span>"))


def _feishu(said: Any) -> str:
    card = said["card"]
    head = f'<div class="head">{html.escape(card["header"]["title"]["content"])}</div>'
    buttons = "".join(
        f'<span class="button">{button["text"]["content"]}</span>'
        for element in card["elements"] if element["tag"] == "action" for button in element["actions"]
    )  # fmt: skip
    return head + _markdown(card["elements"][0]["content"]) + buttons


def _slack(said: Any) -> str:
    text = said["blocks"][0]["text"]["text"].replace("&gt;", "＞")
    text = re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r"[\2](\1)", text)
    return _markdown(re.sub(r"\*(.+?)\*", r"**\1**", text))


def _markdown(text: str) -> str:
    text = re.sub(r"(?m)^(>.*)\n(?!>)", r"\1\n\n", text)  # in chats a quote ends with its line
    return str(MarkdownIt("commonmark", {"html": True, "breaks": True}).render(text))


_DRAW = {
    "wecom": _wecom,
    "dingtalk": lambda said: _markdown(said["markdown"]["text"]),
    "feishu": _feishu,
    "slack": _slack,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
