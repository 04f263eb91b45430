"""What `pde models new` writes: small models that work."""

from collections.abc import Mapping

_HEAD = """\
# An own model of the Process Dynamics Engine. Check it with `pde models check FILE`; put it into the models folder
# (PDE_MODELS_FOLDER) or upload it: curl -X POST -H 'Content-Type: application/yaml' --data-binary @FILE
# http://127.0.0.1:8000/api/models
id: NEW-MODEL
name: New model
description: One sentence about the process.
time_unit: min              # of everything in the equations: s, min or h
sample_time: 1.0            # s

tags:
  - {name: steam_flow, role: input, unit: kg/h, low: 0, high: 100, nominal: 50, description: Steam to the heater}
  - {name: feed_temperature, role: disturbance, unit: °C, low: 0, high: 60, nominal: 20, description: Feed}
  - name: temperature
    role: output
    unit: °C
    low: 0
    high: 150
    nominal: 70
    description: Temperature behind the heater
    label: TI_1
    noise: 0.1
    limits: {high: 100, low: 40}

"""
_TAIL = """
loops:                      # gain in units of the manipulated tag per unit of the controlled one, times in s
  - {controlled: temperature, manipulated: steam_flow, gain: 1.0, integral_time: 300}
"""
_TRANSFER_FUNCTION = (
    _HEAD
    + """\
transfer_functions:         # or numerator and denominator by falling powers of s
  - {from: steam_flow, to: temperature, gain: 1.0, time_constants: [5, 1], dead_time: 0.5}
  - {from: feed_temperature, to: temperature, gain: 1.0, time_constants: 4}
"""
    + _TAIL
)
_STATE_SPACE = (
    _HEAD
    + """\
state_space:                # deviations from the nominal values; a sample_time (in time_unit) makes it discrete
  a: [[-0.2, 0.2], [0, -1]]
  b: [[0, 0.2], [1, 0]]     # a column for each input and disturbance, in the order of the tags
  c: [[1, 0]]               # a row for each output and state, in the order of the tags
  dead_times: {steam_flow: 0.5}
"""
    + _TAIL
)
_PYTHON = '''\
"""New model: one sentence about the process.

    A dh/dt = inflow - k sqrt(h)

Put this file into the models folder (PDE_MODELS_FOLDER), or declare MODEL as an entry point of the group `pde.models`.
"""

import math

from plant.equations import Equations, Method, Solver
from plant.loops import Loop
from plant.model import Model
from plant.tags import Limits, Role, Tag

AREA = 2.0
OUTFLOW = 0.5


def rates(x, u, dx):
    """dh/dt in m/s; plain Python over scalars, so that it can be compiled."""
    dx[0] = (u[0] - OUTFLOW * math.sqrt(max(x[0], 0.0))) / AREA


def outputs(x, u, y):
    """The own outputs in the order of their tags."""
    y[0] = x[0]


MODEL = Model(
    id="NEW-MODEL",
    name="New model",
    description="A tank with a free outlet.",
    sources=(),
    own_tags=(
        Tag("inflow", Role.INPUT, "m³/s", 0, 1, 0.5, "Flow into the tank", "FIC_1"),
        Tag("level", Role.OUTPUT, "m", 0, 4, 1.0, "Level of the tank", "LI_1", limits=Limits(high=3.0, low=0.2)),
    ),
    equations=Equations(("level (m)",), rates, outputs, (1.0,), Solver(Method.RUNGE_KUTTA, longest=1.0)),
    loops=(Loop("level", "inflow", 0.5, 30.0, "own choice"),),
    documentation=__doc__,
)
'''
TEMPLATES: Mapping[str, str] = {
    "transfer-function": _TRANSFER_FUNCTION,
    "state-space": _STATE_SPACE,
    "python": _PYTHON,
}
