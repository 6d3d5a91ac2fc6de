"""truecms."""

from __future__ import annotations

from crawler.cms.family import Family

FAMILY = Family(name="truecms", traces={"truecms": ("messageController/getMessage",)})
