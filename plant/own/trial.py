"""The short trial of a model that somebody uploads: is it declared well, does it run, does it go on from a snapshot?"""

from plant.model import Model
from plant.own.standard import BRIEF, examine


def complaints(model: Model) -> list[str]:
    """Everything that the brief checks find, in sentences; none: it may be offered."""
    return [failure for verdict in examine(model, BRIEF) for failure in verdict.failures]
