"""Linear models: A, B, C, D of a model at one of its start states, for MPC and for study."""

import asyncio
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from engine_api.asked import ModelId
from engine_api.linearization_schemas import LinearizationAnswer
from engine_api.problems import documented
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.simulation import Simulation
from plant.solvers.linearize import Linearization, linearize

router = APIRouter(prefix="/api/models", tags=["models"], route_class=StrictRoute)
StartName = Annotated[
    str, Query(max_length=100, description="The start state to linearise at; the model's first one by default")
]


@router.get("/{model_id}/linearization", responses=documented(404, 422))
async def get_linearization(model_id: ModelId, start: StartName = "") -> LinearizationAnswer:
    """The open-loop equations linearised at a start state; time in seconds, values in the units of the tags.

    Differential equations by central differences, transfer functions and state spaces exactly. Dead time, a discrete
    state space and an FMU have no such matrices: 422 with the reason.
    """
    return await asyncio.to_thread(_answer, model_id, start)


def _answer(model_id: str, start: str) -> LinearizationAnswer:
    model = catalog.find(model_id)
    simulation = Simulation(model, model.sample_time, start=start)
    found = linearize(model, simulation.states, simulation.values)
    return LinearizationAnswer(
        model_id=model.id,
        start=model.start(start).name,
        states=list(found.states),
        inputs=list(found.inputs),
        outputs=list(found.outputs),
        a=found.a.tolist(),
        b=found.b.tolist(),
        c=found.c.tolist(),
        d=found.d.tolist(),
        x=found.x.tolist(),
        u=found.u.tolist(),
        y=found.y.tolist(),
        residual=found.residual.tolist(),
        poles=_poles(found),
    )


def _poles(found: Linearization) -> list[list[float]]:
    """Eigenvalues of A, the slowest first."""
    values = np.linalg.eigvals(found.a)
    return [[float(value.real), float(value.imag)] for value in values[np.argsort(-values.real, kind="stable")]]
