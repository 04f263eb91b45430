"""The Shell heavy oil fractionator: seven outputs, three draws and duties, two disturbances, long dead times.

Every element is a first-order lag behind its own exact dead time, in deviations from the operating point, time in
minutes:

    y_i = sum over j of (K_ij + eps_j D_ij) exp(-L_ij s) / (T_ij s + 1) u_j

Gain K, time constant T, dead time L of each element:

                                 top draw       side draw      bottoms reflux  upper reflux   intermediate
                                                               duty            duty           reflux duty
    top end point                4.05, 50, 27   1.77, 60, 28   5.88, 50, 27    1.20, 45, 27   1.44, 40, 27
    side end point               5.39, 50, 18   5.72, 60, 14   6.90, 40, 15    1.52, 25, 15   1.83, 20, 15
    top temperature              3.66,  9,  2   1.65, 30, 20   5.53, 40,  2    1.16, 11,  0   1.27,  6,  0
    upper reflux temperature     5.92, 12, 11   2.54, 27, 12   8.10, 20,  2    1.73,  5,  0   1.79, 19,  0
    side draw temperature        4.13,  8,  5   2.38, 19,  7   6.23, 10,  2    1.31,  2,  0   1.26, 22,  0
    intermediate reflux temp.    4.06, 13,  8   4.18, 33,  4   6.53,  9,  1    1.19, 19,  0   1.17, 24,  0
    bottoms reflux temperature   4.38, 33, 20   4.42, 44, 22   7.20, 19,  0    1.14, 27,  0   1.26, 32,  0

The gains of the first three inputs are uncertain: their deviation D is multiplied by a parameter eps in -1..1 each
(`top_draw_uncertainty` and so on; 0 is the nominal plant). A change of eps acts behind the dead time, through the lag.

The control problem that goes with it: both end points within +-0.005 of their setpoints at rest and never beyond
+-0.5, the bottoms reflux temperature not below -0.5, the inputs within +-0.5 and moved by no more than 0.05 a minute,
disturbances within +-0.5. The plant holds the inputs in their range; how fast they move is left to the controller.

Published figures: the steady gains of top end point, side end point and bottoms reflux temperature on the three inputs
have the determinant 20.85 and the relative gains 2.08, 0.94 and 4.71 on the diagonal.

Own choices: names of the disturbances (the sources disagree which of the two duties is the first), the ranges of the
outputs (what all inputs together can reach with the largest gains), the alarm limits of the end points at +-0.3 and
+-0.5, noise, and the three loops, slow by design.
"""

import math

from plant.blocks.transfer_function import Channel, TransferFunction
from plant.loops import Loop
from plant.model import Model, Start
from plant.tags import NO_LIMITS, Limits, Role, Tag

MINUTE = 60.0
INPUTS = 5
"""Three that a controller moves, two disturbances; the three uncertainties follow them."""

GAINS = (
    (4.05, 1.77, 5.88, 1.20, 1.44),
    (5.39, 5.72, 6.90, 1.52, 1.83),
    (3.66, 1.65, 5.53, 1.16, 1.27),
    (5.92, 2.54, 8.10, 1.73, 1.79),
    (4.13, 2.38, 6.23, 1.31, 1.26),
    (4.06, 4.18, 6.53, 1.19, 1.17),
    (4.38, 4.42, 7.20, 1.14, 1.26),
)
LAGS = (
    (50, 60, 50, 45, 40), (50, 60, 40, 25, 20), (9, 30, 40, 11, 6), (12, 27, 20, 5, 19), (8, 19, 10, 2, 22),
    (13, 33, 9, 19, 24), (33, 44, 19, 27, 32),
)  # fmt: skip
DEAD_TIMES = (
    (27, 28, 27, 27, 27), (18, 14, 15, 15, 15), (2, 20, 2, 0, 0), (11, 12, 2, 0, 0), (5, 7, 2, 0, 0), (8, 4, 1, 0, 0),
    (20, 22, 0, 0, 0),
)  # fmt: skip
UNCERTAINTIES = (
    (2.11, 0.39, 0.59), (3.29, 0.57, 0.89), (2.29, 0.35, 0.67), (2.34, 0.24, 0.32), (1.71, 0.93, 0.30),
    (2.39, 0.35, 0.72), (3.11, 0.73, 1.33),
)  # fmt: skip


def channel(output: int, source: int) -> Channel:
    """One element of the table."""
    spread = UNCERTAINTIES[output][source] if source < 3 else 0.0
    return Channel(
        output, source, GAINS[output][source], LAGS[output][source], DEAD_TIMES[output][source],
        spread=spread, spread_input=INPUTS + source if spread else -1,
    )  # fmt: skip


EQUATIONS = TransferFunction(
    channels=tuple(channel(output, source) for output in range(len(GAINS)) for source in range(INPUTS)),
    nominal_inputs=(0.0,) * INPUTS,
    shown=tuple((output, 0.0) for output in range(len(GAINS))),
    seconds_per_unit=MINUTE,
)
_ENDS = Limits(high_high=0.5, high=0.3, low=-0.3, low_low=-0.5)


def _reach(output: int) -> float:
    """What all inputs together reach with the largest gains, rounded up."""
    return float(math.ceil(0.5 * (sum(GAINS[output]) + sum(UNCERTAINTIES[output]))))


def _input(name: str, description: str, label: str, role: Role = Role.INPUT) -> Tag:
    return Tag(name, role, "", -0.5, 0.5, 0, description, label)


def _output(number: int, name: str, description: str, label: str, limits: Limits = NO_LIMITS) -> Tag:
    reach = _reach(number)
    return Tag(name, Role.OUTPUT, "", -reach, reach, 0, description, label, limits=limits, noise=0.002)


def _uncertainty(name: str, description: str) -> Tag:
    return Tag(f"{name}_uncertainty", Role.PARAMETER, "", -1, 1, 0, f"Uncertainty of all gains of the {description}",
               digits=2)  # fmt: skip


_TAGS = (
    _input("top_draw", "Top draw", "FIC_TOP"),
    _input("side_draw", "Side draw", "FIC_SIDE"),
    _input("bottoms_reflux_duty", "Heat duty of the bottoms reflux", "QIC_BOT"),
    _input("upper_reflux_duty", "Heat duty of the upper reflux, set by other units", "QI_UPPER", Role.DISTURBANCE),
    _input("intermediate_reflux_duty", "Heat duty of the intermediate reflux, set by other units", "QI_INTER",
           Role.DISTURBANCE),
    _uncertainty("top_draw", "top draw"),
    _uncertainty("side_draw", "side draw"),
    _uncertainty("bottoms_reflux_duty", "bottoms reflux duty"),
    _output(0, "top_end_point", "End point of the top product, as analysed", "AI_TOP", _ENDS),
    _output(1, "side_end_point", "End point of the side product, as analysed", "AI_SIDE", _ENDS),
    _output(2, "top_temperature", "Temperature at the top", "TI_TOP"),
    _output(3, "upper_reflux_temperature", "Temperature of the upper reflux", "TI_UPPER"),
    _output(4, "side_draw_temperature", "Temperature of the side draw", "TI_SIDE"),
    _output(5, "intermediate_reflux_temperature", "Temperature of the intermediate reflux", "TI_INTER"),
    _output(6, "bottoms_reflux_temperature", "Temperature of the bottoms reflux", "TI_BOT",
            Limits(low=-0.4, low_low=-0.5)),
)  # fmt: skip

_OWN = "own choice, slow by design: the dead times are long and the loops interact"
_LOOPS = (
    Loop("top_end_point", "top_draw", 0.12, 50 * MINUTE, _OWN),
    Loop("side_end_point", "side_draw", 0.15, 60 * MINUTE, _OWN),
    Loop("bottoms_reflux_temperature", "bottoms_reflux_duty", 0.10, 19 * MINUTE, _OWN),
)

MODEL = Model(
    id="shell-hof",
    name="Shell heavy oil fractionator",
    description="Seven outputs, five inputs and long dead times: the classic problem of model predictive control.",
    sources=(
        "D. M. Prett, M. Morari (eds.): The Shell Process Control Workshop, Butterworths (1987)",
        "D. M. Prett, C. E. Garcia: Fundamental Process Control, Butterworths (1988)",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=_LOOPS,
    starts=(
        Start("steady", "The operating point, all loops in manual"),
        Start("closed-loop", "The operating point, all loops in auto", {loop.mode_name: 1 for loop in _LOOPS}),
        Start("high-gains", "The operating point, all loops in auto, every uncertain gain at its largest",
              {loop.mode_name: 1 for loop in _LOOPS}
              | {f"{loop.manipulated}_uncertainty": 1 for loop in _LOOPS}),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=10.0,
    documentation=__doc__ or "",
    exercises=(
        "Step the top draw by 0.1 and read gain, time constant and dead time of its effect on every output.",
        "From the steady gains of top end point, side end point and bottoms reflux temperature compute the relative "
        "gains. Which pairing do they forbid, and why is the shipped one slow nevertheless?",
        "Start closed-loop, then step upper_reflux_duty to 0.5: by how much and for how long does the top end point "
        "leave +-0.005? Design a feedforward to bottoms_reflux_duty and compare.",
        "Hold the top end point at 0 with the least bottoms_reflux_duty (the most heat recovered) without the bottoms "
        "reflux temperature falling below -0.5: the economic problem of the workshop.",
        "Start high-gains: how far may the gain of the loop of the top end point be raised before it oscillates, and "
        "how far in the nominal plant?",
    ),
)  # fmt: skip
