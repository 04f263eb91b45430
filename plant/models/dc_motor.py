"""A small direct-current motor, the speed example of the Control Tutorials for MATLAB and Simulink: linear, exact.

Speed w in rad/s, current i in A, voltage V, load torque T in N m, time in seconds:

    J w' = K i - b w - T            J = 0.01 kg m², b = 0.1 N m s, K = 0.01 N m/A (and V s)
    L i' = V - R i - K w            R = 1 ohm, L = 0.5 H

The steady gain is K/(b R + K²) = 0.0999001 rad/s per volt, the poles are -2.0025 and -9.9975 1/s. The two equations
are moved by their exact solution for inputs held over each step. The loop has the PID tuning of the tutorial
(100, 200, 10).

Own choices: the load torque, the ranges (what the voltage alone can reach), noise, and the trips on overcurrent.
"""

import numpy as np

from plant.blocks.state_space import StateSpace
from plant.control import AUTO
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Start
from plant.tags import Limits, Role, Tag

INERTIA, FRICTION, CONSTANT, RESISTANCE, INDUCTANCE = 0.01, 0.1, 0.01, 1.0, 0.5
RPM = 30 / np.pi

A = np.array([[-FRICTION / INERTIA, CONSTANT / INERTIA], [-CONSTANT / INDUCTANCE, -RESISTANCE / INDUCTANCE]])
B = np.array([[0.0, -1 / INERTIA], [1 / INDUCTANCE, 0.0]])
C = np.array([[1.0, 0.0], [RPM, 0.0], [0.0, 1.0], [0.0, CONSTANT]])
GAIN = CONSTANT / (FRICTION * RESISTANCE + CONSTANT**2)
"""Steady speed per volt, rad/s."""

EQUATIONS = StateSpace(A, B, C, np.zeros((4, 2)))

_TAGS = (
    Tag("voltage", Role.INPUT, "V", -100, 100, 0.0, "Voltage of the armature", "EIC_ARM", 2),
    Tag("load_torque", Role.DISTURBANCE, "N·m", -0.5, 0.5, 0.0, "Torque of the load, against the motor", "WI_LOAD", 3),
    Tag("shaft_speed", Role.OUTPUT, "rad/s", -16, 16, 0.0, "Speed of the shaft", "SI_SHAFT", 4,
        Limits(high_high=15, high=12, low=-12, low_low=-15), noise=0.002),
    Tag("shaft_speed_per_minute", Role.OUTPUT, "rpm", -160, 160, 0.0, "Speed of the shaft in turns", "SI_RPM", 2),
    Tag("current", Role.OUTPUT, "A", -150, 150, 0.0, "Current of the armature", "II_ARM", 3,
        Limits(high=80, low=-80), noise=0.01),
    Tag("motor_torque", Role.OUTPUT, "N·m", -1.5, 1.5, 0.0, "Torque of the motor", "WI_MOTOR", 4),
)  # fmt: skip

MODEL = Model(
    id="dc-motor",
    name="DC motor",
    description="Voltage turns a shaft against a load: two poles, exact answers, a first PID.",
    sources=(
        "B. Messner, D. Tilbury: Control Tutorials for MATLAB and Simulink, DC Motor Speed (University of Michigan and "
        "Carnegie Mellon University)",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("shaft_speed", "voltage", 100.0, 0.5, "Control Tutorials for MATLAB and Simulink: Kp 100, Ki 200, Kd 10",
             derivative_time=0.1),
    ),
    interlocks=(
        Interlock("overcurrent_trip", "The current is too high: the voltage is taken away", "current", 95.0, Side.HIGH,
                  {"voltage": 0.0}),
        Interlock("reverse_overcurrent_trip", "The reverse current is too high: the voltage is taken away", "current",
                  -95.0, Side.LOW, {"voltage": 0.0}),
    ),
    starts=(
        Start("standstill", "No voltage, no load, the loop in manual"),
        Start("running", "Running at 50 V without load, the loop in manual", {"voltage": 50.0}),
        Start("closed-loop", "At standstill, the speed loop in auto", {"shaft_speed_mode": AUTO}),
    ),
    time_unit="s",
    sample_time=0.1,
    longest_step=0.05,
    kind="starter",
    documentation=__doc__ or "",
    exercises=(
        "Step voltage to 10: read the gain and the dominant time constant from the curve and compare with 0.0999 and "
        "0.5 s.",
        "Load the running motor with a load_torque of 0.1 in manual and in auto. Which part of the PID removes the "
        "remaining error?",
        "In auto with setpoint 1 change shaft_speed_gain, _integral_time and _derivative_time one by one: what "
        "does each do to overshoot and settling?",
        "Jump voltage to 100: how long does it take until the trip on overcurrent, and why is it not at once?",
    ),
)  # fmt: skip
