"""The plain functions of a model's equations, called with lists and answering lists."""

from collections.abc import Sequence

from plant.equations import Equations


def rates(equations: Equations, x: Sequence[float], u: Sequence[float]) -> list[float]:
    """dx/dt in the model's own units."""
    answer = [0.0] * len(equations.states)
    equations.rates([*map(float, x), *equations.memory, 0.0], list(u), answer)
    return answer


def outputs(equations: Equations, x: Sequence[float], u: Sequence[float], count: int) -> list[float]:
    """The own outputs and states."""
    answer = [0.0] * count
    equations.outputs([*map(float, x), *equations.memory, 0.0], list(u), answer)
    return answer
