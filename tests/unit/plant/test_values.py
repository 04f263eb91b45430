"""What a tag takes as a value: ends of ranges, numpy's scalars, discrete tags."""

from fractions import Fraction

import numpy as np
import pytest

from plant.catalog import MODELS
from plant.errors import NotFinite, OutOfRange, WrongType

TAGS = [(model, tag) for model in MODELS.values() for tag in model.tags if tag.writable]
CASES = pytest.mark.parametrize(("model", "tag"), TAGS, ids=[f"{model.id}.{tag.name}" for model, tag in TAGS])
REFLUX = MODELS["wood-berry"].tag("reflux_flow")
MODE = MODELS["wood-berry"].tag("distillate_methanol_mode")


@CASES
def test_the_ends_of_a_range_belong_to_it(model, tag):
    assert tag.check(tag.low) == tag.low
    assert tag.check(tag.high) == tag.high
    assert tag.check(tag.nominal) == tag.nominal


@CASES
def test_the_next_number_outside_does_not(model, tag):
    for outside in (np.nextafter(tag.low, -np.inf), np.nextafter(tag.high, np.inf)):
        with pytest.raises(WrongType if tag.states else OutOfRange, match=f"{model.id}-1.{tag.name}"):
            tag.check(float(outside), f"{model.id}-1")


@pytest.mark.parametrize(
    "value",
    [np.float64(2), np.float32(2), np.float16(2), np.int64(2), np.uint8(2), Fraction(2)],
    ids=lambda v: type(v).__name__,
)
def test_any_real_number_is_taken(value):
    checked = REFLUX.check(value)
    assert checked == 2.0
    assert type(checked) is float


@pytest.mark.parametrize(
    "value", [np.bool_(True), np.array([2.0]), np.array(2.0), np.complex128(2), b"2", "2", {2.0}, object()]
)
def test_other_kinds_are_named(value):
    with pytest.raises(WrongType, match="reflux_flow takes a number, not "):
        REFLUX.check(value)


@pytest.mark.parametrize("value", [np.float32("nan"), np.float64("inf")])
def test_numpys_nan_and_infinity_are_not_finite(value):
    with pytest.raises(NotFinite):
        REFLUX.check(value)


@pytest.mark.parametrize("value", [10**400, -(10**400), Fraction(10**400), 1e308])
def test_huge_numbers_are_out_of_range(value):
    with pytest.raises(OutOfRange, match=r"0\.\.4"):
        REFLUX.check(value)


def test_a_discrete_tag_takes_texts_and_whole_numbers():
    assert [MODE.check(value) for value in ("manual", "auto", 0, 1, 1.0, np.int32(1))] == [0, 1, 0, 1, 1, 1]


@pytest.mark.parametrize("value", [0.5, 1e-9, "AUTO", "", "a" * 10**6, True, None])
def test_a_discrete_tag_refuses_the_rest_shortly(value):
    with pytest.raises(WrongType) as caught:
        MODE.check(value)
    assert len(str(caught.value)) < 200
