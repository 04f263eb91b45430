"""Every model as a Gymnasium environment, in this process; importing this registers `pde/CstrExotherm-v0` and so on."""

from typing import Any

try:
    import gymnasium
except ImportError:
    raise ImportError("environments need gymnasium: pip install 'process-dynamics-engine[rl]'") from None

from plant.catalog import MODELS
from plant.model import Model
from process_dynamics_engine.gym.environment import PlantEnv
from process_dynamics_engine.gym.vector import PlantVectorEnv

__all__ = ["PlantEnv", "PlantVectorEnv", "environment_id", "make", "make_vec", "register"]


def environment_id(model_id: str) -> str:
    """The name under which gymnasium knows a model: `pde/CstrExotherm-v0`."""
    return f"pde/{''.join(part.capitalize() for part in model_id.split('-'))}-v0"


def make(model: str | Model, **words: Any) -> PlantEnv:
    """An environment of a model; arguments as in `process_dynamics_engine.gym.task.task`."""
    return PlantEnv(model, **words)


def make_vec(model: str | Model, num_envs: int, **words: Any) -> PlantVectorEnv:
    """The same for many plants at once."""
    return PlantVectorEnv(model, num_envs, **words)


def register(model_id: str) -> str:
    """Let gymnasium know a model of the catalogue; answers its name there."""
    name = environment_id(model_id)
    gymnasium.register(
        name,
        entry_point="process_dynamics_engine.gym.environment:PlantEnv",
        vector_entry_point="process_dynamics_engine.gym.vector:PlantVectorEnv",
        kwargs={"model": model_id},
    )
    return name


for _model_id in MODELS:
    if environment_id(_model_id) not in gymnasium.registry:
        register(_model_id)
