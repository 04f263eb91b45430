"""Where a process settles: computed in a child process, which has the compiler and the processor to itself.

`python -m engine_api.settling` reads one question (JSON) and writes its answer; `Settler` asks such children.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from redis import Redis

from connections.child import dying_with_parent
from connections.log import logger
from connections.own import shelf
from connections.own.local import register_local
from connections.settings import read_settings
from plant import catalog
from plant.errors import PlantError, SolverFailed
from plant.model import NOISE_LEVEL, Model, Vector
from plant.simulation import Simulation
from plant.tags import Role

WINDOW = 1200.0
"""Simulated seconds over which nothing may move."""
SETTLED = 1e-9
LOOKS = 50
"""Looks at the outputs within a window."""
MOST_STEPS = 2_000_000
COMPUTING = 5.0
"""Seconds of the processor after which a child answers that there is no end."""
PATIENCE = 30.0
"""Seconds after which a child that does not answer is ended."""
_KEPT = 64
_LOG = logger("settling")


@dataclass(frozen=True, slots=True)
class Question:
    """Of which model, in steps of how many seconds, from which start state, with which tag values."""

    model_id: str
    step: float
    start: str
    inputs: tuple[tuple[str, float], ...]


def outputs(model: Model) -> list[str]:
    """The tags that instruments measure; interlocks are none."""
    return [tag.name for tag in model.own_tags if tag.role is Role.OUTPUT]


def settled(question: Question) -> tuple[float, ...]:
    """The outputs at the steady state that these inputs lead to, without noise, found by running the model.

    Settled means: over 20 simulated minutes no output moved by more than 1e-9 of its range. Raises SolverFailed for a
    batch and for what does not come to rest.
    """
    model = catalog.find(question.model_id)
    if model.kind == "batch":
        raise SolverFailed(f"{model.id} is a batch process: it has no steady state to converge to")
    inputs = {**dict(question.inputs), **({NOISE_LEVEL.name: 0.0} if NOISE_LEVEL.name in model.places else {})}
    simulation = Simulation(model, question.step, inputs, question.start)
    moved = _moved_until_settled(simulation, max(1, round(WINDOW / question.step / LOOKS)))
    worst = int(np.argmax(moved))
    if moved[worst] > SETTLED:
        tag = model.tags[_measured(model)[worst]]
        size = f"{moved[worst] * (tag.high - tag.low):.3g} {tag.symbol}".rstrip()
        raise SolverFailed(
            f"{model.id} does not settle with these inputs: after {simulation.time:g} simulated seconds {tag.name} "
            f"still moves by {size} in {WINDOW:g} s, as in a process that integrates or oscillates"
        )
    return tuple(float(value) for value in simulation.values[_measured(model)])


def _measured(model: Model) -> list[int]:
    return [model.index(name) for name in outputs(model)]


def _moved_until_settled(simulation: Simulation, stride: int) -> Vector:
    """Run until nothing moves, or long enough; by which parts of their ranges the outputs moved in the last window."""
    model = simulation.model
    places = _measured(model)
    ranges = np.array([model.tags[place].high - model.tags[place].low for place in places])
    true = [model.output_indices.tolist().index(place) for place in places]
    moved: Vector = np.full(len(places), np.inf)
    end = time.process_time() + COMPUTING
    while time.process_time() < end and simulation.tick < MOST_STEPS and moved.max() > SETTLED:
        seen = [simulation.outputs]
        for _ in range(LOOKS):
            simulation.advance(stride)
            seen.append(simulation.outputs)
        moved = np.ptp(seen, axis=0)[true] / ranges
    return moved


class Settler:
    """Asks one child at a time and remembers the answers."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = asyncio.Lock()
        self._answers: dict[Question, tuple[float, ...]] = {}

    async def settled(self, question: Question) -> tuple[float, ...]:
        """As the function of this name. Raises SolverFailed, also when it takes too long."""
        async with self._lock:
            if question not in self._answers:
                self._answers[question] = _read(await self._ask(question))
            while len(self._answers) > _KEPT:
                self._answers.pop(next(iter(self._answers)))
            return self._answers[question]

    async def _ask(self, question: Question) -> bytes:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, preexec_fn=dying_with_parent(),
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._patience):
                answer, words = await child.communicate(json.dumps(asdict(question)).encode())
        except TimeoutError:
            raise SolverFailed(
                f"{question.model_id} does not settle within {self._patience:g} s of computing"
            ) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode:
            _LOG.error("settling broke down", model=question.model_id, words=words.decode(errors="replace")[-2000:])
            raise SolverFailed(f"the steady state of {question.model_id} could not be computed; the log tells why")
        return answer


def _read(answer: bytes) -> tuple[float, ...]:
    content: Mapping[str, object] = json.loads(answer)
    if "error" in content:
        raise SolverFailed(str(content["error"]))
    return tuple(content["steady"])  # type: ignore[arg-type]


def main() -> None:
    """Answer the question on the standard input."""
    asked = json.load(sys.stdin)
    question = Question(**asked | {"inputs": tuple((name, value) for name, value in asked["inputs"])})
    try:
        _know(question.model_id)
        answer: dict[str, object] = {"steady": settled(question)}
    except PlantError as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)


def _know(model_id: str) -> None:
    """Offer the own models of this installation and, from Redis, the one that was uploaded."""
    if model_id in catalog.BUILT_IN:
        return
    settings = read_settings()
    register_local(settings.models_folder)
    if model_id not in catalog.MODELS and settings.redis_url is not None:
        with Redis.from_url(settings.redis_url) as redis:
            shelf.fetch(redis, model_id)


if __name__ == "__main__":
    main()
