"""Say in the reader's language why something is refused, where the refusal was worded far from any reader. Pure."""

from __future__ import annotations

from scheduler.chinese import whole_in_chinese
from scheduler.commands.language import is_chinese

REFUSALS = (
    (r"'(.+)' is no term: .*", r"“\1”不能作词：要 2 到 20 个汉字或字母，不带空格和标点"),
    (r"(.+) is the name of a region: .*", r"“\1”是地名：作了赛道，那里的每个通知都会命中"),
    (r"(.+) is in lexicon (\S+) already: track (.+)", r"词库 \2 里已经有“\1”：是赛道 \3"),
    (r"(.+) is in lexicon (\S+) already: an alias of track (.+)", r"词库 \2 里已经有“\1”：是赛道 \3 的别名"),
    (r"(.+) is in lexicon (\S+) already: a word for the topic.*", r"词库 \2 里已经有“\1”：是主题词"),
    (r"(.+) is in lexicon (\S+) already: a word of the (?:cue|list) (.+)", r"词库 \2 里已经有“\1”：在 \3 里"),
    (r"no track of lexicon (\S+) is called (.+)", r"词库 \1 里没有叫“\2”的赛道"),
    (r"lexicon (\S+) has no word (.+)", r"词库 \1 里没有赛道或别名“\2”"),
    (r"a lexicon needs a track", "词库至少要有一个赛道"),
    (r"no track stands in a table of its own.*", "词库文件里没有单独成表的赛道（[[tracks]]），请手工添加"),
    (r"track (.+) does not stand in a table of its own.*", r"赛道 \1 在文件里没有单独成表（[[tracks]]），请手工改"),
    (r"(?:the tracks are|track .+ is) laid out in another way.*", "赛道的写法和预想的不同，请手工改"),
    (r"(.+) exists and is not in use: .*", r"\1 已经有了，但没有在用：在 [detect] 里写 lexicon = 它，或把它移走"),
    (r"(.+): no word was taken in .*", r"\1：没有收过词（版本号不以 +1 结尾）"),
    (r"(.+) is gone, which held the text before.*", r"\1 不在了，之前的文本恢复不了；请手工改"),
    (r"(.+): there is no archive (.+)", r"\1：没有档案 \2"),
    (r"(.+): exists; --force replaces it", r"\1 已经有了；--force 会替换"),
    (r"(.+): there is no such folder", r"\1：没有这个文件夹"),
    (r"(.+): needs (\d+) MB, and (\d+) MB are free", r"\1：要 \2 MB，只剩 \3 MB"),
    (r"saved search '(.+)': is there already", r"已经有叫“\1”的保存的搜索"),
    (r"saved search '(.+)': is not known", r"没有叫“\1”的保存的搜索"),
    (r"saved search '.*': needs a name", "要有名称"),
    (r"saved search '(.+)': was removed", r"保存的搜索“\1”已经删除"),
    (r"announcement (\d+): cannot be merged into itself", r"政策 \1 不能并入自己"),
    (r"announcement (\d+): has no article (.+)", r"政策 \1 里没有文章 \2"),
    (r"announcement (\d+): some articles must go and some must stay", r"政策 \1：要拆出一部分，留下一部分"),
    (r"announcement (\d+): no edit that could be undone", r"没有可撤销的改动 \1"),
    (r"announcement (\d+): is not known", r"没有政策 \1"),
    (r"announcement (\d+): was merged into (\d+)", r"政策 \1 已并入 \2"),
    (r"there is no announcement (\d+)(?: that could be undone)?", r"没有政策 \1"),
    (r"there is no article (\d+)(?: that could be undone)?", r"没有文章 \1"),
    (r"there is no verdict (\d+)(?: that could be undone)?", r"没有可撤销的判定 \1"),
    (r"announcement (\d+) was merged into another", r"政策 \1 已并入别处"),
    (r"(.+): No such file or directory", r"\1：没有这个文件"),
    (r"(.+): Is a directory", r"\1：这是文件夹"),
    (r"(.+): Permission denied", r"\1：没有权限"),
    (r"(.+): No space left on device", r"\1：磁盘满了"),
    (r"there is not enough memory", "内存不够"),
)


def refusal(text: str) -> str:
    """Return why something is refused; what is not known here stays as it is."""
    return (whole_in_chinese(text, REFUSALS) if is_chinese() else None) or text
