"""Say in Chinese what `doctor` finds; what is not known here stays as it is. Pure."""

from __future__ import annotations

from scheduler.chinese import whole_in_chinese

FINDINGS = (
    (r"(.+) can be written by everybody on this machine", r"本机任何人都能改 \1"),
    (r"(.+) holds an address, and everybody on this machine can read it: chmod 640, or \"env:NAME\"",
     r"\1 里有地址，本机任何人都能读：chmod 640，或写成 env:变量名"),
    (r"(.+) holds a secret, and others can read it: chmod 600", r"\1 里有密钥，别人也能读：chmod 600"),
    (r"(\S+) GiB of (\S+) GiB are free in (.+)", r"\3 还剩 \1 GiB，共 \2 GiB"),
    (r"(.+) lies on a network drive \((.+)\), where SQLite's locks do not hold",
     r"\1 在网络盘（\2）上，SQLite 的锁在那里不管用"),
    (r"(.+) has (\d+) MB: some process keeps a transaction open, restart what reads the archive",
     r"\1 有 \2 MB：有程序一直没有结束读取，重启读档案的程序"),
    (r"(.+) is not there: nothing was crawled yet", r"\1 还没有：什么都没抓过"),
    (r"endpoint (.+): its address is none", r"接收端 \1：地址不是地址"),
    (r"endpoint (.+): no answer in time", r"接收端 \1：没有按时回答"),
    (r"endpoint (.+): its certificate does not hold", r"接收端 \1：证书不成立"),
    (r"endpoint (.+): its name is not known", r"接收端 \1：域名查不到"),
    (r"endpoint (.+): it refuses connections", r"接收端 \1：拒绝连接"),
    (r"the heartbeat's address: .+", "心跳地址连不上"),
    (r"exit '(.+)' cannot serve: the proxy: .+", r"出口 \1：代理连不上"),
    (r"exit '(.+)' cannot serve: no worker listens there", r"出口 \1：没有工作机在听"),
    (r"exit '(.+)' cannot serve: the NATS server cannot be used: it refuses our credentials",
     r"出口 \1：NATS 服务器不认这份凭据"),
    (r"exit '(.+)' cannot serve: the NATS server cannot be used: .+", r"出口 \1：NATS 服务器用不了"),
    (r"exit '(.+)' cannot serve: (its worker.+ too late|its worker's clock).+", r"出口 \1：工作机的时钟不对"),
    (r"nobody reads pages at exit '(.+)', so this machine does: .+", r"出口 \1 没有工作机读网页，由本机读"),
    (r"exit '(.+)' cannot serve: (.+)", r"出口 \1 用不了：\2"),
    (r"older than this program: (.+) are missing; the next start adds them", r"比程序旧，缺 \1；下次启动会补上"),
    (r"written by a newer program, which added (.+): update this one", r"由更新的程序写成，多了 \1：请升级本程序"),
    (r"(\d+) s ahead of the clocks of (\d+) portals' answers", r"比 \2 次网站回答的时钟快 \1 秒"),
    (r"(\d+) s behind the clocks of (\d+) portals' answers", r"比 \2 次网站回答的时钟慢 \1 秒"),
    (r"a visit ended at (.+), which is still to come: the clock was set back", r"有次访问结束在未来 \1：时钟往回调过"),
    (r"(.+) to (.+) is held until (.+): its sender's clock was wrong", r"给 \2 的 \1 被占到 \3：发送时的时钟不对"),
    (r"(.+) to (.+) was given up by its sender at (.+), and nobody delivers: start the daemon",
     r"给 \2 的 \1 在 \3 被放下，没有程序在发：启动 futurewatch run"),
    (r"(\S+) (\d+): no such row in (\S+)", r"\1 的第 \2 行：\3 里没有对应的行"),
    (r"([0-9a-f]{64}): .+", r"\1：内容对不上"),
    (r"SQLite's check of the index: (.+)", r"SQLite 检查索引：\1"),
    (r"article (\d+) is not in the index", r"文章 \1 不在索引里"),
    (r"entry (\S+) of the index belongs to no article", r"索引的 \1 没有文章"),
    (r"article (\d+): its words or facts are not those that were indexed", r"文章 \1 的内容和索引时不同"),
    (r"article (\d+): the index has other words", r"文章 \1 在索引里是别的词"),
)  # fmt: skip


def finding_in_chinese(finding: str) -> str:
    """Return a finding for people who read Chinese."""
    return whole_in_chinese(finding, FINDINGS) or finding
