"""Whose simulation it is: every role x ownership x sharing, and a class of thirty with its teacher."""

from dataclasses import dataclass
from itertools import product

import pytest

from plant.access import RIGHTS, Caller, Right, User, may, require, rights
from plant.errors import NotAllowed, OutOfRange, UnknownName, WrongType
from plant.ownership import (
    Sharing,
    first_sharing,
    may_change,
    may_see,
    require_change,
    require_on,
    require_sharer,
    rights_on,
)

SUPERVISORS = {User.ENGINEER, User.ADMIN}


@dataclass(frozen=True)
class Simulation:
    owner: str | None
    sharing: str
    sim_id: str = "wood-berry-7"


@pytest.mark.parametrize(("role", "mine", "sharing"), list(product(User, (True, False), Sharing)))
def test_what_a_role_may_do_with_a_simulation(role: User, mine: bool, sharing: Sharing) -> None:
    eva, held = Caller(role, "eva"), Simulation("eva" if mine else "max", sharing)
    unlimited = mine or role in SUPERVISORS or sharing is Sharing.OPEN
    expected = RIGHTS[role] if unlimited else RIGHTS[role] & ({Right.READ} if sharing is Sharing.SHARED else set())
    assert rights_on(eva, held) == expected
    assert may_see(eva, held) == (Right.READ in expected)
    assert may_change(eva, held) == unlimited


def test_a_class_of_thirty_and_its_teacher() -> None:
    students = [Caller(User.OPERATOR, f"student{number}") for number in range(30)]
    simulations = [Simulation(one.name, first_sharing(one, None), f"tank-{one.name}") for one in students]
    for student, held in product(students, simulations):
        assert may_see(student, held)
        assert may_change(student, held) == (student.name == held.owner)
    teacher = Caller(User.ENGINEER, "teacher")
    assert all(may_change(teacher, held) for held in simulations)


def test_what_is_private_is_not_there_for_others() -> None:
    held = Simulation("eva", Sharing.PRIVATE)
    with pytest.raises(UnknownName, match="there is no simulation 'wood-berry-7'"):
        require_on(Caller(User.OPERATOR, "max"), Right.OPERATE, held, "stopping it")


def test_a_refusal_says_whose_it_is() -> None:
    held = Simulation("eva", Sharing.SHARED)
    with pytest.raises(NotAllowed, match="wood-berry-7 belongs to eva and is shared: you may look at it"):
        require_change(Caller(User.OPERATOR, "max"), held)
    with pytest.raises(NotAllowed, match="the role 'viewer' has not"):
        require_on(Caller(User.VIEWER, "eva"), Right.OPERATE, held, "stopping it")


def test_nobody_is_not_the_owner_of_what_nobody_owns() -> None:
    held = Simulation(None, Sharing.PRIVATE)
    assert not may_see(Caller(User.OPERATOR), held)
    assert may_see(User.ENGINEER, held)


def test_scopes_narrow_a_role_and_never_widen_it() -> None:
    key = Caller(User.OPERATOR, "eva", frozenset({Right.READ, Right.ENGINEER}))
    assert rights(key) == {Right.READ}
    with pytest.raises(NotAllowed, match="which this API key has not"):
        require(key, Right.OPERATE, "writing")
    assert not may(key, Right.ENGINEER)


def test_only_owner_and_supervisors_decide_about_sharing() -> None:
    held = Simulation("eva", Sharing.OPEN)
    require_sharer(Caller(User.OPERATOR, "eva"), held)
    require_sharer(Caller(User.ENGINEER, "teacher"), held)
    with pytest.raises(NotAllowed, match="shared by its owner and by engineers"):
        require_sharer(Caller(User.OPERATOR, "max"), held)


def test_the_sharing_of_a_start() -> None:
    assert first_sharing(Caller(User.OPERATOR, "eva"), None) is Sharing.SHARED
    assert first_sharing(User.ENGINEER, None) is Sharing.OPEN
    assert first_sharing(Caller(User.OPERATOR, "eva"), "private") is Sharing.PRIVATE
    with pytest.raises(WrongType, match="sharing takes private, shared, open, not 'mine'"):
        first_sharing(User.ENGINEER, "mine")
    with pytest.raises(OutOfRange, match="needs an owner"):
        first_sharing(User.OPERATOR, "private")


def test_a_caller_is_called_by_name_or_role() -> None:
    assert str(Caller(User.OPERATOR, "eva")) == "eva"
    assert str(Caller(User.OPERATOR)) == "operator"
