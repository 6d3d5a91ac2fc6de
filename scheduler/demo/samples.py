"""Hold the articles of the sample portals. Everything is invented for the demonstration: no such policy exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One article of a sample portal. `round`: 0 stood there before anyone watched, 1 and 2 come while we look."""

    number: int
    title: str
    day: str
    publisher: str
    paragraphs: tuple[str, ...]
    round: Literal[0, 1, 2] = 0


PRESS_CONFERENCE = Sample(
    number=7301,
    title="海南举行新闻发布会 发布未来产业培育行动计划",
    day="2026-03-18",
    publisher="椰风新闻",
    round=1,
    paragraphs=(
        "3月18日，海南省人民政府新闻办公室举行新闻发布会，海南省工业和信息化厅、海南省科学技术厅介绍近日印发的"
        "《海南省未来产业培育行动计划（2026—2030年）》有关情况。",
        "行动计划提出，到2028年，全省建成3个未来产业先导区；到2030年，未来产业规模突破800亿元，培育科技领军企业20家。",
        "在方向上，海南将重点布局商业航天、深海科技、合成生物和未来能源四个领域，每个领域明确一家牵头单位、"
        "一支专项资金和一份年度任务清单。",
        "海南省工业和信息化厅有关负责人说，省里将在文昌、三亚、儋州三地先行先试，企业首次投保首台套装备可获保费补贴。",
    ),
)

REPRINT = Sample(
    number=5518,
    title="海南：2030年未来产业规模突破800亿元",
    day="2026-03-18",
    publisher="椰风新闻",
    round=2,
    paragraphs=(
        "（来源：椰风新闻）3月18日，海南省人民政府新闻办公室举行新闻发布会，海南省工业和信息化厅、海南省科学技术厅"
        "介绍近日印发的《海南省未来产业培育行动计划（2026—2030年）》有关情况。",
        "行动计划提出，到2028年，全省建成3个未来产业先导区；到2030年，未来产业规模突破800亿元，培育科技领军企业20家。",
    ),
)

GOVERNMENT = (
    Sample(
        number=4101, title="海南省人民政府办公厅关于做好2026年防汛备汛工作的通知", day="2026-03-12",
        publisher="海南省人民政府", paragraphs=(
            "各市、县、自治县人民政府，省政府直属各单位：",
            "为做好今年防汛备汛工作，现就有关事项通知如下。要在4月底前完成水库、河道、易涝点排查，"
            "落实责任人和应急物资，确保安全度汛。",
            "各地要加强会商研判和值班值守，重大情况及时报告。",
        ),
    ),
    Sample(
        number=4102, title="海南省人民政府关于公布第六批省级非物质文化遗产代表性项目名录的通知", day="2026-03-10",
        publisher="海南省人民政府", paragraphs=(
            "省文化和旅游厅确定的第六批省级非物质文化遗产代表性项目名录共计21项，现予公布。",
            "各地要按照保护为主、抢救第一、合理利用、传承发展的方针，做好保护工作。",
        ),
    ),
    Sample(
        number=4103, title="全省春季造林绿化现场会召开", day="2026-03-18", publisher="海南省人民政府", round=1,
        paragraphs=(
            "3月17日，全省春季造林绿化现场会在五指山召开，部署今年造林绿化任务，计划造林十二万亩。",
            "会议要求把好苗木质量关和栽植时间关，加强后期管护，提高成活率。",
        ),
    ),
)  # fmt: skip

DEPARTMENT = (
    Sample(
        number=9201, title="关于开展2026年度省级绿色工厂推荐工作的通知", day="2026-03-11",
        publisher="海南省工业和信息化厅", paragraphs=(
            "各市县工业和信息化主管部门：为推进工业绿色发展，现组织开展2026年度省级绿色工厂推荐工作。",
            "申报企业应近三年未发生较大及以上安全、环保事故，材料请于4月15日前报送。",
        ),
    ),
    Sample(
        number=9202, title="省工业和信息化厅举办中小企业服务月活动", day="2026-03-09", publisher="海南省工业和信息化厅",
        paragraphs=(
            "活动为期一个月，组织律师、会计师和银行客户经理进园区，面对面解答中小企业的用工、融资和财税问题。",
            "首场活动在海口国家高新区举行，八十多家企业参加。",
        ),
    ),
)  # fmt: skip

NEWS = (
    Sample(
        number=7299, title="环岛旅游公路新增六处观景驿站", day="2026-03-16", publisher="椰风新闻", paragraphs=(
            "记者16日从省旅文部门获悉，环岛旅游公路新增的六处观景驿站已对外开放，配有充电桩、母婴室和自行车维修点。",
            "未来三天气温回升，预计迎来一波出游小高峰，交警提醒自驾游客错峰出行。",
        ),
    ),
    Sample(
        number=7300, title="某券商：看好未来产业链上游设备公司", day="2026-03-18", publisher="椰风新闻", round=1,
        paragraphs=(
            "一家券商发布研究报告，认为公司未来产业链上游的设备需求有望回暖，维持行业增持评级。",
            "报告提示原材料涨价和海外需求不及预期的风险，不构成投资建议。",
        ),
    ),
    PRESS_CONFERENCE,
)  # fmt: skip

DIGEST = (
    Sample(
        number=5516, title="晚熟荔枝进入花期 果农忙疏花", day="2026-03-15", publisher="南海晚报", paragraphs=(
            "眼下晚熟荔枝进入盛花期，果农抢抓晴好天气疏花控梢，农技员到田间讲解水肥管理。",
            "种植户说，今年花量足，如果坐果期不遇连阴雨，产量会比去年好。",
        ),
    ),
    REPRINT,
)  # fmt: skip
