"""The Tennessee Eastman process."""

from plant.equations import Balance, Equations, Method, Solver
from plant.model import Model, Start
from plant.models.tennessee_eastman import process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.models.tennessee_eastman.protection import CLOSED, INTERLOCKS, LOOPS
from plant.models.tennessee_eastman.tags import NOMINAL_INPUTS, OUTPUTS, tags

SECOND = 1 / 3600

EQUATIONS = Equations(
    states=tuple(f"state {number}" for number in range(1, process.STATES + 1)),
    rates=process.rates,
    outputs=process.outputs,
    start=BASE_CASE,
    memory=process.start_of_memory(),
    prepare=process.prepare,
    solver=Solver(Method.EULER, longest=SECOND),
    steady=False,
    balances=(
        Balance("mass", process.stored_mass, process.net_mass),
        Balance("inert component B", process.stored_inert, process.net_inert),
    ),
)

MODEL = Model(
    id="tennessee-eastman",
    name="Tennessee Eastman process",
    description="Reactor, condenser, separator, compressor and stripper in a ring: the benchmark of plantwide control.",
    sources=(
        "J. J. Downs, E. F. Vogel: A plant-wide industrial process control problem, Comput. Chem. Eng. 17 (1993) 245",
    ),
    own_tags=tags(EQUATIONS.nominal_outputs(NOMINAL_INPUTS, OUTPUTS)),
    equations=EQUATIONS,
    loops=LOOPS,
    interlocks=INTERLOCKS,
    starts=(
        Start("steady", "The published base case, all loops in manual: unstable, it drifts away within hours",
              holds=False),
        Start("closed-loop", "The published base case, all loops in auto and cascade", CLOSED, holds=False),
    ),
    time_unit="h",
    seconds_per_unit=3600.0,
    sample_time=1.0,
    longest_step=1.0,
    random=True,
    documentation=__doc__ or "",
    step_tolerance=1e-4,
)  # fmt: skip
