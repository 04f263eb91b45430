"""Alerts as other engines and clients hear of them: from the stream to whoever listens live, and over REST."""

import json
from datetime import UTC, datetime
from typing import Any

from connections.alert_bus import ALERTS
from connections.bus import Bus
from connections.log import logger
from engine_api.alerts.rules import Alert
from engine_api.live import Live

_log = logger("alerts")


async def follow_alerts(bus: Bus, live: Live) -> None:
    """Pass on what is told from now on, for ever."""
    async for _, message in bus.follow(ALERTS):
        try:
            live.tell({"kind": "alert", **words(Alert(**json.loads(message)))})
        except (KeyError, ValueError, TypeError) as error:
            _log.warning("alert of another version ignored", error=repr(error))


def words(alert: Alert) -> dict[str, Any]:
    """An alert as REST and the live door show it."""
    return {
        "rule": alert.rule, "subject": alert.subject, "sim_id": alert.sim_id, "severity": alert.severity,
        "message": alert.message, "active": alert.ended is None, "since": _moment(alert.since),
        "ended": None if alert.ended is None else _moment(alert.ended),
    }  # fmt: skip


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
