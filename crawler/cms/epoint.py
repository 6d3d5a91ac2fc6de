"""国泰新点 Epoint."""

from __future__ import annotations

from crawler.cms.family import Family

FAMILY = Family(name="epoint", traces={"Epoint": ("EWB-FRONT", "lightfrontaction", "getgovinfolist", "govInfoPub")})
