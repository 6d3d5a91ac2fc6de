"""Write docs/mistakes.md: mistakes of a configuration, and what the program says of each.

.venv/bin/python docs/write_mistakes.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from crawler.toml import ConfigurationError, Fault
from scheduler.config.config import load, unsendable
from scheduler.config.fault_words import line_in_chinese

PAGE = Path(__file__).with_name("mistakes.md")
ENDPOINT = '[[endpoint]]\nname = "team"\nkind = "webhook"\nurl = "https://e.org/hook"\n'
SOURCE = '[[source]]\nid = "hi"\nname = "海南"\nregion = "{}"\nlevel = "province"\nkind = "news"\nlistings = ["{}"]\n'
RULE = '[[rule]]\nname = "试"\n{}points = {{ title = 9, lead = 9, body = 3 }}\n'
HEAD = """# Mistakes in config.toml

What the program says of each, as every command prints it before it does anything: file, key, what is wrong, what to do,
and the line. The exit code is 2, so nothing starts it again and again. The pages say it in Chinese and write nothing.
`.venv/bin/python docs/write_mistakes.py` writes this page.

| mistake | in the file | said | with `--lang zh` |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A mistake: what it is, the part of the file that holds it, and what stands before that part."""

    name: str
    text: str
    before: str = ""
    encoding: str = "utf-8"


MISTAKES = (
    Mistake(name="saved as GBK", text='# 联系\n[crawl]\ncontact = "mailto:a@b.cn"', encoding="gbk"),
    Mistake(name="full-width quotes", text="[crawl]\ncontact = “mailto:a@b.cn”"),
    Mistake(name="full-width brackets", text='【crawl】\ncontact = "mailto:a@b.cn"'),
    Mistake(name="a word without quotes", text="[alert]\nfirst_crawl = 是"),
    Mistake(name="a number in place of a path", text="[archive]\npath = 3"),
    Mistake(name="a contact that is none", text='[crawl]\ncontact = "me"'),
    Mistake(name="a key misspelt", text="[crawl]\ndelay_secnds = 2"),
    Mistake(name="a table misspelt", text="[crawll]\nobey_robots = true"),
    Mistake(name="a duration in words", text='[schedule]\nevery = "30 minutes"'),
    Mistake(name="a duration without a unit", text="[schedule]\nevery = 30"),
    Mistake(name="a number in quotes", text='[detect]\nthreshold = "70"'),
    Mistake(name="a choice misspelt", text='[detect]\nsection_policies = "digset"'),
    Mistake(name="a port that is none", text="[review]\nport = 99999"),
    Mistake(name="a source of the catalogue misspelt", text='[sources]\noff = ["gov-44000"]'),
    Mistake(name="a file that is not there", text='[sources]\nfiles = ["mine.toml"]'),
    Mistake(name="a region's code that is none", text=SOURCE.format("990000", "https://e.org/")),
    Mistake(name="a listing page without https://", text=SOURCE.format("460000", "e.org/zwgk/")),
    Mistake(name="a region misspelt", text='regions = ["广冻"]', before=ENDPOINT),
    Mistake(name="a track misspelt", text='tracks = ["未来能原"]', before=ENDPOINT),
    Mistake(name="an act misspelt", text='acts = ["解渎"]', before=ENDPOINT),
    Mistake(name="one word in place of a list", text='regions = "广东"', before=ENDPOINT),
    Mistake(name="a name with a blank", text=ENDPOINT.replace("team", "团队 一")),
    Mistake(name="two endpoints of one name", text=ENDPOINT, before=ENDPOINT),
    Mistake(name="a kind misspelt", text=ENDPOINT.replace("webhook", "wecon")),
    Mistake(name="no address", text='[[endpoint]]\nname = "team"\nkind = "webhook"'),
    Mistake(name="a variable that is not set", text=ENDPOINT.replace("https://e.org/hook", "env:NO_SUCH_HOOK")),
    Mistake(name="a secret in the file itself", text='secret = "abc123"', before=ENDPOINT),
    Mistake(name="mail without recipients", text='[[endpoint]]\nname = "m"\nkind = "email"\nurl = "smtp://a@e.org"'),
    Mistake(name="a mode misspelt", text='mode = "dayly"', before=ENDPOINT),
    Mistake(name="a code in place of a text", text="regions = [440000]", before=ENDPOINT),
    Mistake(name="quiet hours that are none", text='quiet = "22-7"', before=ENDPOINT),
    Mistake(name="a rule without a word", text=RULE.format("")),
    Mistake(name="a rule with half an expression", text=RULE.format('any = ["/储粮(/"]\n')),
    Mistake(name="half the keys of buttons", text='callback_key = "env:HOME"', before=ENDPOINT),
)


def said_of(mistake: Mistake, line_of: Callable[[Fault], str] = str) -> str:
    """Return what the program says of a file with a mistake, without the folder; empty when it says nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.toml")
        rest = "" if "[sources]" in mistake.text else "[sources]\ncatalogue = false\n"  # five times as fast
        path.write_bytes(f"{mistake.before}{mistake.text}\n{rest}".encode(mistake.encoding))
        try:
            faults = unsendable(load(path), str(path))
        except ConfigurationError as error:
            faults = list(error.faults)
        return "\n".join(map(line_of, faults)).replace(f"{folder}/", "")


def row_of(mistake: Mistake) -> str:
    """Return a mistake's row of the table."""
    parts = (mistake.text, said_of(mistake), said_of(mistake, line_in_chinese))
    text, said, in_chinese = ("<br>".join(_code(line) for line in part.splitlines()) for part in parts)
    return f"| {mistake.name} | {text} | {said} | {in_chinese} |\n"


def _code(line: str) -> str:
    return f"`{line.replace('|', '∣')}`"


if __name__ == "__main__":
    PAGE.write_text(HEAD + "".join(map(row_of, MISTAKES)), encoding="utf-8")
