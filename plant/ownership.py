"""Whose simulation it is: what its sharing leaves to others; the second table of rights, beside that of roles."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from plant.access import RIGHTS, Right, Who, caller, require, rights
from plant.errors import NotAllowed, OutOfRange, UnknownName, WrongType


class Sharing(StrEnum):
    """What a simulation is to those who neither own it nor supervise."""

    PRIVATE = "private"
    SHARED = "shared"
    OPEN = "open"


LEFT_TO_OTHERS: Mapping[Sharing, frozenset[Right]] = {
    Sharing.PRIVATE: frozenset(),
    Sharing.SHARED: frozenset({Right.READ}),
    Sharing.OPEN: frozenset(Right),
}
"""The rights that sharing leaves to others, as far as their roles have them."""


class Owned(Protocol):
    """A simulation, as far as its ownership goes; `owner` is a user's name, None where nobody gave one."""

    @property
    def sim_id(self) -> str:
        """Its id."""

    @property
    def owner(self) -> str | None:
        """Whose it is."""

    @property
    def sharing(self) -> str:
        """One of Sharing."""


def supervises(who: Who) -> bool:
    """Whether every simulation is the caller's to see and to move: engineers (teachers) and administrators."""
    return Right.ENGINEER in RIGHTS[caller(who).role]


def owns(who: Who, owned: Owned) -> bool:
    """Whether the simulation was started by, or given to, this user."""
    name = caller(who).name
    return name is not None and name == owned.owner


def rights_on(who: Who, owned: Owned) -> frozenset[Right]:
    """What the caller may do with this simulation."""
    if supervises(who) or owns(who, owned):
        return rights(who)
    return rights(who) & LEFT_TO_OTHERS[Sharing(owned.sharing)]


def may_see(who: Who, owned: Owned) -> bool:
    """Whether the simulation exists for the caller."""
    return Right.READ in rights_on(who, owned)


def may_change(who: Who, owned: Owned) -> bool:
    """Whether ownership lets the caller write, command or acknowledge; the right itself is the role's."""
    return supervises(who) or owns(who, owned) or Right.OPERATE in LEFT_TO_OTHERS[Sharing(owned.sharing)]


def require_seen(who: Who, owned: Owned) -> None:
    """Raise UnknownName, as for one that is not there, for a simulation that the caller may not see."""
    if not may_see(who, owned):
        raise UnknownName(f"there is no simulation '{owned.sim_id}'")


def require_on(who: Who, right: Right, owned: Owned, what: str) -> None:
    """Raise UnknownName or NotAllowed unless the caller may do this with the simulation.

    `what` is a phrase such as `stopping wood-berry-7`.
    """
    require_seen(who, owned)
    require(who, right, what)
    require_change(who, owned)


def require_change(who: Who, owned: Owned) -> None:
    """Raise UnknownName or NotAllowed for a simulation that is others' to move."""
    require_seen(who, owned)
    if not may_change(who, owned):
        whose = f"belongs to {owned.owner}" if owned.owner else "is open to engineers only"
        raise NotAllowed(f"{owned.sim_id} {whose} and is {owned.sharing}: you may look at it, not change it")


def first_sharing(who: Who, wish: str | None) -> Sharing:
    """The sharing that a simulation starts with: as wished, else `shared` for users with a name, `open` for others.

    Raises WrongType for a word that is none, OutOfRange when the caller could not use the simulation then.
    """
    if wish is None:
        return Sharing.SHARED if caller(who).name else Sharing.OPEN
    sharing = checked_sharing(wish)
    if caller(who).name is None and not supervises(who) and sharing is not Sharing.OPEN:
        raise OutOfRange(f"sharing = {sharing} needs an owner: sign in first")
    return sharing


def checked_sharing(word: str) -> Sharing:
    """The sharing of this name. Raises WrongType."""
    try:
        return Sharing(word)
    except ValueError:
        raise WrongType(f"sharing takes {', '.join(Sharing)}, not '{word[:40]}'") from None


def require_sharer(who: Who, owned: Owned) -> None:
    """Raise unless the caller decides about sharing: the owner and engineers."""
    require_on(who, Right.OPERATE, owned, f"sharing {owned.sim_id}")
    if not (supervises(who) or owns(who, owned)):
        raise NotAllowed(f"{owned.sim_id} is shared by its owner and by engineers")
