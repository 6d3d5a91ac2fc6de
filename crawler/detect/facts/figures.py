"""Read document number, index number, dates, sums of money and deadlines. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.detect.facts.names import Names
from crawler.detect.facts.reading import ArticleViews, View
from crawler.text.dates import day_of, read_moment
from crawler.text.document_number import DocumentNumber, find_numbers, normalise
from storage.records import Fact

NUMBER_LABEL = re.compile(r"^[\[【]?(?:发文字号|文\s*号|发文号|文件编号)[\]】]?[：\s]*(?P<value>[^\n]*)", re.MULTILINE)
INDEX_LABEL = re.compile(r"^[\[【]?索\s*引\s*号[\]】]?[：\s]*(?P<value>[0-9A-Za-z][^\s\n]{5,60})", re.MULTILINE)
DATE_LABEL = re.compile(r"^[\[【]?(?:成文日期|发文日期|生成日期)[\]】]?[：\s]*(?P<value>[^\n]{6,20})", re.MULTILINE)
DATE = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
SIGNED = re.compile(
    r"^[ ]*(?P<value>(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})年[^。，\n]{2,8}日)[ ]*$", re.MULTILINE
)
REPRINTED = re.compile(r"（(?:来源|转自)[^（）]*）")
MARK = re.compile("[，。；\n]")
LONGEST_LINE = 200  # characters beside a number that stands alone: a reprint's 来源
LONGEST_CLAUSE = 120  # characters before a sum that tell what it is
HEAD_CHARACTERS = 1500  # characters in which labels and the number line of a notice stand
STATES_OWN = re.compile(r"文号(?:为|是|：)?$|字号(?:为|是|：)?$|以$")

MONEY = re.compile(
    r"(?:最高|不超过|上限|累计|给予|不低于|总规模|首期|规模|总投入|安排|设立)?(?:可?(?:达到?|给予|获|拿|补助|奖励|支持|资助|为|不超过|约))*"
    r"(?P<sum>(?<!\d)\d[\d,.]{0,15}\s?(?:亿|万|千万|百万)?元(?!/)(?:人民币)?)(?:左右|以上|以内)?"
)
SUM = re.compile(r"\d[\d,.]{0,15}\s?(?:亿|万|千万|百万)?元")
MONEY_CUE = re.compile(r"奖励|补助|补贴|资助|支持|奖补|给予|最高|不超过|基金|专项资金|贴息|配套")
DEADLINE = re.compile(
    rf"(?:截止|截至|于|在|公示期[^，。]{{0,12}}|时间[为：]?|期限[为：]?|至)[^，。；\n]{{0,16}}?(?P<date>{DATE.pattern})(?P<tail>[^，。；\n]{{0,12}})"
)
UNTIL = re.compile(r"[至到—–~～-]+(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日")
DEADLINE_CUE = re.compile(
    r"截止|截至|公示期|反馈|前(?:将|报|提交|完成|通过|发送|书面)|申报(?:时间|期限)|报送|报名|征求意见(?:时间|期限)|之前|日前|止$"
)


def document_number(reading: ArticleViews, names: Names) -> tuple[str | None, Fact | None]:
    """Return the article's own document number and its fact: from the page, a label, a line of its own, 文号为….

    Numbers beside cited documents are not its own.
    """
    if reading.article.document_number:
        quote = reading.article.document_number
        given = normalise(quote) or quote
        return given, Fact(kind="document_number", value=given, quote=quote, place="body", start=-1)
    view = reading.text
    for label in NUMBER_LABEL.finditer(view.text, 0, HEAD_CHARACTERS):
        value = normalise(label["value"])
        if value:
            return value, view.fact("document_number", value, label.start("value"), label.end("value"))
    announced = {name.key for name in names.announced}
    ends = {name.end for name in names.mentions if name.view is view and name.key in announced}
    for number in find_numbers(view.text):
        if _is_own(view, number, ends):
            return number.value, view.fact("document_number", number.value, number.start, number.end)
    return None, None


def _is_own(view: View, number: DocumentNumber, ends: set[int]) -> bool:
    """True for a number on a line of its own, after 文号为, or where the name of the announced document `ends`."""
    if not number.is_complete:
        return False
    if number.start < HEAD_CHARACTERS and _is_alone(view.text, number):
        return True
    if STATES_OWN.search(view.text, max(0, number.start - len("发文字号为：")), number.start):
        return True
    return any(number.start - gap in ends for gap in range(3))


def _is_alone(text: str, number: DocumentNumber) -> bool:
    """True when nothing but marks and a reprint's 来源 stands on the number's line."""
    start = text.rfind("\n", 0, number.start) + 1
    end = text.find("\n", number.end, number.end + LONGEST_LINE)
    rest = text[start : number.start] + text[number.end : end if end >= 0 else number.end + LONGEST_LINE]
    return not REPRINTED.sub("", rest).strip("（）() ")


def index_number(reading: ArticleViews) -> list[Fact]:
    """Return the index number (索引号) of the page's label-value table or of the text's first lines."""
    if said := reading.article.index_number:
        return [Fact(kind="index_number", value=said, quote=said, place="body", start=-1)]
    view = reading.text
    match = INDEX_LABEL.search(view.text, 0, HEAD_CHARACTERS)
    return [view.fact("index_number", match["value"], match.start("value"), match.end("value"))] if match else []


def document_date(reading: ArticleViews) -> list[Fact]:
    """Return the day the document was signed (成文日期): the label's, else the first date that stands on its own line.

    The value is ISO 8601. It is not the publication's, which comes later: a day after that was never signed.
    """
    if said := reading.article.document_date:
        return [Fact(kind="document_date", value=str(said), quote=str(said), place="body", start=-1)]
    view = reading.text
    match = DATE_LABEL.search(view.text, 0, HEAD_CHARACTERS) or SIGNED.search(view.text)
    value = _iso(match["value"]) if match else None
    if match is None or value is None or (reading.published and value > str(reading.published)):
        return []
    return [view.fact("document_date", value, match.start("value"), match.end("value"))]


def _iso(text: str) -> str | None:
    moment = read_moment(text)
    return None if moment is None else day_of(moment).isoformat()


def money(reading: ArticleViews) -> list[Fact]:
    """Return the sums that a policy grants (最高5000万元); the value is the sum, the quote its words."""
    return list(_money(reading.text))


def _money(view: View) -> Iterator[Fact]:
    end = 0
    for near in SUM.finditer(view.text):  # quicker than MONEY, in which everything before the sum is optional
        first = max(0, near.start() - LONGEST_CLAUSE)
        clause_start = near.start() - len(MARK.split(view.text[first : near.start()])[-1])
        match = MONEY.search(view.text, max(clause_start, end), near.end() + len("人民币以上"))
        if match is None:
            continue
        end = match.end()
        if MONEY_CUE.search(view.text, clause_start, end):
            yield view.fact("money", match["sum"].replace(" ", ""), match.start(), end)


def deadlines(reading: ArticleViews) -> list[Fact]:
    """Return the days until which opinions, applications or objections are taken; values are ISO 8601.

    Of a period (6月9日至6月13日) it is the last day.
    """
    view = reading.text
    facts = []
    for match in DEADLINE.finditer(view.text):
        start, end = view.sentence_start(match.start()), view.sentence_end(match.end())
        if DEADLINE_CUE.search(view.text[max(start, match.start() - 20) : min(end, match.end() + 6)]):
            value = _iso(match["date"])
            last = UNTIL.match(match["tail"])
            if value and last:
                value = f"{value[:5]}{int(last['month'] or value[5:7]):02}-{int(last['day']):02}"
            if value:
                facts.append(view.fact("deadline", value, match.start(), match.end()))
    return facts
