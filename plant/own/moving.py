"""Standard checks of equations: finite all over the box, true to their balances, the same in steps of any length."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import TransferFunction
from plant.control import MANUAL
from plant.dynamics import Vector
from plant.equations import Balance, Equations
from plant.errors import PlantError
from plant.model import Model, Start
from plant.own import drawing
from plant.own.starting import spans
from plant.simulation import Simulation

POINTS, RUNS, MOVES, HELD = 200, 4, 4, 5
EXACT = 1e-9
"""Linear models are moved exactly: what rounding leaves, in parts of a range."""
_WIDTH = 1e-6


def finite(model: Model) -> Iterator[str]:
    """Rates at points of the box, states from a third to twice their start; without rates, runs from such points."""
    if not isinstance(model.equations, Equations):
        yield from _runs(model)
        return
    source = drawing.numbers()
    for u in drawing.vectors(model, POINTS):
        x = _states(model.equations, source, 0.3, 2.0)
        rates = [math.nan] * len(model.equations.states)
        try:
            model.equations.rates(x, u, rates)
        except (ArithmeticError, ValueError, TypeError) as error:
            yield f"{_where(model, u, x)} the rates can't be worked out: {error}"
            continue
        for name, rate in zip(model.equations.states, rates, strict=True):
            if isinstance(rate, complex) or not math.isfinite(rate):
                yield f"{_where(model, u, x)} the rate of {name} is {rate}"


def _runs(model: Model) -> Iterator[str]:
    names, quiet = [model.tags[place].name for place in model.input_indices], drawing.untripped(model)
    for u in drawing.vectors(model, RUNS):
        simulation = Simulation(quiet, model.sample_time, manual(model))
        for name, value in zip(names, u, strict=False):
            simulation.set(name, value)
        try:
            simulation.advance(HELD)
        except PlantError as error:
            yield f"{_where(model, u)} it fails: {error}"


def _states(equations: Equations, source: drawing.Numbers, low: float, high: float) -> list[float]:
    factors = source.uniform(low, high, len(equations.start))
    return [*(factors * equations.start).tolist(), *equations.memory, 0.0]


def _where(model: Model, u: Sequence[float], x: Sequence[float] = ()) -> str:
    names = [model.tags[place].name for place in model.input_indices]
    given = [f"{name} = {value:.6g}" for name, value in zip(names, u, strict=False)]
    states = f" and states {', '.join(f'{value:.6g}' for value in x[:6])}" if x else ""
    return f"with {', '.join(given[:6])}{states}"


def no_balances(model: Model) -> str:
    """Why there is no balance to close."""
    declared = isinstance(model.equations, Equations) and model.equations.balances
    return "" if declared else "no balance is declared"


def balanced(model: Model) -> Iterator[str]:
    """What is stored changes by what flows in and out: its derivative along the rates equals the net flow."""
    equations = model.equations
    assert isinstance(equations, Equations)  # noqa: S101 - else no balance is declared
    source = drawing.numbers()
    for u in drawing.vectors(model, POINTS // 4):
        x = _states(equations, source, 0.8, 1.2)
        rates = [0.0] * len(equations.states)
        equations.rates(x, u, rates)
        for balance in equations.balances:
            change, net = _change(balance, x, u, rates), balance.net(x, u)
            scale = max(map(abs, rates)) * max(1.0, abs(balance.stored(x, u)))
            if not abs(change - net) <= max(1e-5 * abs(net), 1e-7 * scale):
                yield f"{_where(model, u, x)} the {balance.name} balance changes by {change:.9g}, net {net:.9g} flow in"


def _change(balance: Balance, x: list[float], u: list[float], rates: list[float]) -> float:
    change = 0.0
    for place, rate in enumerate(rates):
        width = _WIDTH * max(abs(x[place]), 1e-3)
        up, down = x.copy(), x.copy()
        up[place] += width
        down[place] -= width
        change += rate * (balance.stored(up, u) - balance.stored(down, u)) / (up[place] - down[place])
    return change


def no_tolerance(model: Model) -> str:
    """Why steps of another length may give another answer."""
    if model.random:
        return "its equations draw random numbers at every step"
    return "" if np.isfinite(model.step_tolerance) else "it declares no step_tolerance"


def halved(model: Model) -> Iterator[str]:
    """Loops in manual, trips out of reach, inputs that change now and then: one step equals two of half its length."""
    allowed = EXACT if isinstance(model.equations, (StateSpace, TransferFunction)) else model.step_tolerance
    for start in model.starts:
        whole, halves = (_trace(drawing.untripped(model), start, parts) for parts in (1, 2))
        apart = np.abs(whole - halves).max(axis=0) / spans(model)[model.output_indices]
        if not apart.max() <= allowed:
            name = model.tags[model.output_indices[int(apart.argmax())]].name
            yield (
                f"from the start state {start.name} {name} differs by {apart.max():.3g} of its range between one step "
                f"and two halves; {allowed:g} is declared"
            )


def _trace(model: Model, start: Start, parts: int) -> Vector:
    """The outputs after every move; inputs within a third of their ranges around where they are."""
    step = min(model.sample_time, model.longest_step)
    simulation, rows, source = Simulation(model, step / parts, manual(model), start.name), [], drawing.numbers()
    own = [(tag, simulation.values[model.index(tag.name)]) for tag in model.own_tags if tag.writable and not tag.states]
    for _ in range(MOVES):
        for (tag, at), share in zip(own, source.uniform(-0.3, 0.3, len(own)).tolist(), strict=True):
            simulation.set(tag.name, at + abs(share) * ((tag.high if share > 0 else tag.low) - at))
        simulation.advance(HELD * parts)
        rows.append(simulation.outputs)
    return np.array(rows)


def manual(model: Model) -> dict[str, float]:
    """Every loop in manual."""
    return {loop.mode_name: MANUAL for loop in model.loops}
