"""The one gate for control actions and the one table of rights; every door asks here, for one value or for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from plant.control import CASCADE, MANUAL
from plant.errors import NotAllowed, NotWritable, PlantError, WrongState
from plant.interlocks import RESET
from plant.lifecycle import HOSTED, State
from plant.model import Model
from plant.tags import Role, Tag, check_all


class User(StrEnum):
    """The role of whoever stands at a door."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMIN = "admin"


class Right(StrEnum):
    """What can be allowed."""

    READ = "read"
    OPERATE = "operate"
    ENGINEER = "engineer"
    ADMINISTER = "administer"


RIGHTS: Mapping[User, frozenset[Right]] = {
    User.VIEWER: frozenset({Right.READ}),
    User.OPERATOR: frozenset({Right.READ, Right.OPERATE}),
    User.ENGINEER: frozenset({Right.READ, Right.OPERATE, Right.ENGINEER}),
    User.ADMIN: frozenset(Right),
}

_RIGHT_TO_WRITE: Mapping[Role, Right] = {
    Role.INPUT: Right.OPERATE,
    Role.DISTURBANCE: Right.ENGINEER,
    Role.PARAMETER: Right.ENGINEER,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands at a door: a role, and a name if one was given and proved.

    `scopes` narrow the rights of the role (None: all of them); `address` is where the request comes from.
    """

    role: User
    name: str | None = None
    scopes: frozenset[Right] | None = None
    address: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The name, or the role of whoever gave none: what actions and the audit say."""
        return self.name or str(self.role)


Who = Caller | User
"""A role alone stands for somebody without a name."""


def caller(who: Who) -> Caller:
    """Who stands at a door."""
    return who if isinstance(who, Caller) else Caller(who)


def rights(who: Who) -> frozenset[Right]:
    """Everything that is allowed, ownership aside."""
    known = caller(who)
    return RIGHTS[known.role] if known.scopes is None else RIGHTS[known.role] & known.scopes


def may(who: Who, right: Right) -> bool:
    """Whether the caller has the right, ownership aside."""
    return right in rights(who)


def require(who: Who, right: Right, what: str) -> None:
    """Raise NotAllowed unless the caller has the right; `what` is a phrase such as `stopping wood-berry-7`."""
    if not may(who, right):
        known = caller(who)
        lacking = f"the role '{known.role}'" if right not in RIGHTS[known.role] else "this API key"
        raise NotAllowed(f"{what} needs the right '{right}', which {lacking} has not")


def may_write(user: Who, tag: Tag) -> bool:
    """Whether the caller may ever write the tag (ownership, its present mode and state aside)."""
    return tag.writable and may(user, _RIGHT_TO_WRITE[tag.role])


def check_write(
    sim_id: str, model: Model, state: State, user: Who, name: str, value: object, values: Sequence[float]
) -> float:
    """Check one control action and answer the float to apply.

    `values` are the present values of all tags in the order of `model.tags` (a loop in automatic owns its output).
    Raises UnknownName, NotWritable, NotAllowed, WrongState, WrongType, NotFinite or OutOfRange.
    """
    tag = model.tag(name, sim_id)
    if not tag.writable:
        raise NotWritable(f"{sim_id}.{name} is an {tag.role} of the model and can't be written")
    require(user, _RIGHT_TO_WRITE[tag.role], f"writing {sim_id}.{name}")
    if state not in HOSTED:
        raise WrongState(f"{sim_id} is {state}: {name} can be written while it is running or paused")
    checked = tag.check(value, sim_id)
    _check_free(sim_id, model, name, values)
    return checked


def _check_free(sim_id: str, model: Model, name: str, values: Sequence[float]) -> None:
    """Raise WrongState when a loop or a trip holds the tag."""
    loop = model.loop_driving(name)
    if loop is not None and values[model.index(loop.mode_name)] != MANUAL:
        inner = next((other for other in model.loops if other.setpoint_name == name), None)
        if inner is None or values[model.index(inner.mode_name)] == CASCADE:
            held = loop.mode_name if inner is None else f"{inner.mode_name} or {loop.mode_name}"
            raise WrongState(f"{sim_id}.{name} is moved by the loop of {loop.controlled}: set {held} to manual first")
    for lock in model.interlocks:
        if name in lock.forces and values[model.index(lock.name)] != 0:
            cure = f"write {RESET} when its cause has gone" if lock.release is None else "wait until it ends"
            raise WrongState(f"{sim_id}.{name} is held at {lock.forces[name]:g} by {lock.name}: {cure}")


def check_writes(
    sim_id: str,
    model: Model,
    state: State,
    user: Who,
    actions: Mapping[str, object],
    values: Sequence[float],
) -> dict[str, float]:
    """Check a whole request, all or nothing: the floats to apply, or all its problems at once (InvalidRequest).

    Actions are taken in order, so a request may set a loop to manual and then move its output.
    """
    checked: dict[str, float] = {}
    errors: list[PlantError] = []
    present = list(values)
    for name, value in actions.items():
        try:
            checked[name] = present[model.index(name, sim_id)] = check_write(
                sim_id, model, state, user, name, value, present
            )
        except PlantError as error:
            errors.append(error)
    check_all(errors)
    return checked


def check_inputs(model: Model, inputs: Mapping[str, object]) -> dict[str, float]:
    """Check the tag values that a start request brings; all problems at once. Raises as `check_writes`."""
    checked: dict[str, float] = {}
    errors: list[PlantError] = []
    for name, value in inputs.items():
        try:
            tag = model.tag(name, model.id)
            if not tag.writable:
                raise NotWritable(f"{model.id}.{name} is an {tag.role} of the model and can't be written")
            checked[name] = tag.check(value, model.id)
        except PlantError as error:
            errors.append(error)
    check_all(errors)
    return checked
