"""The one reader of days and times: every way of writing them, zones, midnight, plausibility, relative words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.dates import SLACK, Today, day_of, find_stamps, from_epoch, read_moment
from storage.records import BEIJING

DAY = date(2031, 5, 6)
CLOCK = datetime(2031, 5, 6, 18, 42, tzinfo=BEIJING)

DAYS = [
    "2031-05-06", "2031/5/6", "2031.05.06", "2031年5月6日", "2031年05月06日 星期二", "２０３１－０５－０６",
    "２０３１年５月６日", "20310506", "二〇三一年五月六日", "二○三一年五月六日", "May 6, 2031", "6 May 2031",
    "发布日期：2031-05-06",
]  # fmt: skip
CLOCKS = [
    "2031-05-06 18:42", "2031-05-06T18:42:00", "2031/5/6 18:42:00", "2031年5月6日 18时42分", "2031年5月6日 下午6:42",
    "2031-05-06 06:42:00 PM", "2031-05-06T10:42:00Z", "2031-05-06T10:42:00.000Z", "2031-05-06T18:42:00.000+0800",
    "2031-05-06T18:42:00+08:00", "２０３１－０５－０６　１８：４２", "20310506184200", "203105061842",
    "Tue, 06 May 2031 10:42:00 GMT", "Tue, 06 May 2031 18:42:00 +0800", "Tue, 06 May 2031 18:42:00 CST",
    "Tue May 06 18:42:00 CST 2031", "Tue May 06 2031 18:42:00 GMT+0800 (China Standard Time)", "May 6, 2031 6:42:00 PM",
    "2031-05-06 18:42:00 CST", "Tue, 06 May 2031 18:42:00", "1935830520", "1935830520000",
]  # fmt: skip


@pytest.mark.parametrize("value", DAYS)
def test_a_day_in_any_writing(value: str) -> None:
    """A value without a clock gives a day, never a made-up clock."""
    assert read_moment(value) == DAY
    assert not isinstance(read_moment(value), datetime)


@pytest.mark.parametrize("value", CLOCKS)
def test_a_clock_time_in_any_writing_and_zone(value: str) -> None:
    """The moment is the one in Beijing; CST is China's and a missing zone is too."""
    assert read_moment(value) == CLOCK


HOURS_BY_HALF = {
    "下午3:05": 15, "晚上11:05": 23, "中午12:05": 12, "中午1:05": 13, "中午11:05": 11, "上午9:05": 9, "凌晨12:05": 0,
    "12:05 AM": 0, "12:05 PM": 12, "下午15:05": 15,
}  # fmt: skip


@pytest.mark.parametrize(("value", "hour"), HOURS_BY_HALF.items())
def test_a_clock_with_the_half_of_its_day(value: str, hour: int) -> None:
    """Afternoon and evening count on from noon, 中午1点 too; 12 o'clock at night is the first hour."""
    assert read_moment(f"2031-05-06 {value}") == datetime(2031, 5, 6, hour, 5, tzinfo=BEIJING)


MIDNIGHTS = [
    "2031-05-06 00:00:00", "2031-05-06T00:00:00Z", "2031-05-06T00:00:00+08:00", "2031-05-05T16:00:00Z",
    "2031-05-05T16:00:00.000Z", "Tue, 06 May 2031 00:00:00 GMT", "Mon, 05 May 2031 16:00:00 GMT", "20310506000000",
    "Tue May 06 00:00:00 CST 2031", "1935763200", "1935763200000", "2031-05-06T00:00:00-05:00",
]  # fmt: skip


@pytest.mark.parametrize("value", MIDNIGHTS)
def test_midnight_is_a_day(value: str) -> None:
    """Midnight as written or in Beijing is how a CMS writes a day."""
    moment = read_moment(value)
    assert moment == DAY
    assert not isinstance(moment, datetime)


NO_MOMENTS = [
    "", "2031-02-30", "1970-01-01 08:00", "1989-12-31", "海政发〔2031〕5号", "10:20", "0", "2031-13-01", "三年前景",
    "第3天前", "今日要闻", "二〇三一年十三月一日", "Sale!",
]  # fmt: skip


@pytest.mark.parametrize("value", NO_MOMENTS)
def test_no_moment(value: str) -> None:
    """Numbers, impossible days and the time before the web are none."""
    assert read_moment(value, Today.of_visit(datetime(2031, 5, 6, 4, tzinfo=UTC))) is None


VISIT = Today.of_visit(datetime(2031, 5, 5, 16, 53, tzinfo=UTC))  # 00:53 in Beijing
RELATIVE = {
    "刚刚": 0, "30秒前": 0, "10分钟前": 0, "半小时前": 0, "今天 00:10": 0, "今日": 0, "1小时10分前": 1, "3小时前": 1,
    "23小时前": 1, "一小时前": 1, "两个小时前": 1, "昨天": 1, "昨日 10:20": 1, "1天前": 1,
    "发布于昨天": 1, "前天": 2, "前天 08:00": 2,
    "三天前": 3, "5 天之前": 5, "1周前": 7, "2周前": 14, "两星期前": 14, "半个月前": 15, "来源：某报 2天前 阅读 99": 2,
}  # fmt: skip


@pytest.mark.parametrize("words", RELATIVE)
def test_relative_words_count_from_the_moment_of_the_visit(words: str) -> None:
    """Shortly after midnight, what was some hours ago was yesterday."""
    moment = read_moment(words, VISIT)
    assert moment is not None
    assert day_of(moment) == DAY - timedelta(days=RELATIVE[words])
    assert read_moment(words) is None  # nobody knows the moment


def test_months_go_by_the_calendar() -> None:
    """3个月前 is the same day three months before, or the last day of a shorter month."""
    assert read_moment("3个月前", Today.of_visit(datetime(2031, 5, 31, 4, tzinfo=UTC))) == date(2031, 2, 28)
    assert read_moment("1年前", Today.of_visit(datetime(2031, 5, 6, 4, tzinfo=UTC))) == date(2030, 5, 6)


def test_yesterday_with_a_clock_is_a_moment() -> None:
    assert read_moment("昨天 18:42", Today.of_visit(datetime(2031, 5, 7, 1, tzinfo=UTC))) == CLOCK


@given(st.integers(631_152_000, 4_000_000_000))  # 1990 to 2096
def test_a_number_is_a_time_only_up_to_a_few_days_after_the_visit(seconds: int) -> None:
    """Seconds and milliseconds mean one moment; what lies in the future is a number of something else."""
    for today in (VISIT, Today.asked(datetime(2031, 5, 5, 16, 53, tzinfo=UTC))):
        moment = from_epoch(seconds, today)
        assert moment == from_epoch(seconds * 1000, today)
        day = datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).date()
        assert (moment is None) == (day > DAY + SLACK)
        assert moment is None or day_of(moment) == day


def test_a_page_may_be_of_any_time_where_nobody_visited_it() -> None:
    """A filter's page is not younger than the moment of asking; a fetched one is."""
    now = datetime(2031, 5, 6, tzinfo=UTC)
    assert read_moment("2031-06-01", Today.asked(now)) == date(2031, 6, 1)
    assert read_moment("2031-06-01", Today.of_visit(now)) is None
    assert read_moment("2031-05-08", Today.of_visit(now)) == date(2031, 5, 8)


LABELS = {
    "发布时间：2031-05-06": "published", "发布日期 2031-05-06": "published", "发 布 时 间：2031-05-06": "published",
    "[发布日期] 2031-05-06": "published", "发表于2031-05-06": "published", "公开日期：[2031-05-06]": "published",
    "时间：2031-05-06": "published", "上网时间：2031-05-06": "published", "Posted on 2031-05-06": "published",
    "2031-05-06 发布": "published", "更新时间：2031-05-06": "updated", "最后更新：2031-05-06": "updated",
    "修改日期：2031-05-06": "updated", "2031-05-06 18:42 更新": "updated", "Last updated: 2031-05-06": "updated",
    "成文日期：2031-05-06": "document", "印发日期：2031-05-06": "document", "发文时间：2031-05-06": "document",
    "签发日期：2031-05-06": "document", "信息生成日期：2031-05-06": "document", "施行日期：2031-05-06": "other",
    "有效期至：2031-05-06": "other", "截止时间：2031-05-06": "other", "废止日期：2031-05-06": "other",
    "会议时间：2031-05-06": "other", "今天是2031年5月6日": "other", "2031-05-06": "", "2031-05-06发布会": "",
    "滨海日报 2031-05-06": "",
}  # fmt: skip


@pytest.mark.parametrize("text", LABELS)
def test_what_a_day_is_called(text: str) -> None:
    """The words before a day, or right behind it, say which day it is."""
    assert [(day_of(stamp.moment), stamp.label) for stamp in find_stamps(text)] == [(DAY, LABELS[text])]


def test_offsets_lead_to_the_text_as_shown() -> None:
    text = "来源：某报　发布时间：２０３１－０５－０６ 浏览"
    (stamp,) = find_stamps(text)
    assert text[stamp.start : stamp.end] == "２０３１－０５－０６"


def test_a_label_may_stand_in_front() -> None:
    """The label of a day may be the line before it."""
    assert [stamp.label for stamp in find_stamps("2031-05-06", "发布日期：")] == ["published"]


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for stamp in find_stamps(text):
        assert 0 <= stamp.start < stamp.end <= len(text)
    read_moment(text, VISIT)
