"""Prometheus rules: each names metrics that the engine has, and every alert of the engine has one."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from connections.settings import Settings
from engine_api.alerts.rules import rules
from engine_api.alerts.watch import limits
from engine_api.metrics import Metrics

FOLDER = Path(__file__).parents[2] / "prometheus"
ALERTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]


def names() -> set[str]:
    """Every sample name that /metrics can have."""
    return {family.name + suffix for family in Metrics().registry.collect() for suffix in ("", "_total")}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_rules_name_metrics_that_there_are(rule: dict[str, Any]) -> None:
    used = set(re.findall(r"\bpde_\w+", rule["expr"]))
    assert used <= names()
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    named = set(re.findall(r'rule="(\w+)"', rule["expr"]))
    assert named <= set(rules(limits(Settings())))


@pytest.mark.parametrize(
    "what", ["stuck", "failed", "late", "crash_loop", "redis_disk", "skew", "disk", "lease", "no_worker", "waiting",
             "redis", "checkpoint", "refused_channels"],
)  # fmt: skip
def test_every_alert_of_the_engine_has_a_rule(what: str) -> None:
    metric = {
        "skew": "pde_clock_skew_seconds", "disk": "pde_disk_free_ratio", "lease": "pde_lease_age_seconds",
        "no_worker": "pde_workers", "waiting": "pde_queue_depth", "redis": "pde_redis_up",
        "checkpoint": "pde_checkpoint_copy_age_seconds",
    }.get(what, f'pde_alerts{{rule="{what}"}}')  # fmt: skip
    assert what in rules(limits(Settings()))
    assert any(metric in rule["expr"] for rule in ALERTS)


def test_every_rule_is_tested() -> None:
    tested = set(re.findall(r"\bPde[A-Z]\w+", (FOLDER / "alerts.test.yml").read_text()))
    assert tested == {rule["alert"] for rule in ALERTS}


def test_promtool_agrees() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        assert os.environ.get("PDE_REQUIRE_ALL") != "1", "promtool is missing: Debian's package prometheus has it"
        pytest.skip("promtool is not on the PATH (Debian's package prometheus has it)")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        answer = subprocess.run([promtool, *command], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout + answer.stderr
