"""Every published figure is reproduced."""

import pytest

from plant.catalog import MODELS
from tests.numerics.figures.every import FIGURES
from tests.numerics.figures.figure import Figure


@pytest.mark.parametrize(
    "figure",
    [pytest.param(figure, id=f"{model}: {figure.what}") for model, figures in FIGURES.items() for figure in figures],
)
def test_the_figure_is_reproduced(figure: Figure):
    assert figure.ours() == pytest.approx(figure.published, abs=figure.tolerance)


def test_every_model_of_the_library_has_figures():
    assert set(FIGURES) == set(MODELS)
    assert all(FIGURES.values())
