"""The dotted name that the queue carries; a SimulationWorker hosts the job and never calls it."""

from typing import NoReturn

from plant.errors import PlantError


def simulate(assignment: dict[str, object]) -> NoReturn:
    """Refuse: a plain RQ worker would block on this one job. Raises PlantError."""
    raise PlantError(
        f"{assignment['sim_id']} can't run in a plain RQ worker: start the worker with `pde worker` "
        "or `python -m workers`"
    )
