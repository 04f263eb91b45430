"""The shape of a linear model."""

from typing import Annotated

from pydantic import Field

from engine_api.schemas import Answered

Matrix = list[list[float]]
Pole = Annotated[list[float], Field(min_length=2, max_length=2, examples=[[-0.0159, 0]])]


class LinearizationAnswer(Answered):
    """dx/dt = A dx + B du and dy = C dx + D du around a point; time in seconds, values in the units of the tags."""

    model_id: str = Field(examples=["quadruple-tank"])
    start: str = Field(description="The start state that was linearised at", examples=["steady"])
    states: list[str] = Field(
        description="What the states of the equations are; x1, x2, ... where they have no names", examples=[["x1"]]
    )
    inputs: list[str] = Field(
        description="Tags that the equations read, in the order of the columns of B and D", examples=[["valve"]]
    )
    outputs: list[str] = Field(
        description="Tags that the equations write, in the order of the rows of C and D", examples=[["level"]]
    )
    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix
    x: list[float] = Field(description="The point: states, in the model's own units")
    u: list[float] = Field(description="The point: inputs")
    y: list[float] = Field(description="The point: outputs")
    residual: list[float] = Field(description="dx/dt at the point, per second; zeros at a steady state")
    poles: list[Pole] = Field(description="Eigenvalues of A as (real, imaginary), per second")
