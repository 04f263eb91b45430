"""Grafana's files agree with each other and with the models (their queries run in tests/interop)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plant.catalog import MODELS
from plant.export.grafana import OVERVIEW, dashboard_uid, dashboards
from plant.export.grafana_panels import DATASOURCE

GRAFANA = Path(__file__).parents[2] / "grafana"
BOARDS: dict[str, dict[str, Any]] = {
    name: json.loads(text) for name, text in dashboards(MODELS.values()).items()
}  # fmt: skip


def test_one_overview_and_one_dashboard_a_model() -> None:
    assert {board["uid"] for board in BOARDS.values()} == {OVERVIEW, *map(dashboard_uid, MODELS)}
    assert {path.name for path in (GRAFANA / "dashboards").glob("*.json")} == set(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_panels_stand_side_by_side_with_ids_of_their_own(name: str) -> None:
    panels = BOARDS[name]["panels"]
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridPos"]
        cells = {(grid["x"] + x, grid["y"] + y) for x in range(grid["w"]) for y in range(grid["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


@pytest.mark.parametrize("model_id", MODELS)
def test_every_tag_of_a_model_is_in_a_trend(model_id: str) -> None:
    board = BOARDS[f"{dashboard_uid(model_id)}.json"]
    trends = "".join(t["query"] for p in board["panels"] if p["type"] == "timeseries" for t in p["targets"])
    assert not [tag.name for tag in MODELS[model_id].tags if f'r.tag == "{tag.name}"' not in trends]


def test_dashboards_name_the_provisioned_data_source() -> None:
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/influxdb.yaml").read_text())["datasources"]
    assert (source["uid"], source["type"]) == (DATASOURCE["uid"], DATASOURCE["type"])
    named = [part["datasource"] for board in BOARDS.values() for part in _parts(board)]
    assert len(named) > 20
    assert all(datasource == DATASOURCE for datasource in named)


def test_dashboards_are_read_from_where_compose_mounts_them() -> None:
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/pde.yaml").read_text())["providers"]
    compose = yaml.safe_load((GRAFANA.parent / "docker-compose.yml").read_text())
    mounts = [volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"]]
    assert ["./grafana/dashboards", provider["options"]["path"]] in mounts


def _parts(board: dict[str, Any]) -> list[dict[str, Any]]:
    targets = [target for panel in board["panels"] for target in panel["targets"]]
    return [*board["templating"]["list"], *board["panels"], *targets]
