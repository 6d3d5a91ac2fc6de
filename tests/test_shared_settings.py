"""Settings that crawls share."""

from __future__ import annotations

from scheduler.visits.shared_settings import SharedSettings


def test_copy_can_be_changed_alone() -> None:
    """A crawl that sets something, in a nested setting too, or freezes its copy, changes no other crawl's."""
    ours = SharedSettings({"ITEM_PIPELINES": {"a.B": 100}, "RETRY_TIMES": 1})
    copied = ours.copy()
    assert dict(copied) == dict(ours)
    copied.set("RETRY_TIMES", 5)
    copied["ITEM_PIPELINES"].set("c.D", 200)
    copied.freeze()
    assert ours.getint("RETRY_TIMES") == 1
    assert "c.D" not in ours["ITEM_PIPELINES"]
    assert not ours.frozen
