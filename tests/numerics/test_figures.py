"""Every published figure is reproduced, and the pages of the models tell what we compute now."""

import json
from pathlib import Path
from typing import Any

import pytest

from plant.catalog import MODELS
from plant.export.response import response
from tests.numerics.figures.every import FIGURES
from tests.numerics.figures.figure import Figure

RESULTS = Path(__file__).parents[2] / "docs" / "models" / "results"
STALE = "run `scripts/results` and `make contracts`"


def results(model_id: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{model_id}.json").read_text())


@pytest.mark.parametrize(
    ("model_id", "figure"),
    [
        pytest.param(model_id, figure, id=f"{model_id}: {figure.what}")
        for model_id, figures in FIGURES.items()
        for figure in figures
    ],
)
def test_the_figure_is_reproduced_and_told(model_id: str, figure: Figure):
    ours = figure.ours()
    assert ours == pytest.approx(figure.published, abs=figure.tolerance)
    assert results(model_id)["figures"][figure.what] == pytest.approx(ours, abs=0.1 * figure.tolerance), STALE


@pytest.mark.parametrize("model_id", MODELS)
def test_the_page_shows_the_response_of_today(model_id: str):
    told, now = results(model_id)["response"], response(MODELS[model_id])
    assert (told["input"], list(told["series"])) == (now.input, list(now.series)), STALE
    for name, values in now.series.items():
        assert told["series"][name] == pytest.approx(values, rel=1e-4, abs=1e-4 * (max(values) - min(values))), STALE


@pytest.mark.parametrize("model_id", MODELS)
def test_the_page_tells_no_figure_that_is_gone(model_id: str):
    assert set(results(model_id)["figures"]) == {figure.what for figure in FIGURES[model_id]}, STALE
    assert len(FIGURES[model_id]) == len(results(model_id)["figures"]), "two figures of one name"


def test_every_model_of_the_library_has_figures():
    assert set(FIGURES) == set(MODELS)
    assert all(FIGURES.values())
