"""The cycle of a simulation: loops, interlocks, equations, measurement, noise and ranges, for any number of steps.

One function for every model, compiled or plain. It changes `values` (all tags), `x` (the memory of the equations) and
`loop_state` in place.
"""

from typing import Any

from plant.blocks.noise import normal
from plant.control import control
from plant.dynamics import ADVANCE, MEASURE, PREPARE
from plant.faults_acting import act, mismeasure
from plant.interlocks import INTEGERS_PER_INTERLOCK, NUMBERS_PER_INTERLOCK, force, free, trips
from plant.solvers.acceleration import call_advance, call_measure, call_preparation

_W, _N = "int64[::1]", "float64[::1]"
SIGNATURE = (
    f"int64({_W}, {_W}, {_W}, {_N}, {_N}, {_N}, {_N}, {_N}, {_N}, {_W}, {_W}, {_W}, {_N}, {_W}, {_N}, {_N}, "
    f"{_W}, {_N}, {_W}, {_N}, {_W}, {_N}, {_N}, int64, float64, float64, int64)"
)
HAS_PREPARE, SPLITS, RESET, NOISE_LEVEL, NOISE_SEED, QUANTISED = range(6)
"""Places in `facts`: flags, then places among the tags (-1: there is no such tag)."""
DONE, FAILED, NOT_FINITE = 0, -1, 1
"""What `cycle` answers; from NOT_FINITE on, minus it the number of the output that has no finite value."""
_ROUNDS = 40


def cycle(
    codes: Any, facts: Any, whole: Any, numbers: Any, values: Any, x: Any, x_before: Any, u: Any, y: Any,
    inputs: Any, outputs: Any, flags: Any, ranges: Any, loop_whole: Any, loop_numbers: Any, loop_state: Any,
    lock_whole: Any, lock_numbers: Any, forced: Any, forced_values: Any, returned: Any, returned_values: Any,
    faults: Any, tick: int, step: float, unit: float, count: int,
) -> int:  # fmt: skip
    """Take `count` steps of `step` seconds from step number `tick` on; `unit` is the model's time unit in seconds.

    `inputs`, `outputs` and `flags` are the places among the tags of what the equations read, of what they write and of
    the interlocks; `ranges` holds lowest and highest reading, noise, resolution and sampling time of every output. A
    faulty valve changes what the equations read, a faulty instrument what the tags show; interlocks have instruments of
    their own.
    """
    span = step / unit
    for number in range(tick, tick + count):
        if len(flags):
            free(values, y, lock_whole, lock_numbers, facts[RESET], returned, returned_values, loop_whole, loop_state)
        control(values, loop_state, loop_whole, loop_numbers, number * step, step)
        force(values, lock_whole, forced, forced_values)
        gather(values, u, inputs, flags)
        act(values, u, faults, number * step)
        if facts[HAS_PREPARE]:
            call_preparation(codes[PREPARE], x, u, number * span, span)
        if len(flags):
            x_before[:] = x
        if call_advance(codes[ADVANCE], codes, x, u, span, whole, numbers):
            return FAILED
        call_measure(codes[MEASURE], codes, x, u, y, whole, numbers)
        left = span
        for _ in range(len(flags)):
            if not tripping(values, y, lock_whole, lock_numbers, len(flags)):
                break
            if facts[SPLITS]:
                passed = passing(codes, whole, numbers, values, x, x_before, u, y, lock_whole, lock_numbers, left)
                if passed < 0:
                    return FAILED
                left -= passed
            trip(values, y, lock_whole, lock_numbers, len(flags))
            force(values, lock_whole, forced, forced_values)
            gather(values, u, inputs, flags)
            act(values, u, faults, number * step)
            if facts[SPLITS] and left > 0:
                x_before[:] = x
                if call_advance(codes[ADVANCE], codes, x, u, left, whole, numbers):
                    return FAILED
            call_measure(codes[MEASURE], codes, x, u, y, whole, numbers)
        bad = show(values, y, outputs, ranges, facts, number + 1, step)
        if bad >= 0:
            return NOT_FINITE + bad
        read_faulty(values, facts, faults, number + 1, step)
    return DONE


def read_faulty(values: Any, facts: Any, faults: Any, tick: int, step: float) -> None:
    """Let the faulty instruments read in step number `tick`."""
    if len(faults):
        mismeasure(values, faults, seed_of(values, facts), tick, tick * step, step)


def seed_of(values: Any, facts: Any) -> int:
    """The seed of all that is random."""
    return int(values[facts[NOISE_SEED]]) if facts[NOISE_SEED] >= 0 else 0


def gather(values: Any, u: Any, inputs: Any, flags: Any) -> None:
    """What the equations read: own inputs, then the flags of the interlocks."""
    for i in range(len(inputs)):
        u[i] = values[inputs[i]]
    for i in range(len(flags)):
        u[len(inputs) + i] = values[flags[i]]


def tripping(values: Any, y: Any, lock_whole: Any, lock_numbers: Any, n_locks: int) -> bool:
    """Whether any interlock has to trip now."""
    for number in range(n_locks):  # noqa: SIM110 - compiled code knows no generators
        if trips(values, y, lock_whole, lock_numbers, number):
            return True
    return False


def trip(values: Any, y: Any, lock_whole: Any, lock_numbers: Any, n_locks: int) -> None:
    """Set the flags of the interlocks that trip now."""
    for number in range(n_locks):
        if trips(values, y, lock_whole, lock_numbers, number):
            values[lock_whole[number * INTEGERS_PER_INTERLOCK + 1]] = 1.0


def passing(
    codes: Any, whole: Any, numbers: Any, values: Any, x: Any, x_before: Any, u: Any, y: Any,
    lock_whole: Any, lock_numbers: Any, span: float,
) -> float:  # fmt: skip
    """Find by halving when, within `span`, the first interlock trips; the state just beyond that stays in x and y.

    A part of the step that can't be taken counts as beyond. When the last one can't, nothing true is in x and y: -1.
    """
    n_locks = len(lock_numbers) // NUMBERS_PER_INTERLOCK
    before, beyond = 0.0, span
    for _ in range(_ROUNDS):
        middle = 0.5 * (before + beyond)
        x[:] = x_before
        failed = call_advance(codes[ADVANCE], codes, x, u, middle, whole, numbers) != 0
        if not failed:
            call_measure(codes[MEASURE], codes, x, u, y, whole, numbers)
        if failed or tripping(values, y, lock_whole, lock_numbers, n_locks):
            beyond = middle
        else:
            before = middle
    x[:] = x_before
    if call_advance(codes[ADVANCE], codes, x, u, beyond, whole, numbers):
        return -1.0
    call_measure(codes[MEASURE], codes, x, u, y, whole, numbers)
    return beyond


LOWEST, HIGHEST, NOISE, RESOLUTION, SAMPLING = range(5)
RANGES_PER_OUTPUT = 5


def show(values: Any, y: Any, outputs: Any, ranges: Any, facts: Any, tick: int, step: float) -> int:
    """Put the outputs on their tags, noisy and rounded if wanted, inside their ranges; the first bad one, or -1."""
    level = values[facts[NOISE_LEVEL]] if facts[NOISE_LEVEL] >= 0 else 0.0
    seed = seed_of(values, facts)
    rounded = facts[QUANTISED] >= 0 and values[facts[QUANTISED]] != 0
    for i in range(len(outputs)):
        shown, at = y[i], i * RANGES_PER_OUTPUT
        if not abs(shown) < 1e300:
            return i
        if level > 0 and ranges[at + NOISE] > 0:
            shown += level * ranges[at + NOISE] * normal(seed, i, draw(tick, step, ranges[at + SAMPLING]))
        if rounded and ranges[at + RESOLUTION] > 0:
            shown = ranges[at + RESOLUTION] * (shown // ranges[at + RESOLUTION])
        values[outputs[i]] = min(max(shown, ranges[at + LOWEST]), ranges[at + HIGHEST])
    return -1


def draw(tick: int, step: float, sampling: float) -> int:
    """The number of the random draw: one each step, or one each sample of the instrument."""
    return tick if sampling <= step else int(tick * step / sampling + 1e-9)
