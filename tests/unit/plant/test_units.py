"""The table of engineering units and their OPC UA ids."""

import pytest

from plant.catalog import MODELS
from plant.errors import UnknownName
from plant.units import OWN_NAMESPACE, UNECE_NAMESPACE, Unit, unit, units


@pytest.mark.parametrize(
    ("code", "unit_id"),
    [("MTR", 5067858), ("CEL", 4408652), ("P1", 20529), ("BAR", 4342098), ("SEC", 5457219), ("KEL", 4932940)],
)
def test_unit_id_is_the_code_as_a_big_endian_integer(code, unit_id):
    """Values of the OPC Foundation's table of UNECE units (OPC 10000-8 5.6.4.3)."""
    (found,) = [each for each in units() if each.code == code]
    assert found.unit_id == unit_id
    assert found.namespace == UNECE_NAMESPACE


def test_a_unit_without_a_code_is_our_own():
    own = Unit("V·s/cm", "", "no such unit in UNECE")
    assert (own.unit_id, own.namespace) == (-1, OWN_NAMESPACE)


def test_symbols_and_ids_are_unique():
    assert len({each.symbol for each in units()}) == len(units())
    assert len({each.unit_id for each in units() if each.code}) == sum(bool(each.code) for each in units())


def test_every_tag_has_a_unit_of_the_table():
    for model in MODELS.values():
        for tag in model.tags:
            assert tag.unit.symbol == tag.symbol


def test_an_unknown_unit_is_named():
    with pytest.raises(UnknownName, match="furlong"):
        unit("furlong")
