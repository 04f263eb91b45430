"""Published figures of the Newell-Lee evaporator."""

from functools import cache

import numpy as np
from scipy.optimize import minimize

from plant.models.evaporator import EQUATIONS, MODEL, NOMINAL_INPUTS, operating_point
from plant.simulation import Simulation
from tests.numerics.calling import outputs, rates
from tests.numerics.figures.figure import Figure

BOOK = "Newell & Lee, Applied Process Control (1989), printed rounded"
COST = "Kariwala, Cao, Janardhanan, Ind. Eng. Chem. Res. 47 (2008) 1150"
COMPUTED = "optimum of the published cost and constraints, computed independently"
REFERENCE = "reference integration, rtol 1e-10"
ROUNDED = (2.0, 194.7, 208.0, 50.0, 10.0, 5.0, 40.0, 25.0)


def at_start(tag: str) -> float:
    """A tag at the operating point."""
    simulation = Simulation(MODEL, 1.0)
    return float(simulation.values[MODEL.index(tag)])


def after_more_feed(tag: str) -> float:
    """A tag five minutes after 10 % more feed, all loops in manual."""
    simulation = Simulation(MODEL, 1.0, {"feed_flow": 11.0})
    simulation.advance(300)
    return float(simulation.values[MODEL.index(tag)])


def cost(free: np.ndarray) -> float:
    """J of our own steady state with X2 = 35.5 and P100 = 400 for a feed and a pressure."""
    inputs = operating_point(float(free[0]), 35.5, float(free[1]), steam_pressure=400.0)
    state = (1.0, 35.5, float(free[1]))
    assert np.abs(rates(EQUATIONS, state, inputs)).max() < 1e-12
    return outputs(EQUATIONS, state, inputs, 13)[12]


@cache
def optimum() -> dict[str, float]:
    """The least cost over feed and pressure, and where it is."""
    found = minimize(cost, (10.0, 50.0), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
    feed, pressure = found.x.tolist()
    inputs = operating_point(feed, 35.5, pressure, steam_pressure=400.0)
    return {"J": found.fun, "F1": feed, "P2": pressure, "F2": inputs[0], "F200": inputs[2], "F3": inputs[3]}


FIGURES = (
    *(
        Figure(f"operating point: {what}", published, tolerance, BOOK, lambda tag=tag: at_start(tag))
        for what, tag, published, tolerance in (
            ("steam pressure, kPa", "steam_pressure", 194.7, 0.05),
            ("cooling water, kg/min", "cooling_water_flow", 208.0, 0.06),
            ("product temperature T2, °C", "product_temperature", 84.6, 0.05),
            ("vapour temperature T3, °C", "vapour_temperature", 80.6, 0.05),
            ("vapour F4, kg/min", "vapour_flow", 8.0, 1e-9),
            ("condensate F5, kg/min", "condensate_flow", 8.0, 1e-9),
            ("steam temperature T100, °C", "steam_temperature", 119.9, 0.05),
            ("steam F100, kg/min", "steam_flow", 9.3, 0.05),
            ("heat from the steam Q100, kW", "heater_duty", 339.0, 0.5),
            ("water outlet T201, °C", "cooling_water_outlet_temperature", 46.1, 0.06),
            ("heat to the water Q200, kW", "condenser_duty", 307.9, 0.15),
        )
    ),
    Figure("rate of the level at the printed inputs, m/min", -4.0e-5, 5e-7, "computed from the published equations",
           lambda: rates(EQUATIONS, EQUATIONS.start, ROUNDED)[0]),
    Figure("rate of the pressure at the printed inputs, kPa/min", 2.97e-4, 5e-7,
           "computed from the published equations", lambda: rates(EQUATIONS, EQUATIONS.start, ROUNDED)[2]),
    Figure("rate of the composition at the operating point, %/min", 0.0, 1e-12, BOOK,
           lambda: rates(EQUATIONS, EQUATIONS.start, NOMINAL_INPUTS)[1]),
    Figure("feed 10 % up: level at 5 min, m", 1.24568098, 5e-9, REFERENCE, lambda: after_more_feed("level")),
    Figure("feed 10 % up: composition at 5 min, %", 25.98367335, 5e-9, REFERENCE,
           lambda: after_more_feed("product_composition")),
    Figure("feed 10 % up: pressure at 5 min, kPa", 50.51985466, 5e-9, REFERENCE, lambda: after_more_feed("pressure")),
    Figure("least operating cost, $/h", -582.23, 0.005, COST, lambda: optimum()["J"]),
    Figure("optimum: feed F1, kg/min", 9.469, 0.0005, COMPUTED, lambda: optimum()["F1"]),
    Figure("optimum: circulation F3, kg/min", 24.72, 0.005, COMPUTED, lambda: optimum()["F3"]),
    Figure("optimum: cooling water F200, kg/min", 217.74, 0.005, COMPUTED, lambda: optimum()["F200"]),
    Figure("optimum: pressure P2, kPa", 51.41, 0.005, COMPUTED, lambda: optimum()["P2"]),
    Figure("optimum: product F2, kg/min", 1.334, 0.0005, COMPUTED, lambda: optimum()["F2"]),
)  # fmt: skip
