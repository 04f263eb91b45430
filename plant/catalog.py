"""The catalogue: every model that can be simulated, by id: the library and the own models registered here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from plant.errors import Duplicate, UnknownName
from plant.model import Model
from plant.models import (
    boiler_turbine,
    column_a,
    cryst_batch,
    cstr_exotherm,
    dc_motor,
    drum_boiler,
    ethylene_oxidation,
    evaporator,
    heat_exchanger,
    penicillin_fedbatch,
    ph_neutralisation,
    poly_semibatch,
    quadruple_tank,
    shell_hof,
    surge_tank,
    tclab,
    tennessee_eastman,
    van_de_vusse,
    williams_otto,
    wood_berry,
)

BUILT_IN: Mapping[str, Model] = MappingProxyType(
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
            heat_exchanger,
            dc_motor,
            surge_tank,
        )
    }
)


class _Catalogue(Mapping[str, Model]):
    """Library and own models; a change replaces the whole table, so that whoever reads goes on with the one before."""

    def __init__(self) -> None:
        self._models: Mapping[str, Model] = BUILT_IN

    def __getitem__(self, model_id: str) -> Model:
        return self._models[model_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def replace(self, models: Mapping[str, Model]) -> None:
        """Take another table."""
        self._models = MappingProxyType(dict(models))


_CATALOGUE = _Catalogue()
_LOCAL: set[str] = set()
_RETIRED: dict[str, Model] = {}
MODELS: Mapping[str, Model] = _CATALOGUE
"""What can be started."""
_ALIKE, _SAME = 0.65, 0.8
"""How alike (0 to 1) an id must be to the one that was asked for, and a word of it to a word."""


def register(model: Model, local: bool = False) -> Model:
    """Offer an own model, in place of an earlier one with its id; answers it as offered, of the kind "own".

    `local` ones are part of this installation. Raises Duplicate for an id of the library or of a local model.
    """
    if model.id in BUILT_IN:
        raise Duplicate(f"'{model.id}' is a model of the library: choose another id")
    if model.id in _LOCAL:
        raise Duplicate(f"'{model.id}' is a model of this installation: choose another id")
    own = replace(model, kind="own")
    _CATALOGUE.replace({**_CATALOGUE, own.id: own})
    _RETIRED.pop(own.id, None)
    if local:
        _LOCAL.add(own.id)
    return own


def uploaded(model_id: str) -> bool:
    """Whether the model was neither delivered nor installed here."""
    return model_id not in BUILT_IN and model_id not in _LOCAL


def withdraw(model_id: str) -> None:
    """Know an own model no longer."""
    if uploaded(model_id):
        _CATALOGUE.replace({known: model for known, model in _CATALOGUE.items() if known != model_id})
        _RETIRED.pop(model_id, None)


def retire(model_id: str) -> None:
    """Offer an own model no longer; what ran it and has ended can still be read."""
    model = _CATALOGUE.get(model_id)
    if model is not None:
        withdraw(model_id)
        _RETIRED[model_id] = model


def find(model_id: str) -> Model:
    """The model with this id, retired ones too. Raises UnknownName, naming the nearest ids."""
    model = _RETIRED.get(model_id)
    return offered(model_id) if model is None else model


def offered(model_id: str) -> Model:
    """The model with this id that may be started. Raises UnknownName, naming the nearest ids."""
    try:
        return MODELS[model_id]
    except KeyError:
        asked = model_id[:80]
        near = _near(asked)
        first, second, *others = MODELS
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {first}, {second} and {len(others)} more"
        raise UnknownName(f"there is no model '{asked}'; {hint}") from None


def _near(asked: str) -> list[str]:
    """At most three ids: those written nearly so, then those that share a word, as surge-tank does with tank."""
    kebab = re.sub(r"[\s_]+", "-", asked.strip().lower())
    words = [word for word in kebab.split("-") if len(word) > 2]
    alike = get_close_matches(kebab, MODELS, n=3, cutoff=_ALIKE)
    sharing = [known for known in MODELS if any(get_close_matches(w, known.split("-"), 1, _SAME) for w in words)]
    return list(dict.fromkeys([*alike, *sharing]))[:3]
