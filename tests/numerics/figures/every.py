"""All published figures, by model."""

from importlib import import_module

from plant.catalog import BUILT_IN as MODELS
from tests.numerics.figures.figure import Figure

FIGURES: dict[str, tuple[Figure, ...]] = {
    model_id: import_module(f"tests.numerics.figures.{model_id.replace('-', '_')}").FIGURES for model_id in MODELS
}
