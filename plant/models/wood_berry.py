"""The Wood-Berry column: a pilot plant that distils methanol from water, as a linear 2x2 model with dead time.

Deviations from the operating point, time in minutes:

    xD' = 12.8 exp(-1 s)/(16.7 s + 1) R' - 18.9 exp(-3 s)/(21.0 s + 1) S' + 3.8 exp(-8.1 s)/(14.9 s + 1) F'
    xB' =  6.6 exp(-7 s)/(10.9 s + 1) R' - 19.4 exp(-3 s)/(14.4 s + 1) S' + 4.9 exp(-3.4 s)/(13.2 s + 1) F'

with reflux R = 1.95, steam S = 1.71 and feed F = 2.45 lb/min, methanol xD = 96.25 % in the distillate and
xB = 0.50 % in the bottoms. Each channel is a first-order lag behind its own exact dead time. Published forms differ in
the dead times of the feed (8.1 and 3.4 min in the form attributed to the original, 8 and 3 in several textbooks):
both are parameters. The model is linear and can leave 0..100 %: the measured outputs are clipped there as an
analyser's would be, the states `*_unclipped` are not.

Published figures: relative gain 2.01; after R + 0.1 lb/min xD = 97.304552 and xB = 1.079990 at 30 min (exact
solution), 97.53 and 1.16 finally. The loops carry the BLT tuning of Luyben (1986): the settings of Ziegler and Nichols
for each loop alone, 0.96, 3.25 min and -0.19, 9.2 min, detuned by 2.55 until the biggest log modulus is 4 dB. Start
states have the tunings of Chen and Seborg (2003: 0.436, 11.0 min, -0.0945, 15.5 min) and the original empirical ones
(0.20, 4.44 min, -0.04, 2.67 min). Own choices: alarm limits, noise of the analysers.
"""

from plant.blocks.transfer_function import Channel, TransferFunction
from plant.loops import Loop
from plant.model import STEADY, Model, Start
from plant.tags import Limits, Role, Tag

MINUTE = 60.0
LONGEST_DEAD_TIME = 10.0
NOMINAL_INPUTS = (1.95, 1.71, 2.45)

_D1, _D2 = 3, 4
"""Places of the two dead times of the feed among the inputs."""

EQUATIONS = TransferFunction(
    channels=(
        Channel(target=0, source=0, gain=12.8, lag=16.7, dead_time=1.0),
        Channel(target=0, source=1, gain=-18.9, lag=21.0, dead_time=3.0),
        Channel(target=0, source=2, gain=3.8, lag=14.9, dead_time=8.1, longest=LONGEST_DEAD_TIME, dead_time_input=_D1),
        Channel(target=1, source=0, gain=6.6, lag=10.9, dead_time=7.0),
        Channel(target=1, source=1, gain=-19.4, lag=14.4, dead_time=3.0),
        Channel(target=1, source=2, gain=4.9, lag=13.2, dead_time=3.4, longest=LONGEST_DEAD_TIME, dead_time_input=_D2),
    ),
    nominal_inputs=NOMINAL_INPUTS,
    shown=((0, 96.25), (1, 0.50), (0, 96.25), (1, 0.50)),
    seconds_per_unit=MINUTE,
)


_TAGS = (
    Tag("reflux_flow", Role.INPUT, "lb/min", 0, 4, 1.95, "Reflux returned to the top of the column", "FIC_R"),
    Tag("steam_flow", Role.INPUT, "lb/min", 0, 4, 1.71, "Steam to the reboiler", "FIC_S",
        limits=Limits(high_high=2.8)),
    Tag("feed_flow", Role.DISTURBANCE, "lb/min", 0, 5, 2.45, "Feed to the column", "FI_F"),
    Tag("distillate_feed_dead_time", Role.PARAMETER, "s", 0, LONGEST_DEAD_TIME * MINUTE, 8.1 * MINUTE,
        "Dead time from the feed to the distillate", "", 1),
    Tag("bottoms_feed_dead_time", Role.PARAMETER, "s", 0, LONGEST_DEAD_TIME * MINUTE, 3.4 * MINUTE,
        "Dead time from the feed to the bottoms", "", 1),
    Tag("distillate_methanol", Role.OUTPUT, "%", 0, 100, 96.25, "Methanol in the distillate, as analysed", "AI_XD",
        limits=Limits(low=95.5, low_low=94.0), noise=0.02),
    Tag("bottoms_methanol", Role.OUTPUT, "%", 0, 100, 0.50, "Methanol in the bottoms, as analysed", "AI_XB",
        limits=Limits(high_high=2.0, high=1.0), noise=0.01),
    Tag("distillate_methanol_unclipped", Role.STATE, "%", -200, 300, 96.25,
        "Methanol in the distillate by the linear model, which may leave 0..100 %"),
    Tag("bottoms_methanol_unclipped", Role.STATE, "%", -200, 300, 0.50,
        "Methanol in the bottoms by the linear model, which may leave 0..100 %"),
)  # fmt: skip

_BLT = "BLT tuning: Luyben, Ind. Eng. Chem. Process Des. Dev. 25 (1986) 654"


def _auto(distillate: tuple[float, float], bottoms: tuple[float, float]) -> dict[str, float]:
    """Both loops in auto with these gains and integral times in minutes."""
    return {
        "distillate_methanol_mode": 1, "distillate_methanol_gain": distillate[0],
        "distillate_methanol_integral_time": distillate[1] * MINUTE,
        "bottoms_methanol_mode": 1, "bottoms_methanol_gain": bottoms[0],
        "bottoms_methanol_integral_time": bottoms[1] * MINUTE,
    }  # fmt: skip


MODEL = Model(
    id="wood-berry",
    name="Wood-Berry distillation column",
    description="A pilot column distils methanol from water: two interacting loops with dead time.",
    sources=(
        "R. K. Wood, M. W. Berry: Terminal composition control of a binary distillation column, "
        "Chem. Eng. Sci. 28 (1973) 1707",
        "W. L. Luyben: Simple method for tuning SISO controllers in multivariable systems, "
        "Ind. Eng. Chem. Process Des. Dev. 25 (1986) 654",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("distillate_methanol", "reflux_flow", 0.375, 8.29 * MINUTE, _BLT),
        Loop("bottoms_methanol", "steam_flow", -0.075, 23.6 * MINUTE, _BLT),
    ),
    starts=(
        STEADY,
        Start("closed-loop", "Both loops in auto with the BLT tuning", _auto((0.375, 8.29), (-0.075, 23.6))),
        Start(
            "chen-seborg",
            "Both loops in auto with the tuning of Chen and Seborg (2003)",
            _auto((0.436, 11.0), (-0.0945, 15.5)),
        ),
        Start("empirical", "Both loops in auto with the original empirical tuning", _auto((0.20, 4.44), (-0.04, 2.67))),
        Start(
            "textbook-dead-times",
            "The dead times of the feed as in several textbooks: 8 and 3 min",
            {"distillate_feed_dead_time": 8 * MINUTE, "bottoms_feed_dead_time": 3 * MINUTE},
        ),
    ),
    time_unit="min",
    seconds_per_unit=MINUTE,
    sample_time=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Step reflux and steam one after the other and read gain, lag and dead time of all four channels.",
        "Compute the relative gain array from these gains. Which pairing does it advise, and how strong is the "
        "interaction?",
        "Tune each loop with the other one in manual, then close both. What happens, and why did Luyben detune them?",
        "Compare `closed-loop`, `chen-seborg` and `empirical` after a feed step of 0.34 lb/min by the integral of the "
        "absolute error of both products.",
        "Build a decoupler from the four channels. Which parts of it would have to look into the future?",
    ),
)
