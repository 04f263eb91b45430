"""The Tennessee Eastman process of Downs and Vogel: the benchmark of plantwide control and of fault detection.

Gases A, C, D, E (and the inert B) react over a catalyst in liquid G and H, all reactions being exothermic:

    R1: A + C + D -> G    R2: A + C + E -> H    R3: A + E -> F    R4: 3 D -> 2 F

The feeds of D, E and A (streams 2, 3, 1) meet the recycle and the stripper's overhead in a mixing zone (stream 6 to the
reactor). The reactor's vapour (7) is cooled in a condenser; a separator parts liquid (10) from gas, which a compressor
returns (8) and of which the purge (9) takes some with the inert and the by-product F. The stripper drives light
components out of the liquid with the A and C feed (4) and steam; the product (11) leaves at its sump.

Inside, everything is in lb-mol, ft³, °C, mmHg, 10⁶ Btu and hours. There are 50 states: the moles of A to H and the
energy of reactor, separator, stripper's sump and mixing zone; two temperatures of cooling water; the positions of
twelve valves.

Temperatures t follow from the energies (Newton's method to 1e-12 °C), T = t + 273.15:

    liquid: E = sum n_i M_i 1.8 (ah t + bh t²/2 + ch t³/3)
    gas:    E = sum n_i {M_i [1.8 (ag t + bg t²/2 + cg t³/3) + av] - 3.57696e-6 T}
    V_L = sum n_i M_i / (ad + bd t + cd t²)      V_V = 1300 - V_L (reactor), 3500 - V_L (separator)
    A, B, C: p_i = n_i 998.9 T / V_V      D..H: p_i = x_i exp(A_i + B_i / (t + C_i))      P = sum p_i
    P (mixing zone) = n 998.9 T / 5000

Reactions in lb-mol/h, partial pressures in mmHg; w1, w2, ... are the walks of the disturbances:

    R1 = exp(31.5859536 - 40000/(1.987 T)) pA^1.1544 pC^0.3735 pD V_V w7
    R2 = exp(3.00094014 - 20000/(1.987 T)) pA^1.1544 pC^0.3735 pE V_V w8
    R3 = exp(53.4060443 - 60000/(1.987 T)) pA pE V_V      R4 = 0.767488334 exp(same) pA pD V_V

Flows (M: mean molar mass, dp: difference of pressures, held at zero when negative):

    F1 = w15/100 VP3   F2 = w16/100 VP1   F3 = w17/100 VP2   F4 = w18/100 VP4   F10 = 15 VP7   F11 = 10 VP8
    F6 = 1937.6 sqrt(dp)/M    F7 = 4574.21 sqrt(dp) (1 - 0.25 w12)/M    F9 = 0.151169 VP6 sqrt(P - 760)/M
    compressor: m = 280275 + 280275/1.197 (1 - r³), r = pressure ratio held in 1..1.3
    work = m T 1.8e-6 1.9872 dp/(M P)       F8 = max(m - 53.349 VP5 sqrt(dp), 1e-3)/M

Stripper, with f = 363.744/(177 - t) - 2.22579488 between 5.292 and 170 °C:

    part of D..H overhead = c V/(1 + c V), V = f F4/F10;  of A, B, C: 0.995, 0.991, 0.990

Heat: reactor (stirrer speed S = (VP12 + 150)/100, wetted = 0.025 V_L/7.8 - 0.25 held in 0..1), condenser, steam:

    Q = wetted (2.75 S - 0.5 S² - 2.5) 0.855490 (t_water - t)(1 - 0.35 w10)
    Q = 0.404655 (1 - 1/(1 + (F7/3528.73)⁴)) (t_water - t_reactor)(1 - 0.25 w11)
    Q = 0.0003 VP9 (1 + w9) max(100 - t, 0)

and balances of moles and energy over each vessel. As published, the compressor's work is taken from the separator and
given to the mixing zone, and the vapour of D..H in reactor and separator is counted with the liquid.

Instruments: XMEAS(1) to (22) are continuous. XMEAS(23) to (36) are analysed every 0.1 h and shown 0.1 h later,
XMEAS(37) to (41) every 0.25 h and 0.25 h later. XMEAS(42) to (73) are the additional ones of the revision of Bathelt,
Ricker and Jelali: temperatures and compositions of the feeds, cooling water. Valves lag by 5 to 120 s; a sticking
valve moves only when its command has left the one it follows by more than 2 %.

Disturbances IDV(1) to (28) are tags between 0 (off) and 1 (as published); values between make them smaller. Random ones
follow from `noise_seed` alone, whatever the step. A trip freezes the plant, as published: start again.

Accuracy: integrated by Euler's method with 1 s, as published. The derivatives equal those of the published Fortran
program (built with 8-byte constants; its own are of single precision) to 1e-11, and runs of three hours in closed loop
to 1e-9. The base case is not exactly steady (the largest derivative is 9.3e-4 lb-mol/h) and unstable: in manual it runs
into the pressure trip after some three and a half hours; when exactly is a matter of rounding.

Starts: the base case in manual and in closed loop, and the optimal steady states of Ricker (1995) for six modes: 1, 2
and 3 make G and H in the mass ratios 50/50, 10/90 and 90/10, and 4, 5 and 6 do the same at the greatest rate. In closed
loop, the published base control holds the modes 1, 2, 4 and 5 (in 2 and 5 with half the gain of the reactor's
temperature loop: with all of it that cycles, own choice). It can't hold 3 and 6, where the inert B fills the recycle;
in manual, these two swing away only over weeks, the others within hours.

Own choices: random numbers and noise are of our own generator, noise being drawn once per step or per sample; analysers
show a sample exactly 0.1 and 0.25 h later (the published program at times one step more, by rounding); trips are
located within the step; controllers read the newest measurements (the published program those of one step before);
setpoints stay inside the ranges of their measurements; the cost is that of what the analysers show.
"""

from plant.equations import Balance, Equations, Method, Solver
from plant.model import Model, Showing
from plant.models.tennessee_eastman import process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.models.tennessee_eastman.protection import INTERLOCKS, LOOPS
from plant.models.tennessee_eastman.starts import starts
from plant.models.tennessee_eastman.tags import COMMANDS, NOMINAL_INPUTS, OUTPUTS, tags

_VESSELS = ("reactor", "separator", "stripper sump", "mixing zone")

EQUATIONS = Equations(
    states=(
        *(
            state
            for vessel in _VESSELS
            for state in (
                *(f"{part} in the {vessel} (lb-mol)" for part in "ABCDEFGH"),
                f"energy of the {vessel} (MBtu)",
            )
        ),
        "cooling water from the reactor (°C)",
        "cooling water from the condenser (°C)",
        *(f"position, {what} (%)" for _, what in COMMANDS),
    ),
    rates=process.rates,
    outputs=process.outputs,
    start=BASE_CASE,
    memory=process.start_of_memory(),
    prepare=process.prepare,
    solver=Solver(Method.EULER, longest=1 / 3600),
    steady=False,
    balances=(
        Balance("mass", process.stored_mass, process.net_mass),
        Balance("inert component B", process.stored_inert, process.net_inert),
    ),
)
_TAGS = tags(EQUATIONS.nominal_outputs(NOMINAL_INPUTS, OUTPUTS))
_TEMPERATURE_GAIN = next(loop.gain for loop in LOOPS if loop.controlled == "reactor_temperature")

MODEL = Model(
    id="tennessee-eastman",
    name="Tennessee Eastman process",
    description="Reactor, condenser, separator, compressor and stripper in a ring: the benchmark of plantwide control.",
    sources=(
        "J. J. Downs, E. F. Vogel: A plant-wide industrial process control problem, Comput. Chem. Eng. 17 (1993) 245",
        "N. L. Ricker: Optimal steady-state operation of the Tennessee Eastman challenge process, "
        "Comput. Chem. Eng. 19 (1995) 949",
        "L. H. Chiang, E. L. Russell, R. D. Braatz: Fault Detection and Diagnosis in Industrial Systems, Springer 2001",
        "A. Bathelt, N. L. Ricker, M. Jelali: Revision of the Tennessee Eastman process model, IFAC-PapersOnLine 48-8 "
        "(2015) 309",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=LOOPS,
    interlocks=INTERLOCKS,
    starts=starts(_TAGS, _TEMPERATURE_GAIN),
    time_unit="h",
    seconds_per_unit=3600.0,
    sample_time=1.0,
    longest_step=1.0,
    random=True,
    documentation=__doc__ or "",
    step_tolerance=1e-4,
    exercises=(
        "Let the plant run in manual from `steady` and note when and why it trips. Which single loop in auto prevents "
        "it? Try the reactor's temperature with the cooling water first, in cascade.",
        "Start at `closed-loop`, make IDV(4) 1 and compare the reactor's temperature and the cooling water valve with "
        "the run in manual. What does the cascade gain?",
        "Switch IDV(6) on in closed loop: the A feed is lost. Which measurements tell it, which loops fight it, and "
        "how long can the plant be kept running by hand?",
        "Record a day of `closed-loop` with noise and one with IDV(11) or IDV(14). Train a detector on the first (mean "
        "and covariance of XMEAS(1) to (22)) and tell after how many minutes it sees each of the two.",
        "Compare the operating cost of `steady`, `mode-1` and `mode-4` per m³ of product. Which of the four terms "
        "falls, and what does the agitator have to do with it?",
        "In manual the plant leaves `mode-1` within hours, `mode-3` only over weeks. Linearise both and compare the "
        "eigenvalues. Then close the published loops at `mode-3`: which of them makes it trip?",
    ),
    showing=Showing(
        "closed-loop", "reactor_coolant_temperature_change", 1.0, 43_200.0,
        ("reactor_pressure", "reactor_temperature", "reactor_coolant_outlet_temperature", "separator_level"),
    ),
)  # fmt: skip
