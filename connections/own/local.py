"""Own models of this machine: of installed packages (entry points `pde.models`) and of the models folder."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from connections.log import logger
from connections.own.definition import LARGEST_FMU, Kind, build
from connections.own.document import LARGEST
from plant import catalog
from plant.errors import InvalidValue, PlantError
from plant.model import Model
from plant.own import rules
from plant.own.node import written
from plant.tags import check_all

GROUP = "pde.models"
_KINDS = {".yaml": Kind.DOCUMENT, ".yml": Kind.DOCUMENT, ".json": Kind.DOCUMENT, ".fmu": Kind.FMU}
_LOG = logger("models")


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a model should be: the models there, or what is wrong with it."""

    place: str
    models: tuple[Model, ...] = ()
    problems: tuple[str, ...] = ()


def register_local(folder: Path | None) -> list[Found]:
    """Offer the models of packages and folder; a broken one is told in the log and left out. All that was found."""
    found = [_registered(each) for each in look(folder)]
    for each in found:
        for problem in each.problems:
            _LOG.error("model not offered", place=each.place, problem=problem)
    return found


def _registered(found: Found) -> Found:
    problems = list(found.problems)
    for model in found.models:
        try:
            catalog.register(model, local=True)
        except PlantError as error:
            problems.append(str(error))
    return Found(found.place, found.models, tuple(problems))


def look(folder: Path | None) -> Iterator[Found]:
    """Every place, without offering anything."""
    for point in entry_points(group=GROUP):
        yield _tried(f"entry point {point.name} = {point.value}", partial(_point, point))
    if folder is None:
        return
    if not folder.is_dir():
        yield Found(str(folder), (), ("there is no such folder (PDE_MODELS_FOLDER)",))
        return
    for file in sorted(folder.iterdir()):
        if file.suffix == ".py" and not file.name.startswith("_"):
            yield _tried(str(file), partial(read_python, file))
        elif file.suffix in _KINDS:
            yield _tried(str(file), partial(_file, file))


def chosen(text: str, folder: Path | None) -> Model:
    """The model with this id, or the one of this file. Raises UnknownName, or what is wrong with the file."""
    file = Path(text)
    if file.suffix in (*_KINDS, ".py") and file.is_file():
        found = _tried(text, partial(read_python if file.suffix == ".py" else _file, file))
        check_all([InvalidValue(problem) for problem in found.problems])
        return found.models[0]
    if text not in catalog.BUILT_IN:
        register_local(folder)
    return catalog.offered(text)


def read_file(file: Path) -> Model:
    """The model of a document or an FMU. Raises InvalidValue or InvalidRequest with every problem, or OSError."""
    most = LARGEST_FMU if file.suffix == ".fmu" else LARGEST
    if file.stat().st_size > most:
        raise InvalidValue(f"the file has {file.stat().st_size} bytes, the most is {most}")
    return build(_KINDS.get(file.suffix, Kind.DOCUMENT), file.read_bytes())


def read_python(file: Path) -> list[Model]:
    """The models that a Python file declares as MODEL or MODELS. Raises whatever its import raises, or InvalidValue."""
    return _declared(_module(file))


def _point(point: EntryPoint) -> list[Model]:
    return _declared(point.load())


def _file(file: Path) -> list[Model]:
    return [read_file(file)]


def _tried(place: str, load: Callable[[], list[Model]]) -> Found:
    try:
        models = load()
    except PlantError as error:
        return Found(place, (), error.problems)
    except (Exception, SystemExit) as error:  # whatever a stranger's module does must not stop the engine
        return Found(place, (), (f"it can't be loaded: {type(error).__name__}: {error}",))
    problems = [
        f"{model.id}: {written(path)} {sentence}"
        for model in models
        for path, sentence in rules.problems(rules.of(model))
    ]
    return Found(place, () if problems else tuple(models), tuple(problems))


def _module(file: Path) -> Any:
    name = f"pde_models_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None  # noqa: S101 - a .py file has one
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _declared(thing: Any) -> list[Model]:
    """The models of what was loaded: a model, several, a module with MODEL or MODELS, or something that makes them."""
    if isinstance(thing, Model):
        return [thing]
    if isinstance(thing, (list, tuple)) and thing and all(isinstance(each, Model) for each in thing):
        return list(thing)
    for name in ("MODELS", "MODEL"):
        if hasattr(thing, name):
            return _declared(getattr(thing, name))
    if callable(thing):
        return _declared(thing())
    raise InvalidValue(f"it declares no MODEL of plant.model.Model, but {type(thing).__name__}")
