"""Say in Chinese what is wrong with a configuration; what is not known here is shown as the commands say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crawler.toml import Fault
from scheduler.chinese import Wordings, whole_in_chinese

KINDS = {"region": "地区", "track": "赛道", "act": "发布环节", "instrument": "文种"}
TABLES: Mapping[str, str] = {"source": "来源", "endpoint": "接收端", "exit": "出口", "reviewer": "用户"}
SYSTEM: Mapping[str, str] = {"Address already in use": "地址已被占用", "Permission denied": "没有权限",
          "Cannot assign requested address": "本机没有这个地址"}  # fmt: skip
PATTERNS: Wordings = (
    (r"no (region|track|act|instrument) '(.+?)'; did you mean '(.+?)'\?",
     lambda m: f"没有叫“{m[2]}”的{KINDS[m[1]]}，这样一条也收不到。最接近的是“{m[3]}”。"),
    (r"no (region|track|act|instrument) '(.+?)'; known: (.*)",
     lambda m: f"没有叫“{m[2]}”的{KINDS[m[1]]}。可以写：{m[3]}"),
    (r"'(.+)' is declared twice", r"已经有一个叫“\1”的了。"),
    (r"environment variable (.+) is not set", r"环境变量 \1 没有设置。"),
    (r"file (.+) is empty", r"文件 \1 是空的。"),
    (r"file (.+) cannot be read: .*", r"文件 \1 读不了。"),
    (r"a password must not stand in the configuration.*", "地址里别带密码：把它填在“密钥”里。"),
    (r"not an address.*", "这不是地址。写 https://…，或 env:变量名、file:路径。"),
    (r"not a web address.*", "这不是网址，要以 http:// 或 https:// 开头。"),
    (r"an email endpoint needs recipients.*", "邮件要写收件人。"),
    (r"not written as it should be", "写法不对。"),
    (r"not a list: .*", '要写成列表：["…"]。'),
    (r"not a text: .*", '要加引号："…"。'),
    (r"not a (?:whole )?number: .*", "要写成数字，不加引号。"),
    (r"neither true nor false", "只能写 true 或 false。"),
    (r"unknown key", "没有这一项。"),
    (r"no region has the GB/T 2260 code (.+)", r"没有代码为 \1 的地区。"),
    (r"not a duration.*", "时长写作 45s、30m、6h 或 7d。"),
    (r"rule '(.*)' needs a word in any or must", "至少要写一个词。"),
    (r"rule '(.*)': (.+) is no regular expression: .*", r"\2 不是正则表达式。"),
    (r"string should have at least 1 character", "要填。"),
    (r"is missing", "要填。"),
    (r"input should be greater than or equal to (.+)", r"不能小于 \1。"),
    (r"input should be less than or equal to (.+)", r"不能大于 \1。"),
    (r"input should be greater than (.+)", r"要大于 \1。"),
    (r"input should be (.+)", lambda m: f"只能写 {m[1].replace(' or ', ' 或 ')}。"),
    (r"input is not a valid path.*", '要写成带引号的路径："…"。'),
    (r"line (\d+): this is not UTF-8 but seems to be GBK.*",
     r"第 \1 行：文件不是 UTF-8，像是 GBK（Windows 编辑器里也叫 ANSI）；请另存为 UTF-8。"),
    (r"line (\d+): this is not UTF-8.*", r"第 \1 行：文件不是 UTF-8；请另存为 UTF-8。"),
    (r"not TOML: (.*) \(at line (\d+), column (\d+)\)", r"不合 TOML 的写法，在第 \2 行第 \3 列。"),
    (r"not TOML: .*", "不合 TOML 的写法，可能没写完。"),
    (r"No such file or directory", "没有这个文件。"),
    (r"Is a directory", "这是文件夹，不是文件。"),
    (r"Permission denied", "没有读写它的权限。"),
    (r"no (source|endpoint|exit|reviewer) '(.+)'", lambda m: f"没有叫“{m[2]}”的{TABLES[m[1]]}。"),
    (r"no kind '(.+)' of endpoint", r"没有“\1”这种接收端。"),
    (r"no format '(.+)' of listings", r"没有“\1”这种栏目页格式。"),
    (r"'(.+)' is named under on as well", r"“\1”在 on 里也写了。"),
    (r"a secret must not stand in the configuration.*", '密钥不能写在配置里：写 "env:变量名" 或 "file:路径"。'),
    (r"not a span of the day.*", '一天里的时段写作 "22:00-07:30"。'),
    (r"not a time of day.*", '时刻写作 "08:30"。'),
    (r"(\S+) can be reached by others", r"别的机器能访问 \1，要先写明谁能登录。"),
    (r"(\S+): (.+)", lambda m: f"{m[1]}：{SYSTEM.get(m[2], m[2])}"),
    (r"(\S+) is not installed", r"没有装 \1。"),
    (r"needs the extra (\S+)", r"缺少附加组件 \1。"),
    (r"buttons need both .*", "按钮要同时有 callback_token 和 callback_key。"),
    (r"an EncodingAESKey has 43 characters", "EncodingAESKey 有 43 个字符。"),
    (r"cards of (\S+) have no buttons that answer.*", r"\1 的卡片不能有按钮：用 feishu_app 或 wecom_app。"),
    (r"lacks the blocks (.+)", r"模板缺少这些块：\1。"),
    (r"not base64, .*", "密钥不是 base64，Standard Webhooks 的都是。"),
)  # fmt: skip
HINTS = (
    (r"write such as '(.+?)'", r"例如 \1。"),
    (r"did you mean '(.+?)'\?", r"最接近的是“\1”。"),
    (r"known: (.+)", r"可以写：\1。"),
    (r"(.) is a full-width or typographic sign: write (.)", r"“\1”是全角或排版符号，要写 \2 。"),
    (
        r"another program has the port: stop it, or give --port",
        "别的程序占了这个端口：停掉它，或用 --port 换一个。",
    ),
    (
        r"name who may log in: .*",
        "在 [[reviewer]] 里写 name 和 password_hash（review --hash-password 生成），或设 [review.oidc]。",
    ),
)


def line_in_chinese(fault: Fault) -> str:
    """Return the line that a command prints of a fault: file, key, what is wrong, and the line in the file."""
    where = "：".join(filter(None, (fault.file, fault.key)))
    place = f"（第 {fault.line} 行）" if fault.line else ""
    return f"{where}：{fault_in_chinese(fault)}{place}"


def fault_in_chinese(fault: Fault) -> str:
    """Return what is wrong with one key."""
    if said := whole_in_chinese(fault.problem, PATTERNS):
        return said + (whole_in_chinese(fault.hint, HINTS) or fault.hint)
    return f"{fault.problem}；{fault.hint}" if fault.hint else fault.problem


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Return what is wrong by the last name of its key: that of the form's field."""
    found: dict[str, str] = {}
    for fault in faults:
        name = re.sub(r"\[\d+\]$", "", fault.key).rpartition(".")[2]
        found[name] = "".join(filter(None, (found.get(name), fault_in_chinese(fault))))
    return found
