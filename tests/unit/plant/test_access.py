"""Tags and the gate: what may be written, by whom, when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.access import RIGHTS, Right, User, check_inputs, check_write, check_writes, may_write
from plant.catalog import MODELS
from plant.errors import (
    InvalidRequest,
    InvalidValue,
    NotAllowed,
    NotFinite,
    NotWritable,
    OutOfRange,
    UnknownName,
    WrongState,
    WrongType,
)
from plant.lifecycle import HOSTED, State
from plant.tags import Role

MODEL = MODELS["wood-berry"]
REFLUX, MODE = MODEL.tag("reflux_flow"), MODEL.tag("distillate_methanol_mode")
NOMINAL = [tag.nominal for tag in MODEL.tags]


def write(name, value, user=User.OPERATOR, state=State.RUNNING, values=NOMINAL):
    return check_write("wood-berry-7", MODEL, state, user, name, value, values)


@given(st.floats(0, 4) | st.integers(0, 4))
def test_a_number_inside_the_range_is_taken_as_it_is(value):
    checked = REFLUX.check(value)
    assert checked == value
    assert type(checked) is float


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.text(), st.none(), st.lists(st.floats()), st.binary()))
def test_anything_else_is_an_invalid_value_with_the_name_of_the_tag(value):
    for tag in (REFLUX, MODE):
        try:
            number = tag.check(value, "wood-berry-7")
        except InvalidValue as error:
            text = str(error)
        else:
            assert tag.low <= number <= tag.high
            continue
        assert text.startswith(f"wood-berry-7.{tag.name}")
        assert len(text) < 300


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (math.nan, NotFinite), (math.inf, NotFinite), (-math.inf, NotFinite), (10**400, OutOfRange),
        (9, OutOfRange), (-1e-9, OutOfRange), (True, WrongType), ("2.0", WrongType), (None, WrongType),
        ([2.0], WrongType), ({}, WrongType), (2j, WrongType),
    ],
)  # fmt: skip
def test_everyday_bad_values(value, kind):
    with pytest.raises(kind):
        REFLUX.check(value)


def test_the_sentence_has_name_value_unit_and_limits():
    with pytest.raises(OutOfRange) as caught:
        REFLUX.check(9, "wood-berry-7")
    assert str(caught.value) == "wood-berry-7.reflux_flow = 9 lb/min is outside 0..4"


@pytest.mark.parametrize(("value", "number"), [("manual", 0), ("auto", 1), (1, 1), (0.0, 0)])
def test_a_discrete_tag_takes_its_texts_and_numbers(value, number):
    assert MODE.check(value) == number


@pytest.mark.parametrize(
    ("value", "kind"), [("AUTO", WrongType), (0.5, WrongType), (2, OutOfRange), (math.nan, NotFinite)]
)
def test_a_discrete_tag_takes_nothing_else(value, kind):
    with pytest.raises(kind):
        MODE.check(value)


@pytest.mark.parametrize("user", User)
@pytest.mark.parametrize("tag", MODEL.tags, ids=lambda tag: tag.name)
def test_table_of_roles(user, tag):
    """Operators move inputs, engineers disturbances and parameters too, viewers nothing; nobody outputs or states."""
    need = {Role.INPUT: Right.OPERATE, Role.DISTURBANCE: Right.ENGINEER, Role.PARAMETER: Right.ENGINEER}.get(tag.role)
    allowed = need is not None and need in RIGHTS[user]
    assert may_write(user, tag) is allowed
    if allowed:
        assert write(tag.name, tag.nominal, user) == tag.nominal
    else:
        with pytest.raises(NotWritable if need is None else NotAllowed, match=tag.name):
            write(tag.name, tag.nominal, user)


@pytest.mark.parametrize("state", [state for state in State if state not in HOSTED])
def test_only_a_hosted_simulation_is_written(state):
    with pytest.raises(WrongState, match=f"wood-berry-7 is {state}"):
        write("reflux_flow", 2.0, state=state)


def test_an_unknown_tag_is_named_shortly():
    with pytest.raises(UnknownName, match=r"wood-berry-7 has no tag 'x{80}'"):
        write("x" * 100_000, 2.0)


def test_a_loop_in_auto_owns_its_output():
    values = list(NOMINAL)
    values[MODEL.index("distillate_methanol_mode")] = 1.0
    with pytest.raises(WrongState, match="set distillate_methanol_mode to manual first"):
        write("reflux_flow", 2.0, values=values)
    actions = {"distillate_methanol_mode": "manual", "reflux_flow": 2.0}
    checked = check_writes("s", MODEL, State.RUNNING, User.OPERATOR, actions, values)
    assert checked == {"distillate_methanol_mode": 0.0, "reflux_flow": 2.0}
    assert values[MODEL.index("distillate_methanol_mode")] == 1.0


def test_a_request_is_all_or_nothing_and_says_everything():
    actions = {"reflux_flow": 9, "steam_flow": 2.0, "feed_flow": 2.0, "nonsense": 1, "bottoms_methanol": 1}
    with pytest.raises(InvalidRequest) as caught:
        check_writes("wood-berry-7", MODEL, State.RUNNING, User.OPERATOR, actions, NOMINAL)
    assert [type(error) for error in caught.value.errors] == [OutOfRange, NotAllowed, UnknownName, NotWritable]
    assert len(caught.value.problems) == 4
    assert "wood-berry-7.reflux_flow = 9 lb/min is outside 0..4" in caught.value.problems


def test_a_single_problem_keeps_its_kind():
    with pytest.raises(NotFinite):
        check_inputs(MODEL, {"reflux_flow": math.nan, "steam_flow": 1.0})
    assert check_inputs(MODEL, {"reflux_flow": 2, "distillate_methanol_mode": "auto"}) == {
        "reflux_flow": 2.0,
        "distillate_methanol_mode": 1.0,
    }
