"""List all kinds of endpoints. A new kind is a module beside this one and a line here.

Packages of others add kinds through the entry points `futurewatch.channels`, each naming a `Channel`; see
docs/plugins.md.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from scheduler.notify.channels import apprise, dingtalk, feishu, feishu_app, mail, slack, webhook, wecom, wecom_app
from scheduler.notify.channels.channel import Channel
from storage.plugins import plugins_of

ENTRY_POINT_GROUP = "futurewatch.channels"
SHIPPED_CHANNELS = (
    webhook.CHANNEL, wecom.CHANNEL, wecom_app.CHANNEL, dingtalk.CHANNEL, feishu.CHANNEL, feishu_app.CHANNEL,
    slack.CHANNEL, mail.CHANNEL, apprise.CHANNEL,
)  # fmt: skip


@functools.cache
def channels() -> Mapping[str, Channel]:
    """Return every kind of endpoint by its name; a shipped kind cannot be replaced."""
    return {channel.kind: channel for channel in (*plugins_of(ENTRY_POINT_GROUP), *SHIPPED_CHANNELS)}


def channel_names() -> Mapping[str, str]:
    """Return what people call every kind of endpoint."""
    return {kind: channel.zh or kind for kind, channel in channels().items()}
