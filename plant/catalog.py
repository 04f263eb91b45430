"""The catalogue: every model that can be simulated, by id."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from plant.errors import UnknownName
from plant.model import Model
from plant.models import (
    boiler_turbine,
    column_a,
    cryst_batch,
    cstr_exotherm,
    drum_boiler,
    ethylene_oxidation,
    evaporator,
    penicillin_fedbatch,
    ph_neutralisation,
    poly_semibatch,
    quadruple_tank,
    shell_hof,
    tclab,
    tennessee_eastman,
    van_de_vusse,
    williams_otto,
    wood_berry,
)

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        module.MODEL.id: module.MODEL
        for module in (
            wood_berry,
            ethylene_oxidation,
            column_a,
            quadruple_tank,
            tennessee_eastman,
            cstr_exotherm,
            van_de_vusse,
            ph_neutralisation,
            evaporator,
            drum_boiler,
            shell_hof,
            williams_otto,
            tclab,
            poly_semibatch,
            cryst_batch,
            penicillin_fedbatch,
            boiler_turbine,
        )
    }
)


def find(model_id: str) -> Model:
    """The model with this id. Raises UnknownName, naming the nearest ids."""
    try:
        return MODELS[model_id]
    except KeyError:
        near = get_close_matches(model_id[:80], MODELS, n=3, cutoff=0.4) or sorted(MODELS)
        raise UnknownName(f"there is no model '{model_id[:80]}'; did you mean {' or '.join(near)}?") from None
